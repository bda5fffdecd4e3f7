metadata description = 'Gatehouse: a Flex Consumption function app, its key vault, storage and monitoring, in a resource group of their own.'

targetScope = 'subscription'

func asRange(address string) string =>
  contains(address, '/') ? address : contains(address, ':') ? '${address}/128' : '${address}/32'

@description('The name of the environment, such as dev or prod. Part of every resource name.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('The name of azd\'s environment, by which azd finds the resources. Empty: azd is not in use.')
param azdEnvironmentName string = ''

@description('The region of all resources.')
param location string

@description('The regions that `location` may name, such as those in which your data may rest. Empty: every region with Flex Consumption.')
param allowedLocations array = []

@description('The base URL of the tokens (`iss`). Empty: the app\'s own URL. Set it when a custom domain or a front end stands before the app. A change ends every session.')
param issuer string = ''

@description('The `aud` of the tokens.')
@minLength(1)
param audience string = 'gatehouse'

@description('Other settings of docs/configuration.md by name, such as { Clients__0__Id: \'shop\' }. Secrets belong in the vault instead.')
param settings object = {}

@description('Memory of an instance in MB. 2048 is one core.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances a flood may start, and so about how much it can cost. The platform may exceed it for a while. 1 to 1000; regions without the latest rollout refuse fewer than 40.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that stay warm, so that no request waits for a cold start. Azure bills them while they are idle.')
@minValue(0)
@maxValue(100)
param alwaysReadyInstances int = 0

@description('Concurrent requests of an instance, above which another one starts.')
@minValue(1)
@maxValue(1000)
param requestsPerInstance int = 100

@description('Whether plan and storage span the zones of the region. Choose before the first deployment: Azure refuses to convert an existing storage account. Azure then keeps, and bills, two ready instances.')
param zoneRedundant bool = false

@description('Whether vault and storage accept only private endpoints.')
param networkIsolation bool = false

@description('Whether an isolated network gets a NAT gateway as its way out. false: it goes out by a route of your own, such as through a firewall in a hub.')
param natGateway bool = true

@description('The id of the Front Door profile that stands before the app (its `frontDoorId`, a GUID). The app then refuses every other caller, but the availability test and deployerAddresses. Empty: none.')
param frontDoorId string = ''

@description('Addresses and ranges (CIDR) of proxies of your own that stand before the app. The app then refuses every other caller, but the availability test and deployerAddresses. Empty: none.')
param proxyAddresses array = []

@description('Addresses and ranges (CIDR) that may call the app directly although a proxy stands before it, such as the machine that runs `deploy check`.')
param deployerAddresses array = []

@description('Whether a deployment replaces instances in batches instead of restarting all of them. A preview of Flex Consumption.')
param rollingUpdate bool = true

@description('The address that receives alerts and budget mails.')
param alertEmail string

@description('The monthly budget in the currency of the subscription; 0: none.')
@minValue(0)
param monthlyBudget int = 0

@description('The first of the month in which the budget begins (yyyy-MM-dd). A parameter, not computed, because Azure refuses to change it.')
param budgetStart string = ''

@description('The object id of a group that may write secrets besides the identity that deploys, so that a person can replace a leaked key when only a pipeline deploys. Empty: none.')
param operatorGroupId string = ''

@description('The object id of the service principal of an Entra ID application that sends mail (Enterprise applications, not App registrations). Azure Communication Services Email is then created. Empty: none.')
param mailApplicationObjectId string = ''

@description('The application (client) id of that application.')
param mailApplicationId string = ''

@description('The sender of mails, at the domain of the service, which Azure names. Set it once the secret smtp-password is in the vault. Empty: no mail.')
param mailFrom string = ''

@description('Where Azure Communication Services keeps data at rest, such as Europe.')
param mailDataLocation string = 'Europe'

@description('How many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('How many GB of logs Azure accepts a day, to limit costs. Later logs of that day are lost, and alerts on metrics are blind until the next day. The audit log has no limit. -1: no limit.')
param dailyLogLimitGB int = 5

@description('How many days the audit log is kept, in a workspace of its own.')
@minValue(30)
@maxValue(730)
param auditRetentionDays int = 365

@description('How many days immutable blobs keep a copy of the audit log. 0: no copy.')
@minValue(0)
@maxValue(146000)
param auditArchiveDays int = 0

@description('The region of the backups of users, sessions, clients and products, such as the paired one. Empty: no backups.')
param backupLocation string = ''

@description('How many days a backup is kept, in which nobody can change or remove it.')
@minValue(1)
@maxValue(146000)
param backupRetentionDays int = 30

@description('Whether storage copies the account with the data to the paired region as well. Azure decides on a failover, or you do; the last minutes may be lost.')
param geoRedundant bool = false

// Before anything is made, unlike a policy's refusal.
var region = empty(allowedLocations) || contains(allowedLocations, location)
  ? location
  : fail('The region ${location} is not among the allowed ones: ${join(allowedLocations, ', ')} (allowedLocations, GATEHOUSE_ALLOWED_LOCATIONS).')

var backupRegion = empty(backupLocation) || empty(allowedLocations) || contains(allowedLocations, backupLocation)
  ? backupLocation
  : fail('The region ${backupLocation} of the backups is not among the allowed ones: ${join(allowedLocations, ', ')} (allowedLocations, GATEHOUSE_ALLOWED_LOCATIONS).')

var token = uniqueString(subscription().id, environmentName, location)
var tags = union(
  { application: 'gatehouse', environment: environmentName },
  empty(azdEnvironmentName) ? {} : { 'azd-env-name': azdEnvironmentName }
)
var names = {
  app: 'func-gatehouse-${token}'
  archive: 'staudit${token}'
  auditInsights: 'appi-gatehouse-audit-${token}'
  auditWorkspace: 'log-gatehouse-audit-${token}'
  backup: 'stbackup${token}'
  backupIdentity: 'id-gatehouse-backup-${token}'
  hostStorage: 'sthost${token}'
  identity: 'id-gatehouse-${token}'
  insights: 'appi-gatehouse-${token}'
  mail: 'acs-gatehouse-${token}'
  network: 'vnet-gatehouse-${token}'
  packageIdentity: 'id-gatehouse-package-${token}'
  plan: 'plan-gatehouse-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  workspace: 'log-gatehouse-${token}'
}
var hasBackups = !empty(backupRegion)
var appUrl = 'https://${names.app}.azurewebsites.net'

// Azure refuses it in the middle of the deployment otherwise, when the storage account, which no later deployment converts, exists already.
var zones = zoneRedundant && empty(pickZones('Microsoft.Network', 'publicIPAddresses', location))
  ? fail('The region ${location} has no zones. Set zoneRedundant (GATEHOUSE_ZONE_REDUNDANT) to false, or choose another region.')
  : zoneRedundant

// Each entry is a rule; one rule or more refuse every other caller.
var proxies = concat(
  empty(frontDoorId)
    ? []
    : [{ name: 'front-door', tag: 'ServiceTag', ipAddress: 'AzureFrontDoor.Backend', headers: { 'x-azure-fdid': [frontDoorId] } }],
  map(proxyAddresses, address => { name: 'proxy', tag: 'Default', ipAddress: asRange(address) })
)
var callers = empty(proxies)
  ? []
  : concat(
      proxies,
      [{ name: 'availability-test', tag: 'ServiceTag', ipAddress: 'ApplicationInsightsAvailability' }],
      map(deployerAddresses, address => { name: 'deployer', tag: 'Default', ipAddress: asRange(address) })
    )

// The user name that Azure's SMTP server expects.
var mailSettings = empty(mailFrom)
  ? {}
  : {
      Mail__Host: 'smtp.azurecomm.net'
      Mail__UserName: '${names.mail}|${mailApplicationId}|${tenant().tenantId}'
      Mail__From: mailFrom
    }

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: 'rg-gatehouse-${environmentName}'
  location: region
  tags: tags
}

// Modules get names, never outputs of other modules: what-if skips a module whose parameters are known only at the deployment.
module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

// Stores the package at a deployment. The app's code uses the other one.
module packageIdentity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.packageIdentity
    location: location
    tags: tags
  }
}

// Reads the tables and adds backups. What takes requests can't reach them.
module backupIdentity 'modules/identity.bicep' = if (hasBackups) {
  scope: group
  params: {
    name: names.backupIdentity
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    identityName: names.identity
    retentionDays: logRetentionDays
    dailyLimitGB: dailyLogLimitGB
  }
  dependsOn: [identity]
}

module audit 'modules/audit.bicep' = {
  scope: group
  params: {
    workspaceName: names.auditWorkspace
    insightsName: names.auditInsights
    location: location
    tags: tags
    identityName: names.identity
    retentionDays: auditRetentionDays
    archiveName: names.archive
    archiveDays: auditArchiveDays
  }
  dependsOn: [identity]
}

module hostStorage 'modules/hostStorage.bicep' = {
  scope: group
  params: {
    name: names.hostStorage
    location: location
    tags: tags
    identityName: names.identity
    packageIdentityName: names.packageIdentity
    workspaceName: names.workspace
    zoneRedundant: zones
    isPublic: !networkIsolation
  }
  dependsOn: [identity, packageIdentity, monitoring]
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    identityName: names.identity
    workspaceName: names.workspace
    zoneRedundant: zones
    geoRedundant: geoRedundant
    isPublic: !networkIsolation
  }
  dependsOn: [identity, monitoring]
}

module backup 'modules/backup.bicep' = if (hasBackups) {
  scope: group
  params: {
    name: names.backup
    location: backupRegion
    tags: tags
    backupIdentityName: names.backupIdentity
    storageName: names.storage
    workspaceName: names.workspace
    retentionDays: backupRetentionDays
    isPublic: !networkIsolation
  }
  dependsOn: [backupIdentity, storage]
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    identityName: names.identity
    operatorId: deployer().objectId
    // Only people have such a name.
    operatorType: empty(deployer().?userPrincipalName ?? '') ? 'ServicePrincipal' : 'User'
    operatorGroupId: operatorGroupId
    workspaceName: names.workspace
    isPublic: !networkIsolation
  }
  dependsOn: [identity, monitoring]
}

module mail 'modules/mail.bicep' = if (!empty(mailApplicationObjectId)) {
  scope: group
  params: {
    name: names.mail
    tags: tags
    dataLocation: mailDataLocation
    applicationObjectId: mailApplicationObjectId
  }
}

module network 'modules/network.bicep' = if (networkIsolation) {
  scope: group
  params: {
    name: names.network
    location: location
    tags: tags
    hostStorageName: names.hostStorage
    storageName: names.storage
    vaultName: names.vault
    backupName: hasBackups ? names.backup : ''
    workspaceName: names.workspace
    natGateway: natGateway
    zoneRedundant: zones
  }
  dependsOn: [hostStorage, storage, vault, backup]
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: union(tags, { 'azd-service-name': 'api' })
    identityName: names.identity
    packageIdentityName: names.packageIdentity
    hostStorageName: names.hostStorage
    storageName: names.storage
    backupName: hasBackups ? names.backup : ''
    backupIdentityName: hasBackups ? names.backupIdentity : ''
    vaultUri: 'https://${names.vault}${environment().suffixes.keyvaultDns}/'
    insightsName: names.insights
    auditInsightsName: names.auditInsights
    issuer: empty(issuer) ? appUrl : issuer
    audience: audience
    settings: union(empty(proxies) ? {} : { Http__ProxiesInFront: '1' }, mailSettings, settings)
    allowedCallers: callers
    rollingUpdate: rollingUpdate
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    // With zones Azure keeps two, and refuses one.
    alwaysReadyInstances: zoneRedundant && alwaysReadyInstances == 1 ? 2 : alwaysReadyInstances
    requestsPerInstance: requestsPerInstance
    zoneRedundant: zones
    networkName: networkIsolation ? names.network : ''
    workspaceName: names.workspace
  }
  // These modules hold the containers and role assignments that the app needs to start.
  dependsOn: [monitoring, audit, hostStorage, storage, vault, network, backup]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    email: alertEmail
    workspaceName: names.workspace
    auditWorkspaceName: names.auditWorkspace
    insightsName: names.insights
    vaultName: names.vault
    appUrl: appUrl
    token: token
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
  }
  // Otherwise the availability test starts with an alert.
  dependsOn: [app]
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = names.app
output AZURE_KEY_VAULT_URI string = 'https://${names.vault}${environment().suffixes.keyvaultDns}/'
// Behind Front Door, the address that callers use: the machine of `deploy check` may not call the app directly.
output GATEHOUSE_URL string = empty(frontDoorId) || empty(issuer) ? appUrl : issuer
output GATEHOUSE_ISSUER string = empty(issuer) ? appUrl : issuer
// Without tokens of its own the app has no key and no administrator to create.
output GATEHOUSE_TOKENS_ENABLED string = toLower(string(settings.?Tokens__Enabled ?? true))
