// What Tidegate may do in one AKS cluster with Azure RBAC. Deployed to the cluster's resource group.
@description('Name of the cluster.')
param clusterName string

@description('TIDEGATE_IDENTITY_PRINCIPAL_ID of main.bicep.')
param principalId string

// User: to ask for the address and the CA. Cluster Admin: applications declare CRDs, namespaces and roles
var roles = {
  'Azure Kubernetes Service Cluster User Role': '4abbcc35-e782-43d8-92c5-2d3f1bd2253f'
  'Azure Kubernetes Service RBAC Cluster Admin': 'b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b'
}

resource cluster 'Microsoft.ContainerService/managedClusters@2024-09-01' existing = {
  name: clusterName
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in items(roles): {
  name: guid(cluster.id, principalId, role.value)
  scope: cluster
  properties: {
    description: role.key
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
  }
}]
