metadata description = 'The function app on Flex Consumption. functionAppConfig names runtime and package; this plan refuses the app settings that do so on other plans.'

param name string
param planName string
param location string
param tags object
param identityName string
param packageIdentityName string
param hostStorageName string
param storageName string
param backupName string
param backupIdentityName string
param vaultUri string
param insightsName string
param auditInsightsName string
param issuer string
param audience string
param settings object
param allowedCallers array
param rollingUpdate bool
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyInstances int
param requestsPerInstance int
param zoneRedundant bool
param networkName string
param workspaceName string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource packageIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: packageIdentityName
}

resource backupIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = if (!empty(backupIdentityName)) {
  name: backupIdentityName
}

resource auditInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: auditInsightsName
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: hostStorageName
}

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' existing = if (!empty(networkName)) {
  name: networkName

  resource subnet 'subnets' existing = {
    name: 'app'
  }
}

// The settings that the app needs to start, or to be safe. docs/configuration.md has the rest.
var ownSettings = [
  { name: 'AzureWebJobsStorage__accountName', value: hostStorageName }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsDisableHomepage', value: 'true' }
  { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' }
  { name: 'Tokens__Issuer', value: issuer }
  { name: 'Tokens__Audience', value: audience }
  { name: 'Keys__VaultUri', value: vaultUri }
  { name: 'Storage__AccountName', value: storageName }
  { name: 'Storage__EndpointSuffix', value: environment().suffixes.storage }
  // Azure's front end appends the caller's address. Without this setting all callers share one rate limit.
  { name: 'Http__TrustForwardedFor', value: 'true' }
  // The Functions host reads a body of up to 100 MB into memory before it calls the app. The app accepts 64 KiB; the room above
  // lets it answer a slightly larger body with its own 413.
  { name: 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', value: '131072' }
]
// Values that only Azure knows.
var identitySettings = [
  { name: 'AzureWebJobsStorage__clientId', value: identity.properties.clientId }
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId }
  // Not a credential here, because ingestion needs an identity.
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insights.properties.ConnectionString }
  { name: 'APPLICATIONINSIGHTS_AUDIT_CONNECTION_STRING', value: auditInsights.properties.ConnectionString }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${identity.properties.clientId};Authorization=AAD' }
]
var backupSettings = empty(backupName)
  ? []
  : [
      { name: 'Backup__AccountName', value: backupName }
      { name: 'Backup__ClientId', value: backupIdentity.?properties.clientId }
    ]
var furtherSettings = map(items(settings), setting => { name: setting.key, value: string(setting.value) })

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: union(
      { '${identity.id}': {}, '${packageIdentity.id}': {} },
      empty(backupName) ? {} : { '${backupIdentity.id}': {} }
    )
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(networkName) ? null : network::subnet.id
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostStorage.properties.primaryEndpoints.blob}packages'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: packageIdentity.id
          }
        }
      }
      // The types of this API version do not know it yet.
      #disable-next-line BCP037
      siteUpdateStrategy: { type: rollingUpdate ? 'RollingUpdate' : 'Recreate' }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances > 0 ? [{ name: 'http', instanceCount: alwaysReadyInstances }] : []
        triggers: { http: { perInstanceConcurrency: requestsPerInstance } }
      }
    }
    // Flex Consumption has no FTP, and refuses a site with ftpsState.
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      remoteDebuggingEnabled: false
      http20Enabled: true
      ipSecurityRestrictions: empty(allowedCallers)
        ? []
        : concat(
            map(range(0, length(allowedCallers)), index => union(allowedCallers[index], { action: 'Allow', priority: 100 + index })),
            [{ name: 'others', ipAddress: 'Any', action: 'Deny', priority: 2147483647 }]
          )
      appSettings: concat(ownSettings, identitySettings, backupSettings, furtherSettings)
    }
  }
}

// Deployments use identities, never a user name and password.
resource scmPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource ftpPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

#disable-next-line use-recent-api-versions // The older 2016-09-01 has no metrics by category.
resource appLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'to-workspace'
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

#disable-next-line use-recent-api-versions // The older 2016-09-01 has no metrics by category.
resource planMetrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: plan
  name: 'to-workspace'
  properties: {
    workspaceId: workspace.id
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
