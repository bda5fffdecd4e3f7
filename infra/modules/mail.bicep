metadata description = 'Azure Communication Services Email: a domain of Azure\'s, and the role by which an application of Entra ID signs in at its SMTP server.'

param name string
param tags object
param dataLocation string
param applicationObjectId string

// Communication and Email Service Owner: the only role of Azure that may send by SMTP.
var emailOwner = '09976791-48a7-449e-bb21-39d1a415f350'

resource service 'Microsoft.Communication/emailServices@2026-03-18' = {
  name: name
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }

  resource domain 'domains' = {
    name: 'AzureManagedDomain'
    location: 'global'
    tags: tags
    properties: {
      domainManagement: 'AzureManaged'
      // Pixels and rewritten links in mails with codes would tell third parties.
      userEngagementTracking: 'Disabled'
    }
  }
}

resource communication 'Microsoft.Communication/communicationServices@2026-03-18' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    linkedDomains: [service::domain.id]
  }
}

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: communication
  name: guid(communication.id, applicationObjectId, emailOwner)
  properties: {
    principalId: applicationObjectId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', emailOwner)
  }
}
