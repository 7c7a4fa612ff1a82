/** The monitor's wire, asked as an SDK asks it that is not ours. Whole programs run in in-process.test.ts. */
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ResourceMonitor } from "../../../simulator/engine/monitor.ts";
import { type RpcServer, serveRpc } from "../../../simulator/engine/rpc-server.ts";
import { randomStringHandler } from "../../../simulator/providers/random/random-string.ts";

let served: RpcServer;
let client: InstanceType<typeof services.ResourceMonitorClient>;
const created: string[] = [];
const monitor = new ResourceMonitor({
  ...{ project: "p", stack: "s", lastOutputs: {}, warn: () => {} },
  providerHandlers: { resources: [randomStringHandler], functions: [] },
  onCreated: ({ name }) => created.push(name),
});
beforeAll(async () => {
  served = await serveRpc([[services.ResourceMonitorService, monitor.service()]]);
  const credentials = grpc.credentials.createInsecure();
  client = new services.ResourceMonitorClient(`127.0.0.1:${served.port}`, credentials);
});
afterAll(async () => {
  client.close();
  monitor.close();
  await served.close();
});

function supports(id: string): Promise<boolean> {
  const request = new messages.SupportsFeatureRequest();
  request.setId(id);
  return new Promise((resolve, reject) => {
    client.supportsFeature(request, (error, response) =>
      error === null ? resolve(response.getHassupport()) : reject(error),
    );
  });
}

function register(name: string, inputs: Record<string, structs.JavaScriptValue>): Promise<string> {
  const request = new messages.RegisterResourceRequest();
  request.setType(randomStringHandler.type);
  request.setName(name);
  request.setCustom(true);
  request.setObject(structs.Struct.fromJavaScript(inputs));
  return new Promise((resolve, reject) => {
    client.registerResource(request, (error, response) =>
      error === null ? resolve(response.getUrn()) : reject(error),
    );
  });
}

it("answers an older SDK what it can do, and what it cannot", async () => {
  expect(await supports("transforms")).toBe(true);
  expect(await supports("timeTravel")).toBe(false);
});

it("answers a newer SDK whose stack it is", async () => {
  const info = await new Promise<messages.DeploymentInfo>((resolve, reject) => {
    client.getDeploymentInfo(new empties.Empty(), (error, response) =>
      error === null ? resolve(response) : reject(error),
    );
  });
  expect([info.getProject(), info.getStack(), info.getDryrun()]).toEqual(["p", "s", false]);
});

it("makes what an SDK registers, and tells whoever is listening", async () => {
  expect(await register("text", { length: 8 })).toBe(
    "urn:pulumi:s::p::random:index/randomString:RandomString::text",
  );
  expect(created).toEqual(["text"]);
});

it("answers a refusal as an error of the call, in the provider's words", async () => {
  await expect(register("none", { length: 0 })).rejects.toMatchObject({
    code: grpc.status.UNKNOWN,
    details: expect.stringContaining("length: must be an integer of 1 or more; got 0."),
  });
  expect(created).toEqual(["text"]);
});
