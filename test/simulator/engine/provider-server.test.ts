/** What an engine is told of a change, asked over Pulumi's own protocol. The engine itself is in test-engine/. */
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ArmStore } from "../../../simulator/arm/arm-store.ts";
import { azureHandlers } from "../../../simulator/arm/azure-handlers.ts";
import { serveProviders } from "../../../simulator/engine/provider-server.ts";
import type { RpcServer } from "../../../simulator/engine/rpc-server.ts";

let server: RpcServer;
let client: InstanceType<typeof services.ResourceProviderClient>;
beforeAll(async () => {
  const origins = { gateway: "http://127.0.0.1:1", developerPortal: "http://127.0.0.1:2" };
  server = await serveProviders(azureHandlers(new ArmStore(), origins));
  client = new services.ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await server.close();
});

type Inputs = Record<string, structs.JavaScriptValue>;

function diff(
  type: string,
  olds: Inputs,
  news: Inputs,
): Promise<{ changes: number; replaces: readonly string[] }> {
  const request = new messages.DiffRequest();
  request.setUrn(`urn:pulumi:local::apim-okta::${type}::gateway`);
  request.setOldInputs(structs.Struct.fromJavaScript(olds));
  request.setNews(structs.Struct.fromJavaScript(news));
  return new Promise((resolve, reject) => {
    client.diff(request, (error: Error | null, response: messages.DiffResponse) => {
      if (error !== null) return reject(error);
      resolve({ changes: response.getChanges(), replaces: response.getReplacesList() });
    });
  });
}

const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
const service = "azure-native:apimanagement:ApiManagementService";
const group = "azure-native:resources:ResourceGroup";

describe("a difference", () => {
  it.each([
    [service, "westeurope", "West Europe"],
    [service, "West Europe", "WestEurope"],
    [group, "West US 2", "westus2"],
  ])("of %s is none when a region is spelled anew: %s, %s", async (type, before, after) => {
    expect(await diff(type, { location: before }, { location: after })).toEqual({
      changes: DIFF_NONE,
      replaces: [],
    });
  });

  it.each([service, group])("of %s replaces it in another region", async (type) => {
    expect(await diff(type, { location: "westeurope" }, { location: "North Europe" })).toEqual({
      changes: DIFF_SOME,
      replaces: ["location"],
    });
  });

  it("is some when another input differs by its spelling", async () => {
    expect(await diff(service, { publisherName: "West Europe" }, { publisherName: "westeurope" })).toEqual({
      changes: DIFF_SOME,
      replaces: [],
    });
  });
});
