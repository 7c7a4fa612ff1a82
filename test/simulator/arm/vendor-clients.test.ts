/** The local Azure as Microsoft's own clients see it. That the real one answers alike is not proved here. */

import * as tls from "node:tls";
import {
  ApiManagementClient,
  type AuthorizationServerContract,
  type ErrorResponse,
  type PolicyContract,
} from "@azure/arm-apimanagement";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientAssertionCredential, ClientSecretCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deriveGatewayModel } from "../../../simulator/arm/gateway-derivation.ts";
import { type LocalCloud, startCloud } from "../../../simulator/cloud.ts";

let cloud: LocalCloud;
let resources: ResourceManagementClient;
let apim: ApiManagementClient;
const trusted = tls.getCACertificates();
beforeAll(async () => {
  cloud = await startCloud({ log: () => {} });
  tls.setDefaultCACertificates([...trusted, cloud.azure.certificate]);
  const { origin, subscriptionId } = cloud.azure;
  resources = new ResourceManagementClient(secretCredential(), subscriptionId, { endpoint: origin });
  apim = new ApiManagementClient(secretCredential(), subscriptionId, { endpoint: origin });
});
afterAll(async () => {
  tls.setDefaultCACertificates(trusted);
  await cloud.close();
});

const authority = () => ({ authorityHost: cloud.azure.origin, disableInstanceDiscovery: true });

function secretCredential(clientSecret = cloud.azure.clientSecret): ClientSecretCredential {
  const { tenantId, clientId } = cloud.azure;
  return new ClientSecretCredential(tenantId, clientId, clientSecret, authority());
}

const [group, name] = ["rg", "apim-one"] as const;
const quick = { updateIntervalInMs: 1 };
const scope = "https://management.azure.com/.default";
const service = {
  location: "West Europe",
  sku: { name: "Developer", capacity: 1 },
  publisherName: "Contoso",
  publisherEmail: "a@b.example",
};

/** The code and status of what a client throws. */
async function refusal(call: Promise<unknown>): Promise<readonly [status: unknown, code: unknown]> {
  const error = (await call.then(
    () => ({}),
    (thrown: unknown) => thrown,
  )) as { statusCode?: number; code?: string; details?: ErrorResponse };
  return [error.statusCode, error.code];
}

async function namesOf(list: AsyncIterable<{ name?: string }>): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for await (const one of list) names.push(one.name);
  return names;
}

// The client's own `get` of a policy takes its JSON for XML, and finds no value.
async function valuesOf(list: AsyncIterable<PolicyContract>): Promise<readonly (string | undefined)[]> {
  const values: (string | undefined)[] = [];
  for await (const one of list) values.push(one.value);
  return values;
}

describe("@azure/identity", () => {
  it("gets a token for the client's secret", async () => {
    const { token } = await secretCredential().getToken(scope);
    expect(token.split(".")).toHaveLength(3);
  });

  it("gets a token for an assertion of the local cloud, and for no other", async () => {
    const { tenantId, clientId, federatedAssertion } = cloud.azure;
    const credential = (assertion: () => Promise<string>) =>
      new ClientAssertionCredential(tenantId, clientId, assertion, authority());
    expect((await credential(federatedAssertion).getToken(scope)).token).toMatch(/^eyJ/);
    const other = credential(async () => (await secretCredential().getToken(scope)).token);
    await expect(other.getToken(scope)).rejects.toThrow("AADSTS700213");
  });

  it("hears Entra's words for a wrong secret", async () => {
    await expect(secretCredential("wrong").getToken(scope)).rejects.toThrow(
      "AADSTS7000215: Invalid client secret provided.",
    );
  });
});

describe("@azure/arm-resources", () => {
  it("makes, finds, lists and changes a resource group", async () => {
    expect(await resources.resourceGroups.checkExistence(group)).toEqual({ body: false });
    const made = await resources.resourceGroups.createOrUpdate(group, { location: "West Europe" });
    expect(made).toMatchObject({ name: group, properties: { provisioningState: "Succeeded" } });
    expect(await resources.resourceGroups.checkExistence(group)).toEqual({ body: true });
    expect(await resources.resourceGroups.update(group, { tags: { a: "b" } })).toMatchObject({
      location: "West Europe",
      tags: { a: "b" },
    });
    expect(await namesOf(resources.resourceGroups.list())).toEqual([group]);
  });

  it("hears that a group is not there", async () => {
    expect(await refusal(resources.resourceGroups.get("nothing"))).toEqual([404, "ResourceGroupNotFound"]);
  });

  it("deletes a group and waits for it", async () => {
    await resources.resourceGroups.createOrUpdate("passing", { location: "westeurope" });
    await resources.resourceGroups.delete("passing", quick);
    expect(await resources.resourceGroups.checkExistence("passing")).toEqual({ body: false });
  });
});

describe("@azure/arm-apimanagement", () => {
  beforeAll(async () => {
    await resources.resourceGroups.createOrUpdate(group, { location: "West Europe" });
    await apim.apiManagementService.beginCreateOrUpdateAndWait(group, name, service, quick);
    await apim.authorizationServer.createOrUpdate(group, name, "okta", server);
    await apim.api.beginCreateOrUpdateAndWait(group, name, "talks", api, quick);
  });

  const server: AuthorizationServerContract = {
    displayName: "Okta",
    clientRegistrationEndpoint: "http://localhost",
    authorizationEndpoint: "https://o.example/a",
    tokenEndpoint: "https://o.example/t",
    grantTypes: ["authorizationCode"],
    authorizationMethods: ["GET"],
    clientId: "id",
    clientSecret: "s3cret",
  };
  const document = {
    ...{ openapi: "3.0.3", info: { title: "Talks", version: "1" }, servers: [{ url: "https://b.example" }] },
    paths: { "/talks": { get: { operationId: "getTalks", responses: { "200": { description: "x" } } } } },
  };
  const api = {
    path: "talks",
    subscriptionRequired: false,
    format: "openapi+json",
    value: JSON.stringify(document),
    authenticationSettings: { oAuth2AuthenticationSettings: [{ authorizationServerId: "okta" }] },
  };

  it("reads, changes and lists the instance", async () => {
    const found = await apim.apiManagementService.get(group, name);
    expect(found).toMatchObject({
      provisioningState: "Succeeded",
      location: "West Europe",
      gatewayUrl: cloud.origins.gateway,
      hostnameConfigurations: [{ type: "Proxy", certificateSource: "BuiltIn" }],
      systemData: { createdByType: "Application" },
    });
    const changed = await apim.apiManagementService.beginUpdateAndWait(
      ...[group, name, { publisherName: "Other", tags: { a: "b" } }, quick],
    );
    expect(changed).toMatchObject({ publisherName: "Other", publisherEmail: "a@b.example" });
    expect(await namesOf(apim.apiManagementService.list())).toEqual([name]);
    expect(await namesOf(apim.apiManagementService.listByResourceGroup(group))).toEqual([name]);
  });

  it("hears of a tier that there is not, with the property as the target", async () => {
    const sku = { name: "Free", capacity: 1 };
    const making = apim.apiManagementService.beginCreateOrUpdateAndWait(group, name, { ...service, sku });
    await expect(making).rejects.toMatchObject({
      statusCode: 400,
      code: "ValidationError",
      details: { error: { details: [{ code: "ValidationError", target: "sku.name" }] } },
    });
  });

  it("imports an API, whose title and address are the document's", async () => {
    const found = await apim.api.get(group, name, "talks");
    expect(found).toMatchObject({
      displayName: "Talks",
      serviceUrl: "https://b.example",
      protocols: ["https"],
      apiRevision: "1",
    });
    expect(found).not.toHaveProperty("value");
    expect(await namesOf(apim.api.listByService(group, name))).toEqual(["talks"]);
    const changed = await apim.api.update(group, name, "talks", "*", { displayName: "Renamed" });
    expect(changed).toMatchObject({ displayName: "Renamed", path: "talks" });
    expect((await apim.api.getEntityTag(group, name, "talks")).eTag).toMatch(/^"/);
  });

  it("links an API to an authorization server with scopes of its own, and reads the first link twice", async () => {
    const link = { authorizationServerId: "okta", scope: "talks.read talks.write" };
    const put = (authenticationSettings: object) =>
      apim.api.beginCreateOrUpdateAndWait(group, name, "talks", { ...api, authenticationSettings }, quick);
    const both = { oAuth2: link, oAuth2AuthenticationSettings: [link] };
    await put({ oAuth2AuthenticationSettings: [link] });
    expect((await apim.api.get(group, name, "talks")).authenticationSettings).toEqual(both);
    await put({ oAuth2: link });
    expect((await apim.api.get(group, name, "talks")).authenticationSettings).toEqual(both);
    await put({});
    expect((await apim.api.get(group, name, "talks")).authenticationSettings).toEqual({});
  });

  it("hears that a document cannot be imported, or that a path is taken", async () => {
    const put = (id: string, change: object) =>
      refusal(apim.api.beginCreateOrUpdateAndWait(group, name, id, { ...api, ...change }, quick));
    expect(await put("other", { path: "other", value: "{" })).toEqual([400, "ValidationError"]);
    expect(await put("other", {})).toEqual([400, "ValidationError"]);
    expect(await put("other", { path: "other", apiRevision: "2" })).toEqual([400, "NotSimulated"]);
    expect(await refusal(apim.api.get(group, name, "other"))).toEqual([404, "ResourceNotFound"]);
  });

  it("has the operations that the import made, and one of its own until it is deleted", async () => {
    const operation = { displayName: "Add", method: "POST", urlTemplate: "/talks", responses: [] };
    const at = [group, name, "talks"] as const;
    expect(await apim.apiOperation.get(...at, "gettalks")).toMatchObject({
      method: "GET",
      urlTemplate: "/talks",
    });
    const queryParameters = [{ name: "kind", type: "string", values: ["a", "b"], defaultValue: "b" }];
    await apim.apiOperation.createOrUpdate(...at, "add", { ...operation, request: { queryParameters } });
    expect((await apim.apiOperation.get(...at, "add")).request).toMatchObject({ queryParameters });
    expect(await namesOf(apim.apiOperation.listByApi(...at))).toEqual(["gettalks", "add"]);
    const served = () =>
      cloud.store.derived(deriveGatewayModel)?.apis[0]?.operations.map(({ method }) => method);
    expect(served()).toEqual(["GET", "POST"]);
    await apim.apiOperation.delete(...at, "gettalks", "*");
    expect(served()).toEqual(["POST"]);
    await apim.apiOperation.delete(...at, "add", "*");
    // The next import brings what was deleted.
    await apim.api.beginCreateOrUpdateAndWait(...at, api, quick);
    expect(served()).toEqual(["GET"]);
  });

  it("keeps an authorization server's secret, and hands it over when it is asked for it alone", async () => {
    const found = await apim.authorizationServer.get(group, name, "okta");
    expect(JSON.stringify(found)).not.toContain("s3cret");
    expect(await apim.authorizationServer.listSecrets(group, name, "okta")).toMatchObject({
      clientSecret: "s3cret",
    });
    // A change without the secret takes none away.
    await apim.authorizationServer.update(group, name, "okta", "*", { displayName: "Renamed" });
    expect(await apim.authorizationServer.listSecrets(group, name, "okta")).toMatchObject({
      clientSecret: "s3cret",
    });
    expect(await refusal(apim.authorizationServer.delete(group, name, "okta", "*"))).toEqual([
      400,
      "ValidationError",
    ]);
  });

  it("writes the policies of the instance, an API and an operation, and reads them as Azure writes them", async () => {
    const value = '<policies><inbound><base /><set-header name="a"><value>b</value></set-header></inbound>';
    const policy = { format: "rawxml", value: `${value}<backend><base /></backend></policies>` };
    const text = [
      "<policies>",
      "  <inbound>",
      "    <base />",
      '    <set-header name="a">',
      "      <value>b</value>",
      "    </set-header>",
      "  </inbound>",
      "  <backend>",
      "    <base />",
      "  </backend>",
      "</policies>",
    ].join("\r\n");
    await apim.apiPolicy.createOrUpdate(group, name, "talks", "policy", policy);
    const listed = await apim.apiPolicy.listByApi(group, name, "talks");
    expect(listed.value?.map((one) => one.value)).toEqual([text]);
    const at = [group, name, "talks", "gettalks", "policy"] as const;
    expect((await apim.apiOperationPolicy.createOrUpdate(...at, policy)).value).toBe(text);
    await apim.apiOperationPolicy.delete(...at, "*");
    expect(await refusal(apim.apiOperationPolicy.get(...at))).toEqual([404, "ResourceNotFound"]);
    const current = () => valuesOf(apim.policy.listByService(group, name));
    const before = await current();
    expect(before).toEqual([expect.stringContaining("IMPORTANT:")]);
    const own = "<policies><inbound /><backend><forward-request /></backend><outbound /></policies>";
    await apim.policy.createOrUpdate(group, name, "policy", { value: own });
    expect(await current()).not.toEqual(before);
    await apim.policy.delete(group, name, "policy", "*");
    expect(await current()).toEqual(before);
  });

  it("hears that a policy is wrong, in its element", async () => {
    const value = "<policies><nothing /></policies>";
    await expect(
      apim.apiPolicy.createOrUpdate(group, name, "talks", "policy", { value }),
    ).rejects.toMatchObject({ statusCode: 400, code: "ValidationError" });
  });

  it("publishes the portal by a deployment of resources, and by a revision", async () => {
    const template = {
      resources: [
        {
          type: "Microsoft.ApiManagement/service/portalRevisions",
          apiVersion: "2024-05-01",
          name: `${name}/r1`,
          properties: { isCurrent: true },
        },
      ],
    };
    await apim.portalRevision.beginCreateOrUpdateAndWait(group, name, "r0", { isCurrent: true }, quick);
    const put = await raw("PUT", deploymentPath, { properties: { mode: "Incremental", template } });
    expect([put.status, put.body.properties?.provisioningState]).toEqual([201, "Running"]);
    const polled = await raw("GET", put.headers.get("azure-asyncoperation") ?? "");
    expect(polled.body).toMatchObject({ status: "Succeeded" });
    expect(await namesOf(apim.portalRevision.listByService(group, name))).toEqual(["r0", "r1"]);
    expect((await fetch(`${cloud.origins.developerPortal}/apis`)).status).toBe(200);
  });

  const deploymentPath = `/resourceGroups/${group}/providers/Microsoft.Resources/deployments/portal?api-version=2024-03-01`;

  async function raw(method: string, path: string, body?: object) {
    const { origin, subscriptionId } = cloud.azure;
    const { token } = await secretCredential().getToken(scope);
    const url = path.startsWith("https:") ? path : `${origin}/subscriptions/${subscriptionId}${path}`;
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as { properties?: { provisioningState?: string } },
    };
  }

  const at = [group, name] as const;
  it.each<
    [string, { put: () => Promise<object>; get: () => Promise<object>; delete: () => Promise<unknown> }]
  >([
    [
      "backend",
      {
        put: () => apim.backend.createOrUpdate(...at, "one", { url: "https://b.example", protocol: "http" }),
        get: () => apim.backend.get(...at, "one"),
        delete: () => apim.backend.delete(...at, "one", "*"),
      },
    ],
    [
      "named value",
      {
        put: () =>
          apim.namedValue.beginCreateOrUpdateAndWait(
            ...at,
            "one",
            { displayName: "one", value: "v", tags: ["t"] },
            quick,
          ),
        get: () => apim.namedValue.get(...at, "one"),
        delete: () => apim.namedValue.delete(...at, "one", "*"),
      },
    ],
    [
      "policy fragment",
      {
        put: () =>
          apim.policyFragment.beginCreateOrUpdateAndWait(...at, "one", { value: "<fragment />" }, quick),
        get: () => apim.policyFragment.get(...at, "one"),
        delete: () => apim.policyFragment.delete(...at, "one", "*"),
      },
    ],
    [
      "version set",
      {
        put: () =>
          apim.apiVersionSet.createOrUpdate(...at, "one", {
            displayName: "one",
            versioningScheme: "Segment",
          }),
        get: () => apim.apiVersionSet.get(...at, "one"),
        delete: () => apim.apiVersionSet.delete(...at, "one", "*"),
      },
    ],
    [
      "product",
      {
        put: () => apim.product.createOrUpdate(...at, "one", { displayName: "one" }),
        get: () => apim.product.get(...at, "one"),
        delete: () => apim.product.delete(...at, "one", "*"),
      },
    ],
    [
      "subscription",
      {
        put: () => apim.subscription.createOrUpdate(...at, "one", { displayName: "one", scope: "/apis" }),
        get: () => apim.subscription.get(...at, "one"),
        delete: () => apim.subscription.delete(...at, "one", "*"),
      },
    ],
    [
      "logger",
      {
        put: () =>
          apim.logger.createOrUpdate(...at, "one", {
            loggerType: "applicationInsights",
            credentials: { instrumentationKey: "k" },
          }),
        get: () => apim.logger.get(...at, "one"),
        delete: () => apim.logger.delete(...at, "one", "*"),
      },
    ],
    [
      "tag",
      {
        put: () => apim.tag.createOrUpdate(...at, "one", { displayName: "one" }),
        get: () => apim.tag.get(...at, "one"),
        delete: () => apim.tag.delete(...at, "one", "*"),
      },
    ],
  ])("makes, reads, replaces and deletes a %s", async (_, { put, get, delete: remove }) => {
    const made = await put();
    expect(made).toMatchObject({ name: "one" });
    expect(await put()).toMatchObject({ name: "one" });
    expect(await get()).toMatchObject({ name: "one" });
    await remove();
    expect(await refusal(get())).toEqual([404, "ResourceNotFound"]);
    // What is gone is deleted.
    await remove();
  });

  it("keeps the value of a secret named value and the keys of a subscription to themselves", async () => {
    const secret = { displayName: "hidden", value: "v4lue", secret: true };
    await apim.namedValue.beginCreateOrUpdateAndWait(...at, "hidden", secret, quick);
    expect(JSON.stringify(await apim.namedValue.get(...at, "hidden"))).not.toContain("v4lue");
    expect((await apim.namedValue.listValue(...at, "hidden")).value).toBe("v4lue");
    await apim.product.createOrUpdate(...at, "bundle", { displayName: "Bundle" });
    await apim.subscription.createOrUpdate(...at, "keys", {
      displayName: "Keys",
      scope: "/products/bundle",
      state: "active",
      primaryKey: "pr1mary",
    });
    const found = await apim.subscription.get(...at, "keys");
    expect([found.primaryKey, found.state]).toEqual([undefined, "active"]);
    expect(await apim.subscription.listSecrets(...at, "keys")).toMatchObject({
      primaryKey: "pr1mary",
      secondaryKey: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it("puts an API into a product, and a diagnostic to a logger that is there", async () => {
    await apim.product.createOrUpdate(...at, "bundle", { displayName: "Bundle" });
    await apim.productApi.createOrUpdate(...at, "bundle", "talks");
    expect(await namesOf(apim.productApi.listByProduct(...at, "bundle"))).toEqual(["talks"]);
    const loggerId = (id: string) => ({ loggerId: `/loggers/${id}` });
    expect(await refusal(apim.diagnostic.createOrUpdate(...at, "one", loggerId("none")))).toEqual([
      400,
      "ValidationError",
    ]);
    await apim.logger.createOrUpdate(...at, "log", {
      loggerType: "applicationInsights",
      credentials: { instrumentationKey: "k" },
    });
    await apim.diagnostic.createOrUpdate(...at, "one", loggerId("log"));
    await apim.apiDiagnostic.createOrUpdate(...at, "talks", "one", loggerId("log"));
    expect(await namesOf(apim.apiDiagnostic.listByService(...at, "talks"))).toEqual(["one"]);
  });

  it("goes from page to page", async () => {
    for (const id of ["p1", "p2", "p3"]) await apim.tag.createOrUpdate(...at, id, { displayName: id });
    const pages: number[] = [];
    for await (const page of apim.tag.listByService(...at, { top: 2 }).byPage()) pages.push(page.length);
    expect(pages).toEqual([2, 1]);
  });

  it("hears that somebody else was faster", async () => {
    const { eTag = "" } = await apim.tag.createOrUpdate(...at, "race", { displayName: "a" });
    await apim.tag.createOrUpdate(...at, "race", { displayName: "b" });
    const late = (ifMatch: string) => apim.tag.update(...at, "race", ifMatch, { displayName: "c" });
    expect(await refusal(late(eTag))).toEqual([412, "PreconditionFailed"]);
    const { eTag: current = "" } = await apim.tag.getEntityState(...at, "race");
    expect(await late(current)).toMatchObject({ displayName: "c" });
  });

  it("deletes the instance, whose name stays taken until it is purged", async () => {
    await apim.apiManagementService.beginDeleteAndWait(group, name, quick);
    expect(await refusal(apim.apiManagementService.get(group, name))).toEqual([404, "ResourceNotFound"]);
    expect(await namesOf(apim.deletedServices.listBySubscription())).toEqual([name]);
    const again = () => apim.apiManagementService.beginCreateOrUpdateAndWait(group, name, service, quick);
    expect(await refusal(again())).toEqual([409, "ServiceAlreadyExistsInSoftDeletedState"]);
    expect(await apim.deletedServices.getByName(name, "westeurope")).toMatchObject({ name });
    await apim.deletedServices.beginPurgeAndWait(name, "westeurope", quick);
    expect(await refusal(apim.deletedServices.getByName(name, "westeurope"))).toEqual([
      404,
      "ServiceNotFound",
    ]);
    expect(await again()).toMatchObject({ name, provisioningState: "Succeeded" });
  });
});
