using 'main.bicep'

param environmentName = 'dev'
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param allowedLocations = filter(split(readEnvironmentVariable('GATEHOUSE_ALLOWED_LOCATIONS', ''), ','), region => !empty(region))
param alertEmail = readEnvironmentVariable('GATEHOUSE_ALERT_EMAIL')
param operatorGroupId = readEnvironmentVariable('GATEHOUSE_OPERATOR_GROUP_ID', '')
param maximumInstanceCount = int(readEnvironmentVariable('GATEHOUSE_MAXIMUM_INSTANCES', '40'))
param logRetentionDays = 30
param auditRetentionDays = 90
param dailyLogLimitGB = 1
