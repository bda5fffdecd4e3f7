metadata description = 'The network in which the app reaches vault and storage by private endpoints, with their DNS zones.'

param name string
param location string
param tags object
param storageName string
param vaultName string
param workspaceName string

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageName
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' existing = {
  name: workspaceName
}

// The Functions host uses blobs, the app tables; neither uses queues or files.
var services = [
  { name: 'blob', target: storage.id, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { name: 'table', target: storage.id, zone: 'privatelink.table.${environment().suffixes.storage}' }
  { name: 'vault', target: vault.id, zone: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}' }
]

resource appRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
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
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
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
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: '10.20.1.0/26'
          networkSecurityGroup: { id: appRules.id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }
}

resource networkMetrics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: network
  name: 'to-workspace'
  properties: {
    workspaceId: workspace.id
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

module endpoints 'endpoint.bicep' = [for service in services: {
  name: 'endpoint-${service.name}'
  params: {
    name: '${name}-${service.name}'
    location: location
    tags: tags
    targetId: service.target
    groupId: service.name
    zoneName: service.zone
    networkName: network.name
  }
}]
