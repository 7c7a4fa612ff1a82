/** What the local Azure accepts, refuses and derives. Azure's own answers are imitated from documentation, not proved. */

import { beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ArmStore } from "../../../../simulator/arm/arm-store.ts";
import { deriveGatewayModel } from "../../../../simulator/arm/gateway-derivation.ts";
import { importOpenApi } from "../../../../simulator/arm/import/open-api-import.ts";
import { newInstancesPolicy } from "../../../../simulator/arm/resources/policies.ts";
import type { Properties, ResourceHandler, ResourceState } from "../../../../simulator/providers/resource.ts";
import { testOrigins as origins, testManager } from "../../../support/arm.ts";
import { directAzure } from "../../../support/direct-azure.ts";
import { handlerFor } from "../../../support/handler-for.ts";

let store: ArmStore;
let handlers: readonly ResourceHandler[];
beforeEach(() => {
  store = new ArmStore();
  handlers = directAzure(testManager(store)).resources;
});

const handler = (name: string) => handlerFor(handlers, name);
const check = (name: string, inputs: Properties) =>
  handler(name)
    .check(inputs)
    .map(({ property, reason }) => `${property}: ${reason}`);

async function make(name: string, inputs: Properties): Promise<ResourceState> {
  expect(check(name, inputs)).toEqual([]);
  return handler(name).create("test", inputs);
}

const group = { resourceGroupName: "rg", location: "westeurope" };
const at = { resourceGroupName: "rg", serviceName: "apim-test" };
const service = {
  ...at,
  location: "westeurope",
  sku: { name: "Developer", capacity: 1 },
  publisherName: "Contoso",
  publisherEmail: "a@b.example",
};
const server = {
  ...at,
  ...{
    authsid: "okta",
    displayName: "Okta",
    clientRegistrationEndpoint: "http://localhost",
    authorizationEndpoint: "https://o.example/a",
  },
  ...{
    tokenEndpoint: "https://o.example/t",
    grantTypes: ["authorizationCode"],
    authorizationMethods: ["GET"],
    clientId: "id",
    clientSecret: "s3cret",
  },
};
const document = (paths: object, more: object = {}) =>
  stringify({ openapi: "3.0.3", info: { title: "T", version: "1" }, paths, ...more });
const ok = { responses: { "200": { description: "x" } } };
const api = {
  ...at,
  ...{
    apiId: "test",
    displayName: "Test",
    path: "",
    protocols: ["https"],
    format: "openapi",
    subscriptionRequired: false,
  },
  value: document({ "/things": { get: { operationId: "Get Things", ...ok } } }),
};
const policyText = "<policies><inbound><base /></inbound><backend><base /></backend></policies>";
const policy = { ...at, apiId: "test", policyId: "policy", format: "rawxml", value: policyText };

async function makeService(): Promise<void> {
  await make("ResourceGroup", group);
  await make("ApiManagementService", service);
}

describe("a service", () => {
  it("is there at once, with its addresses and identity", async () => {
    await make("ResourceGroup", group);
    const { id, properties } = await make("ApiManagementService", {
      ...service,
      identity: { type: "SystemAssigned" },
    });
    expect(id).toBe(
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-test",
    );
    expect(properties).toMatchObject({
      name: "apim-test",
      gatewayUrl: origins.gateway,
      developerPortalUrl: origins.developerPortal,
      provisioningState: "Succeeded",
      identity: { type: "SystemAssigned", principalId: expect.any(String) },
    });
  });

  it("has no developer portal in Consumption", async () => {
    await make("ResourceGroup", group);
    const { properties } = await make("ApiManagementService", {
      ...service,
      sku: { name: "Consumption", capacity: 0 },
    });
    expect(properties).not.toHaveProperty("developerPortalUrl");
    await expect(handler("AuthorizationServer").create("x", server)).rejects.toMatchObject({
      code: "MethodNotAllowedInPricingTier",
    });
  });

  it("changes its tier among the classic ones, and stays classic", async () => {
    await make("ResourceGroup", group);
    const { id } = await make("ApiManagementService", service);
    const standard = { ...service, sku: { name: "Standard", capacity: 2 } };
    expect(await handler("ApiManagementService").update(id, standard)).toMatchObject({
      properties: { sku: { name: "Standard" } },
    });
    for (const sku of [
      { name: "Consumption", capacity: 0 },
      { name: "StandardV2", capacity: 1 },
    ]) {
      await expect(handler("ApiManagementService").update(id, { ...service, sku })).rejects.toMatchObject({
        code: "SkuChangeNotSupported",
        message: expect.stringContaining(`must stay classic; got ${sku.name}`),
      });
    }
    expect((await handler("ApiManagementService").read(id))?.properties).toMatchObject({
      sku: { name: "Standard" },
    });
  });

  it.each<[string, Properties, RegExp]>([
    ["a name with an underscore", { serviceName: "apim_x" }, /^serviceName: must match/],
    [
      "a name of 51 letters",
      { serviceName: "a".repeat(51) },
      /^serviceName: must have 1 to 50 characters; got 51\. Shorten it\./,
    ],
    [
      "a publisher of 101 letters",
      { publisherName: "x".repeat(101) },
      /^publisherName: must have 0 to 100 characters|^publisherName: must have 1 to 100 characters/,
    ],
    [
      "client certificates switched off, which only Consumption and the v2 tiers take",
      { enableClientCertificate: false },
      /^enableClientCertificate: Setting EnableClientCertificate flag to false is not supported for Developer SKU\./,
    ],
    ["an unknown tier", { sku: { name: "Free", capacity: 1 } }, /^sku\.name: must be one of "Consumption"/],
    [
      "two units of Developer",
      { sku: { name: "Developer", capacity: 2 } },
      /^sku\.capacity: must be 1 in tier Developer; got 2/,
    ],
    ["one unit of Consumption", { sku: { name: "Consumption", capacity: 1 } }, /^sku\.capacity: must be 0/],
    [
      "an empty name",
      { serviceName: "" },
      /^serviceName: must have 1 to 50 characters; got 0\. Lengthen it\./,
    ],
    [
      "a capacity in quotes",
      { sku: { name: "Developer", capacity: "1" } },
      /^sku\.capacity: must be a number without quotes; got "1"\./,
    ],
    ["no capacity", { sku: { name: "Developer" } }, /^sku\.capacity: must be set/],
    [
      "an unknown custom property",
      { customProperties: { "Microsoft.WindowsAzure.ApiManagement.Gateway.Tls9": "False" } },
      /customProperties are not supported in SkuType Developer/,
    ],
    [
      "an input that is not simulated",
      { virtualNetworkType: "Internal" },
      /^virtualNetworkType: is not simulated/,
    ],
    [
      "another domain than the portal's, named by its place",
      {
        hostnameConfigurations: [
          { type: "DeveloperPortal", hostName: "a" },
          { type: "Proxy", hostName: "b" },
        ],
      },
      /^hostnameConfigurations\[1\]\.type: must be "DeveloperPortal".*got "Proxy"/,
    ],
    ["an input that Azure does not have", { colour: "red" }, /^colour: is not a property/],
    ["an output as an input", { gatewayUrl: "https://x.example" }, /^gatewayUrl: is not a property/],
  ])("is refused with %s", (_, change, problem) => {
    expect(check("ApiManagementService", { ...service, ...change })).toContainEqual(
      expect.stringMatching(problem),
    );
  });

  it.each(["Consumption", "BasicV2"])("takes what the SDK fills in, in tier %s", (name) => {
    const filledIn = { enableClientCertificate: false, legacyPortalStatus: "Enabled", disableGateway: false };
    const sku = { name, capacity: name === "Consumption" ? 0 : 1 };
    expect(check("ApiManagementService", { ...service, ...filledIn, sku })).toEqual([]);
  });

  it("is in one region in every spelling of it, as its resource group is", () => {
    for (const name of ["ApiManagementService", "ResourceGroup"]) {
      const isSame = (property: string, after: string) => handler(name).isSame?.(property, "westus2", after);
      for (const location of ["West US 2", "WestUS2", "westus2"])
        expect(isSame("location", location)).toBe(true);
      expect(isSame("location", "West US 3")).toBe(false);
      expect(isSame("publisherName", "West US 2")).toBe(false);
    }
  });

  it.each([
    ["Developer", {}, "Enabled"],
    ["BasicV2", {}, "Disabled"],
    ["BasicV2", { developerPortalStatus: "Enabled" }, "Enabled"],
    ["Developer", { developerPortalStatus: "Disabled" }, "Disabled"],
    ["Consumption", {}, undefined],
  ])("of tier %s with %j is found with the portal's status %s", async (name, status, found) => {
    await make("ResourceGroup", group);
    const sku = { name, capacity: name === "Consumption" ? 0 : 1 };
    await make("ApiManagementService", { ...service, ...status, sku });
    const { functions } = directAzure(testManager(store));
    expect((await functions[0]?.invoke(at))?.developerPortalStatus).toBe(found);
  });

  it("refuses in Consumption the custom properties that only the classic tiers have", () => {
    const customProperties = {
      "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Ssl30": "False",
    };
    expect(check("ApiManagementService", { ...service, customProperties })).toEqual([]);
    const consumption = { ...service, customProperties, sku: { name: "Consumption", capacity: 0 } };
    expect(check("ApiManagementService", consumption)).toEqual([
      expect.stringContaining("not supported in SkuType Consumption"),
    ]);
  });

  it("needs its resource group, and is the only one", async () => {
    await expect(handler("ApiManagementService").create("x", service)).rejects.toMatchObject({
      code: "ResourceGroupNotFound",
    });
    await makeService();
    await expect(
      handler("ApiManagementService").create("x", { ...service, serviceName: "second" }),
    ).rejects.toThrow("room for one API Management instance");
    await expect(handler("ApiManagementService").create("x", service)).rejects.toThrow(
      "cannot create already existing resource",
    );
  });

  it("goes with everything below it", async () => {
    await makeService();
    await make("Api", api);
    await handler("ResourceGroup").delete(
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/RG",
    );
    expect([store.derived(deriveGatewayModel), store.all("Microsoft.ApiManagement/service/apis")]).toEqual([
      undefined,
      [],
    ]);
  });

  it("gets a generated name when none is given", async () => {
    const { properties } = await make("ResourceGroup", { location: "westeurope" });
    expect(properties.name).toMatch(/^test[0-9a-f]{8}$/);
  });
});

describe("the global policy", () => {
  const text = "<policies><inbound /><backend><forward-request /></backend><outbound /></policies>";
  const policy = { ...at, policyId: "policy", format: "rawxml", value: text };

  it("is written over as a new instance has it, and then belongs to somebody", async () => {
    await makeService();
    const { id } = await make("Policy", policy);
    await expect(handler("Policy").create("second", policy)).rejects.toMatchObject({
      code: "Conflict",
      message: `cannot create already existing subresource '${id}'. Import it, or delete what is there.`,
    });
    await handler("Policy").delete(id);
    await make("Policy", policy);
  });

  it("is written over where somebody put back what a new instance has", async () => {
    await makeService();
    const value = newInstancesPolicy;
    await make("Policy", { ...policy, format: "xml", value });
    await make("Policy", { ...policy, format: "xml", value: value.replace("IMPORTANT", "important") });
    await expect(handler("Policy").create("third", policy)).rejects.toMatchObject({ code: "Conflict" });
  });

  it("is the only policy that Azure makes by itself", async () => {
    await makeService();
    await make("Api", api);
    const own = { ...policy, apiId: "test" };
    const { id } = await make("ApiPolicy", own);
    await expect(handler("ApiPolicy").create("second", own)).rejects.toThrow(
      `cannot create already existing resource '${id}'. Import it, or choose another name.`,
    );
  });
});

describe("an authorization server", () => {
  it.each<[string, Properties, RegExp]>([
    ["no GET", { authorizationMethods: ["POST"] }, /^authorizationMethods: must hold GET; got "POST"/],
    [
      "an unknown method",
      { authorizationMethods: ["GET", "FETCH"] },
      /^authorizationMethods\[1\]: must be one of "HEAD"/,
    ],
    [
      "a relative endpoint",
      { authorizationEndpoint: "/authorize" },
      /^authorizationEndpoint: must be an http or https URL/,
    ],
    [
      "an endpoint that a browser would run",
      { authorizationEndpoint: "javascript:alert(1)" },
      /^authorizationEndpoint: must be an http or https URL; got "javascript:alert\(1\)"/,
    ],
    [
      "the implicit flow",
      { grantTypes: ["authorizationCode", "implicit"] },
      /^grantTypes: must not hold "implicit"/,
    ],
    [
      "passwords",
      { grantTypes: ["resourceOwnerPassword"] },
      /^grantTypes: must not hold "resourceOwnerPassword": it is not simulated/,
    ],
    ["no grants", { grantTypes: undefined }, /^grantTypes: must be set/],
    [
      "a display name of 51 letters",
      { displayName: "x".repeat(51) },
      /^displayName: must have 1 to 50 characters; got 51/,
    ],
    ["a name with a hash", { authsid: "a#b" }, /^authsid: must match/],
    ["a user's password", { resourceOwnerPassword: "x" }, /^resourceOwnerPassword: is not simulated/],
  ])("is refused with %s", (_, change, problem) => {
    expect(check("AuthorizationServer", { ...server, ...change })).toContainEqual(
      expect.stringMatching(problem),
    );
  });

  it("stays while an API refers to it", async () => {
    await makeService();
    const { id, secrets } = await make("AuthorizationServer", server);
    expect(secrets).toEqual(["clientSecret"]);
    const settings = {
      authenticationSettings: { oAuth2AuthenticationSettings: [{ authorizationServerId: "okta" }] },
    };
    const made = await make("Api", { ...api, ...settings });
    await expect(handler("AuthorizationServer").delete(id)).rejects.toThrow('used by API "test"');
    await handler("Api").delete(made.id);
    await handler("AuthorizationServer").delete(id);
    // As azure-native, which takes Azure's 404 for a deletion that is done.
    await handler("AuthorizationServer").delete(id);
  });

  it("keeps its secret in the state, and does not give it back when it is read", async () => {
    await makeService();
    const { id, properties } = await make("AuthorizationServer", server);
    expect(properties.clientSecret).toBe("s3cret");
    const read = await handler("AuthorizationServer").read(id);
    expect(JSON.stringify(read)).not.toContain("s3cret");
    expect(read?.properties).toMatchObject({ authsid: "okta" });
  });

  it("never has its secret in a message", () => {
    const problems = check("AuthorizationServer", {
      ...server,
      clientSecret: "s3cret",
      clientId: 7,
      displayName: "",
    });
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join()).not.toContain("s3cret");
  });
});

describe("an API", () => {
  beforeEach(makeService);

  it.each<[string, Properties, RegExp]>([
    ["a link", { format: "openapi-link" }, /^format: must be "openapi"/],
    ["no document", { value: undefined }, /^value: must be the document that the format is of/],
    ["a slash before its path", { path: "/x" }, /^path: must have no slash at its ends/],
    ["a web socket", { protocols: ["wss"] }, /^protocols: must be http or https; others are not simulated/],
    ["an ftp backend", { serviceUrl: "ftp://x.example" }, /^serviceUrl: must be an http or https URL/],
    [
      "another place for required query parameters",
      { translateRequiredQueryParametersConduct: "header" },
      /^translateRequiredQueryParametersConduct: must be "template" or "query"; got "header"\./,
    ],
    [
      "a title of 301 letters",
      { displayName: "t".repeat(301) },
      /^displayName: must have 1 to 300 characters/,
    ],
    ["a revision", { apiId: "test;rev=2" }, /^apiId: must be without a revision/],
    ["a path of 401 letters", { path: "x".repeat(401) }, /^path: must have 0 to 400 characters; got 401/],
  ])("is refused with %s", (_, change, problem) => {
    expect(check("Api", { ...api, ...change })).toContainEqual(expect.stringMatching(problem));
  });

  it("is refused while its authorization server is not there", async () => {
    const settings = {
      authenticationSettings: { oAuth2AuthenticationSettings: [{ authorizationServerId: "okta" }] },
    };
    await expect(handler("Api").create("x", { ...api, ...settings })).rejects.toThrow(
      "Authorization server was not found.",
    );
  });

  it("is refused at a path that another API has", async () => {
    await make("Api", { ...api, path: "things" });
    await expect(handler("Api").create("x", { ...api, apiId: "other", path: "Things" })).rejects.toThrow(
      "with the same Path 'Things' as API 'test'",
    );
  });

  it.each<[string, string, RegExp]>([
    ["YAML that is none", "a: [", /not YAML/],
    ["OpenAPI 3.1", "openapi: 3.1.0", /does not simulate the import of OpenAPI 3\.1/],
    [
      "two operations of one shape",
      document({ "/a": { get: ok }, "/A": { get: ok } }),
      /Two operations have the same method and URL template\. \[#\/paths\/~1A\/get: GET \/A\]/,
    ],
  ])("is refused with %s", async (_, value, message) => {
    await expect(handler("Api").create("x", { ...api, value })).rejects.toThrow(message);
  });

  it("leaves nothing behind when its document is refused", async () => {
    await expect(handler("Api").create("x", { ...api, value: "a: [" })).rejects.toThrow("not YAML");
    expect(store.all("Microsoft.ApiManagement/service/apis")).toEqual([]);
  });

  it("keeps required query parameters out of its templates by a setting of its own", async () => {
    const parameters = [{ name: "q", in: "query", required: true }];
    const value = document({ "/things": { get: { ...ok, parameters } } });
    const templates = () =>
      store.derived(deriveGatewayModel)?.apis[0]?.operations.map(({ urlTemplate }) => urlTemplate);
    const { id } = await make("Api", { ...api, value });
    expect(templates()).toEqual(["/things?q={q}"]);
    await handler("Api").update(id, { ...api, value, translateRequiredQueryParametersConduct: "query" });
    expect(templates()).toEqual(["/things"]);
  });

  it("is refused where the instance would have more operations than its tier allows", async () => {
    const operations = (count: number) =>
      JSON.stringify({
        ...{ openapi: "3.0.3", info: { title: "T", version: "1" } },
        paths: Object.fromEntries(Array.from({ length: count }, (_, at) => [`/${at}`, { get: ok }])),
      });
    await make("Api", { ...api, apiId: "first", path: "first", value: operations(1000) });
    const second = { ...api, apiId: "second", path: "second" };
    await expect(handler("Api").create("x", { ...second, value: operations(2001) })).rejects.toThrow(
      "You've reached the maximum number of Operations (3000) in tier Developer: the instance would have 3001.",
    );
    const { id } = await make("Api", { ...second, value: operations(2000) });
    // Its own operations are replaced, not added.
    await handler("Api").update(id, { ...second, value: operations(1999) });
  });

  it("has an operation's parameters in the place of the path's of the same name and place, with referred examples", () => {
    const value = document(
      {
        "/a": {
          parameters: [
            { name: "q", in: "query", required: true, example: "path's" },
            { name: "q", in: "header", example: "header's" },
          ],
          get: {
            parameters: [
              { name: "q", in: "query", examples: { one: { $ref: "#/components/examples/E" } } },
              { name: "s", in: "query", schema: { $ref: "#/components/schemas/S" } },
            ],
            ...ok,
          },
          put: ok,
        },
      },
      { components: { examples: { E: { value: "operation's" } }, schemas: { S: { default: 7 } } } },
    );
    const [get, put] = importOpenApi({ format: "openapi", value, conduct: "template" }).operations;
    const values = (operation = get) =>
      operation?.parameters.map(({ name, in: place, value: one }) => [name, place, one]);
    expect([get?.urlTemplate, values(get)]).toEqual([
      "/a",
      [
        ["q", "query", "operation's"],
        ["q", "header", "header's"],
        ["s", "query", "7"],
      ],
    ]);
    expect([put?.urlTemplate, values(put)]).toEqual([
      "/a?q={q}",
      [
        ["q", "query", "path's"],
        ["q", "header", "header's"],
      ],
    ]);
  });

  it("is served with the names, templates and examples of its document", async () => {
    const value = document(
      {
        "/a/{id}": {
          parameters: [{ name: "id", in: "path", required: true }],
          get: {
            operationId: "Get_A!",
            parameters: [{ $ref: "#/components/parameters/Q" }, { name: "o", in: "query" }],
            responses: { "200": { $ref: "#/components/responses/A" }, default: { description: "x" } },
          },
          put: { operationId: "get a", ...ok },
        },
      },
      {
        components: {
          parameters: { Q: { name: "q", in: "query", required: true } },
          responses: {
            A: {
              description: "x",
              content: {
                "application/json": { example: { a: 1 } },
                "text/plain": { examples: { one: { value: "a" } } },
                "text/html": {},
              },
            },
          },
        },
      },
    );
    await make("Api", { ...api, path: "v1", serviceUrl: "https://b.example", value });
    expect(store.derived(deriveGatewayModel)?.apis).toMatchObject([
      {
        id: "test",
        path: "v1",
        serviceUrl: "https://b.example",
        operations: [
          {
            id: "get-a",
            method: "GET",
            urlTemplate: "/a/{id}?q={q}",
            responses: [
              {
                statusCode: 200,
                representations: [
                  { contentType: "application/json", example: '{"a":1}' },
                  { contentType: "text/plain", example: "a" },
                  { contentType: "text/html" },
                ],
              },
            ],
          },
          {
            id: "get-a-1",
            method: "PUT",
            urlTemplate: "/a/{id}",
            responses: [{ statusCode: 200, representations: [] }],
          },
        ],
      },
    ]);
  });

  it("loses the policies of operations that a new document does not have", async () => {
    const { id } = await make("Api", api);
    await make("ApiOperationPolicy", { ...policy, operationId: "get-things" });
    await handler("Api").update(id, {
      ...api,
      value: document({ "/others": { get: { operationId: "others", ...ok } } }),
    });
    expect(store.all("Microsoft.ApiManagement/service/apis/operations/policies")).toEqual([]);
  });
});

describe("an API without an address of its own", () => {
  it.each([
    [
      "the first https server of the document",
      [{ url: "http://a.example" }, { url: "https://b.example" }],
      "https://b.example",
    ],
    ["none where the document has none", undefined, undefined],
  ])("sends requests to %s", async (_, servers, expected) => {
    await makeService();
    await make("Api", { ...api, value: document({ "/things": { get: ok } }, servers && { servers }) });
    expect(store.derived(deriveGatewayModel)?.apis[0]?.serviceUrl).toBe(expected);
  });
});

describe("a backend", () => {
  const backend = { ...at, backendId: "orders", url: "https://b.example/v1", protocol: "http" };

  it("is an address that the gateway knows by its name, whatever its letter case", async () => {
    await makeService();
    const { id } = await make("Backend", { ...backend, backendId: "Orders" });
    expect(id).toMatch(/\/service\/apim-test\/backends\/Orders$/);
    expect(store.derived(deriveGatewayModel)?.backends).toEqual(
      new Map([["orders", "https://b.example/v1"]]),
    );
    await handler("Backend").delete(id);
    expect(store.derived(deriveGatewayModel)?.backends).toEqual(new Map());
  });

  it("needs an instance", async () => {
    await make("ResourceGroup", group);
    await expect(handler("Backend").create("x", backend)).rejects.toMatchObject({
      code: "ParentResourceNotFound",
      message:
        "Can not perform requested operation on nested resource. Parent resource 'apim-test' not found.",
    });
  });

  it("must be there before a policy names it, in Azure's words", async () => {
    await makeService();
    await make("Api", api);
    const text = policyText.replace("<base />", '<base /><set-backend-service backend-id="orders" />');
    await expect(handler("ApiPolicy").create("x", { ...policy, value: text })).rejects.toThrow(
      "Error in element 'set-backend-service' on line 1, column 28: Backend with id 'orders' could not be found.",
    );
    await make("Backend", backend);
    await make("ApiPolicy", { ...policy, value: text });
  });

  it.each([
    ["no address", { url: undefined }, "url: must be set; got nothing."],
    ["an address that is none", { url: "b.example" }, 'url: must be an http or https URL; got "b.example".'],
    ["no protocol", { protocol: undefined }, "protocol: must be set; got nothing."],
    ["SOAP", { protocol: "soap" }, 'protocol: must be "http": SOAP is not simulated by the local cloud.'],
    [
      "an unchecked certificate",
      { tls: { validateCertificateChain: false } },
      "tls.validateCertificateChain: must be true: a backend with another certificate is not simulated by the local cloud.",
    ],
  ])("is refused with %s", (_, change, problem) => {
    expect(check("Backend", { ...backend, ...change })).toEqual([problem]);
  });

  it("refuses by name what it does not simulate", () => {
    expect(check("Backend", { ...backend, circuitBreaker: {} })).toEqual([
      expect.stringMatching(/^circuitBreaker: /),
    ]);
  });
});

describe("a policy", () => {
  beforeEach(async () => {
    await makeService();
    await make("Api", api);
  });

  it("is in effect once it is saved, and gone once it is deleted", async () => {
    const before = store.derived(deriveGatewayModel);
    expect(store.derived(deriveGatewayModel)).toBe(before);
    const { id } = await make("ApiPolicy", policy);
    expect(store.derived(deriveGatewayModel)).not.toBe(before);
    expect(store.derived(deriveGatewayModel)?.apis[0]?.policy?.xml).toBe(policyText);
    await handler("ApiPolicy").delete(id);
    expect(store.derived(deriveGatewayModel)?.apis[0]).not.toHaveProperty("policy");
  });

  it.each<[string, Properties, RegExp]>([
    ["another name than policy", { policyId: "mine" }, /^policyId: must be "policy"; got "mine"/],
    ["a link", { format: "rawxml-link" }, /^format: must be "rawxml" or "xml"/],
    ["no text", { value: undefined }, /^value: must be set/],
  ])("is refused with %s", (_, change, problem) => {
    expect(check("ApiPolicy", { ...policy, ...change })).toContainEqual(expect.stringMatching(problem));
  });

  it("is refused for an operation or an API that is not there", async () => {
    await expect(
      handler("ApiOperationPolicy").create("x", { ...policy, operationId: "GetThings" }),
    ).rejects.toThrow('has no operation "GetThings"; it has get-things');
    await expect(handler("ApiPolicy").create("x", { ...policy, apiId: "nothing" })).rejects.toMatchObject({
      code: "ResourceNotFound",
    });
  });

  it("keeps the old text when the new one is refused", async () => {
    const { id } = await make("ApiPolicy", policy);
    await expect(
      handler("ApiPolicy").update(id, { ...policy, value: "<policies><nothing /></policies>" }),
    ).rejects.toMatchObject({ code: "ValidationError" });
    expect(store.derived(deriveGatewayModel)?.apis[0]?.policy?.xml).toBe(policyText);
    expect((await handler("ApiPolicy").read(id))?.properties.value).toBe(policyText);
  });

  it("has the tier's size limit", async () => {
    const value = `<policies><!--${"x".repeat(257 * 1024)}--></policies>`;
    await expect(handler("ApiPolicy").create("x", { ...policy, value })).rejects.toThrow(
      "must have at most 262144 bytes",
    );
  });
});
