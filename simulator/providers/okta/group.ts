import type { ResourceHandler } from "../resource.ts";
import type { InputFields } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly name: string;
  readonly description: string;
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/ */
export interface GroupBody {
  readonly id: string;
  readonly type: string;
  readonly profile: { readonly name: string; readonly description?: string | null };
}

const fields: InputFields = {
  name: { kind: "text", maxLength: 255 },
  description: { kind: "text" },
  // Deprecated without effect: the provider does not fill it in.
  skipUsers: { kind: "boolean" },
  customProfileAttributes: { kind: "json", isComputed: true, simulated: ["{}"] },
};

/**
 * `group.Group`: a group of people.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_group.go
 */
export function groupOfPeople(client: OktaApi): ResourceHandler {
  return oktaResource<Inputs, GroupBody>(client, {
    type: "okta:group/group:Group",
    fields,
    title: "group",
    errors: "summary",
    collection: () => "/api/v1/groups",
    body: ({ name, description }) => ({ profile: { name, description } }),
    outputs: ({ profile }) => ({
      name: profile.name,
      description: profile.description ?? "",
      customProfileAttributes: "{}",
    }),
  });
}
