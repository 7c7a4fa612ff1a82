import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import { after } from "./after.ts";
import { portalLoginProblems, portalLoginWarnings } from "./portal-guards.ts";
import { withoutVersionedAliases } from "./versioned-aliases.ts";

/** What {@link PortalLogin} is made of. Plain values are checked before anything is registered. */
export interface PortalLoginArgs {
  /** Resource group of the instance. */
  readonly resourceGroupName: pulumi.Input<string>;
  /** The instance. */
  readonly serviceName: pulumi.Input<string>;
  /** Resource name of the OAuth 2.0 server, lower case, since the redirect URI holds it. @defaultValue "okta" */
  readonly loginName?: string | undefined;
  /** How the console gets tokens: `authorizationCode`, `clientCredentials` or both. */
  readonly grantTypes: string[];
  /** Scopes that the console asks for when nobody chooses; Okta refuses a request without any. */
  readonly defaultScopes: string[];
  /** The scopes that the authorization server has besides those of OpenID Connect. */
  readonly declaredScopes: string[];
  /** Okta's, of the app's authorization server. */
  readonly authorizationEndpoint: pulumi.Input<string>;
  /** Okta's, of the app's authorization server. */
  readonly tokenEndpoint: pulumi.Input<string>;
  /** The app, which has the redirect URI of this login. */
  readonly clientId: pulumi.Input<string>;
  readonly clientSecret: pulumi.Input<string>;
}

/** Registers Okta as the OAuth 2.0 server of the developer portal's test console. */
export class PortalLogin extends pulumi.ComponentResource {
  /** Resource name of the OAuth 2.0 server, known once it exists: an API refers to it. */
  readonly loginName: pulumi.Output<string>;
  /** What the console shows of the server, JSON. */
  readonly shown: pulumi.Output<string>;

  constructor(name: string, args: PortalLoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:PortalLogin", name, {}, withoutVersionedAliases(opts));
    const signIn = { ...args, loginName: args.loginName ?? "okta" };
    const problems = portalLoginProblems(signIn, args.declaredScopes);
    if (problems.length > 0)
      throw new pulumi.RunError(
        `The portal login "${name}" would fail when somebody signs in:\n  - ${problems.join("\n  - ")}`,
      );
    for (const warning of portalLoginWarnings(signIn)) void pulumi.log.warn(warning, this);

    const shown = serverAsShown(signIn);
    const { resourceGroupName, serviceName, clientSecret } = args;
    const server = new apimanagement.AuthorizationServer(
      name,
      { resourceGroupName, serviceName, ...shown, clientSecret },
      // An API refers to it until it is updated, and Azure deletes no server that is referred to.
      { parent: this, deleteBeforeReplace: false },
    );
    this.loginName = server.name;
    this.shown = after([server], pulumi.jsonStringify(shown));
    this.registerOutputs({ loginName: this.loginName });
  }
}

function serverAsShown({
  loginName,
  grantTypes,
  defaultScopes,
  authorizationEndpoint,
  tokenEndpoint,
  clientId,
}: PortalLoginArgs & { readonly loginName: string }) {
  return {
    authsid: loginName,
    displayName: "Okta",
    description: "Signs people in with Okta.",
    clientRegistrationEndpoint: "http://localhost",
    authorizationEndpoint,
    tokenEndpoint,
    clientId,
    grantTypes,
    // The console opens the authorization endpoint by GET, and Azure demands it in the list.
    authorizationMethods: [apimanagement.AuthorizationMethod.GET],
    // Okta's `client_secret_basic`, as the app is registered.
    clientAuthenticationMethod: ["Basic"],
    bearerTokenSendingMethods: ["authorizationHeader"],
    defaultScope: defaultScopes.join(" "),
    // Okta refuses an authorization request without `state`.
    supportState: true,
    useInTestConsole: true,
    useInApiDocumentation: true,
  };
}
