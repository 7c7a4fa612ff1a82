const service = "Microsoft.ApiManagement/service";

/** Azure's names of the resource types whose resources others look for. */
export const armTypes = {
  resourceGroup: "Microsoft.Resources/resourceGroups",
  deployment: "Microsoft.Resources/deployments",
  service,
  policy: `${service}/policies`,
  authorizationServer: `${service}/authorizationServers`,
  backend: `${service}/backends`,
  api: `${service}/apis`,
  apiPolicy: `${service}/apis/policies`,
  apiOperation: `${service}/apis/operations`,
  apiOperationPolicy: `${service}/apis/operations/policies`,
  namedValue: `${service}/namedValues`,
  policyFragment: `${service}/policyFragments`,
  product: `${service}/products`,
  productApi: `${service}/products/apis`,
  productPolicy: `${service}/products/policies`,
  subscription: `${service}/subscriptions`,
  certificate: `${service}/certificates`,
  user: `${service}/users`,
  userGroup: `${service}/users/groups`,
  group: `${service}/groups`,
  groupUser: `${service}/groups/users`,
  productGroup: `${service}/products/groups`,
  portalRevision: `${service}/portalRevisions`,
} as const;
