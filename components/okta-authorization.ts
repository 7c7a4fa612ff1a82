import * as auth from "@pulumi/okta/auth/index.js";
import * as pulumi from "@pulumi/pulumi";
import { after } from "./after.ts";
import { type Child, existingServer, type StackAuthorizationServer } from "./existing-server.ts";
import { movesByReplacement } from "./priorities.ts";

/** A claim of an authorization server's access tokens. */
export interface TokenClaim {
  /** An expression in Okta's language, `user.department`; with `groupFilter`, the text that groups' names are compared with. */
  readonly value: pulumi.Input<string>;
  /** Puts the names of the person's groups into the claim, by this comparison: `STARTS_WITH`, `EQUALS`, `CONTAINS` or `REGEX`. Plain. */
  readonly groupFilter?: string | undefined;
}

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
  /** Claim name → what access tokens have there. Plain names: each is a resource. @defaultValue none */
  readonly claims?: Record<string, TokenClaim> | undefined;
}

/**
 * An Okta authorization server with the scopes that its clients can be allowed. Each OktaClient has an access policy there, without
 * which Okta gives it no token at all.
 *
 * @see https://developer.okta.com/docs/guides/customize-authz-server/
 */
export class OktaAuthorization extends pulumi.ComponentResource {
  /** Known once the scopes and claims are there: a rule names them. */
  readonly authorizationServerId: pulumi.Output<string>;
  readonly issuer: pulumi.Output<string>;
  readonly audience: pulumi.Output<string>;
  readonly authorizationEndpoint: pulumi.Output<string>;
  readonly tokenEndpoint: pulumi.Output<string>;
  /** Discovery document for `validate-jwt`, the OpenID Connect one, since API Management documents no other. It is handed on once the scopes and claims are there. */
  readonly openIdConfigUrl: pulumi.Output<string>;

  constructor(name: string, args: OktaAuthorizationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:OktaAuthorization", name, {}, opts);
    const child = { parent: this };

    const server = authorizationServer(name, args, child);
    const scopes = Object.entries(args.scopes).map(([scope, description]) =>
      serverScope(`${name}-scope-${scope}`, { authServerId: server.id, scope, description }, child),
    );
    const claims = Object.entries(args.claims ?? {}).map(([claim, value]) =>
      serverClaim(`${name}-claim-${claim}`, { authServerId: server.id, claim, value }, child),
    );

    this.authorizationServerId = after([...scopes, ...claims], server.id);
    this.issuer = server.issuer;
    this.audience = audienceOf(server, args.authorizationServerName);
    this.authorizationEndpoint = pulumi.interpolate`${server.issuer}/v1/authorize`;
    this.tokenEndpoint = pulumi.interpolate`${server.issuer}/v1/token`;
    this.openIdConfigUrl = after(
      [...scopes, ...claims],
      pulumi.interpolate`${server.issuer}/.well-known/openid-configuration`,
    );
    this.registerOutputs({ issuer: this.issuer });
  }
}

function audienceOf(
  { audiences }: StackAuthorizationServer,
  authorizationServerName: pulumi.Input<string>,
): pulumi.Output<string> {
  return pulumi.all([audiences, authorizationServerName]).apply(([[audience], name]) => {
    if (audience !== undefined) return audience;
    throw new pulumi.RunError(
      `The Okta authorization server "${name}" has no audience, so no token of it can be checked. Set one in Okta.`,
    );
  });
}

function authorizationServer(
  name: string,
  { authorizationServerName, audience, acceptsOtherClients = false }: OktaAuthorizationArgs,
  child: Child,
): StackAuthorizationServer {
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

function serverClaim(
  name: string,
  { authServerId, claim, value }: { authServerId: pulumi.Input<string>; claim: string; value: TokenClaim },
  child: Child,
): auth.ServerClaim {
  const { groupFilter } = value;
  return new auth.ServerClaim(
    name,
    {
      authServerId,
      name: claim,
      claimType: "RESOURCE",
      valueType: groupFilter === undefined ? "EXPRESSION" : "GROUPS",
      value: value.value,
      ...(groupFilter === undefined ? {} : { groupFilterType: groupFilter }),
      alwaysIncludeInToken: true,
    },
    { ...child, ...movesByReplacement },
  );
}
