metadata description = 'Gatehouse: a Flex Consumption function app, its key vault, storage and monitoring, in a resource group of their own.'

targetScope = 'subscription'

@description('What the environment is called: dev, prod, a name. Part of every name.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('The region of everything.')
param location string

@description('The base URL of the tokens (`iss`). Empty: the app\'s own URL. Set it where a custom domain or a front end stands before the app; changing it ends every session.')
param issuer string = ''

@description('The `aud` of the tokens.')
@minLength(1)
param audience string = 'gatehouse'

@description('Further settings of docs/configuration.md by name, such as { Clients__0__Id: \'shop\' }. No secrets: those are in the vault.')
param settings object = {}

@description('Memory of an instance in MB. 2048 is one core.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances a flood may start, and so about what it can cost: the platform aims at it, and may exceed it for a while. 1 to 1000; a region that is behind takes no fewer than 40.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that are kept warm, so that no request waits for a cold start. They cost while nobody calls.')
@minValue(0)
@maxValue(100)
param alwaysReadyInstances int = 0

@description('Requests that an instance takes at a time before another one is started.')
@minValue(1)
@maxValue(1000)
param requestsPerInstance int = 100

@description('Whether plan and storage are spread over the zones of the region. To be chosen before the first deployment: Azure refuses to change the storage account of an existing one. Two instances are always ready then, and billed.')
param zoneRedundant bool = false

@description('Whether vault and storage can be reached through private endpoints only.')
param networkIsolation bool = false

@description('Who is told of alerts and of the budget.')
param alertEmail string

@description('The budget of a month, in the currency of the subscription; 0: none.')
@minValue(0)
param monthlyBudget int = 0

@description('The first of the month in which the budget begins (yyyy-MM-dd). Azure refuses a change of it, so it is given, not computed.')
param budgetStart string = ''

@description('The object id of the person or pipeline that makes keys: it may write secrets. Empty: nobody.')
param operatorId string = ''

@description('What operatorId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorType string = 'User'

@description('The object id of a group of people who may write secrets beside operatorId, so that somebody can replace a leaked key where only a pipeline deploys. Empty: nobody.')
param operatorGroupId string = ''

@description('For how many days logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('How many GB of logs a day are taken in; a limit of costs. What comes after that is lost, the audit too, and alerts are blind until the next day. -1: no limit.')
param dailyLogLimitGB int = 5

var token = uniqueString(subscription().id, environmentName, location)
var tags = {
  'azd-env-name': environmentName
  application: 'gatehouse'
  environment: environmentName
}
var names = {
  app: 'func-gatehouse-${token}'
  identity: 'id-gatehouse-${token}'
  insights: 'appi-gatehouse-${token}'
  plan: 'plan-gatehouse-${token}'
  storage: 'st${token}'
  vault: 'kv-${token}'
  workspace: 'log-gatehouse-${token}'
}
var appUrl = 'https://${names.app}.azurewebsites.net'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-gatehouse-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: names.identity
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
    principalId: identity.outputs.principalId
    retentionDays: logRetentionDays
    dailyLimitGB: dailyLogLimitGB
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: names.storage
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
    zoneRedundant: zoneRedundant
    isPublic: !networkIsolation
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    operatorId: operatorId
    operatorType: operatorType
    operatorGroupId: operatorGroupId
    workspaceId: monitoring.outputs.workspaceId
    isPublic: !networkIsolation
  }
}

module network 'modules/network.bicep' = if (networkIsolation) {
  scope: group
  params: {
    name: 'vnet-gatehouse-${token}'
    location: location
    tags: tags
    storageAccountId: storage.outputs.id
    vaultId: vault.outputs.id
    workspaceId: monitoring.outputs.workspaceId
  }
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: union(tags, { 'azd-service-name': 'api' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    vaultUri: vault.outputs.uri
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    issuer: empty(issuer) ? appUrl : issuer
    audience: audience
    settings: settings
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    requestsPerInstance: requestsPerInstance
    zoneRedundant: zoneRedundant
    subnetId: network.?outputs.appSubnetId ?? ''
    workspaceId: monitoring.outputs.workspaceId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    insightsId: monitoring.outputs.insightsId
    vaultId: vault.outputs.id
    vaultName: names.vault
    healthUrl: '${appUrl}/health'
    token: token
    monthlyBudget: monthlyBudget
    budgetStart: budgetStart
  }
  // Else the availability test would begin with an alert.
  dependsOn: [app]
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = names.app
output AZURE_KEY_VAULT_URI string = vault.outputs.uri
output GATEHOUSE_URL string = appUrl
output GATEHOUSE_ISSUER string = empty(issuer) ? appUrl : issuer
