import { createPublicKey, timingSafeEqual } from "node:crypto";
import { errors, jwtVerify } from "jose";
import type { App, User } from "../entities.ts";
import type { OktaOrg } from "../org.ts";
import { ManagementError } from "./api-error.ts";
import type { ManagedResource } from "./endpoint.ts";

/** A call before it is known who makes it. */
export interface UnknownCaller {
  readonly authorization: string | undefined;
  readonly method: string;
  /** `/api/v1/apps`, for the words of a refusal. */
  readonly path: string;
  readonly resource: ManagedResource;
}

/**
 * Lets a call in: by the org's API token, or by an access token of the org for an app with the scope and an administrator role.
 *
 * @returns Whose API token it is; `undefined` for an app.
 * @throws {ManagementError} `E0000005` without credentials, `E0000011` with ones that are not the org's, `E0000006` when they do not
 * suffice.
 * @see https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/
 */
export async function authorizeCall(org: OktaOrg, caller: UnknownCaller): Promise<User | undefined> {
  const [, scheme = "", credentials = ""] = /^(\S+) +(.+)$/.exec(caller.authorization ?? "") ?? [];
  if (/^SSWS$/i.test(scheme)) return ownerOf(org, credentials);
  if (/^Bearer$/i.test(scheme)) {
    await authorizeApp(org, caller, credentials);
    return undefined;
  }
  throw new ManagementError("E0000005");
}

function ownerOf(org: OktaOrg, token: string): User {
  const { apiToken, apiTokenUserId } = org.identity;
  const user = org.users.get(apiTokenUserId);
  const [given, expected] = [Buffer.from(token), Buffer.from(apiToken)];
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  // "API keys aren't scoped and have full access …": the administrator's own, while there is one.
  if (!isSame || user?.status !== "ACTIVE") throw new ManagementError("E0000011");
  return user;
}

async function authorizeApp(org: OktaOrg, caller: UnknownCaller, token: string): Promise<void> {
  const { method, resource } = caller;
  const { app, scopes } = await readAccessToken(org, caller, token);
  const read = `okta.${resource}.read`;
  const manage = `okta.${resource}.manage`;
  const wanted = method === "GET" ? [read, manage] : [manage];
  if (!wanted.some((scope) => scopes.includes(scope)))
    throw challenged(org, caller, "E0000006", {
      ...{ error: "insufficient_scope", scope: wanted[0] ?? "" },
      description: "The access token provided does not contain the required scopes.",
    });
  const roles = method === "GET" ? [...managers[resource], "READ_ONLY_ADMIN"] : managers[resource];
  if (!app.roles.some(({ type }) => roles.includes(type))) throw new ManagementError("E0000006");
}

async function readAccessToken(
  org: OktaOrg,
  caller: UnknownCaller,
  token: string,
): Promise<{ app: App; scopes: readonly string[] }> {
  const refused = challenged(org, caller, "E0000011", {
    ...{ error: "invalid_token", description: "The access token is invalid." },
  });
  const key = createPublicKey({ key: org.identity.key, format: "jwk" });
  const expected = {
    ...{ issuer: org.origin, audience: org.origin, algorithms: ["RS256"] },
    currentDate: new Date(org.clock.now()),
  };
  const { payload } = await jwtVerify(token, key, expected).catch((error: unknown) => {
    if (error instanceof errors.JOSEError) throw refused;
    throw error;
  });
  const app = org.apps.get(String(payload.cid));
  if (app?.status !== "ACTIVE") throw refused;
  return { app, scopes: Array.isArray(payload.scp) ? payload.scp : [] };
}

function challenged(
  org: OktaOrg,
  { path }: UnknownCaller,
  code: "E0000006" | "E0000011",
  { error, description, scope }: { error: string; description: string; scope?: string },
): ManagementError {
  const parts = {
    ...{ authorization_uri: `${org.origin}/oauth2/v1/authorize`, realm: org.origin },
    ...(scope === undefined ? {} : { scope }),
    ...{ error, error_description: description, resource: path },
  };
  const words = Object.entries(parts).map(([name, value]) => `${name}="${value}"`);
  return new ManagementError(code, { headers: { "www-authenticate": `Bearer ${words.join(", ")}` } });
}

/**
 * Which standard roles may manage what.
 *
 * @see https://help.okta.com/en-us/content/topics/security/administrators-admin-comparison.htm
 */
const managers: Readonly<Record<ManagedResource, readonly string[]>> = {
  appGrants: ["SUPER_ADMIN"],
  apps: ["SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN"],
  authorizationServers: ["SUPER_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN"],
  groups: ["SUPER_ADMIN", "ORG_ADMIN", "USER_ADMIN"],
  policies: ["SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN"],
  roles: ["SUPER_ADMIN"],
  trustedOrigins: ["SUPER_ADMIN", "ORG_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN"],
  users: ["SUPER_ADMIN", "ORG_ADMIN", "USER_ADMIN"],
};
