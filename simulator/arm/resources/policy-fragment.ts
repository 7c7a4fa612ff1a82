import type { ArmType } from "../arm-type.ts";

/**
 * A part of policy documents.
 *
 * Differs from Azure: policy fragments are kept, and a document that includes one is refused.
 */
export const policyFragment: ArmType = {
  type: "Microsoft.ApiManagement/service/policyFragments",
  nameParameter: "id",
  model: "PolicyFragmentContract",
  required: ["value"],
  busyState: "InProgress",
  canPatch: false,
};
