// The function app on Flex Consumption: no instance runs, and none is paid for, while nothing happens.
param token string
param location string
param tags object
param identityId string
param identityClientId string
param storageAccountName string
param packageContainerUrl string
param vaultName string
param vaultUri string
param vaultAccess string
param insightsConnectionString string
param bootstrapRepo string
param bootstrapPath string
param bootstrapRevision string
param bootstrapName string
param controlNamespace string
param clusterTag string
param clusterSubscriptions string
param pollSchedule string
param driftSchedule string
param vaultSchedule string
param driftSeconds int
param instanceMemoryMB int
param maximumInstanceCount int

// Every call that waits for Git or a cluster holds a thread; all HTTP calls of an instance share its threads
var threads = 16
var siteTags = union(tags, {
  'azd-service-name': 'api'
})

// tests/infra compares this with shared/settings.py both ways. Who has to set a secret finds it in
// docs/how-to/deploy-to-azure.md: the template holds references only
var appSettings = {
  AzureWebJobsStorage__accountName: storageAccountName
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${identityClientId}'
  PYTHON_THREADPOOL_THREAD_COUNT: string(threads)
  TIDEGATE_STATE: 'azure'
  TIDEGATE_HOME: '/tmp/tidegate'
  TIDEGATE_VAULT: vaultUri
  TIDEGATE_VAULT_ACCESS: vaultAccess
  TIDEGATE_CONTROL_NAMESPACE: controlNamespace
  TIDEGATE_BOOTSTRAP_REPO: bootstrapRepo
  TIDEGATE_BOOTSTRAP_PATH: bootstrapPath
  TIDEGATE_BOOTSTRAP_REVISION: bootstrapRevision
  TIDEGATE_BOOTSTRAP_NAME: bootstrapName
  TIDEGATE_CLUSTER_TAG: clusterTag
  TIDEGATE_SUBSCRIPTIONS: clusterSubscriptions
  TIDEGATE_ACR_WEBHOOK_SECRETS: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=acr-webhook-secrets)'
  TIDEGATE_GITHUB_WEBHOOK_SECRETS: '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=github-webhook-secrets)'
  TIDEGATE_DRIFT_SECONDS: string(driftSeconds)
  TIDEGATE_RENDER_CHILDREN: '2'
  TIDEGATE_POLL_SCHEDULE: pollSchedule
  TIDEGATE_DRIFT_SCHEDULE: driftSchedule
  TIDEGATE_VAULT_SCHEDULE: vaultSchedule
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-tidegate-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-tidegate-${token}'
  location: location
  tags: siteTags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.11'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        triggers: {
          http: {
            perInstanceConcurrency: threads
          }
        }
      }
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: appSettings
}

// Passwords of the deployment site stay off: packages come with an Entra token
resource ftpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource deploymentPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: site
  name: 'scm'
  properties: {
    allow: false
  }
}

output name string = site.name
output hostName string = site.properties.defaultHostName
