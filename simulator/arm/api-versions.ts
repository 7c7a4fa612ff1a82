import { ArmError, notSimulated } from "./arm-error.ts";
import { apiVersion } from "./constraints.ts";

// Told by Azure's own refusal: https://github.com/Azure/bicep/issues/15227
const apiManagementVersions = [
  ...[
    "2014-02-14",
    "2015-09-15",
    "2016-07-07",
    "2016-10-10",
    "2017-03-01",
    "2018-01-01",
    "2018-06-01-preview",
  ],
  ...["2019-01-01", "2019-12-01-preview", "2019-12-01", "2020-06-01-preview", "2020-12-01"],
  ...["2021-01-01-preview", "2021-04-01-preview", "2021-08-01", "2021-12-01-preview", "2022-04-01-preview"],
  ...["2022-08-01", "2022-09-01-preview", "2023-03-01-preview", "2023-05-01-preview", "2023-09-01-preview"],
  apiVersion,
];

// https://learn.microsoft.com/azure/templates/microsoft.resources/change-log/resourcegroups
const resourcesVersions = [
  ...["2015-11-01", "2016-02-01", "2016-07-01", "2016-09-01", "2017-05-10", "2018-02-01", "2018-05-01"],
  ...["2019-03-01", "2019-05-01", "2019-05-10", "2019-07-01", "2019-08-01", "2019-10-01", "2020-06-01"],
  ...["2020-08-01", "2020-10-01", "2021-01-01", "2021-04-01", "2022-09-01", "2023-07-01", "2024-03-01"],
  ...["2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01"],
];

/**
 * Checks the version that a request is for. Resource groups and deployments look the same in every version; of API Management one is
 * simulated.
 *
 * @throws {ArmError} `MissingApiVersionParameter`, `InvalidApiVersionParameter`, `NoRegisteredProviderFound` or `NotSimulated`.
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-manager-request-limits
 */
export function assertApiVersion(version: string | null, namespace: string, type: string): void {
  if (version === null || version === "") {
    throw new ArmError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  const isApiManagement = namespace.toLowerCase() === "microsoft.apimanagement";
  const versions = isApiManagement ? apiManagementVersions : resourcesVersions;
  if (!versions.includes(version)) throw unknownVersion(version, { versions, type, isApiManagement });
  if (isApiManagement && version !== apiVersion)
    throw notSimulated(`version ${version} of API Management's REST API`, `Use ${apiVersion}.`);
}

function unknownVersion(
  version: string,
  {
    versions,
    type,
    isApiManagement,
  }: { versions: readonly string[]; type: string; isApiManagement: boolean },
): ArmError {
  const supported = versions.join(isApiManagement ? ", " : ",");
  if (!isApiManagement) {
    return new ArmError(
      400,
      "InvalidApiVersionParameter",
      `The api-version '${version}' is invalid. The supported versions are '${supported}'.`,
    );
  }
  return new ArmError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for location 'global' and API version '${version}' for type '${type}'. The supported api-versions are '${supported}'.`,
  );
}
