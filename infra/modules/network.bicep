metadata description = 'The network in which the app reaches vault and storage by private endpoints, with their DNS zones.'

param name string
param location string
param tags object
param hostStorageName string
param storageName string
param vaultName string
param backupName string
param workspaceName string
param natGateway bool
param zoneRedundant bool

resource hostStorage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: hostStorageName
}

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageName
}

resource backup 'Microsoft.Storage/storageAccounts@2026-06-01' existing = if (!empty(backupName)) {
  name: backupName
}

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' existing = {
  name: vaultName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

// The Functions host uses blobs of its account, the app tables and blobs of its own; neither uses queues or files.
var ownServices = [
  { name: 'blob', target: hostStorage.id, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { name: 'data-blob', target: storage.id, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { name: 'table', target: storage.id, zone: 'privatelink.table.${environment().suffixes.storage}' }
  { name: 'vault', target: vault.id, zone: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}' }
]
var services = concat(
  ownServices,
  empty(backupName) ? [] : [{ name: 'backup-blob', target: backup.id, zone: 'privatelink.blob.${environment().suffixes.storage}' }]
)

resource appRules 'Microsoft.Network/networkSecurityGroups@2026-03-01' = {
  name: '${name}-rules'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'nothing-from-the-internet'
        properties: {
          priority: 4096
          direction: 'Inbound'
          access: 'Deny'
          protocol: '*'
          sourceAddressPrefix: 'Internet'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
      {
        name: 'no-remote-management'
        properties: {
          priority: 4096
          direction: 'Outbound'
          access: 'Deny'
          protocol: 'Tcp'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRanges: ['22', '3389', '5985', '5986']
        }
      }
    ]
  }
}

// The way out to Entra ID, Application Insights and trusted issuers: private subnets have no other, and its address is one that others can allow.
resource outboundAddress 'Microsoft.Network/publicIPAddresses@2026-03-01' = if (natGateway) {
  name: '${name}-outbound'
  location: location
  tags: tags
  zones: zoneRedundant ? pickZones('Microsoft.Network', 'publicIPAddresses', location, 3) : []
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource outbound 'Microsoft.Network/natGateways@2026-03-01' = if (natGateway) {
  name: '${name}-outbound'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: outboundAddress.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2026-03-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/22'] }
    subnets: [
      {
        // One address per instance; Flex Consumption needs a /27 at least.
        name: 'app'
        properties: {
          addressPrefix: '10.20.0.0/24'
          networkSecurityGroup: { id: appRules.id }
          natGateway: natGateway ? { id: outbound.id } : null
          defaultOutboundAccess: false
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.20.1.0/26'
          networkSecurityGroup: { id: appRules.id }
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }
}

#disable-next-line use-recent-api-versions // The older 2016-09-01 has no metrics by category.
resource networkMetrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: network
  name: 'to-workspace'
  properties: {
    workspaceId: workspace.id
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

// One after another, because two share a DNS zone.
@batchSize(1)
module endpoints 'endpoint.bicep' = [for service in services: {
  name: 'endpoint-${service.name}'
  params: {
    name: '${name}-${service.name}'
    location: location
    tags: tags
    targetId: service.target
    groupId: last(split(service.name, '-'))
    zoneName: service.zone
    networkName: network.name
  }
}]
