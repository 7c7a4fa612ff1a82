import { createPrivateKey, type JsonWebKey } from "node:crypto";
import { z } from "zod";
import type {
  AccessPolicy,
  App,
  AppGrant,
  AuthorizationServer,
  Claim,
  Group,
  GroupAssignment,
  JsonMembers,
  OrgKey,
  PolicyRule,
  RoleAssignment,
  Scope,
  SignOnPolicy,
  TrustedOrigin,
  User,
} from "./entities.ts";

const id = z.string().min(1);
const status = z.enum(["ACTIVE", "INACTIVE"]);
const texts = z.array(z.string());
const priority = z.int();
const dates = { created: z.string(), lastUpdated: z.string() };
const json = z.record(z.string(), z.json()) as unknown as z.ZodType<JsonMembers>;

const signingKey = z
  .looseObject({ kid: z.string() })
  .refine((key) => isPrivateKey(key as JsonWebKey), "is no private RSA key") as unknown as z.ZodType<OrgKey>;

const server: z.ZodType<AuthorizationServer> = z.strictObject({
  ...{ id, ...dates, name: z.string(), description: z.string(), audience: z.string(), status },
  isDefault: z.boolean(),
  issuerMode: z.enum(["ORG_URL", "CUSTOM_URL", "DYNAMIC"]),
  credentialsRotationMode: z.enum(["AUTO", "MANUAL"]),
  key: signingKey,
  keyRotated: z.string(),
  nextKey: signingKey.nullable(),
  lastKey: signingKey.nullable(),
});

const scope: z.ZodType<Scope> = z.strictObject({
  ...{ id, serverId: id, name: z.string(), displayName: z.string(), description: z.string() },
  consent: z.enum(["IMPLICIT", "REQUIRED", "FLEXIBLE"]),
  metadataPublish: z.enum(["ALL_CLIENTS", "NO_CLIENTS"]),
  default: z.boolean(),
  optional: z.boolean(),
  system: z.boolean(),
});

const claim: z.ZodType<Claim> = z.strictObject({
  ...{ id, serverId: id, name: z.string(), status },
  claimType: z.enum(["RESOURCE", "IDENTITY"]),
  valueType: z.enum(["EXPRESSION", "GROUPS", "SYSTEM"]),
  value: z.string().nullable(),
  groupFilterType: z.enum(["STARTS_WITH", "EQUALS", "CONTAINS", "REGEX"]).nullable(),
  alwaysIncludeInToken: z.boolean(),
  scopes: texts,
  system: z.boolean(),
});

const policy: z.ZodType<AccessPolicy> = z.strictObject({
  ...{ id, serverId: id, ...dates, name: z.string(), description: z.string(), priority, status },
  clients: texts,
  system: z.boolean(),
});

const rule: z.ZodType<PolicyRule> = z.strictObject({
  ...{ id, serverId: id, policyId: id, ...dates, name: z.string(), priority, status },
  ...{ grantTypes: texts, scopes: texts },
  ...{ groups: texts, excludedGroups: texts, users: texts, excludedUsers: texts },
  accessTokenLifetimeMinutes: z.number().positive(),
  refreshTokenLifetimeMinutes: z.number(),
  refreshTokenWindowMinutes: z.number(),
  system: z.boolean(),
});

const signOnPolicy: z.ZodType<SignOnPolicy> = z.strictObject({
  ...{ id, ...dates, name: z.string(), description: z.string(), status, system: z.boolean() },
});

const grant: z.ZodType<AppGrant> = z.strictObject({ id, ...dates, scopeId: z.string() });

const role: z.ZodType<RoleAssignment> = z.strictObject({ ...dates, type: z.string() });

const app: z.ZodType<App> = z.strictObject({
  ...{ id, ...dates, label: z.string(), status },
  type: z.enum(["web", "service", "browser", "native"]),
  clientSecret: z.string().min(1).nullable(),
  secretCreated: z.string(),
  ...{ grantTypes: texts, responseTypes: texts, redirectUris: texts },
  tokenEndpointAuthMethod: z.enum([
    "client_secret_basic",
    "client_secret_post",
    "client_secret_jwt",
    "private_key_jwt",
    "none",
  ]),
  pkceRequired: z.boolean(),
  keys: z.array(json) as unknown as z.ZodType<JsonWebKey[]>,
  grants: z.array(grant),
  roles: z.array(role),
  signOnPolicyId: id.nullable(),
  kept: z.strictObject({
    ...{ accessibility: json, visibility: json, credentials: json, oauthCredentials: json },
    ...{ settings: json, oauthSettings: json, profile: json.nullable() },
  }),
});

const group: z.ZodType<Group> = z.strictObject({
  ...{ id, ...dates, name: z.string(), description: z.string() },
  type: z.enum(["OKTA_GROUP", "BUILT_IN"]),
  lastMembershipUpdated: z.string(),
});

const user: z.ZodType<User> = z.strictObject({
  ...{ id, ...dates, login: z.string(), email: z.string(), firstName: z.string(), lastName: z.string() },
  status: z.enum(["STAGED", "PROVISIONED", "ACTIVE", "SUSPENDED", "DEPROVISIONED"]),
  groupIds: texts,
  password: z.string().nullable(),
  attributes: json,
});

const assignment: z.ZodType<GroupAssignment> = z.strictObject({
  ...{ id, appId: id, groupId: id, priority, profile: json, lastUpdated: z.string() },
});

const trustedOrigin: z.ZodType<TrustedOrigin> = z.strictObject({
  ...{ id, ...dates, name: z.string(), origin: z.string(), status, scopes: z.array(json) },
});

/** An org as its file holds it: every kind, every field, each id once. */
export const orgSnapshotShape = z.strictObject({
  id,
  origin: z.url(),
  apiToken: z.string().min(1),
  apiTokenUserId: id,
  key: signingKey,
  servers: kind(server),
  scopes: kind(scope),
  claims: kind(claim),
  policies: kind(policy),
  rules: kind(rule),
  signOnPolicies: kind(signOnPolicy),
  apps: kind(app),
  groups: kind(group),
  users: kind(user),
  assignments: kind(assignment),
  trustedOrigins: kind(trustedOrigin),
});

function kind<T extends { readonly id: string }>(entity: z.ZodType<T>) {
  return z
    .array(entity)
    .refine((all) => new Set(all.map((one) => one.id)).size === all.length, "has an id twice");
}

function isPrivateKey(key: JsonWebKey): boolean {
  try {
    return createPrivateKey({ key, format: "jwk" }).asymmetricKeyType === "rsa";
  } catch {
    // Whatever the file holds in its place.
    return false;
  }
}
