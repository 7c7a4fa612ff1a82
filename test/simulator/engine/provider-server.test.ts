/** What an engine is told of a change, asked over Pulumi's own protocol. The engine itself is in test-engine/. */
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveProviders } from "../../../simulator/engine/provider-server.ts";
import type { RpcServer } from "../../../simulator/engine/rpc-server.ts";
import type { ResourceHandler } from "../../../simulator/providers/resource.ts";
import { scriptedAzure } from "../../support/scripted-azure.ts";

let server: RpcServer;
let client: InstanceType<typeof services.ResourceProviderClient>;
beforeAll(async () => {
  server = await serveProviders({ resources: [service, group].map(scriptedAzure().handler), functions: [] });
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

describe("inputs that a handler fills in", () => {
  const asked: { readonly checked: Inputs[]; readonly before: unknown[] } = { checked: [], before: [] };
  const nothing = () => Promise.reject(new Error("Only checked here."));
  const thing: ResourceHandler = {
    type: "other:index:Thing",
    replaceOnChanges: [],
    fillIn: (inputs, { name, before }) => {
      asked.before.push(before);
      return { name: `${name}-1`, size: 3, ...inputs, __defaults: ["name", "size"] };
    },
    check: (inputs) => {
      asked.checked.push(inputs as Inputs);
      return [];
    },
    create: nothing,
    read: nothing,
    update: nothing,
    delete: nothing,
  };
  let things: RpcServer;
  let thingClient: InstanceType<typeof services.ResourceProviderClient>;
  beforeAll(async () => {
    things = await serveProviders({ resources: [thing], functions: [] });
    const credentials = grpc.credentials.createInsecure();
    thingClient = new services.ResourceProviderClient(`127.0.0.1:${things.port}`, credentials);
  });
  afterAll(async () => {
    thingClient.close();
    await things.close();
  });
  const urn = "urn:pulumi:local::apim-okta::other:index:Thing::one";

  function check(news: Inputs, olds?: Inputs): Promise<unknown> {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(structs.Struct.fromJavaScript(news));
    if (olds !== undefined) request.setOlds(structs.Struct.fromJavaScript(olds));
    return new Promise((resolve, reject) => {
      thingClient.check(request, (error: Error | null, response: messages.CheckResponse) =>
        error === null ? resolve(response.getInputs()?.toJavaScript()) : reject(error),
      );
    });
  }

  it("are kept as the provider gives them, with the list of defaults", async () => {
    expect(await check({ color: "red" })).toEqual({
      color: "red",
      name: "one-1",
      size: 3,
      __defaults: ["name", "size"],
    });
    expect(asked.checked.at(-1)).toEqual({ color: "red", name: "one-1", size: 3 });
    expect(asked.before.at(-1)).toBeUndefined();
  });

  it("are told the inputs of the last update", async () => {
    await check({ color: "red" }, { color: "blue" });
    expect(asked.before.at(-1)).toEqual({ color: "blue" });
  });

  it("stay unknown when a preview does not know them", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(await check({ size: unknown })).toEqual({ name: "one-1", size: unknown, __defaults: ["name"] });
  });

  it("do not differ by the list of defaults", async () => {
    const request = new messages.DiffRequest();
    request.setUrn(urn);
    request.setOldInputs(structs.Struct.fromJavaScript({ size: 3, deep: { a: 1 } }));
    const news = { size: 3, deep: { a: 1, __defaults: ["a"] }, __defaults: ["size"] };
    request.setNews(structs.Struct.fromJavaScript(news));
    const changes = await new Promise((resolve, reject) => {
      thingClient.diff(request, (error: Error | null, response: messages.DiffResponse) =>
        error === null ? resolve(response.getChanges()) : reject(error),
      );
    });
    expect(changes).toBe(DIFF_NONE);
  });
});

describe("a handler that compares with the state", () => {
  const nothing = () => Promise.reject(new Error("Only compared here."));
  const names: (string | undefined)[] = [];
  const entity: ResourceHandler = {
    type: "other:index:Entity",
    replaceOnChanges: [],
    comparesState: true,
    isSame: (name) => name === "kid",
    check: (_, name) => {
      names.push(name);
      return [];
    },
    create: nothing,
    read: nothing,
    update: nothing,
    delete: nothing,
  };
  let entities: RpcServer;
  let entityClient: InstanceType<typeof services.ResourceProviderClient>;
  beforeAll(async () => {
    entities = await serveProviders({ resources: [entity], functions: [] });
    const credentials = grpc.credentials.createInsecure();
    entityClient = new services.ResourceProviderClient(`127.0.0.1:${entities.port}`, credentials);
  });
  afterAll(async () => {
    entityClient.close();
    await entities.close();
  });
  const urn = "urn:pulumi:local::apim-okta::other:index:Entity::one";

  function differences(
    { state, inputs }: { state: Inputs; inputs: Inputs },
    ignored: readonly string[] = [],
  ): Promise<readonly string[]> {
    const request = new messages.DiffRequest();
    request.setUrn(urn);
    request.setOlds(structs.Struct.fromJavaScript(state));
    request.setOldInputs(structs.Struct.fromJavaScript(inputs));
    request.setNews(structs.Struct.fromJavaScript(inputs));
    request.setIgnorechangesList([...ignored]);
    return new Promise((resolve, reject) => {
      entityClient.diff(request, (error: Error | null, response: messages.DiffResponse) =>
        error === null ? resolve(response.getDiffsList()) : reject(error),
      );
    });
  }

  it("shows a change where the service did not do as it was told", async () => {
    const inputs = { status: "INACTIVE", size: 3 };
    expect(await differences({ state: { status: "ACTIVE", size: 3, kid: "1" }, inputs })).toEqual(["status"]);
    expect(await differences({ state: { ...inputs, kid: "1" }, inputs })).toEqual([]);
    expect(await differences({ state: { kid: "1" }, inputs })).toEqual([]);
  });

  it("shows a change of what the program gives no input for", async () => {
    const inputs = { size: 3 };
    expect(await differences({ state: { ...inputs, note: "by hand" }, inputs })).toEqual(["note"]);
  });

  it("shows none where the program ignores it", async () => {
    const change = { state: { priority: 2 }, inputs: { priority: 1 } };
    expect(await differences(change, ["priority"])).toEqual([]);
    expect(await differences(change)).toEqual(["priority"]);
  });

  it("is told the resource's name at its check", async () => {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(structs.Struct.fromJavaScript({}));
    await new Promise((resolve, reject) => {
      entityClient.check(request, (error: Error | null) => (error === null ? resolve(0) : reject(error)));
    });
    expect(names).toEqual(["one"]);
  });
});
