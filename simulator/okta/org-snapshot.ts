import { createPrivateKey, type JsonWebKey } from "node:crypto";
import { z } from "zod";
import type {
  AccessPolicy,
  App,
  AuthorizationServer,
  Group,
  GroupAssignment,
  PolicyRule,
  Scope,
  User,
} from "./entities.ts";

const id = z.string().min(1);
const status = z.enum(["ACTIVE", "INACTIVE"]);
const texts = z.array(z.string());
const priority = z.int();

const server: z.ZodType<AuthorizationServer> = z.strictObject({
  id,
  name: z.string(),
  description: z.string(),
  audience: z.string(),
  status,
  credentialsRotationMode: z.enum(["AUTO", "MANUAL"]),
  key: z
    .looseObject({ kid: z.string() })
    .refine((key) => isPrivateKey(key as JsonWebKey), "is no private RSA key"),
});

const scope: z.ZodType<Scope> = z.strictObject({
  id,
  serverId: id,
  name: z.string(),
  displayName: z.string(),
  description: z.string(),
  consent: z.enum(["IMPLICIT", "REQUIRED", "FLEXIBLE"]),
  metadataPublish: z.enum(["ALL_CLIENTS", "NO_CLIENTS"]),
  default: z.boolean(),
  system: z.boolean(),
});

const policy: z.ZodType<AccessPolicy> = z.strictObject({
  id,
  serverId: id,
  name: z.string(),
  description: z.string(),
  priority,
  status,
  clients: texts,
});

const rule: z.ZodType<PolicyRule> = z.strictObject({
  id,
  serverId: id,
  policyId: id,
  name: z.string(),
  priority,
  status,
  grantTypes: texts,
  scopes: texts,
  groups: texts,
  users: texts,
  accessTokenLifetimeMinutes: z.number().positive(),
});

const app: z.ZodType<App> = z.strictObject({
  id,
  label: z.string(),
  type: z.enum(["web", "service"]),
  clientSecret: z.string().min(1),
  grantTypes: texts,
  responseTypes: texts,
  redirectUris: texts,
  tokenEndpointAuthMethod: z.enum(["client_secret_basic", "client_secret_post"]),
  pkceRequired: z.boolean(),
  status,
});

const group: z.ZodType<Group> = z.strictObject({ id, name: z.string(), description: z.string() });

const user: z.ZodType<User> = z.strictObject({ id, login: z.string(), name: z.string(), groupIds: texts });

const assignment: z.ZodType<GroupAssignment> = z.strictObject({ id, appId: id, groupId: id });

/** An org as its file holds it: every kind, every field, each id once. */
export const orgSnapshotShape = z.strictObject({
  origin: z.url(),
  servers: kind(server),
  scopes: kind(scope),
  policies: kind(policy),
  rules: kind(rule),
  apps: kind(app),
  groups: kind(group),
  users: kind(user),
  assignments: kind(assignment),
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
