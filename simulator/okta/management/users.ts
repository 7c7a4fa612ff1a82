import { z } from "zod";
import type { JsonMembers, User } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { fieldError, ManagementError, notFoundError, notSimulatedError } from "./api-error.ts";
import { roleId } from "./client-roles.ts";
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

// Okta's own attributes: the reference, at UserProfile.
const attributeNames =
  "city costCenter countryCode department displayName division employeeNumber honorificPrefix honorificSuffix locale manager managerId middleName mobilePhone nickName organization postalAddress preferredLanguage primaryPhone profileUrl secondEmail state streetAddress timezone title userType zipCode".split(
    " ",
  );

const profile = z.looseObject({
  login: z.string().min(5, "The field has an invalid value"),
  email: z.string().min(5, "The field has an invalid value"),
  firstName: z.string().min(1, "The field cannot be left blank"),
  lastName: z.string().min(1, "The field cannot be left blank"),
});

const credentials = z
  .object({ password: z.object({ value: z.string().optional() }).prefault({}) })
  .prefault({});

const created = z.object({ profile, credentials, groupIds: z.array(z.string()).default([]) });

const changed = z.object({ profile: profile.partial().default({}), credentials });

const path = "/api/v1/users";

/**
 * `/api/v1/users`: the people of the org.
 *
 * Assumed of Okta: a person who is made without a password cannot sign in.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/
 */
export function userEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const put = (user: User) => {
    org.users.set(user.id, user);
    return ok(userJson(org, user));
  };
  const setStatus = (status: User["status"]) => (call: ManagementCall) => {
    put({ ...userOf(org, call), status, lastUpdated: oktaTime(org.clock) });
    return ok({});
  };
  const change = (call: ManagementCall, shape: typeof changed | typeof created) => {
    const user = userOf(org, call);
    const sent = readSent(call, shape);
    const attributes = attributesOf(sent.profile, "updatedUser");
    const isWhole = shape === created;
    return put({
      ...user,
      ...named(sent.profile),
      attributes: isWhole ? attributes : { ...user.attributes, ...attributes },
      password: sent.credentials.password.value ?? user.password,
      lastUpdated: oktaTime(org.clock),
    });
  };
  return endpoints("users", {
    [`GET ${path}`]: (call) => {
      const people = [...org.users.values()].filter(({ firstName, lastName, email }) =>
        matchesQuery(call, firstName, lastName, email),
      );
      return page(call, people.filter(searchFilter(call.query)), {
        ...{ origin: org.origin, limit: 200, cursorOf: ({ id }) => id },
        json: (user) => userJson(org, user),
      });
    },
    [`POST ${path}`]: (call) => put(newUser(org, call)),
    [`GET ${path}/{userId}`]: (call) => ok(userJson(org, userOf(org, call))),
    [`POST ${path}/{userId}`]: (call) => change(call, changed),
    [`PUT ${path}/{userId}`]: (call) => change(call, created),
    [`DELETE ${path}/{userId}`]: (call) => {
      const user = userOf(org, call);
      // The first call deactivates, the second one deletes: the reference.
      if (user.status === "DEPROVISIONED") org.users.delete(user.id);
      else put({ ...user, status: "DEPROVISIONED", lastUpdated: oktaTime(org.clock) });
      return done;
    },
    [`GET ${path}/{userId}/groups`]: (call) => {
      const groups = userOf(org, call).groupIds.flatMap((id) => org.groups.get(id) ?? []);
      return page(call, groups, {
        ...{ origin: org.origin, limit: 200, cursorOf: ({ id }) => id },
        json: (group) => groupJson(org, group),
      });
    },
    [`GET ${path}/{userId}/roles`]: (call) => ok(rolesOf(org, userOf(org, call))),
    [`POST ${path}/{userId}/lifecycle/activate`]: setStatus("ACTIVE"),
    [`POST ${path}/{userId}/lifecycle/deactivate`]: setStatus("DEPROVISIONED"),
    [`POST ${path}/{userId}/lifecycle/suspend`]: setStatus("SUSPENDED"),
    [`POST ${path}/{userId}/lifecycle/unsuspend`]: setStatus("ACTIVE"),
  });
}

/** The person that a path names: by id, login, or as `me`, whose API token the call has. @throws {ManagementError} `E0000007`. */
export function userOf(org: OktaOrg, call: ManagementCall): User {
  const id = param(call, "userId");
  if (id === "me") {
    if (call.user === undefined) throw notFoundError("me", "User");
    return call.user;
  }
  return [...org.users.values()].find(({ login }) => login === id) ?? found(org.users, id, { kind: "User" });
}

function newUser(org: OktaOrg, call: ManagementCall): User {
  const { profile, credentials, groupIds } = readSent(call, created);
  const attributes = attributesOf(profile, "newUser");
  if ([...org.users.values()].some(({ login }) => login === profile.login))
    throw fieldError("login", "An object with this field already exists in the current organization");
  const everyone = [...org.groups.values()].filter(({ type }) => type === "BUILT_IN").map(({ id }) => id);
  for (const id of groupIds) found(org.groups, id, { kind: "UserGroup" });
  const password = credentials.password.value ?? null;
  const activated = password === null ? "PROVISIONED" : "ACTIVE";
  return {
    ...{ id: oktaId("00u"), ...newDates(org.clock), attributes, password },
    ...{ login: profile.login, email: profile.email },
    ...{ firstName: profile.firstName, lastName: profile.lastName },
    groupIds: [...new Set([...everyone, ...groupIds])],
    status: call.query.get("activate") === "false" ? "STAGED" : activated,
  };
}

const names = ["login", "email", "firstName", "lastName"] as const;

function named(sent: Readonly<Partial<Record<(typeof names)[number], string | undefined>>>) {
  const given = names.flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]] as const]));
  return Object.fromEntries(given) as Partial<Pick<User, (typeof names)[number]>>;
}

function attributesOf(sent: Readonly<Record<string, unknown>>, subject: string): JsonMembers {
  const { login: _l, email: _e, firstName: _f, lastName: _n, ...others } = sent;
  const unknown = Object.keys(others).filter((name) => !attributeNames.includes(name));
  if (unknown.length > 0)
    throw new ManagementError("E0000001", {
      detail: subject,
      causes: unknown.map((name) => `Property name '${name}' is not defined in profile`),
    });
  return others as JsonMembers;
}

function searchFilter(query: URLSearchParams): (user: User) => boolean {
  const text = query.get("search") ?? query.get("filter");
  if (text === null) return () => true;
  const [, field, value] =
    /^(id|status|profile\.(?:login|email|firstName|lastName)) eq "([^"]*)"$/.exec(text) ?? [];
  if (field === undefined)
    throw notSimulatedError(
      `the search "${text}"`,
      'Compare one field with "eq", as in profile.login eq "x".',
    );
  const name = field.replace("profile.", "") as
    | "id"
    | "status"
    | "login"
    | "email"
    | "firstName"
    | "lastName";
  return (user) => user[name] === value;
}

function rolesOf(org: OktaOrg, user: User): readonly object[] {
  if (user.id !== org.identity.apiTokenUserId) return [];
  const { created, lastUpdated } = user;
  const type = "SUPER_ADMIN";
  const assignee = { href: `${org.origin}/api/v1/users/${user.id}` };
  return [
    {
      ...{ id: roleId(type), label: "Super Administrator", type, status: "ACTIVE", created, lastUpdated },
      ...{ assignmentType: "USER", _links: { assignee } },
    },
  ];
}

/** A person as Okta answers it. */
export function userJson(org: OktaOrg, user: User): object {
  const { id, login, email, firstName, lastName, status, created, lastUpdated, attributes } = user;
  const isActivated = status !== "STAGED";
  return {
    ...{ id, status, created, activated: isActivated ? created : null, statusChanged: created },
    ...{ lastLogin: null, lastUpdated, passwordChanged: user.password === null ? null : created },
    type: { id: `oty${org.identity.id.slice(3)}` },
    profile: { firstName, lastName, mobilePhone: null, secondEmail: null, login, email, ...attributes },
    credentials: {
      ...(user.password === null ? {} : { password: {} }),
      provider: { type: "OKTA", name: "OKTA" },
    },
    _links: { self: { href: `${org.origin}/api/v1/users/${id}` } },
  };
}
