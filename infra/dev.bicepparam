using 'main.bicep'

param environmentName = 'dev'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param alertEmail = readEnvironmentVariable('GATEHOUSE_ALERT_EMAIL')
param operatorId = readEnvironmentVariable('AZURE_PRINCIPAL_ID', '')
param operatorType = readEnvironmentVariable('AZURE_PRINCIPAL_TYPE', 'ServicePrincipal')
param operatorGroupId = readEnvironmentVariable('GATEHOUSE_OPERATOR_GROUP_ID', '')
param maximumInstanceCount = 2
param logRetentionDays = 30
param dailyLogLimitGB = 1
