/** azure-native against the local Azure over https: each resource type from its create to its delete. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { LocalCloud } from "../../../../simulator/cloud.ts";
import type { Properties, ResourceHandler, ResourceState } from "../../../../simulator/providers/resource.ts";
import { handlerOf, startTestCloud } from "../../../support/local-stack.ts";
import { pkcs12File } from "../../../support/pkcs12-files.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(async () => {
  await cloud.close();
});

const handler = (type: string): ResourceHandler => handlerOf(cloud, type);
const group = { resourceGroupName: "rg", location: "westeurope" };
const groupId = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg`;
const at = { resourceGroupName: "rg", serviceName: "apim-test" };
const serviceId = `${groupId}/providers/Microsoft.ApiManagement/service/apim-test`;
const service = {
  ...{ ...at, location: "westeurope", sku: { name: "Developer", capacity: 1 } },
  ...{ publisherName: "Contoso", publisherEmail: "a@b.example" },
};
const document = stringify({
  openapi: "3.0.3",
  info: { title: "Orders", version: "1" },
  servers: [{ url: "https://orders.example/v1" }],
  paths: { "/orders": { get: { operationId: "listOrders", responses: { "200": { description: "OK" } } } } },
});
const api = {
  ...{ ...at, apiId: "orders", path: "orders", protocols: ["https"], subscriptionRequired: false },
  ...{ format: "openapi", value: document },
};
const policyValue = "<policies><inbound><base /></inbound><backend><base /></backend></policies>";
const inApi = { ...at, apiId: "orders" };

async function make(type: string, inputs: Properties): Promise<ResourceState> {
  const one = handler(type);
  expect(one.check((await one.fillIn?.(inputs, { name: "test", before: undefined })) ?? inputs)).toEqual([]);
  return one.create("test", inputs);
}

beforeAll(async () => {
  await make("resources:ResourceGroup", group);
  await make("ApiManagementService", service);
  await make("Api", api);
});

/** Type, inputs, what an update changes, outputs that Azure adds. */
const types: readonly (readonly [type: string, inputs: Properties, change: Properties, added: Properties])[] =
  [
    [
      "ApiOperation",
      { ...inApi, operationId: "ping", displayName: "Ping", method: "GET", urlTemplate: "/ping" },
      { displayName: "Pong" },
      { name: "ping" },
    ],
    [
      "ApiPolicy",
      { ...inApi, policyId: "policy", format: "rawxml", value: policyValue },
      { value: policyValue.replace("<base />", '<base /><set-header name="x" exists-action="delete" />') },
      { name: "policy" },
    ],
    [
      "ApiOperationPolicy",
      { ...inApi, operationId: "listOrders", policyId: "policy", format: "rawxml", value: policyValue },
      { value: policyValue.replace("<base />", '<base /><set-header name="x" exists-action="delete" />') },
      { name: "policy" },
    ],
    [
      "AuthorizationServer",
      {
        ...{ ...at, authsid: "okta", displayName: "Okta", clientRegistrationEndpoint: "http://localhost" },
        ...{ authorizationEndpoint: "https://o.example/a", tokenEndpoint: "https://o.example/t" },
        ...{ grantTypes: ["authorizationCode"], authorizationMethods: ["GET"] },
        ...{ clientId: "id", clientSecret: "s3cret" },
      },
      { displayName: "Okta 2" },
      { name: "okta" },
    ],
    [
      "Backend",
      { ...at, backendId: "other", url: "https://other.example", protocol: "http" },
      { url: "https://third.example" },
      { name: "other" },
    ],
    [
      "NamedValue",
      { ...at, namedValueId: "audience", displayName: "audience", value: "api://orders" },
      { value: "api://others" },
      { name: "audience" },
    ],
    [
      "PolicyFragment",
      { ...at, id: "cors", format: "xml", value: "<fragment></fragment>" },
      { description: "Who may call" },
      { name: "cors" },
    ],
    [
      "ApiVersionSet",
      { ...at, versionSetId: "orders", displayName: "Orders", versioningScheme: "Segment" },
      { displayName: "Orders 2" },
      { name: "orders" },
    ],
    [
      "Product",
      {
        ...at,
        productId: "starter",
        displayName: "Starter",
        subscriptionRequired: true,
        approvalRequired: false,
      },
      { displayName: "Starter 2" },
      { name: "starter" },
    ],
    [
      "Subscription",
      { ...at, sid: "one", displayName: "One", scope: "/apis" },
      { displayName: "One 2" },
      { name: "one" },
    ],
    [
      "Certificate",
      { ...at, certificateId: "mine", data: pkcs12File("rsa").toString("base64"), password: "s3cret" },
      { data: pkcs12File("ec").toString("base64"), password: "" },
      { name: "mine", subject: 'CN=rsa.example, O="Contoso, Inc.", C=DE', thumbprint: expect.any(String) },
    ],
    [
      "User",
      { ...at, userId: "ada", email: "ada@b.example", firstName: "Ada", lastName: "Lovelace" },
      { lastName: "King" },
      { name: "ada", state: "active", registrationDate: expect.any(String) },
    ],
    [
      "Group",
      { ...at, groupId: "readers", displayName: "Readers" },
      { description: "Who reads" },
      { name: "readers", builtIn: false },
    ],
    [
      "Logger",
      {
        ...at,
        loggerId: "insights",
        loggerType: "applicationInsights",
        credentials: { instrumentationKey: "{{k}}" },
      },
      { description: "All calls" },
      { name: "insights" },
    ],
    ["Tag", { ...at, tagId: "beta", displayName: "Beta" }, { displayName: "Beta 2" }, { name: "beta" }],
  ];

describe.each(types)("%s", (type, inputs, change, added) => {
  it("is made, found, changed and deleted", async () => {
    const made = await make(type, inputs);
    expect(made.properties).toMatchObject(added);
    const read = await handler(type).read(made.id, made.properties);
    expect(read?.properties).toEqual(made.properties);
    expect(handler(type).refresh?.(inputs, made.properties, read ?? made)).toEqual(inputs);

    const updated = await handler(type).update(made.id, { ...inputs, ...change }, made.properties);
    expect(updated.properties).not.toEqual(made.properties);
    await expect(handler(type).create("again", inputs)).rejects.toThrow(
      `cannot create already existing resource '${made.id}'`,
    );
    await handler(type).delete(made.id);
    expect(await handler(type).read(made.id)).toBeUndefined();
    // What is gone already is deleted.
    await handler(type).delete(made.id);
  });
});

describe("a link to a group", () => {
  it.each([
    ["GroupUser", { ...at, groupId: "linked", userId: "1" }, { email: "a@b.example" }],
    ["ProductGroup", { ...at, productId: "linked", groupId: "linked" }, { displayName: "Linked" }],
  ])("is made, found and deleted by %s", async (type, inputs, added) => {
    const group = await make("Group", { ...at, groupId: "linked", displayName: "Linked" });
    const product = await make("Product", { ...at, productId: "linked", displayName: "Linked" });
    const { id, properties } = await make(type, inputs);
    expect(properties).toMatchObject(added);
    expect(await handler(type).read(id, properties)).toMatchObject({ id, properties, inputs });
    await expect(handler(type).create("again", inputs)).rejects.toThrow("cannot create already existing");
    await handler(type).delete(id);
    expect(await handler(type).read(id, properties)).toBeUndefined();
    await handler("Product").delete(product.id);
    await handler("Group").delete(group.id);
  });
});

describe.each(["Diagnostic", "ApiDiagnostic"])("%s", (type) => {
  it("is made, changed and deleted beside its logger", async () => {
    const logger = { ...at, loggerId: "for-diagnostics", loggerType: "applicationInsights" };
    const { id: loggerId } = await make("Logger", {
      ...logger,
      credentials: { instrumentationKey: "{{k}}" },
    });
    const inputs = {
      ...inApi,
      diagnosticId: "applicationinsights",
      loggerId,
      sampling: { samplingType: "fixed", percentage: 50 },
    };
    const { apiId: _, ...ofService } = inputs;
    const given = type === "Diagnostic" ? ofService : inputs;
    const { id, properties } = await make(type, given);
    expect(properties).toMatchObject({ sampling: { percentage: 50 } });
    await handler(type).update(
      id,
      { ...given, sampling: { samplingType: "fixed", percentage: 10 } },
      properties,
    );
    expect((await handler(type).read(id))?.properties).toMatchObject({ sampling: { percentage: 10 } });
    await handler(type).delete(id);
    await handler("Logger").delete(loggerId);
  });
});

describe("ApiManagementService", () => {
  it("has the outputs that a program uses, and what Azure fills in", async () => {
    const state = await handler("ApiManagementService").read(serviceId);
    expect(state?.properties).toMatchObject({
      ...{ name: "apim-test", type: "Microsoft.ApiManagement/service", provisioningState: "Succeeded" },
      ...{ gatewayUrl: cloud.origins.gateway, developerPortalUrl: cloud.origins.developerPortal },
      ...{ sku: { name: "Developer", capacity: 1 }, publisherName: "Contoso", azureApiVersion: "2024-05-01" },
      ...{ platformVersion: expect.any(String), managementApiUrl: expect.any(String) },
    });
    expect(state?.properties).not.toHaveProperty("resourceGroupName");
  });

  it("is found by its function, with its id", async () => {
    const found = cloud.providerHandlers.functions.find(
      ({ token }) => token === "azure-native:apimanagement:getApiManagementService",
    );
    expect(await found?.invoke(at)).toMatchObject({ id: serviceId, name: "apim-test", sku: service.sku });
    await expect(found?.invoke({ ...at, serviceName: "none" })).rejects.toThrow(
      /^request failed \/subscriptions\/.*\/service\/none: Status=404 Code="ResourceNotFound" Message="/,
    );
  });

  it("keeps the inputs of a refresh", async () => {
    const state = await handler("ApiManagementService").read(serviceId);
    const properties = state?.properties ?? {};
    expect(
      handler("ApiManagementService").refresh?.(service, properties, { id: serviceId, properties }),
    ).toEqual(service);
  });

  it("takes its resource group's location where none is given", async () => {
    const { location: _, ...inputs } = service;
    const filled = await handler("ApiManagementService").fillIn?.(inputs, { name: "s", before: undefined });
    expect(filled?.location).toBe("westeurope");
  });
});

describe("Api", () => {
  it("has the title and the first server of its document, and neither format nor value", async () => {
    const state = await handler("Api").read(`${serviceId}/apis/orders`);
    expect(state?.properties).toMatchObject({
      ...{ displayName: "Orders", serviceUrl: "https://orders.example/v1", path: "orders" },
      subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
    });
    for (const name of ["format", "value"]) expect(state?.properties).not.toHaveProperty(name);
  });

  it("is imported by its id", async () => {
    const state = await handler("Api").read(`${serviceId}/apis/orders`);
    expect(state?.inputs).toMatchObject({ ...inApi, path: "orders", displayName: "Orders" });
    expect(state?.inputs).not.toHaveProperty("value");
  });

  it("is refused in Azure's words, with the details", async () => {
    await expect(handler("Api").create("b", { ...api, apiId: "second" })).rejects.toThrow(
      /^Status=400 Code="ValidationError" Message=".*Cannot create API 'second' with the same Path 'orders' as API 'orders'/,
    );
    expect(await handler("Api").read(`${serviceId}/apis/second`)).toBeUndefined();
  });
});

describe("AuthorizationServer", () => {
  it("gives its secret back to one function alone", async () => {
    const [, inputs] = types.find(([type]) => type === "AuthorizationServer") ?? [];
    const { id, properties, inputs: kept } = await make("AuthorizationServer", inputs ?? {});
    expect(JSON.stringify([properties, kept, await handler("AuthorizationServer").read(id)])).not.toContain(
      "s3cret",
    );
    const secrets = cloud.providerHandlers.functions.find(({ token }) =>
      token.endsWith(":listAuthorizationServerSecrets"),
    );
    expect(await secrets?.invoke({ ...at, authsid: "okta" })).toMatchObject({ clientSecret: "s3cret" });
    await handler("AuthorizationServer").delete(id);
  });
});

describe("Policy", () => {
  const value = "<policies><inbound /><backend><forward-request /></backend><outbound /></policies>";
  const policy = { ...at, policyId: "policy", format: "rawxml", value };

  it("is written over as a new instance has it, and not once somebody has changed it", async () => {
    const { id } = await make("Policy", policy);
    expect(id).toBe(`${serviceId}/policies/policy`);
    await expect(handler("Policy").create("second", policy)).rejects.toThrow(
      `cannot create already existing subresource '${id}'`,
    );
    await handler("Policy").delete(id);
    await make("Policy", policy);
    await handler("Policy").delete(id);
  });

  it("has Azure's text for its output", async () => {
    const { id, properties } = await make("ApiPolicy", { ...inApi, policyId: "policy", value: policyValue });
    expect(properties.value).toBe(
      "<policies>\r\n  <inbound>\r\n    <base />\r\n  </inbound>\r\n  <backend>\r\n    <base />\r\n  </backend>\r\n</policies>",
    );
    await handler("ApiPolicy").delete(id);
  });

  it("is refused by Azure under a name of azure-native's", async () => {
    const { policyId: _, ...inputs } = policy;
    await expect(handler("Policy").create("p", inputs)).rejects.toThrow(/^Status=400 Code="ValidationError"/);
  });
});

describe("Deployment", () => {
  const revision = {
    ...{
      type: "Microsoft.ApiManagement/service/portalRevisions",
      apiVersion: "2024-05-01",
      name: "apim-test/r1",
    },
    properties: { isCurrent: true },
  };
  const deployment = {
    ...{ resourceGroupName: "rg", deploymentName: "portal" },
    properties: { mode: "Incremental", template: { resources: [revision] } },
  };

  it("is executed, has no template among its outputs, and keeps its inputs at a refresh", async () => {
    const { id, properties } = await make("Deployment", deployment);
    expect(properties).toMatchObject({
      name: "portal",
      properties: { provisioningState: "Succeeded", mode: "Incremental" },
    });
    const after = await handler("Deployment").read(id, properties);
    expect(after?.properties).toEqual(properties);
    expect(handler("Deployment").refresh?.(deployment, properties, { id, properties })).toEqual(deployment);
    await handler("Deployment").delete(id);
    expect(await handler("Deployment").read(id)).toBeUndefined();
  });
});

describe("ResourceGroup", () => {
  it("is made once, changed in its tags, and deleted with what it holds", async () => {
    const other = { resourceGroupName: "other", location: "West Europe" };
    const { id } = await make("resources:ResourceGroup", other);
    await expect(handler("resources:ResourceGroup").create("x", other)).rejects.toThrow(
      `cannot create already existing resource '${id}'`,
    );
    const { properties } = await handler("resources:ResourceGroup").update(id, {
      ...other,
      tags: { team: "a" },
    });
    expect(properties).toMatchObject({
      name: "other",
      tags: { team: "a" },
      properties: { provisioningState: "Succeeded" },
    });
    await handler("resources:ResourceGroup").delete(id);
    expect(await handler("resources:ResourceGroup").read(id)).toBeUndefined();
  });
});

it("says what is not there, in Azure's words", async () => {
  await expect(
    handler("Tag").create("x", { ...at, serviceName: "none", tagId: "t", displayName: "T" }),
  ).rejects.toThrow(
    'Status=404 Code="ParentResourceNotFound" Message="Can not perform requested operation on nested resource. Parent resource \'none\' not found."',
  );
});

it("says who it is", async () => {
  const found = cloud.providerHandlers.functions.find(
    ({ token }) => token === "azure-native:authorization:getClientConfig",
  );
  const { clientId, tenantId, subscriptionId } = cloud.azure;
  expect(await found?.invoke({})).toEqual({
    clientId,
    tenantId,
    subscriptionId,
    objectId: expect.any(String),
  });
});

it("meets a name that a deleted instance still holds", async () => {
  await handler("ApiManagementService").delete(serviceId);
  expect(await handler("ApiManagementService").read(serviceId)).toBeUndefined();
  await expect(handler("ApiManagementService").create("s", service)).rejects.toThrow(
    /Code="ServiceAlreadyExistsInSoftDeletedState" Message="Api service apim-test was soft-deleted\./,
  );
});
