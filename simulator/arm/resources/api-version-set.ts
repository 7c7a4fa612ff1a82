import type { ArmType } from "../arm-type.ts";

/**
 * A set of versions of an API.
 *
 * Differs from Azure: version sets are kept, and no API belongs to one.
 */
export const apiVersionSet: ArmType = {
  type: "Microsoft.ApiManagement/service/apiVersionSets",
  nameParameter: "versionSetId",
  model: "ApiVersionSetContract",
  required: ["displayName", "versioningScheme"],
};
