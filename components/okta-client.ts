import * as app from "@pulumi/okta/app/index.js";
import * as auth from "@pulumi/okta/auth/index.js";
import * as group from "@pulumi/okta/group/index.js";
import * as policy from "@pulumi/okta/policy/index.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { after } from "./after.ts";
import { type AppKind, clientKinds } from "./client-kinds.ts";
import type { Child } from "./existing-server.ts";
import { assertIsAsked } from "./looked-up.ts";
import { ranked } from "./priorities.ts";

/** The public half of a key that a client signs its assertions with, as a JSON Web Key. */
export interface ClientKey {
  /** Its name, which the assertion's header has too. */
  readonly kid: pulumi.Input<string>;
  /** `RSA` or `EC`. */
  readonly kty: pulumi.Input<string>;
  /** Modulus of an RSA key. */
  readonly n?: pulumi.Input<string> | undefined;
  /** Exponent of an RSA key. */
  readonly e?: pulumi.Input<string> | undefined;
  /** X coordinate of an EC key. */
  readonly x?: pulumi.Input<string> | undefined;
  /** Y coordinate of an EC key. */
  readonly y?: pulumi.Input<string> | undefined;
}

/** What {@link OktaClient} is made of. */
export interface OktaClientArgs {
  /** Id of the authorization server that gives it tokens: the `authorizationServerId` of an OktaAuthorization. */
  readonly authorizationServerId: pulumi.Input<string>;
  /** `browser`, `native`, `web` or `service`. Plain: it decides which resources there are. */
  readonly kind: string;
  /** Name of the app in Okta, which people see when they sign in. */
  readonly label: pulumi.Input<string>;
  /** Name of its access policy, unique on the authorization server. @defaultValue the label */
  readonly policyName?: pulumi.Input<string> | undefined;
  /** The scopes that it may have, and no others. */
  readonly scopes: pulumi.Input<pulumi.Input<string>[]>;
  /** The grants that it may use, `authorization_code`, `client_credentials`, `refresh_token`. @defaultValue the one of its kind */
  readonly grantTypes?: string[] | undefined;
  /** Where Okta sends people back to. @defaultValue none */
  readonly redirectUris?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Where Okta sends people back to when they signed out. @defaultValue none */
  readonly postLogoutRedirectUris?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Names of groups that exist, whose members may sign in. Plain: each is assigned by a resource. @defaultValue none: nobody may */
  readonly groups?: string[] | undefined;
  /** How it proves who it is: `none`, `client_secret_basic` or `private_key_jwt`. Plain. @defaultValue the one of its kind */
  readonly authentication?: string | undefined;
  /** Its public keys, for `private_key_jwt`. */
  readonly publicKeys?: ClientKey[] | undefined;
  /** Another number makes another client secret. @defaultValue 1 */
  readonly secretVersion?: pulumi.Input<number> | undefined;
  /** Name of the sign-on policy that people sign in by. @defaultValue Okta's default one */
  readonly signOnPolicy?: pulumi.Input<string> | undefined;
  /** How long its access tokens are valid, 5 to 1440 minutes. @defaultValue 60 */
  readonly accessTokenLifetimeMinutes?: pulumi.Input<number> | undefined;
}

/**
 * An app of Okta with all that it needs to get tokens, and nothing more: its access policy and the one rule in it, which name its
 * grants and scopes, and its groups.
 *
 * @see https://developer.okta.com/docs/guides/configure-access-policy/
 */
export class OktaClient extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  /** Whether it has a secret: one that proves itself otherwise has none. */
  readonly hasSecret: boolean;
  /** A Pulumi secret; empty for a client without one. */
  readonly clientSecret: pulumi.Output<string>;
  /** How it proves who it is. */
  readonly authentication: pulumi.Output<string>;
  /** The grants that it may use. */
  readonly grantTypes: pulumi.Output<string[]>;

  constructor(name: string, args: OktaClientArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:OktaClient", name, {}, opts);
    const child = { parent: this };
    const kind = kindOf(name, args);
    const { grantTypes = [...kind.grantTypes], authentication = kind.authentication } = args;

    const secret =
      authentication === "client_secret_basic"
        ? clientSecret(name, args.secretVersion ?? 1, child)
        : undefined;
    const oauthApp = clientApp(name, { ...args, kind, grantTypes, authentication, secret }, child);
    const rule = accessPolicy(name, { ...args, grantTypes, oauthApp }, child);
    for (const groupName of args.groups ?? []) assignGroup(name, groupName, oauthApp, child);

    // Not before Okta gives it tokens.
    this.clientId = after([rule], oauthApp.clientId);
    this.hasSecret = secret !== undefined;
    this.clientSecret =
      secret === undefined ? pulumi.output("") : pulumi.all([secret, oauthApp.id]).apply(([known]) => known);
    this.authentication = pulumi.output(authentication);
    this.grantTypes = pulumi.output(grantTypes);
    this.registerOutputs({ clientId: this.clientId });
  }
}

function kindOf(name: string, { kind }: OktaClientArgs): AppKind {
  const found = Object.entries(clientKinds).find(([one]) => one === kind)?.[1];
  if (found !== undefined) return found;
  throw new pulumi.RunError(
    `The Okta client "${name}" is of no known kind: "${kind}". Choose "${Object.keys(clientKinds).join('", "')}".`,
  );
}

/** A secret of our own: the provider writes the one of its state back, so that one made by Okta could not be changed. */
function clientSecret(name: string, version: pulumi.Input<number>, child: Child): pulumi.Output<string> {
  // As long as one of Okta's, and without characters that a shell or a form would read otherwise.
  const text = { length: 64, special: false, keepers: { version: pulumi.output(version).apply(String) } };
  return new random.RandomPassword(`${name}-secret`, text, child).result;
}

interface ClientAppArgs extends Omit<OktaClientArgs, "kind"> {
  readonly kind: AppKind;
  readonly grantTypes: string[];
  readonly authentication: string;
  readonly secret: pulumi.Output<string> | undefined;
}

function clientApp(name: string, args: ClientAppArgs, child: Child): app.OAuth {
  const { kind, authentication, secret, publicKeys, postLogoutRedirectUris, signOnPolicy } = args;
  return new app.OAuth(
    name,
    {
      label: args.label,
      type: kind.type,
      // Okta demands the first grant of the kind of its app; which grants it may use, the rule says.
      grantTypes: [...new Set([...kind.grantTypes, ...args.grantTypes])],
      // Without this the provider would add the implicit flow's "token".
      responseTypes: [...kind.responseTypes],
      redirectUris: args.redirectUris ?? [],
      ...(postLogoutRedirectUris === undefined ? {} : { postLogoutRedirectUris }),
      tokenEndpointAuthMethod: authentication,
      ...(secret === undefined ? {} : { clientBasicSecret: secret }),
      ...(publicKeys === undefined ? {} : { jwks: publicKeys }),
      pkceRequired: kind.isPublic,
      ...(args.grantTypes.includes("refresh_token") ? { refreshTokenRotation: "ROTATE" } : {}),
      consentMethod: "TRUSTED",
      ...(signOnPolicy === undefined ? {} : { authenticationPolicy: signOnPolicyId(signOnPolicy, child) }),
    },
    { ...child, additionalSecretOutputs: ["clientSecret"] },
  );
}

function signOnPolicyId(name: pulumi.Input<string>, child: Child): pulumi.Output<string> {
  return pulumi
    .all([name, policy.getPolicyOutput({ name, type: "ACCESS_POLICY" }, child)])
    .apply(([asked, found]) => {
      assertIsAsked("Okta sign-on policy", { asked, found: found.name });
      return found.id;
    });
}

interface AccessPolicyArgs extends OktaClientArgs {
  readonly grantTypes: string[];
  readonly oauthApp: app.OAuth;
}

function accessPolicy(name: string, args: AccessPolicyArgs, child: Child): auth.ServerPolicyRule {
  const { authorizationServerId: authServerId, label, policyName = label, oauthApp } = args;
  const { id: policyId } = new auth.ServerPolicy(
    `${name}-policy`,
    {
      authServerId,
      name: policyName,
      description: pulumi.interpolate`Lets the app "${label}" get tokens.`,
      clientWhitelists: [oauthApp.clientId],
      priority: 1,
    },
    { ...child, ...ranked },
  );
  return new auth.ServerPolicyRule(
    `${name}-policy-rule`,
    {
      authServerId,
      policyId,
      name: "Scopes of this client",
      priority: 1,
      // Refresh tokens come with the scope offline_access; a rule does not list their grant.
      grantTypeWhitelists: args.grantTypes.filter((grant) => grant !== "refresh_token"),
      // The app's own assignments say who may sign in.
      groupWhitelists: ["EVERYONE"],
      scopeWhitelists: args.scopes,
      accessTokenLifetimeMinutes: args.accessTokenLifetimeMinutes ?? 60,
    },
    { ...child, ...ranked },
  );
}

function assignGroup(name: string, groupName: string, oauthApp: app.OAuth, child: Child): void {
  // The provider looks up by the beginning of the name.
  const groupId = group.getGroupOutput({ name: groupName }, child).apply((found) => {
    assertIsAsked("Okta group", { asked: groupName, found: found.name ?? "" });
    return found.id;
  });
  new app.GroupAssignment(`${name}-group-${groupName}`, { appId: oauthApp.id, groupId }, child);
}
