import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Gateway } from "./api-gateway.ts";
import type { OktaAuthorization } from "./okta-authorization.ts";
import { type PortalSignIn, portalLoginProblems, portalLoginWarnings } from "./portal-guards.ts";

/** What {@link PortalLogin} is made of. */
export interface PortalLoginArgs {
  readonly gateway: Gateway;
  /** Has the redirect URI of the server that is registered here. */
  readonly okta: OktaAuthorization;
}

/** Registers Okta as the OAuth 2.0 server of the developer portal's test console. */
export class PortalLogin extends pulumi.ComponentResource {
  /** Resource name of the OAuth 2.0 server; an API refers to it. */
  readonly serverName: pulumi.Output<string>;
  /** What the console shows of the server. */
  readonly shown: pulumi.Output<object>;

  constructor(name: string, args: PortalLoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:PortalLogin", name, {}, opts);
    const { gateway, okta } = args;
    const { portalSignIn } = okta;
    if (portalSignIn === undefined)
      throw new pulumi.RunError(
        `Portal login "${name}" must have an Okta app that signs people in; got one without portalSignIn. Give it to the OktaAuthorization.`,
      );
    const problems = portalLoginProblems(portalSignIn, okta.scopes);
    if (problems.length > 0)
      throw new pulumi.RunError(`Portal login "${name}" must be corrected:\n  - ${problems.join("\n  - ")}`);
    for (const warning of portalLoginWarnings(portalSignIn)) pulumi.log.warn(warning, this);

    const shown = serverAsShown(okta, portalSignIn);
    const server = new apimanagement.AuthorizationServer(
      name,
      {
        resourceGroupName: gateway.resourceGroupName,
        serviceName: gateway.serviceName,
        ...shown,
        clientSecret: okta.clientSecret,
      },
      // An API refers to it until it is updated, and Azure deletes no server that is referred to.
      { parent: this, deleteBeforeReplace: false },
    );
    this.serverName = server.name;
    this.shown = pulumi.output(shown);
    this.registerOutputs({ serverName: this.serverName });
  }
}

function serverAsShown(okta: OktaAuthorization, { serverName, grantTypes, defaultScopes }: PortalSignIn) {
  return {
    authsid: serverName,
    displayName: "Okta",
    description: "Signs people in with Okta.",
    clientRegistrationEndpoint: "http://localhost",
    authorizationEndpoint: okta.authorizationEndpoint,
    tokenEndpoint: okta.tokenEndpoint,
    clientId: okta.clientId,
    grantTypes: [...grantTypes],
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
