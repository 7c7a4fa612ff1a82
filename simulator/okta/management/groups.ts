import { z } from "zod";
import type { Group, User } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { fieldError, ManagementError } from "./api-error.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  ok,
  param,
} from "./endpoint.ts";
import { groupJson } from "./group-json.ts";
import { matchesQuery, page } from "./page.ts";
import { readSent } from "./sent-body.ts";
import { userJson, userOf } from "./users.ts";

const shape = z.object({
  profile: z.object({
    name: z.string().min(1, "The field cannot be left blank"),
    description: z.string().default(""),
  }),
});

const path = "/api/v1/groups";

/**
 * `/api/v1/groups` and their members. `q` finds the groups whose names begin with it.
 *
 * Assumed of Okta: a group's name is searched in any letter case.
 * Assumed of Okta: the group Everyone is changed and deleted by nobody, nor are its members.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/
 */
export function groupEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const json = (group: Group) => groupJson(org, group);
  const groupOf = (call: ManagementCall) => found(org.groups, param(call, "groupId"), { kind: "UserGroup" });
  const ownGroupOf = (call: ManagementCall) => {
    const group = groupOf(call);
    if (group.type === "BUILT_IN") throw new ManagementError("E0000006");
    return group;
  };
  const put = (group: Group) => {
    org.groups.set(group.id, group);
    return ok(json(group));
  };
  const setMember = (call: ManagementCall, groupIdsOf: (user: User, group: Group) => readonly string[]) => {
    const group = ownGroupOf(call);
    const user = userOf(org, call);
    org.users.set(user.id, { ...user, groupIds: groupIdsOf(user, group) });
    put({ ...group, lastMembershipUpdated: oktaTime(org.clock) });
    return done;
  };
  return endpoints("groups", {
    [`GET ${path}`]: (call) => {
      const groups = [...org.groups.values()].filter(({ name }) => matchesQuery(call, name));
      const wanted = groups.filter(typeFilter(call.query.get("filter")));
      return page(call, wanted, { origin: org.origin, max: 10_000, cursorOf: ({ id }) => id, json });
    },
    [`POST ${path}`]: (call) => {
      const fixed = { id: oktaId("00g"), type: "OKTA_GROUP", ...newDates(org.clock) } as const;
      return put({ ...fixed, lastMembershipUpdated: fixed.created, ...profileOf(org, call) });
    },
    [`GET ${path}/{groupId}`]: (call) => ok(json(groupOf(call))),
    [`PUT ${path}/{groupId}`]: (call) => {
      const group = ownGroupOf(call);
      return put({ ...group, ...profileOf(org, call, group), lastUpdated: oktaTime(org.clock) });
    },
    [`DELETE ${path}/{groupId}`]: (call) => {
      org.removeGroup(ownGroupOf(call).id);
      return done;
    },
    [`GET ${path}/{groupId}/users`]: (call) => {
      const { id } = groupOf(call);
      const members = [...org.users.values()].filter(({ groupIds }) => groupIds.includes(id));
      return page(call, members, {
        ...{ origin: org.origin, limit: 1000, max: 1000, cursorOf: (user) => user.id },
        json: (user) => userJson(org, user),
      });
    },
    [`PUT ${path}/{groupId}/users/{userId}`]: (call) =>
      setMember(call, ({ groupIds }, { id }) => [...new Set([...groupIds, id])]),
    [`DELETE ${path}/{groupId}/users/{userId}`]: (call) =>
      setMember(call, ({ groupIds }, { id }) => groupIds.filter((one) => one !== id)),
  });
}

function profileOf(org: OktaOrg, call: ManagementCall, existing?: Group) {
  const { profile } = readSent(call, shape);
  const { name } = profile;
  if ([...org.groups.values()].some((group) => group.name === name && group.id !== existing?.id))
    throw fieldError("name", "An object with this field already exists in the current organization");
  return profile;
}

function typeFilter(filter: string | null): (group: Group) => boolean {
  if (filter === null) return () => true;
  const type = /^type eq "(\w+)"$/.exec(filter)?.[1];
  if (type === undefined) throw new ManagementError("E0000031");
  return (group) => group.type === type;
}
