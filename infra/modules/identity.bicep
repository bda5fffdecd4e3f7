metadata description = 'The app\'s managed identity. Created before the app, so that its roles exist when the app starts.'

param name string
param location string
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: name
  location: location
  tags: tags
}
