metadata description = 'The backups of the tables, in another region: an account of their own, in which nobody can change or remove a backup before its time.'

param name string
param location string
param tags object
param backupIdentityName string
param storageName string
param workspaceName string
param retentionDays int
param isPublic bool

var storageBlobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var storageTableDataReader = '76199698-9eea-4c19-bc75-cec21354c6b6'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: backupIdentityName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource storage 'Microsoft.Storage/storageAccounts@2026-06-01' existing = {
  name: storageName
}

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    accessTier: 'Cool'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPublic ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPublic ? 'Allow' : 'Deny'
    }
    // Unlocked: an Owner may shorten the time until the policy is locked.
    immutableStorageWithVersioning: {
      enabled: true
      immutabilityPolicy: {
        state: 'Unlocked'
        immutabilityPeriodSinceCreationInDays: retentionDays
        allowProtectedAppendWrites: false
      }
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: 14 }
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
  }
}

resource backups 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = {
  parent: blobs
  name: 'backups'
  properties: { publicAccess: 'None' }
}

// Without it, backups would stay and cost forever.
resource removal 'Microsoft.Storage/storageAccounts/managementPolicies@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'remove-old-backups'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'] }
            actions: {
              baseBlob: { delete: { daysAfterCreationGreaterThan: retentionDays } }
              version: { delete: { daysAfterCreationGreaterThan: retentionDays } }
            }
          }
        }
      ]
    }
  }
  dependsOn: [blobs]
}

resource addsBackups 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: backups
  name: guid(backups.id, identity.id, storageBlobDataContributor)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataContributor)
  }
}

resource readsTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: storage
  name: guid(storage.id, identity.id, storageTableDataReader)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataReader)
  }
}

resource stays 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: account
  name: 'backups-stay'
  properties: {
    level: 'CanNotDelete'
    notes: 'The backups of the users. Remove the lock only to remove the environment.'
  }
}

#disable-next-line use-recent-api-versions // The older 2016-09-01 has no metrics by category.
resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspace.id
    logs: [{ categoryGroup: 'audit', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}
