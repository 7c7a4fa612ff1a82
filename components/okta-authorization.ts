import * as app from "@pulumi/okta/app/index.js";
import * as auth from "@pulumi/okta/auth/index.js";
import * as group from "@pulumi/okta/group/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { systemScopes } from "../openapi/security/scope-name.ts";
import { after } from "./after.ts";
import { type AuthorizationServer, type Child, existingServer } from "./existing-server.ts";
import { assertIsAsked } from "./looked-up.ts";
import { redirectUri } from "./redirect-uri.ts";

/** What {@link OktaAuthorization} is made of. */
export interface OktaAuthorizationArgs {
  /** Name of the authorization server that issues the tokens. */
  readonly authorizationServerName: pulumi.Input<string>;
  /** Audience of an authorization server to create. @defaultValue none: the server exists, and is looked up by its name */
  readonly audience?: pulumi.Input<string> | undefined;
  /** Whether clients with tokens from other access policies of an existing authorization server are let in on purpose. @defaultValue false, which warns */
  readonly acceptsOtherClients?: pulumi.Input<boolean> | undefined;
  /** Scope name → description. Plain names: each is a resource. */
  readonly scopes: Record<string, pulumi.Input<string>>;
  /** Name of the app in Okta, and of its access policy. */
  readonly appLabel: pulumi.Input<string>;
  /** Another number makes another client secret. @defaultValue 1 */
  readonly secretVersion?: pulumi.Input<number> | undefined;
  /** Origins of the developer portal that people sign in to. @defaultValue none: the app is a service, and nobody signs in */
  readonly portalOrigins?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of the portal's OAuth 2.0 server in API Management, which is part of the redirect URI. @defaultValue "okta" */
  readonly portalLoginName?: pulumi.Input<string> | undefined;
  /** Scopes that the portal's console asks for. Those of OpenID Connect among them are granted too. @defaultValue none */
  readonly portalScopes?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Name of an existing group whose members may sign in. @defaultValue none: nobody is assigned */
  readonly groupName?: pulumi.Input<string> | undefined;
  /** 5 to 1440 minutes. @defaultValue 60 */
  readonly accessTokenLifetimeMinutes?: pulumi.Input<number> | undefined;
}

/**
 * Lets one client get access tokens from an Okta authorization server: the scopes, the app, and the access policy with its rule,
 * without which Okta gives no token at all.
 *
 * @see https://developer.okta.com/docs/guides/customize-authz-server/
 */
export class OktaAuthorization extends pulumi.ComponentResource {
  readonly issuer: pulumi.Output<string>;
  readonly audience: pulumi.Output<string>;
  readonly authorizationEndpoint: pulumi.Output<string>;
  readonly tokenEndpoint: pulumi.Output<string>;
  /** Discovery document for `validate-jwt`, the OpenID Connect one, since API Management documents no other. It is handed on once Okta gives tokens. */
  readonly openIdConfigUrl: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  /** A Pulumi secret. */
  readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: OktaAuthorizationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:OktaAuthorization", name, {}, opts);
    const child = { parent: this };

    const server = authorizationServer(name, args, child);
    const scopes = Object.entries(args.scopes).map(([scope, description]) =>
      serverScope(`${name}-scope-${scope}`, { authServerId: server.id, scope, description }, child),
    );
    const signIn = portalSignIn(args);
    const grants =
      signIn === undefined ? ["client_credentials"] : ["authorization_code", "client_credentials"];
    const secret = clientSecret(name, args.secretVersion ?? 1, child);
    const oauthApp = clientApp(name, { ...args, secret, redirectUris: signIn?.redirectUris, grants }, child);
    const rule = accessPolicy(
      name,
      { ...args, server, oauthApp, grants, resources: scopes, systemScopes: signIn?.systemScopes },
      child,
    );
    if (args.groupName !== undefined) assignGroup(name, args.groupName, oauthApp, child);

    this.issuer = server.issuer;
    this.audience = audienceOf(server, args.authorizationServerName);
    this.authorizationEndpoint = pulumi.interpolate`${server.issuer}/v1/authorize`;
    this.tokenEndpoint = pulumi.interpolate`${server.issuer}/v1/token`;
    this.openIdConfigUrl = after(
      [rule, ...scopes],
      pulumi.interpolate`${server.issuer}/.well-known/openid-configuration`,
    );
    this.clientId = oauthApp.clientId;
    // Not before the app has it.
    this.clientSecret = pulumi.all([secret, oauthApp.id]).apply(([known]) => known);
    this.registerOutputs({ issuer: this.issuer, clientId: this.clientId });
  }
}

function audienceOf(
  { audiences }: AuthorizationServer,
  authorizationServerName: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.all([audiences, authorizationServerName]).apply(([[audience], name]) => {
    if (audience !== undefined) return audience;
    throw new pulumi.RunError(
      `The Okta authorization server "${name}" has no audience, so no token of it can be checked. Set one in Okta.`,
    );
  });
}

// The provider itself would look for it below the other authorization server or policy, where it is not.
const movesByReplacement = { replaceOnChanges: ["authServerId", "policyId"] };

// Okta numbers policies and rules anew whenever one is put in or taken out, by whomever.
const ranked = { ...movesByReplacement, ignoreChanges: ["priority"] };

function authorizationServer(
  name: string,
  { authorizationServerName, audience, acceptsOtherClients = false }: OktaAuthorizationArgs,
  child: Child,
): AuthorizationServer {
  if (audience === undefined) return existingServer(authorizationServerName, { acceptsOtherClients, child });
  return new auth.Server(
    name,
    {
      name: authorizationServerName,
      description: "Issues the tokens that API Management checks.",
      audiences: [audience],
    },
    child,
  );
}

function serverScope(
  name: string,
  {
    authServerId,
    scope,
    description,
  }: { authServerId: pulumi.Input<string>; scope: string; description: pulumi.Input<string> },
  child: Child,
): auth.ServerScope {
  return new auth.ServerScope(
    name,
    // Client credentials have nobody to ask: Okta refuses a scope that requires consent.
    {
      authServerId,
      name: scope,
      displayName: scope,
      description,
      consent: "IMPLICIT",
      metadataPublish: "ALL_CLIENTS",
    },
    { ...child, ...movesByReplacement },
  );
}

/** How people sign in to the portal; `undefined` where there is none. */
function portalSignIn({ portalOrigins, portalLoginName = "okta", portalScopes = [] }: OktaAuthorizationArgs) {
  if (portalOrigins === undefined) return undefined;
  return {
    redirectUris: pulumi
      .all([portalOrigins, portalLoginName])
      .apply(([origins, loginName]) => origins.map((origin) => redirectUri(origin, loginName))),
    // Okta's own scopes too, where the portal's console asks for them.
    systemScopes: pulumi
      .output(portalScopes)
      .apply((asked) => systemScopes.filter((scope) => asked.includes(scope))),
  };
}

/** A secret of our own: the provider writes the one of its state back, so that one made by Okta could not be changed. */
function clientSecret(name: string, version: pulumi.Input<number>, child: Child): pulumi.Output<string> {
  // As long as one of Okta's, and without characters that a shell or a form would read otherwise.
  const text = { length: 64, special: false, keepers: { version: pulumi.output(version).apply(String) } };
  return new random.RandomPassword(`${name}-secret`, text, child).result;
}

function clientApp(
  name: string,
  {
    appLabel,
    secret,
    redirectUris,
    grants,
  }: {
    appLabel: pulumi.Input<string>;
    secret: pulumi.Output<string>;
    redirectUris: pulumi.Output<string[]> | undefined;
    grants: string[];
  },
  child: Child,
): app.OAuth {
  const signsPeopleIn = redirectUris !== undefined;
  return new app.OAuth(
    name,
    {
      label: appLabel,
      // Only a web app may have both grants; one without sign-in is a service.
      type: signsPeopleIn ? "web" : "service",
      grantTypes: grants,
      // Without this the provider would add the implicit flow's "token".
      responseTypes: signsPeopleIn ? ["code"] : ["token"],
      redirectUris: redirectUris ?? [],
      tokenEndpointAuthMethod: "client_secret_basic",
      clientBasicSecret: secret,
      // The developer portal's code flow, redeemed by its backend with the secret, sends no code challenge.
      pkceRequired: false,
      consentMethod: "TRUSTED",
    },
    { ...child, additionalSecretOutputs: ["clientSecret"] },
  );
}

interface AccessPolicyArgs
  extends Pick<OktaAuthorizationArgs, "appLabel" | "scopes" | "accessTokenLifetimeMinutes"> {
  readonly server: AuthorizationServer;
  readonly oauthApp: app.OAuth;
  readonly grants: string[];
  readonly resources: readonly auth.ServerScope[];
  readonly systemScopes: pulumi.Output<string[]> | undefined;
}

function accessPolicy(name: string, args: AccessPolicyArgs, child: Child): auth.ServerPolicyRule {
  const { appLabel, server, oauthApp, grants } = args;
  const policy = new auth.ServerPolicy(
    `${name}-policy`,
    {
      authServerId: server.id,
      name: appLabel,
      description: pulumi.interpolate`Lets the app "${appLabel}" get tokens.`,
      clientWhitelists: [oauthApp.clientId],
      priority: 1,
    },
    { ...child, ...ranked },
  );
  return new auth.ServerPolicyRule(
    `${name}-policy-rule`,
    {
      authServerId: server.id,
      policyId: policy.id,
      name: "The documents' scopes",
      priority: 1,
      grantTypeWhitelists: grants,
      groupWhitelists: ["EVERYONE"],
      scopeWhitelists: pulumi
        .output(args.systemScopes ?? [])
        .apply((system) => [...Object.keys(args.scopes), ...system]),
      accessTokenLifetimeMinutes: args.accessTokenLifetimeMinutes ?? 60,
    },
    // The rule names the scopes, so they come first.
    { ...child, ...ranked, dependsOn: [...args.resources] },
  );
}

function assignGroup(name: string, groupName: pulumi.Input<string>, oauthApp: app.OAuth, child: Child): void {
  // The provider looks up by the beginning of the name.
  const groupId = pulumi
    .all([groupName, group.getGroupOutput({ name: groupName }, child)])
    .apply(([asked, found]) => {
      assertIsAsked("Okta group", { asked, found: found.name ?? "" });
      return found.id;
    });
  new app.GroupAssignment(`${name}-group`, { appId: oauthApp.id, groupId }, child);
}
