import * as app from "@pulumi/okta/app/index.js";
import * as auth from "@pulumi/okta/auth/index.js";
import * as group from "@pulumi/okta/group/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type AuthorizationServer, type Child, existingServer } from "./existing-server.ts";
import { assertIsAsked } from "./looked-up.ts";
import { type PortalSignIn, systemScopes } from "./portal-guards.ts";
import { redirectUri } from "./redirect-uri.ts";

/** What {@link OktaAuthorization} is made of. */
export interface OktaAuthorizationArgs {
  /** Name of the authorization server that issues the tokens. */
  readonly authorizationServerName: string;
  /** Audience of an authorization server to create; absent, the server exists already and is looked up by its name. */
  readonly audience?: string;
  /** Clients that get tokens by other access policies of an existing authorization server are meant to. */
  readonly acceptsOtherClients: boolean;
  /** Scope name → description, from the OpenAPI documents. */
  readonly scopes: ReadonlyMap<string, string>;
  readonly appLabel: string;
  /** Another one makes another client secret. */
  readonly secretVersion: number;
  /** Origins of the developer portal that people sign in to; empty when there is none. */
  readonly portalOrigins: readonly pulumi.Output<string>[];
  /** How its console signs in. */
  readonly portalSignIn: PortalSignIn;
  /** Name of an existing group whose members may sign in; absent, nobody is assigned. */
  readonly groupName?: string;
  /** 5 to 1440 minutes. */
  readonly accessTokenLifetimeMinutes: number;
}

/**
 * Lets one client get access tokens from an Okta authorization server: the documents' scopes, the app, and the access
 * policy with its rule, without which Okta gives no token at all.
 *
 * @see https://developer.okta.com/docs/guides/customize-authz-server/
 */
export class OktaAuthorization extends pulumi.ComponentResource {
  /** The documents' scopes. */
  readonly scopes: readonly string[];
  /** How the developer portal's console signs in; absent where there is no portal. */
  readonly portalSignIn: PortalSignIn | undefined;
  readonly issuer: pulumi.Output<string>;
  readonly audience: pulumi.Output<string>;
  readonly authorizationEndpoint: pulumi.Output<string>;
  readonly tokenEndpoint: pulumi.Output<string>;
  /** Discovery document for `validate-jwt`; the OpenID Connect one, since API Management documents no other. */
  readonly openIdConfigUrl: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  /** A Pulumi secret. */
  readonly clientSecret: pulumi.Output<string>;

  constructor(name: string, args: OktaAuthorizationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:OktaAuthorization", name, {}, opts);
    const child = { parent: this };

    const server = authorizationServer(name, args, child);
    const scopes = [...args.scopes].map(([scope, description]) =>
      serverScope(`${name}-scope-${scope}`, { authServerId: server.id, scope, description }, child),
    );
    const redirectUris = args.portalOrigins.map((origin) =>
      redirectUri(origin, args.portalSignIn.serverName),
    );
    const grants =
      redirectUris.length > 0 ? ["authorization_code", "client_credentials"] : ["client_credentials"];
    const secret = clientSecret(name, args.secretVersion, child);
    const { appLabel } = args;
    const oauthApp = clientApp(name, { appLabel, secret, redirectUris, grants }, child);
    accessPolicy(name, { server, oauthApp, grants, scopes, args }, child);
    if (args.groupName !== undefined) assignGroup(name, args.groupName, oauthApp, child);

    this.scopes = [...args.scopes.keys()];
    this.portalSignIn = redirectUris.length > 0 ? args.portalSignIn : undefined;
    this.issuer = server.issuer;
    this.audience = server.audiences.apply(([audience]) => {
      if (audience === undefined) {
        throw new pulumi.RunError(
          `Okta authorization server "${args.authorizationServerName}" must have an audience; got none. Set one in Okta.`,
        );
      }
      return audience;
    });
    this.authorizationEndpoint = pulumi.interpolate`${server.issuer}/v1/authorize`;
    this.tokenEndpoint = pulumi.interpolate`${server.issuer}/v1/token`;
    this.openIdConfigUrl = pulumi.interpolate`${server.issuer}/.well-known/openid-configuration`;
    this.clientId = oauthApp.clientId;
    // Not before the app has it.
    this.clientSecret = pulumi.all([secret, oauthApp.id]).apply(([known]) => known);
    this.registerOutputs({ issuer: this.issuer, clientId: this.clientId });
  }
}

// The provider itself would look for it below the other authorization server or policy, where it is not.
const movesByReplacement = { replaceOnChanges: ["authServerId", "policyId"] };

// Okta numbers policies and rules anew whenever one is put in or taken out, by whomever.
const ranked = { ...movesByReplacement, ignoreChanges: ["priority"] };

function authorizationServer(
  name: string,
  { authorizationServerName, audience, acceptsOtherClients }: OktaAuthorizationArgs,
  child: Child,
): AuthorizationServer {
  if (audience === undefined) {
    return existingServer(authorizationServerName, { acceptsOtherClients, child });
  }
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
  }: { authServerId: pulumi.Input<string>; scope: string; description: string },
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

/** A secret of our own: the provider writes the one of its state back, so that one made by Okta could not be changed. */
function clientSecret(name: string, version: number, child: Child): pulumi.Output<string> {
  // As long as one of Okta's, and without characters that a shell or a form would read otherwise.
  const text = { length: 64, special: false, keepers: { version: String(version) } };
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
    appLabel: string;
    secret: pulumi.Output<string>;
    redirectUris: pulumi.Output<string>[];
    grants: string[];
  },
  child: Child,
): app.OAuth {
  const signsPeopleIn = redirectUris.length > 0;
  return new app.OAuth(
    name,
    {
      label: appLabel,
      // Only a web app may have both grants; one without sign-in is a service.
      type: signsPeopleIn ? "web" : "service",
      grantTypes: grants,
      // Without this the provider would add the implicit flow's "token".
      responseTypes: signsPeopleIn ? ["code"] : ["token"],
      redirectUris,
      tokenEndpointAuthMethod: "client_secret_basic",
      clientBasicSecret: secret,
      // The developer portal's code flow, redeemed by its backend with the secret, sends no code challenge.
      pkceRequired: false,
      consentMethod: "TRUSTED",
    },
    { ...child, additionalSecretOutputs: ["clientSecret"] },
  );
}

function accessPolicy(
  name: string,
  {
    server,
    oauthApp,
    grants,
    scopes,
    args,
  }: {
    server: AuthorizationServer;
    oauthApp: app.OAuth;
    grants: string[];
    scopes: auth.ServerScope[];
    args: OktaAuthorizationArgs;
  },
  child: Child,
): void {
  const policy = new auth.ServerPolicy(
    `${name}-policy`,
    {
      authServerId: server.id,
      name: args.appLabel,
      description: `Lets the app "${args.appLabel}" get tokens.`,
      clientWhitelists: [oauthApp.clientId],
      priority: 1,
    },
    { ...child, ...ranked },
  );
  new auth.ServerPolicyRule(
    `${name}-policy-rule`,
    {
      authServerId: server.id,
      policyId: policy.id,
      name: "The documents' scopes",
      priority: 1,
      grantTypeWhitelists: grants,
      groupWhitelists: ["EVERYONE"],
      scopeWhitelists: grantedScopes(args),
      accessTokenLifetimeMinutes: args.accessTokenLifetimeMinutes,
    },
    // The rule names the scopes, so they come first.
    { ...child, ...ranked, dependsOn: scopes },
  );
}

// Okta's own scopes too, where the portal's console asks for them.
function grantedScopes({ scopes, portalOrigins, portalSignIn }: OktaAuthorizationArgs): string[] {
  const asked = portalOrigins.length > 0 ? portalSignIn.defaultScopes : [];
  return [...scopes.keys(), ...systemScopes.filter((scope) => asked.includes(scope))];
}

function assignGroup(name: string, groupName: string, oauthApp: app.OAuth, child: Child): void {
  // The provider looks up by the beginning of the name.
  const groupId = group.getGroupOutput({ name: groupName }, child).apply((found) => {
    assertIsAsked("oktaGroup", { asked: groupName, found: found.name ?? "" });
    return found.id;
  });
  new app.GroupAssignment(`${name}-group`, { appId: oauthApp.id, groupId }, child);
}
