import { z } from "zod";
import type { App, RoleAssignment } from "../entities.ts";
import { newDates, type OktaOrg } from "../org.ts";
import { ManagementError, notFoundError } from "./api-error.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  made,
  ok,
  param,
} from "./endpoint.ts";
import { readSent } from "./sent-body.ts";

/** Okta's standard administrator roles. @see https://developer.okta.com/docs/concepts/role-assignment/#standard-role-types */
const roleLabels = {
  API_ACCESS_MANAGEMENT_ADMIN: "API Access Management Administrator",
  APP_ADMIN: "Application Administrator",
  GROUP_MEMBERSHIP_ADMIN: "Group Membership Administrator",
  HELP_DESK_ADMIN: "Help Desk Administrator",
  MOBILE_ADMIN: "Mobile Administrator",
  ORG_ADMIN: "Organizational Administrator",
  READ_ONLY_ADMIN: "Read-only Administrator",
  REPORT_ADMIN: "Report Administrator",
  SUPER_ADMIN: "Super Administrator",
  USER_ADMIN: "Group Administrator",
} as const;

type RoleType = keyof typeof roleLabels;

const shape = z.object({ type: z.enum(Object.keys(roleLabels) as [RoleType, ...RoleType[]]) });

const path = "/oauth2/v1/clients/{appId}/roles";

/**
 * `/oauth2/v1/clients/ID/roles`: the administrator roles of an app.
 *
 * Differs from Okta: a role has no targets, and there are no roles of one's own.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/RoleAssignmentClient/
 */
export function clientRoleEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const clientOf = (call: ManagementCall) => found(org.apps, param(call, "appId"), { kind: "OAuth2Client" });
  const roleOf = (app: App, call: ManagementCall) => {
    const id = param(call, "roleId");
    const role = app.roles.find(({ type }) => roleId(type) === id);
    if (role === undefined) throw notFoundError(id, "Role");
    return role;
  };
  return endpoints("roles", {
    [`GET ${path}`]: (call) => {
      const app = clientOf(call);
      return ok(app.roles.map((role) => roleJson(org, app, role)));
    },
    [`POST ${path}`]: (call) => {
      const app = clientOf(call);
      const { type } = readSent(call, shape);
      if (app.roles.some((role) => role.type === type)) throw new ManagementError("E0000090");
      const role = { type, ...newDates(org.clock) };
      org.apps.set(app.id, { ...app, roles: [...app.roles, role] });
      return made(roleJson(org, app, role));
    },
    [`GET ${path}/{roleId}`]: (call) => {
      const app = clientOf(call);
      return ok(roleJson(org, app, roleOf(app, call)));
    },
    [`DELETE ${path}/{roleId}`]: (call) => {
      const app = clientOf(call);
      const gone = roleOf(app, call);
      org.apps.set(app.id, { ...app, roles: app.roles.filter(({ type }) => type !== gone.type) });
      return done;
    },
  });
}

function roleJson(org: OktaOrg, { id }: App, { type, created, lastUpdated }: RoleAssignment): object {
  return {
    ...{ id: roleId(type), label: roleLabels[type as RoleType], type, status: "ACTIVE" },
    ...{ created, lastUpdated, assignmentType: "CLIENT" },
    _links: { assignee: { href: `${org.origin}/oauth2/v1/clients/${id}` } },
  };
}

const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** A standard role's id, as recorded: its type in base 32, `APP_ADMIN` → `IFIFAX2BIRGUSTQ`. */
export function roleId(type: string): string {
  const bits = [...Buffer.from(type)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => base32.charAt(Number.parseInt(group.padEnd(5, "0"), 2))).join("");
}
