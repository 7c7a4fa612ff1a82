import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Gateway } from "./api-gateway.ts";
import type { OktaAuthorization } from "./okta-authorization.ts";

/** What {@link PortalLogin} is made of. */
export interface PortalLoginArgs {
  readonly gateway: Gateway;
  readonly okta: OktaAuthorization;
  /** Resource name of the OAuth 2.0 server, lower case: {@link redirectUri} holds it. */
  readonly serverName: string;
  /** Scopes that the console asks for when nobody chooses; Okta refuses a request without any. */
  readonly defaultScopes: readonly string[];
}

/** Registers Okta as the OAuth 2.0 server of the developer portal's test console. */
export class PortalLogin extends pulumi.ComponentResource {
  /** Resource name of the OAuth 2.0 server; an API refers to it. */
  readonly serverName: pulumi.Output<string>;

  constructor(name: string, args: PortalLoginArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:PortalLogin", name, {}, opts);
    const { gateway, okta } = args;
    const server = new apimanagement.AuthorizationServer(
      name,
      {
        resourceGroupName: gateway.resourceGroupName,
        serviceName: gateway.serviceName,
        authsid: args.serverName,
        displayName: "Okta",
        description: "Signs people in with Okta.",
        clientRegistrationEndpoint: "http://localhost",
        authorizationEndpoint: okta.authorizationEndpoint,
        tokenEndpoint: okta.tokenEndpoint,
        clientId: okta.clientId,
        clientSecret: okta.clientSecret,
        grantTypes: ["authorizationCode", "clientCredentials"],
        // The console opens the authorization endpoint by GET, and Azure demands it in the list.
        authorizationMethods: [apimanagement.AuthorizationMethod.GET],
        // Okta's `client_secret_basic`, as the app is registered.
        clientAuthenticationMethod: ["Basic"],
        bearerTokenSendingMethods: ["authorizationHeader"],
        defaultScope: args.defaultScopes.join(" "),
        // Okta refuses an authorization request without `state`.
        supportState: true,
        useInTestConsole: true,
        useInApiDocumentation: true,
      },
      { parent: this },
    );
    this.serverName = server.name;
    this.registerOutputs({ serverName: this.serverName });
  }
}

/**
 * Where the developer portal receives Okta's answer:
 * `https://contoso.developer.azure-api.net`, `okta` → `https://contoso.developer.azure-api.net/signin-oauth/code/callback/okta`.
 *
 * The portal sends the whole URI in lower case and Okta compares it letter by letter.
 */
export function redirectUri(
  developerPortalUrl: pulumi.Output<string>,
  serverName: string,
): pulumi.Output<string> {
  return developerPortalUrl.apply((origin) =>
    `${origin}/signin-oauth/code/callback/${serverName}`.toLowerCase(),
  );
}
