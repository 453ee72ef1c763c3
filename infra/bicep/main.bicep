// Tidegate in one resource group: identity, Storage, Key Vault, logs, and the function app.
// Written in the part of Bicep that pycep-parser reads, so that tests/infra checks it without an Azure CLI.
targetScope = 'resourceGroup'

@description('Name of the azd environment. Names of resources are derived from it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region of all resources; Flex Consumption must be offered there.')
param location string = resourceGroup().location

@description('Repository of the bootstrap root. Empty: Applications come by the API only.')
param bootstrapRepo string = ''

@description('Folder in it whose Applications are deployed.')
param bootstrapPath string = 'apps'

@description('Branch, tag or commit of it.')
param bootstrapRevision string = 'main'

@description('Name of the root application.')
param bootstrapName string = 'root-app'

@description('Namespace of Applications that name none.')
param controlNamespace string = 'argocd'

@description('AKS clusters with this Azure tag, name or name=value, are registered by themselves. Empty: none is.')
param clusterTag string = ''

@description('Ids of the subscriptions in which to look for them, separated by commas.')
param clusterSubscriptions string = subscription().subscriptionId

@description('Who may read which vault by ExternalSecrets: VAULT NAMESPACE,… [CLUSTER,…]; … Empty: every ClusterSecretStore.')
param vaultAccess string = ''

@description('When the Git poll runs: NCRONTAB with seconds, UTC.')
param pollSchedule string = '0 */3 * * * *'

@description('When the drift timer runs: NCRONTAB with seconds, UTC.')
param driftSchedule string = '30 */3 * * * *'

@description('When each vault that ExternalSecrets read is listed once: what a lost event costs.')
param vaultSchedule string = '45 */5 * * * *'

@description('Seconds between two looks for drift at the same application.')
@minValue(1)
param driftSeconds int = 180

@description('Memory of an instance in MB.')
@allowed([
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Instances at most, over all functions.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Redundancy of the storage account.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_ZRS'

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

var token = uniqueString(subscription().id, resourceGroup().id, environmentName)
var tags = {
  'azd-env-name': environmentName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-tidegate-${token}'
  location: location
  tags: tags
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    sku: storageSku
    principalId: identity.properties.principalId
  }
}

module vault 'vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    principalId: identity.properties.principalId
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    token: token
    location: location
    tags: tags
    retentionDays: logRetentionDays
    principalId: identity.properties.principalId
  }
}

module site 'site.bicep' = {
  name: 'site'
  params: {
    token: token
    location: location
    tags: tags
    identityId: identity.id
    identityClientId: identity.properties.clientId
    storageAccountName: storage.outputs.name
    packageContainerUrl: storage.outputs.packageContainerUrl
    vaultName: vault.outputs.name
    vaultUri: vault.outputs.uri
    vaultAccess: vaultAccess
    insightsConnectionString: monitoring.outputs.connectionString
    bootstrapRepo: bootstrapRepo
    bootstrapPath: bootstrapPath
    bootstrapRevision: bootstrapRevision
    bootstrapName: bootstrapName
    controlNamespace: controlNamespace
    clusterTag: clusterTag
    clusterSubscriptions: clusterSubscriptions
    pollSchedule: pollSchedule
    driftSchedule: driftSchedule
    vaultSchedule: vaultSchedule
    driftSeconds: driftSeconds
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
  }
}

output TIDEGATE_URL string = 'https://${site.outputs.hostName}'
output TIDEGATE_WEBHOOK_URL string = 'https://${site.outputs.hostName}/api/webhook'
output TIDEGATE_IDENTITY_PRINCIPAL_ID string = identity.properties.principalId
output AZURE_FUNCTION_APP_NAME string = site.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output AZURE_STORAGE_ACCOUNT_NAME string = storage.outputs.name
