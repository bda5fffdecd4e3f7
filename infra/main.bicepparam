// Read by azd. `azd env set NAME VALUE` sets a value of the environment.
using 'main.bicep'

// The pipeline's environments have names without azd-, so both may have a dev.
param environmentName = 'azd-${readEnvironmentVariable('AZURE_ENV_NAME')}'
param azdEnvironmentName = readEnvironmentVariable('AZURE_ENV_NAME')
param location = readEnvironmentVariable('AZURE_LOCATION')
param allowedLocations = filter(split(readEnvironmentVariable('GATEHOUSE_ALLOWED_LOCATIONS', ''), ','), region => !empty(region))
param operatorGroupId = readEnvironmentVariable('GATEHOUSE_OPERATOR_GROUP_ID', '')
param alertEmail = readEnvironmentVariable('GATEHOUSE_ALERT_EMAIL')
param mailApplicationObjectId = readEnvironmentVariable('GATEHOUSE_MAIL_APPLICATION_OBJECT_ID', '')
param mailApplicationId = readEnvironmentVariable('GATEHOUSE_MAIL_APPLICATION_ID', '')
param mailFrom = readEnvironmentVariable('GATEHOUSE_MAIL_FROM', '')
param issuer = readEnvironmentVariable('GATEHOUSE_ISSUER_URL', '')
param audience = readEnvironmentVariable('GATEHOUSE_AUDIENCE', 'gatehouse')
param frontDoorId = readEnvironmentVariable('GATEHOUSE_FRONT_DOOR_ID', '')
param deployerAddresses = filter(split(readEnvironmentVariable('GATEHOUSE_DEPLOYER_ADDRESSES', ''), ','), address => !empty(address))
param rollingUpdate = bool(readEnvironmentVariable('GATEHOUSE_ROLLING_UPDATE', 'true'))
param networkIsolation = bool(readEnvironmentVariable('GATEHOUSE_NETWORK_ISOLATION', 'false'))
param natGateway = bool(readEnvironmentVariable('GATEHOUSE_NAT_GATEWAY', 'true'))
param zoneRedundant = bool(readEnvironmentVariable('GATEHOUSE_ZONE_REDUNDANT', 'false'))
param alwaysReadyInstances = int(readEnvironmentVariable('GATEHOUSE_ALWAYS_READY', '0'))
param maximumInstanceCount = int(readEnvironmentVariable('GATEHOUSE_MAXIMUM_INSTANCES', '40'))
param auditArchiveDays = int(readEnvironmentVariable('GATEHOUSE_AUDIT_ARCHIVE_DAYS', '0'))
param backupLocation = readEnvironmentVariable('GATEHOUSE_BACKUP_LOCATION', '')
param geoRedundant = bool(readEnvironmentVariable('GATEHOUSE_GEO_REDUNDANT', 'false'))
param monthlyBudget = int(readEnvironmentVariable('GATEHOUSE_MONTHLY_BUDGET', '0'))

// Fails before the deployment begins. Azure refuses the budget only at its end, with a message that does not help.
var firstOfMonth = readEnvironmentVariable('GATEHOUSE_BUDGET_START', '')
param budgetStart = monthlyBudget == 0 || (length(firstOfMonth) == 10 && endsWith(firstOfMonth, '-01'))
  ? firstOfMonth
  : fail('GATEHOUSE_MONTHLY_BUDGET needs GATEHOUSE_BUDGET_START, the first day of this month as yyyy-MM-01; it is "${firstOfMonth}".')
