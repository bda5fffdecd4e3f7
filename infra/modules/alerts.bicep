metadata description = 'The alerts and the budget. docs/operations.md says what each alert means and what to do.'

param location string
param tags object
param email string
param workspaceName string
param auditWorkspaceName string
param insightsName string
param vaultName string
param appUrl string
param token string
param monthlyBudget int
param budgetStart string

var queryAlerts = loadJsonContent('../alerts.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: workspaceName
}

resource auditWorkspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' existing = {
  name: auditWorkspaceName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource vault 'Microsoft.KeyVault/vaults@2026-05-15' existing = {
  name: vaultName
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-gatehouse-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    // Azure takes no more than 12 characters, and a renamed copy may have a longer name.
    groupShortName: take('gatehouse', 12)
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource queries 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [for alert in queryAlerts: {
  name: 'gatehouse-${alert.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Gatehouse: ${alert.title}'
    description: alert.description
    severity: alert.severity
    enabled: true
    // An alert that mitigates itself stays silent about a second event until the first is over.
    autoMitigate: !alert.repeats
    evaluationFrequency: 'PT5M'
    windowSize: alert.window
    scopes: [alert.isAudit ? auditWorkspace.id : workspace.id]
    // A new workspace has no tables until the first data arrive.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: alert.query
          timeAggregation: 'Maximum'
          metricMeasureColumn: 'measured'
          operator: 'GreaterThan'
          threshold: alert.threshold
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}]

resource vaultThrottling 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'gatehouse-vault-throttling'
  location: 'global'
  tags: tags
  properties: {
    description: 'The key vault refuses calls because it gets too many, from any caller.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [vault.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.KeyVault/vaults'
          metricName: 'ServiceApiResult'
          dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

// Flex Consumption has no health check. A test from outside also covers the front end and DNS. /health says that the app runs, /health/ready
// that it can sign in people: with an unreachable vault or storage only the second fails.
var availabilityTests = [
  { name: 'gatehouse-availability', path: '/health', severity: 0, seconds: 300 }
  { name: 'gatehouse-readiness', path: '/health/ready', severity: 1, seconds: 900 }
]

resource availabilityTest 'Microsoft.Insights/webtests@2022-06-15' = [for test in availabilityTests: {
  name: test.name
  location: location
  tags: union(tags, { 'hidden-link:${insights.id}': 'Resource' })
  kind: 'standard'
  properties: {
    Name: test.name
    SyntheticMonitorId: test.name
    Kind: 'standard'
    Enabled: true
    Frequency: test.seconds
    Timeout: 30
    RetryEnabled: true
    Locations: [
      { Id: 'emea-nl-ams-azr' }
      { Id: 'emea-gb-db3-azr' }
      { Id: 'us-va-ash-azr' }
      { Id: 'apac-sg-sin-azr' }
      { Id: 'us-ca-sjc-azr' }
    ]
    Request: { RequestUrl: '${appUrl}${test.path}', HttpVerb: 'GET', ParseDependentRequests: false }
    ValidationRules: { ExpectedHttpStatusCode: 200, SSLCheck: true, SSLCertRemainingLifetimeCheck: 14 }
  }
}]

resource availability 'Microsoft.Insights/metricAlerts@2026-01-01' = [for (test, index) in availabilityTests: {
  name: test.name
  location: 'global'
  tags: tags
  properties: {
    description: '${test.path} does not answer in two or more test locations.'
    severity: test.severity
    enabled: true
    autoMitigate: true
    scopes: [availabilityTest[index].id, insights.id]
    evaluationFrequency: 'PT1M'
    windowSize: test.seconds > 300 ? 'PT15M' : 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: availabilityTest[index].id
      componentId: insights.id
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: people.id }]
  }
}]

resource vaultEvents 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: 'evgt-gatehouse-${token}'
  location: location
  tags: tags
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

#disable-next-line use-recent-api-versions // The older 2016-09-01 has no metrics by category.
resource vaultEventFailures 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vaultEvents
  name: 'to-workspace'
  properties: {
    workspaceId: workspace.id
    logs: [{ category: 'DeliveryFailures', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

// The vault sends this event 30 days before the end.
resource nearExpiry 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: vaultEvents
  name: 'secret-near-expiry'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: { includedEventTypes: ['Microsoft.KeyVault.SecretNearExpiry', 'Microsoft.KeyVault.SecretExpired'] }
    destination: {
      endpointType: 'MonitorAlert'
      properties: {
        severity: 'Sev2'
        description: 'A secret of the key vault expires within 30 days, or has expired.'
        actionGroups: [people.id]
      }
    }
  }
}

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = if (monthlyBudget > 0) {
  name: 'gatehouse'
  properties: {
    category: 'Cost'
    amount: monthlyBudget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      spent: { enabled: true, operator: 'GreaterThan', threshold: 80, thresholdType: 'Actual', contactEmails: [email], contactGroups: [people.id] }
      expected: { enabled: true, operator: 'GreaterThan', threshold: 100, thresholdType: 'Forecasted', contactEmails: [email], contactGroups: [people.id] }
    }
  }
}
