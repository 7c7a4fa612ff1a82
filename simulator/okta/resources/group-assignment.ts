import { z } from "zod";
import type { ResourceHandler } from "../../providers/resource.ts";
import type { GroupAssignment } from "../entities.ts";
import { entityAt, oktaHandler } from "../okta-handler.ts";
import { type OktaOrg, oktaTime } from "../org.ts";

const schema = z.strictObject({ appId: z.string(), groupId: z.string() });

/** `app.GroupAssignment`: lets the members of a group use an app. Its id is the group's; made twice, it is one. */
export function groupAssignment(org: OktaOrg): ResourceHandler {
  return oktaHandler<z.infer<typeof schema>, GroupAssignment>({
    type: "okta:app/groupAssignment:GroupAssignment",
    idKind: "",
    isUndated: true,
    idOf: ({ groupId }) => groupId,
    keyOf: (id, { appId }) => (id.includes("/") ? id : `${appId}/${id}`),
    schema,
    replaceOnChanges: ["appId", "groupId"],
    entities: org.assignments,
    build: ({ appId, groupId }) => {
      entityAt(org.apps, appId);
      entityAt(org.groups, groupId);
      const id = `${appId}/${groupId}`;
      const priority = [...org.assignments.values()].filter((one) => one.appId === appId).length;
      const known = org.assignments.get(id) ?? { priority, profile: {}, lastUpdated: oktaTime() };
      return { ...known, id, appId, groupId };
    },
    outputs: ({ appId, groupId }) => ({ appId, groupId }),
  });
}
