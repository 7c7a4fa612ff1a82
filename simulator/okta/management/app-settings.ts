import type { JsonWebKey } from "node:crypto";
import { z } from "zod";
import type { Clock } from "../../kernel/clock.ts";
import type { App, JsonMembers } from "../entities.ts";
import { oktaTime, randomText } from "../org.ts";
import { fieldError, ManagementError, notSimulatedError } from "./api-error.ts";
import type { ManagementCall } from "./endpoint.ts";
import { readSent } from "./sent-body.ts";

const json = z.record(z.string(), z.json()).default({});

const oauthClient = z.looseObject({
  application_type: z.enum(["web", "native", "browser", "service"]).default("web"),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()).optional(),
  redirect_uris: z.array(z.string()).default([]),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.json())).default([]) }).optional(),
  consent_method: z.string().default("TRUSTED"),
  wildcard_redirect: z.string().default("DISABLED"),
  dpop_bound_access_tokens: z.boolean().default(false),
});

const authMethods = [
  "client_secret_basic",
  "client_secret_post",
  "client_secret_jwt",
  "private_key_jwt",
  "none",
] as const;

const oauthCredentials = z
  .looseObject({
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    token_endpoint_auth_method: z.enum(authMethods).default("client_secret_basic"),
    pkce_required: z.boolean().optional(),
  })
  .prefault({});

const shape = z.object({
  name: z.string().optional(),
  label: z.string().min(1, "The field cannot be left blank"),
  signOnMode: z.string(),
  accessibility: json,
  visibility: json,
  credentials: z.looseObject({ oauthClient: oauthCredentials }).prefault({}),
  settings: z.looseObject({ oauthClient }),
  profile: z.record(z.string(), z.json()).optional(),
});

/** What an app's JSON says, and not what Okta gives it. */
export type AppSettings = Omit<
  App,
  "id" | "created" | "lastUpdated" | "status" | "grants" | "roles" | "signOnPolicyId"
>;

/**
 * Reads an app's JSON document. What nothing here acts on is kept, and told again.
 *
 * Differs from Okta: apps other than `oidc_client`, a client id of one's own, wildcards in redirect URIs, tokens bound by DPoP and the
 * consent page are not simulated.
 *
 * @param existing the app that the document takes the place of.
 * @throws {ManagementError}
 */
export function readAppSettings(call: ManagementCall, existing: App | undefined, clock: Clock): AppSettings {
  const sent = readSent(call, shape);
  assertSimulated(sent, existing);
  const { oauthClient: client, ...settings } = sent.settings;
  const { oauthClient: credentials, ...otherCredentials } = sent.credentials;
  const { application_type, grant_types, response_types, redirect_uris, jwks, ...oauthSettings } = client;
  const { client_id: _, client_secret, token_endpoint_auth_method, pkce_required, ...others } = credentials;
  const isPublic = token_endpoint_auth_method === "none";
  const app = {
    ...{ label: sent.label, type: application_type, grantTypes: grant_types },
    responseTypes: response_types ?? responseTypesOf(grant_types),
    ...{ redirectUris: redirect_uris, tokenEndpointAuthMethod: token_endpoint_auth_method },
    pkceRequired:
      pkce_required ?? (isPublic || application_type === "browser" || application_type === "native"),
    keys: (jwks?.keys ?? []) as readonly JsonWebKey[],
    kept: {
      ...({ accessibility: sent.accessibility, visibility: sent.visibility } as const),
      ...{ credentials: otherCredentials as JsonMembers, oauthCredentials: others as JsonMembers },
      ...{ settings: settings as JsonMembers, oauthSettings: oauthSettings as JsonMembers },
      profile: (sent.profile ?? null) as JsonMembers | null,
    },
  };
  assertFits(app, client_secret);
  return { ...app, ...secretOf(app, { sent: client_secret, existing, now: oktaTime(clock) }) };
}

function assertSimulated(sent: z.infer<typeof shape>, existing: App | undefined): void {
  const { client_id } = sent.credentials.oauthClient;
  const { consent_method, wildcard_redirect, dpop_bound_access_tokens } = sent.settings.oauthClient;
  if ((sent.name ?? "oidc_client") !== "oidc_client" || sent.signOnMode !== "OPENID_CONNECT")
    throw notSimulatedError(
      `apps of the kind "${sent.name ?? ""}" with the sign-on mode "${sent.signOnMode}"`,
      'Use "oidc_client" with "OPENID_CONNECT".',
    );
  if (client_id !== undefined && client_id !== existing?.id)
    throw notSimulatedError("a client id of your own", "Leave client_id out.");
  if (consent_method !== "TRUSTED")
    throw notSimulatedError(`consent_method "${consent_method}"`, 'Use "TRUSTED".');
  if (wildcard_redirect !== "DISABLED")
    throw notSimulatedError(`wildcard_redirect "${wildcard_redirect}"`, 'Use "DISABLED".');
  const { token_endpoint_auth_method: method } = sent.credentials.oauthClient;
  if (method === "client_secret_jwt")
    throw notSimulatedError(`token_endpoint_auth_method "${method}"`, 'Use "client_secret_basic".');
  if (method === "private_key_jwt" && sent.settings.oauthClient.jwks_uri !== undefined)
    throw notSimulatedError("jwks_uri", "Give the public keys in jwks.");
  if (dpop_bound_access_tokens) throw notSimulatedError("dpop_bound_access_tokens", "Use false.");
}

// As the provider computes them: "token" for the implicit flow and for client credentials, "code" for a person's sign-in.
function responseTypesOf(grants: readonly string[]): readonly string[] {
  const has = (...names: readonly string[]) => grants.some((grant) => names.includes(grant));
  return [
    ...(has("implicit", "client_credentials") ? ["token"] : []),
    ...(has("authorization_code", "refresh_token", "password") ? ["code"] : []),
  ];
}

// The rules are the reference's, at each field.
function assertFits(
  {
    grantTypes,
    redirectUris,
    tokenEndpointAuthMethod,
    pkceRequired,
    keys,
  }: Omit<AppSettings, "clientSecret" | "secretCreated">,
  secret: string | undefined,
): void {
  const needsNoUri = grantTypes.includes("password") || grantTypes.includes("client_credentials");
  if (redirectUris.length === 0 && !needsNoUri)
    throw fieldError("redirect_uris", "At least one redirect URI is required for these grant types");
  if (!redirectUris.every((uri) => URL.canParse(uri)))
    throw fieldError("redirect_uris", "The field has an invalid value");
  if (tokenEndpointAuthMethod === "none" && !pkceRequired)
    throw fieldError(
      "pkce_required",
      "'pkce_required' must be true when 'token_endpoint_auth_method' is 'none'",
    );
  if (secret !== undefined) assertSecret(secret, tokenEndpointAuthMethod);
  const kids = keys.map((key) => (key as { kid?: unknown }).kid);
  if (new Set(kids).size < kids.length)
    throw new ManagementError("E0000001", {
      detail: "JsonWebKey",
      causes: ["Each key should have a unique `kid` when adding multiple keys."],
    });
}

function assertSecret(secret: string, method: App["tokenEndpointAuthMethod"]): void {
  const refuse = (cause: string) =>
    new ManagementError("E0000001", { detail: "client_secret", causes: [cause] });
  if (method === "private_key_jwt")
    throw refuse("'client_secret' can't be used when 'token_endpoint_auth_method' is 'private_key_jwt'.");
  if (secret.length < 14)
    throw refuse("client_secret: 'client_secret' must be at least '14' characters long.");
  if (secret.length > 100)
    throw refuse("client_secret: 'client_secret' can't be more than '100' characters long.");
}

function secretOf(
  { tokenEndpointAuthMethod }: Pick<App, "tokenEndpointAuthMethod">,
  { sent, existing, now }: { sent: string | undefined; existing: App | undefined; now: string },
): Pick<App, "clientSecret" | "secretCreated"> {
  const secretCreated = existing?.secretCreated ?? now;
  if (tokenEndpointAuthMethod === "none" || tokenEndpointAuthMethod === "private_key_jwt")
    return { clientSecret: null, secretCreated };
  const known = existing?.clientSecret ?? null;
  if (known !== null && (sent === undefined || sent === known)) return { clientSecret: known, secretCreated };
  return { clientSecret: sent ?? randomText(64), secretCreated: now };
}
