import type { ResourceHandler } from "../resource.ts";
import type { InputFields } from "./input-fields.ts";
import type { OktaApi } from "./okta-api.ts";
import { oktaResource } from "./okta-resource.ts";

interface Inputs {
  readonly appId: string;
  readonly groupId: string;
  readonly priority: number;
  readonly profile: string;
  readonly retainAssignment: boolean;
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGroups/ */
interface AssignmentBody {
  /** The group's id. */
  readonly id: string;
  readonly priority?: number;
  readonly profile?: object;
}

const fields: InputFields = {
  appId: { kind: "text", isRequired: true, replaces: true },
  groupId: { kind: "text", isRequired: true, replaces: true },
  priority: { kind: "number", isComputed: true },
  profile: { kind: "json", isComputed: true },
  retainAssignment: { kind: "boolean", default: false },
};

/**
 * `app.GroupAssignment`: lets the members of a group use an app. Its id is the group's; made twice, it is one.
 *
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/okta/services/idaas/resource_okta_app_group_assignment.go
 */
export function appGroupAssignment(client: OktaApi): ResourceHandler {
  return oktaResource<Inputs, AssignmentBody>(client, {
    type: "okta:app/groupAssignment:GroupAssignment",
    fields,
    title: "application group assignment",
    errors: "summary",
    parents: ["appId"],
    collection: ({ appId }) => `/api/v1/apps/${appId}/groups`,
    putsNew: ({ groupId }) => groupId,
    body: ({ priority, profile }) => ({
      ...(profile ? { profile: JSON.parse(profile) } : {}),
      ...(priority ? { priority } : {}),
    }),
    outputs: ({ id, priority, profile }) => ({
      groupId: id,
      profile: JSON.stringify(profile ?? {}),
      ...(priority === undefined ? {} : { priority }),
    }),
    beforeDelete: async (_, { retainAssignment }) => !retainAssignment,
  });
}
