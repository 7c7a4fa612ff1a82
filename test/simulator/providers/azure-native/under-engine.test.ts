/** What an engine is told of azure-native's resources, asked over Pulumi's own protocol. */
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveProviders } from "../../../../simulator/engine/provider-server.ts";
import type { RpcServer } from "../../../../simulator/engine/rpc-server.ts";
import type { ResourceHandler } from "../../../../simulator/providers/resource.ts";
import { unknownInput } from "../../../../simulator/providers/resource.ts";
import { scriptedAzure } from "../../../support/scripted-azure.ts";

const service = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";
const at = { resourceGroupName: "rg", serviceName: "apim" };
const text = "<policies>\r\n\t<inbound />\r\n</policies>";
const policy = {
  id: `${service}/apis/a/policies/policy`,
  name: "policy",
  properties: { format: "xml", value: text },
};
const scripted = scriptedAzure(
  [404, { error: { code: "ResourceNotFound", message: "none" } }],
  [201, policy],
  ...Array.from({ length: 3 }, () => [200, policy] as const),
);
let server: RpcServer;
let client: InstanceType<typeof services.ResourceProviderClient>;
beforeAll(async () => {
  const types = ["ApiPolicy", "ApiManagementService", "Api"];
  const resources: ResourceHandler[] = types.map(scripted.handler);
  server = await serveProviders({ resources, functions: [] });
  client = new services.ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await server.close();
});

type Inputs = Record<string, structs.JavaScriptValue>;
const struct = (value: Inputs) => structs.Struct.fromJavaScript(value);
const urn = (type: string) => `urn:pulumi:local::apim-okta::azure-native:apimanagement:${type}::one`;

function call<Request, Response>(
  method: (request: Request, done: (error: Error | null, response: Response) => void) => unknown,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, (error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

async function check(type: string, news: Inputs): Promise<{ inputs: unknown; failures: readonly string[] }> {
  const request = new messages.CheckRequest();
  request.setUrn(urn(type));
  request.setNews(struct(news));
  const response = await call<messages.CheckRequest, messages.CheckResponse>(client.check, request);
  return {
    inputs: response.getInputs()?.toJavaScript(),
    failures: response.getFailuresList().map((one) => one.getReason()),
  };
}

async function diff(type: string, olds: Inputs, news: Inputs): Promise<messages.DiffResponse> {
  const request = new messages.DiffRequest();
  request.setUrn(urn(type));
  request.setOldInputs(struct(olds));
  request.setNews(struct(news));
  return call<messages.DiffRequest, messages.DiffResponse>(client.diff, request);
}

describe("a check", () => {
  it("leaves the location unknown for as long as the resource group is", async () => {
    const inputs = {
      ...{ resourceGroupName: unknownInput, serviceName: "apim", sku: { name: "Developer", capacity: 1 } },
      ...{ publisherName: "P", publisherEmail: "a@b.example" },
    };
    expect(await check("ApiManagementService", inputs)).toEqual({
      inputs: { ...inputs, location: unknownInput, azureApiVersion: "2024-05-01" },
      failures: [],
    });
  });

  it("reports what is missing, and not what is unknown", async () => {
    const { failures } = await check("ApiPolicy", { ...at, apiId: "a", policyId: "policy" });
    expect(failures).toEqual(["missing required property 'value'"]);
    const unknown = await check("ApiPolicy", { ...at, apiId: "a", policyId: "policy", value: unknownInput });
    expect(unknown.failures).toEqual([]);
  });
});

describe("a replacement", () => {
  it("deletes first when the program names the resource", async () => {
    const response = await diff("Api", { ...at, apiId: "a", path: "a" }, { ...at, apiId: "b", path: "a" });
    expect(response.getReplacesList()).toEqual(["apiId"]);
    expect(response.getDeletebeforereplace()).toBe(true);
  });

  it("creates first when azure-native made up the name", async () => {
    const olds = { ...at, apiId: "a0", path: "a", __createBeforeDelete: true };
    const response = await diff("Api", olds, { ...olds, serviceName: "other" });
    expect(response.getReplacesList()).toEqual(["serviceName"]);
    expect(response.getDeletebeforereplace()).toBe(false);
  });
});

describe("a preview", () => {
  it("knows no output of an update that is no input, but the name and the location", async () => {
    const request = new messages.UpdateRequest();
    request.setUrn(urn("ApiManagementService"));
    request.setPreview(true);
    const sku = { name: "Developer", capacity: 1 };
    request.setOlds(struct({ name: "apim", location: "West Europe", gatewayUrl: "https://g.example", sku }));
    request.setNews(struct({ ...at, location: "westeurope", sku, tags: { team: "a" } }));
    const response = await call<messages.UpdateRequest, messages.UpdateResponse>(client.update, request);
    expect(response.getProperties()?.toJavaScript()).toMatchObject({
      ...{ name: "apim", location: "West Europe", tags: { team: "a" }, gatewayUrl: unknownInput },
      sku,
    });
    expect(response.getProperties()?.toJavaScript()).not.toHaveProperty("serviceName");
  });
});

describe("the state", () => {
  const inputs = {
    ...at,
    apiId: "a",
    policyId: "policy",
    format: "rawxml",
    value: "<policies><inbound /></policies>",
  };
  const outputs = { name: "policy", format: "xml", value: text, azureApiVersion: "2024-05-01" };

  it("is the outputs alone", async () => {
    const request = new messages.CreateRequest();
    request.setUrn(urn("ApiPolicy"));
    request.setProperties(struct(inputs));
    const response = await call<messages.CreateRequest, messages.CreateResponse>(client.create, request);
    expect(response.getId()).toBe(policy.id);
    expect(response.getProperties()?.toJavaScript()).toEqual(outputs);
  });

  it("keeps the inputs at a refresh that finds nothing new", async () => {
    const request = new messages.ReadRequest();
    request.setId(policy.id);
    request.setUrn(urn("ApiPolicy"));
    request.setInputs(struct(inputs));
    request.setProperties(struct(outputs));
    const response = await call<messages.ReadRequest, messages.ReadResponse>(client.read, request);
    expect(response.getInputs()?.toJavaScript()).toEqual(inputs);
    expect(response.getProperties()?.toJavaScript()).toEqual(outputs);
  });

  it("takes the inputs of an import from the id and from Azure", async () => {
    const request = new messages.ReadRequest();
    request.setId(policy.id);
    request.setUrn(urn("ApiPolicy"));
    const response = await call<messages.ReadRequest, messages.ReadResponse>(client.read, request);
    expect(response.getInputs()?.toJavaScript()).toEqual({
      ...{ ...at, apiId: "a", policyId: "policy" },
      ...{ format: "xml", value: text },
    });
  });
});
