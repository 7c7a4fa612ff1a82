/** An API that takes access tokens of Okta. The document says who may call an operation; the policies enforce it. */
import { readFileSync } from "node:fs";
import * as apim from "@pulumi/azure-native/apimanagement/index.js";
import * as azure from "@pulumi/azure-native/resources/index.js";
import * as okta from "@pulumi/okta";
import { Config } from "@pulumi/pulumi";

const config = new Config();
const location = config.require("location");
const group = new azure.ResourceGroup("orders", { location });
const service = new apim.ApiManagementService("orders", {
  resourceGroupName: group.name,
  location,
  sku: { name: "BasicV2", capacity: 1 },
  publisherName: config.require("publisherName"),
  publisherEmail: config.require("publisherEmail"),
});
const server = new okta.auth.Server("orders", { name: "orders", audiences: ["api://orders"] });
const scopes = ["orders.read", "orders.write"].map(
  (name) => new okta.auth.ServerScope(name, { authServerId: server.id, name }),
);
const client = new okta.app.OAuth("client", {
  label: "Orders client",
  type: "service",
  grantTypes: ["client_credentials"],
  responseTypes: ["token"],
});
const policy = new okta.auth.ServerPolicy("clients", {
  ...{ authServerId: server.id, name: "clients", description: "Orders clients", priority: 1 },
  clientWhitelists: [client.clientId],
});
new okta.auth.ServerPolicyRule("tokens", {
  ...{ authServerId: server.id, policyId: policy.id, name: "tokens", priority: 1 },
  grantTypeWhitelists: ["client_credentials"],
  groupWhitelists: ["EVERYONE"],
  scopeWhitelists: scopes.map(({ name }) => name),
});
const at = { resourceGroupName: group.name, serviceName: service.name };
const api = new apim.Api("orders", {
  ...{ ...at, apiId: "orders", path: "shop", displayName: "Orders", protocols: ["https"] },
  ...{ format: "openapi+json", value: readFileSync("orders.openapi.json", "utf8") },
  subscriptionRequired: false,
});
const written = (file: string) =>
  server.issuer.apply((issuer) => readFileSync(file, "utf8").replaceAll("ISSUER", issuer));
const ofApi = { ...at, apiId: api.name, policyId: "policy", format: "rawxml" };
new apim.ApiPolicy("orders", { ...ofApi, value: written("policies/orders.xml") });
const ofOperation = { ...ofApi, operationId: "listorders" };
new apim.ApiOperationPolicy("list", { ...ofOperation, value: written("policies/list-orders.xml") });
