import { z } from "zod";
import { structure } from "./structure.ts";

/** The setting `policyFragments`, as Pulumi hands it over. */
export const policyFragmentsCheck = structure(
  z.record(
    // https://learn.microsoft.com/rest/api/apimanagement/policy-fragment/create-or-update
    z
      .string()
      .regex(
        /^\w(?:[\w-]{0,78}\w)?$/,
        "must be named in letters, digits, underscores and hyphens between them, with at most 80 characters",
      ),
    z
      .string('must name a file, for example "policies/log-failure.xml"')
      .min(1, 'must name a file, for example "policies/log-failure.xml"'),
    "must be a map from a fragment's id to its file",
  ),
);
