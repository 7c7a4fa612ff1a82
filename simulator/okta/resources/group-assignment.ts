import { z } from "zod";
import type { ResourceHandler } from "../../resource.ts";
import type { GroupAssignment } from "../entities.ts";
import { entityAt, oktaHandler, validationFailed } from "../okta-handler.ts";
import type { OktaOrg } from "../org.ts";

const schema = z.strictObject({ appId: z.string(), groupId: z.string() });

/** `app.GroupAssignment`: lets the members of a group use an app. */
export function groupAssignment(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, GroupAssignment>({
    type: "okta:app/groupAssignment:GroupAssignment",
    idKind: "0ga",
    schema,
    replaceOnChanges: ["appId", "groupId"],
    entities: org.assignments,
    build: ({ appId, groupId }, { id }) => {
      entityAt(org.apps, appId);
      entityAt(org.groups, groupId);
      if ([...org.assignments.values()].some((other) => other.appId === appId && other.groupId === groupId)) {
        throw validationFailed(
          "groupId",
          "The group is assigned to the app already. Remove one of the two assignments.",
        );
      }
      return { id, appId, groupId };
    },
    outputs: ({ appId, groupId }) => ({ appId, groupId }),
  });
}
