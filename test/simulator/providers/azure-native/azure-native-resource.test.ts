/** What azure-native does at a create, read, update and delete, as far as Azure's answers decide it. */
import { describe, expect, it } from "vitest";
import { definitions } from "../../../../simulator/providers/azure-native/definition.ts";
import { armError, type ScriptedAnswer, scriptedAzure } from "../../../support/scripted-azure.ts";

const at = { resourceGroupName: "rg", serviceName: "apim" };
const service = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const missing: ScriptedAnswer = [404, armError("ResourceNotFound", "not there")];
const version = "?api-version=2024-05-01";

describe("a create", () => {
  const server = { ...at, authsid: "okta", displayName: "Okta", clientId: "id", clientSecret: "s3cret" };
  const answer = {
    id: `${service}/authorizationServers/okta`,
    name: "okta",
    type: "Microsoft.ApiManagement/service/authorizationServers",
    properties: { displayName: "Okta", clientId: "id" },
  };

  it("looks whether the resource is there, puts it, and reads it", async () => {
    const scripted = scriptedAzure(missing, [201, answer], [200, answer]);
    const { id } = await scripted.handler("AuthorizationServer").create("okta", server);
    expect(id).toBe(answer.id);
    const one = `${answer.id}${version}`;
    expect(scripted.asked).toEqual([`GET ${one}`, `PUT ${one}`, `GET ${one}`]);
    expect(JSON.parse(scripted.requests[1]?.body ?? "")).toEqual({
      properties: { displayName: "Okta", clientId: "id", clientSecret: "s3cret" },
    });
  });

  it("has what Azure answers for outputs, and no input that Azure keeps back", async () => {
    const scripted = scriptedAzure(missing, [201, answer], [200, answer]);
    const { properties } = await scripted.handler("AuthorizationServer").create("okta", server);
    expect(properties).toEqual({
      ...{ name: "okta", type: answer.type, displayName: "Okta", clientId: "id" },
      azureApiVersion: "2024-05-01",
    });
  });

  it("has neither format nor value of an imported API for outputs", async () => {
    const body = {
      id: `${service}/apis/a`,
      name: "a",
      properties: { path: "a", type: "http", format: "openapi" },
    };
    const scripted = scriptedAzure(missing, [201, body], [200, body]);
    const inputs = {
      ...at,
      apiId: "a",
      path: "a",
      format: "openapi",
      value: "openapi: 3.0.3",
      apiType: "http",
    };
    const { properties } = await scripted.handler("Api").create("a", inputs);
    expect(properties).toEqual({ name: "a", path: "a", apiType: "http", azureApiVersion: "2024-05-01" });
    expect(JSON.parse(scripted.requests[1]?.body ?? "")).toEqual({
      properties: { path: "a", format: "openapi", value: "openapi: 3.0.3", type: "http" },
    });
  });

  it("sends a subscription's notify and appType in the query", async () => {
    const scripted = scriptedAzure(missing, [201, { id: "x" }], [200, { id: "x" }]);
    const inputs = { ...at, sid: "one", displayName: "One", scope: "/apis", notify: true, appType: "portal" };
    await scripted.handler("Subscription").create("one", inputs);
    expect(scripted.asked[1]).toBe(
      `PUT ${service}/subscriptions/one?notify=true&appType=portal&api-version=2024-05-01`,
    );
    expect(JSON.parse(scripted.requests[1]?.body ?? "")).toEqual({
      properties: { displayName: "One", scope: "/apis" },
    });
  });

  it("sends identities as keys", async () => {
    const scripted = scriptedAzure(missing, [200, { id: service }], [200, { id: service }]);
    const identity = { type: "UserAssigned", userAssignedIdentities: ["/one", "/two"] };
    const sku = { name: "Developer", capacity: 1 };
    await scripted.handler("ApiManagementService").create("s", { ...at, location: "x", sku, identity });
    expect(JSON.parse(scripted.requests[1]?.body ?? "")).toEqual({
      ...{ location: "x", sku },
      identity: { type: "UserAssigned", userAssignedIdentities: { "/one": {}, "/two": {} } },
    });
  });

  it("is refused where the resource is there already", async () => {
    const scripted = scriptedAzure([200, answer]);
    await expect(scripted.handler("AuthorizationServer").create("okta", server)).rejects.toMatchObject({
      code: "Conflict",
      message: `cannot create already existing resource '${answer.id}'`,
    });
    expect(scripted.asked).toHaveLength(1);
  });

  it("is refused where Azure does not let it look", async () => {
    const scripted = scriptedAzure([403, armError("AuthorizationFailed", "no")]);
    await expect(scripted.handler("AuthorizationServer").create("okta", server)).rejects.toThrow(
      `cannot check existence of resource '${answer.id}': status code 403, {"error":{"code":"AuthorizationFailed","message":"no"}}`,
    );
  });
});

describe("the global policy", () => {
  const { defaultBody } = definitions.resources["azure-native:apimanagement:Policy"] ?? {};
  const inputs = { ...at, policyId: "policy", format: "rawxml", value: "<policies />" };
  const id = `${service}/policies/policy`;
  const found = (properties: object): ScriptedAnswer => [200, { id, name: "policy", properties }];

  it("is written over where it is what a new instance has", async () => {
    const scripted = scriptedAzure(found(defaultBody ?? {}), found(inputs), found(inputs));
    expect((await scripted.handler("Policy").create("p", inputs)).id).toBe(id);
  });

  it("is not written over where somebody has changed it", async () => {
    const scripted = scriptedAzure(found({ ...defaultBody, value: "<policies>\r\n</policies>" }));
    await expect(scripted.handler("Policy").create("p", inputs)).rejects.toThrow(
      `cannot create already existing subresource '${id}'`,
    );
  });
});

describe("a read", () => {
  it("finds nothing where Azure has nothing", async () => {
    expect(await scriptedAzure(missing).handler("Api").read(`${service}/apis/a`)).toBeUndefined();
  });

  it("fails where Azure refuses", async () => {
    const scripted = scriptedAzure([403, armError("AuthorizationFailed", "no")]);
    await expect(scripted.handler("Api").read(`${service}/apis/a`)).rejects.toThrow(
      'Status=403 Code="AuthorizationFailed"',
    );
  });
});

it("updates by a PUT of all inputs, without what azure-native notes for itself", async () => {
  const body = { id: `${service}/tags/t`, name: "t", properties: { displayName: "T" } };
  const scripted = scriptedAzure([200, body], [200, body]);
  const inputs = {
    ...at,
    tagId: "t",
    displayName: "T",
    azureApiVersion: "2024-05-01",
    __createBeforeDelete: true,
  };
  expect(await scripted.handler("Tag").update(body.id, inputs)).toEqual({
    id: body.id,
    properties: { name: "t", displayName: "T", azureApiVersion: "2024-05-01" },
  });
  expect(scripted.requests[0]?.body).toBe('{"properties":{"displayName":"T"}}');
});

it("waits for the end of an instance's and an API's delete, and of no policy's", async () => {
  for (const [type, path, isLong] of [
    ["ApiManagementService", "", true],
    ["Api", "/apis/a", true],
    ["ApiPolicy", "/apis/a/policies/policy", false],
  ] as const) {
    const scripted = scriptedAzure([202, "", { location: "https://azure.example/r" }], [204]);
    await scripted.handler(type).delete(`${service}${path}`);
    expect(scripted.asked).toHaveLength(isLong ? 2 : 1);
  }
});

describe("a difference", () => {
  const handler = (type: string) => scriptedAzure().handler(type);

  it("is not the spelling of a location", () => {
    for (const type of ["ApiManagementService", "ResourceGroup"]) {
      for (const location of ["West US 2", "WestUS2", "westus2"])
        expect(handler(type).isSame?.("location", "westus2", location)).toBe(true);
      expect(handler(type).isSame?.("location", "westus2", "West US 3")).toBe(false);
    }
  });

  it("is the spelling of anything else", () => {
    expect(handler("ApiManagementService").isSame?.("publisherName", "westus2", "West US 2")).toBe(false);
  });

  it("is not a note of azure-native's own, nor the version that an import does not note", () => {
    expect(handler("Api").isSame?.("__createBeforeDelete", true, undefined)).toBe(true);
    expect(handler("Api").isSame?.("azureApiVersion", undefined, "2024-05-01")).toBe(true);
    expect(handler("Api").isSame?.("azureApiVersion", "2022-08-01", "2024-05-01")).toBe(false);
  });

  it("replaces where it is in the address, or an instance's or a resource group's location", () => {
    expect(handler("Api").replaceOnChanges).toEqual(["resourceGroupName", "serviceName", "apiId"]);
    expect(handler("ResourceGroup").replaceOnChanges).toEqual(["resourceGroupName", "location"]);
    expect(handler("ApiManagementService").replaceOnChanges).toEqual([
      "resourceGroupName",
      "serviceName",
      "location",
    ]);
    const others = Object.values(definitions.resources).filter(
      ({ replaceOnChanges = [] }) => replaceOnChanges.length > 0,
    );
    expect(others).toHaveLength(2);
  });

  it("deletes first, but where azure-native made up the name", () => {
    expect(handler("Api").deletesBeforeReplace?.({ apiId: "a" })).toBe(true);
    expect(handler("Api").deletesBeforeReplace?.({ apiId: "a1", __createBeforeDelete: true })).toBe(false);
  });
});

describe("a function", () => {
  it("reads a resource with its id", async () => {
    const scripted = scriptedAzure([
      200,
      {
        id: service,
        name: "apim",
        sku: { name: "Developer", capacity: 1 },
        properties: { gatewayUrl: "https://g.example" },
      },
    ]);
    expect(await scripted.function("getApiManagementService").invoke(at)).toEqual({
      ...{
        id: service,
        name: "apim",
        sku: { name: "Developer", capacity: 1 },
        gatewayUrl: "https://g.example",
      },
      azureApiVersion: "2024-05-01",
    });
  });

  it("asks for the secrets of an authorization server", async () => {
    const scripted = scriptedAzure([200, { clientSecret: "s3cret" }]);
    const found = await scripted
      .function("listAuthorizationServerSecrets")
      .invoke({ ...at, authsid: "okta" });
    expect(found).toEqual({ clientSecret: "s3cret" });
    expect(scripted.asked).toEqual([`POST ${service}/authorizationServers/okta/listSecrets${version}`]);
  });

  it("fails with the place and what Azure answers", async () => {
    const scripted = scriptedAzure(missing);
    await expect(scripted.function("getApiManagementService").invoke(at)).rejects.toMatchObject({
      code: "ResourceNotFound",
      message: `request failed ${service}: Status=404 Code="ResourceNotFound" Message="not there"`,
    });
  });
});
