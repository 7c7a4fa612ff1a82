import { z } from "zod";
import type { GroupAssignment, JsonMembers } from "../entities.ts";
import { type OktaOrg, oktaTime } from "../org.ts";
import { appOf } from "./apps.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  ok,
  param,
} from "./endpoint.ts";
import { page } from "./page.ts";
import { readSent } from "./sent-body.ts";

const shape = z
  .object({ priority: z.int().optional(), profile: z.record(z.string(), z.json()).optional() })
  .prefault({});

const path = "/api/v1/apps/{appId}/groups";

/**
 * `/api/v1/apps/ID/groups`: the groups whose members may use an app. To assign a group twice changes nothing.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGroups/
 */
export function appGroupEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const assignedTo = (appId: string) =>
    [...org.assignments.values()]
      .filter((one) => one.appId === appId)
      .sort((a, b) => a.priority - b.priority);
  const assignmentOf = (call: ManagementCall) => {
    const { id } = appOf(org, call);
    const groupId = param(call, "groupId");
    return found(new Map(assignedTo(id).map((one) => [one.groupId, one])), groupId, {
      kind: "ApplicationGroupAssignment",
    });
  };
  const json = (assignment: GroupAssignment) => assignmentJson(org, assignment);
  return endpoints("apps", {
    [`GET ${path}`]: (call) => {
      const { id } = appOf(org, call);
      return page(call, assignedTo(id), {
        ...{ origin: org.origin, limit: 20, cursorOf: ({ groupId }) => groupId, json },
      });
    },
    [`GET ${path}/{groupId}`]: (call) => ok(json(assignmentOf(call))),
    [`PUT ${path}/{groupId}`]: (call) => {
      const app = appOf(org, call);
      const group = found(org.groups, param(call, "groupId"), { kind: "UserGroup" });
      const id = `${app.id}/${group.id}`;
      const known = org.assignments.get(id);
      const sent = call.body === undefined ? {} : readSent(call, shape);
      const assignment: GroupAssignment = {
        ...{ id, appId: app.id, groupId: group.id, lastUpdated: oktaTime(org.clock) },
        priority: sent.priority ?? known?.priority ?? assignedTo(app.id).length,
        profile: (sent.profile ?? known?.profile ?? {}) as JsonMembers,
      };
      org.assignments.set(id, assignment);
      return ok(json(assignment));
    },
    [`DELETE ${path}/{groupId}`]: (call) => {
      org.assignments.delete(assignmentOf(call).id);
      return done;
    },
  });
}

function assignmentJson(org: OktaOrg, { appId, groupId, lastUpdated, priority, profile }: GroupAssignment) {
  const app = `${org.origin}/api/v1/apps/${appId}`;
  return {
    ...{ id: groupId, lastUpdated, priority, profile },
    _links: {
      app: { href: app },
      self: { href: `${app}/groups/${groupId}` },
      group: { href: `${org.origin}/api/v1/groups/${groupId}` },
    },
  };
}
