import * as pulumi from "@pulumi/pulumi";
import {
  importArgs,
  OktaAuthorization,
  OktaClient,
  PortalLogin,
  ProtectedApi,
  portalRedirectUris,
} from "../entries/components.ts";
import { readDocument } from "../entries/openapi.ts";

// 1. The instance, from the stack that made it: contoso/platform/prod.
const config = new pulumi.Config();
const platform = new pulumi.StackReference(config.require("platformStack"));
const output = (name: string) => platform.requireOutput(name).apply(String);
const instance = { resourceGroupName: output("resourceGroupName"), serviceName: output("serviceName") };
const portalOrigins = [output("developerPortalUrl")];

// 2. The API of this stack: its document says which scopes there are.
const document = await readDocument({ document: "apis/conference.openapi.yaml" }, ".");
const scopes = Object.fromEntries(document.scopes);

// 3. Okta: an authorization server, and an app for the portal's sign-in alone.
const loginName = "okta-conference";
const okta = new OktaAuthorization("conference-okta", {
  authorizationServerName: `conference-${pulumi.getStack()}`,
  audience: "api://conference",
  scopes,
});
const portalApp = new OktaClient("conference-portal", {
  authorizationServerId: okta.authorizationServerId,
  kind: "web",
  label: `Conference API (${pulumi.getStack()})`,
  scopes: Object.keys(scopes),
  redirectUris: portalRedirectUris(portalOrigins, loginName),
});

// 4. The sign-in of this API in the shared developer portal.
const login = new PortalLogin("conference-login", {
  ...instance,
  loginName,
  grantTypes: ["authorizationCode"],
  defaultScopes: Object.keys(scopes),
  declaredScopes: Object.keys(scopes),
  authorizationEndpoint: okta.authorizationEndpoint,
  tokenEndpoint: okta.tokenEndpoint,
  clientId: portalApp.clientId,
  clientSecret: portalApp.clientSecret,
});

// 5. The API with its policies, at a path of its own.
const api = new ProtectedApi("conference", {
  ...instance,
  ...importArgs(document),
  gatewayUrl: output("gatewayUrl"),
  portalOrigins,
  portalLoginName: login.loginName,
  issuer: okta.issuer,
  audience: okta.audience,
  openIdConfigUrl: okta.openIdConfigUrl,
  path: "conference",
  serviceUrl: config.require("serviceUrl"),
});

export const url = api.url;
