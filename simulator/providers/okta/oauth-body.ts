import type { Properties } from "../resource.ts";
import type { OAuthInputs } from "./oauth-fields.ts";
import type { EntityChange } from "./okta-resource.ts";

/**
 * An OpenID Connect app.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/
 */
export interface OAuthAppBody {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly status: string;
  readonly signOnMode: string;
  readonly accessibility?: { readonly selfService?: boolean };
  readonly visibility?: {
    readonly autoSubmitToolbar?: boolean;
    readonly hide?: { readonly iOS?: boolean; readonly web?: boolean };
  };
  readonly credentials: {
    readonly userNameTemplate?: { readonly template?: string; readonly type?: string };
    readonly oauthClient: {
      readonly client_id: string;
      readonly client_secret?: string;
      readonly token_endpoint_auth_method: string;
      readonly autoKeyRotation?: boolean;
      readonly pkce_required?: boolean;
    };
  };
  readonly settings: {
    readonly implicitAssignment?: boolean;
    readonly notes?: { readonly admin?: string | null; readonly enduser?: string | null };
    readonly oauthClient: OAuthClientSettings;
  };
  readonly profile?: object | null;
  readonly _links?: {
    readonly logo?: readonly { readonly href: string }[];
    readonly accessPolicy?: { readonly href: string };
  };
}

interface OAuthClientSettings {
  readonly application_type: string;
  readonly grant_types?: readonly string[];
  readonly response_types?: readonly string[];
  readonly redirect_uris?: readonly string[] | null;
  readonly post_logout_redirect_uris?: readonly string[] | null;
  readonly client_uri?: string | null;
  readonly logo_uri?: string | null;
  readonly tos_uri?: string | null;
  readonly policy_uri?: string | null;
  readonly initiate_login_uri?: string | null;
  readonly consent_method?: string;
  readonly issuer_mode?: string;
  readonly wildcard_redirect?: string;
  readonly idp_initiated_login?: { readonly mode?: string; readonly default_scope?: readonly string[] };
  readonly refresh_token?: { readonly rotation_type?: string; readonly leeway?: number };
  readonly jwks?: { readonly keys?: readonly Readonly<Record<string, unknown>>[] };
}

/** The grants that an app of a type gets when none are given. */
const requiredGrants: Readonly<Record<string, readonly string[]>> = {
  web: ["authorization_code"],
  native: ["authorization_code"],
  service: ["client_credentials"],
};

const laterGrants = [
  "urn:okta:params:oauth:grant-type:oob",
  "urn:okta:params:oauth:grant-type:otp",
  "http://auth0.com/oauth/grant-type/mfa-oob",
  "http://auth0.com/oauth/grant-type/mfa-otp",
];
const [saml2Bearer, tokenExchange, deviceCode, jwtBearer] = [
  "urn:ietf:params:oauth:grant-type:saml2-bearer",
  "urn:ietf:params:oauth:grant-type:token-exchange",
  "urn:ietf:params:oauth:grant-type:device_code",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
];

/** The grants that an app of a type can have, in the order in which the provider tells them. */
const validGrants: Readonly<Record<string, readonly string[]>> = {
  web: [
    ...["authorization_code", "implicit", "refresh_token", "client_credentials"],
    ...[saml2Bearer, tokenExchange, deviceCode, "interaction_code"],
    ...[...laterGrants, "urn:openid:params:grant-type:ciba"],
  ],
  native: [
    ...["authorization_code", "implicit", "refresh_token", "password"],
    ...[saml2Bearer, jwtBearer, tokenExchange, deviceCode, "interaction_code", ...laterGrants],
  ],
  browser: [
    ...["implicit", "authorization_code", "refresh_token"],
    ...[saml2Bearer, tokenExchange, deviceCode, "interaction_code", ...laterGrants],
  ],
  service: [
    ...["client_credentials", "implicit"],
    ...[saml2Bearer, tokenExchange, deviceCode, "interaction_code", ...laterGrants],
  ],
};

/** What the provider refuses of an app, in its words. */
export function oauthProblem(inputs: OAuthInputs): string | undefined {
  const { tokenEndpointAuthMethod, jwks, responseTypes = [], grantTypes = [] } = inputs;
  const grants = grantsProblem(inputs);
  if (grants !== undefined) return grants;
  if (tokenEndpointAuthMethod === "private_key_jwt" && jwks.length === 0)
    return "'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'";
  const tells = responseTypes.includes("token") || responseTypes.includes("id_token");
  if (grantTypes.includes("implicit") && !tells)
    return "'response_types' must contain at least one of ['token', 'id_token'] when 'grant_types' contains 'implicit'";
  return undefined;
}

function grantsProblem({ type, grantTypes = [] }: OAuthInputs): string | undefined {
  const [valid, required = []] = [validGrants[type], requiredGrants[type]];
  if (valid === undefined || grantTypes.length === 0) return undefined;
  const isFine =
    required.every((one) => grantTypes.includes(one)) && grantTypes.every((one) => valid.includes(one));
  if (isFine) return undefined;
  const must = required.length === 0 ? "" : ` and must contain ${required.join(", ")}`;
  return `failed conditional validation for field "grant_types" of type "${type}", it can contain ${valid.join(", ")}${must}, received ${grantTypes.join(", ")}`;
}

/** An app as the provider sends it. */
export function oauthBody(inputs: OAuthInputs, change: EntityChange<OAuthInputs> | undefined): object {
  return {
    name: "oidc_client",
    label: inputs.label,
    signOnMode: "OPENID_CONNECT",
    accessibility: { selfService: inputs.accessibilitySelfService },
    visibility: {
      autoSubmitToolbar: inputs.autoSubmitToolbar,
      hide: { iOS: inputs.hideIos, web: inputs.hideWeb },
    },
    credentials: {
      userNameTemplate: { template: inputs.userNameTemplate, type: inputs.userNameTemplateType },
      oauthClient: {
        token_endpoint_auth_method: inputs.tokenEndpointAuthMethod,
        autoKeyRotation: inputs.autoKeyRotation,
        pkce_required: inputs.pkceRequired ?? defaultPkce(inputs, change === undefined),
        ...defined({ client_id: change?.state.clientId, client_secret: secretOf(inputs, change) }),
      },
    },
    settings: {
      implicitAssignment: inputs.implicitAssignment,
      notes: defined({ admin: inputs.adminNote, enduser: inputs.enduserNote }),
      oauthClient: clientSettings(inputs),
    },
    ...(inputs.profile === "" ? {} : { profile: JSON.parse(inputs.profile) }),
  };
}

function defaultPkce({ type, tokenEndpointAuthMethod }: OAuthInputs, isNew: boolean): boolean {
  return tokenEndpointAuthMethod === "none" || (isNew && (type === "native" || type === "browser"));
}

/**
 * The secret that the provider sends: the program's own, else that of its state, whatever Okta has by then.
 *
 * @see https://github.com/okta/terraform-provider-okta/issues/1915
 */
function secretOf(inputs: OAuthInputs, change: EntityChange<OAuthInputs> | undefined): unknown {
  if (change !== undefined && inputs.omitSecret) return undefined;
  return inputs.clientBasicSecret || change?.state.clientSecret;
}

function clientSettings(inputs: OAuthInputs): object {
  const { type, jwks, loginScopes, loginMode } = inputs;
  const grantTypes = inputs.grantTypes?.length
    ? inputs.grantTypes
    : (requiredGrants[type] ?? validGrants[type] ?? []);
  const responseTypes = inputs.responseTypes?.length ? inputs.responseTypes : responseTypesOf(grantTypes);
  const { refreshTokenRotation: rotation_type, refreshTokenLeeway: leeway } = inputs;
  return {
    application_type: type,
    grant_types: grantTypes,
    response_types: responseTypes,
    ...defined({
      client_uri: inputs.clientUri,
      consent_method: inputs.consentMethod,
      initiate_login_uri: inputs.loginUri,
      logo_uri: inputs.logoUri,
      policy_uri: inputs.policyUri,
      tos_uri: inputs.tosUri,
      issuer_mode: inputs.issuerMode,
      wildcard_redirect: inputs.wildcardRedirect,
      redirect_uris: inputs.redirectUris,
      post_logout_redirect_uris: inputs.postLogoutRedirectUris,
    }),
    ...(jwks.length > 0 ? { jwks: { keys: jwks } } : {}),
    ...(loginScopes.length > 0
      ? { idp_initiated_login: { mode: loginMode, default_scope: loginScopes } }
      : {}),
    ...(grantTypes.includes("refresh_token") ? { refresh_token: { rotation_type, leeway } } : {}),
  };
}

/** The response types that the provider sends when the program gives none. */
function responseTypesOf(grantTypes: readonly string[]): readonly string[] {
  const hasOne = (...grants: readonly string[]) => grants.some((grant) => grantTypes.includes(grant));
  return [
    ...(hasOne("implicit", "client_credentials") ? ["token"] : []),
    ...(hasOne("password", "authorization_code", "refresh_token") ? ["code"] : []),
  ];
}

/** Without the fields that are not set, empty texts and empty lists among them. */
function defined(fields: Readonly<Record<string, unknown>>): object {
  const isSet = (value: unknown) =>
    value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSet(value)));
}

/** What the provider reads of an app. A secret is not among it. */
export function oauthOutputs(body: OAuthAppBody): Properties {
  const { name, label, status, signOnMode, credentials, settings, profile, _links } = body;
  const { oauthClient, userNameTemplate } = credentials;
  return {
    ...{ name, label, status, signOnMode, clientId: oauthClient.client_id },
    tokenEndpointAuthMethod: oauthClient.token_endpoint_auth_method,
    autoKeyRotation: oauthClient.autoKeyRotation ?? false,
    pkceRequired: oauthClient.pkce_required ?? false,
    ...appearanceOutputs(body),
    ...(userNameTemplate?.template && {
      userNameTemplate: userNameTemplate.template,
      userNameTemplateType: userNameTemplate.type ?? "",
    }),
    profile: profile == null ? "" : JSON.stringify(profile),
    logoUrl: _links?.logo?.[0]?.href ?? "",
    implicitAssignment: settings.implicitAssignment ?? false,
    ...settingsOutputs(settings.oauthClient),
  };
}

function appearanceOutputs({ accessibility, visibility, settings }: OAuthAppBody): Properties {
  return {
    accessibilitySelfService: accessibility?.selfService ?? false,
    accessibilityErrorRedirectUrl: "",
    accessibilityLoginRedirectUrl: "",
    autoSubmitToolbar: visibility?.autoSubmitToolbar ?? false,
    hideIos: visibility?.hide?.iOS ?? false,
    hideWeb: visibility?.hide?.web ?? false,
    adminNote: settings.notes?.admin ?? "",
    enduserNote: settings.notes?.enduser ?? "",
  };
}

function settingsOutputs(settings: OAuthClientSettings): Properties {
  const { refresh_token: refresh, idp_initiated_login: login, jwks } = settings;
  return {
    type: settings.application_type,
    grantTypes: settings.grant_types ?? [],
    responseTypes: settings.response_types ?? [],
    redirectUris: settings.redirect_uris ?? [],
    postLogoutRedirectUris: settings.post_logout_redirect_uris ?? [],
    clientUri: settings.client_uri ?? "",
    logoUri: settings.logo_uri ?? "",
    tosUri: settings.tos_uri ?? "",
    policyUri: settings.policy_uri ?? "",
    loginUri: settings.initiate_login_uri ?? "",
    wildcardRedirect: settings.wildcard_redirect ?? "",
    issuerMode: settings.issuer_mode ?? "",
    ...(settings.consent_method && { consentMethod: settings.consent_method }),
    ...(refresh?.rotation_type && {
      refreshTokenRotation: refresh.rotation_type,
      refreshTokenLeeway: refresh.leeway ?? 0,
    }),
    ...(login?.mode && { loginMode: login.mode, loginScopes: login.default_scope ?? [] }),
    ...(jwks?.keys && { jwks: jwks.keys.map(keyOutput) }),
  };
}

function keyOutput(key: Readonly<Record<string, unknown>>): Properties {
  const names = key.kty === "EC" ? ["kid", "kty", "x", "y"] : ["kid", "kty", "e", "n"];
  return Object.fromEntries(names.filter((name) => name in key).map((name) => [name, key[name]]));
}
