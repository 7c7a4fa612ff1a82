const apimanagement = "azure-native:apimanagement";

/** Pulumi's type tokens of the simulated Azure resources. */
export const armTypes = {
  resourceGroup: "azure-native:resources:ResourceGroup",
  service: `${apimanagement}:ApiManagementService`,
  authorizationServer: `${apimanagement}:AuthorizationServer`,
  api: `${apimanagement}:Api`,
  backend: `${apimanagement}:Backend`,
  apiPolicy: `${apimanagement}:ApiPolicy`,
  apiOperationPolicy: `${apimanagement}:ApiOperationPolicy`,
  policy: `${apimanagement}:Policy`,
  deployment: "azure-native:resources:Deployment",
  /** Not a type of Pulumi's: a deployment's template makes it. */
  portalRevision: "Microsoft.ApiManagement/service/portalRevisions",
} as const;
