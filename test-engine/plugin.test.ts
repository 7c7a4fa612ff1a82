/**
 * The components as `pulumi package add` loads them: Pulumi's own plugin host on this repository. The language plugin that starts the
 * host is not here; PulumiPlugin.yaml is what it reads.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");
let host: ChildProcess;
let port: string;
beforeAll(async () => {
  const runPlugin = path.join(root, "node_modules/@pulumi/pulumi/cmd/run-plugin");
  host = spawn(process.execPath, [runPlugin, root, "127.0.0.1:1"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (host.stdout === null) throw new Error("The plugin host has no output.");
  [port] = await once(createInterface(host.stdout), "line");
});
afterAll(async () => {
  const exit = once(host, "exit");
  host.kill();
  await exit;
});

interface Schema {
  readonly name: string;
  readonly resources: Readonly<Record<string, { readonly requiredInputs: readonly string[] }>>;
}

describe("the plugin host", () => {
  it("serves a schema with every component", async () => {
    const client = new providerService.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    const text = await new Promise<string>((resolve, reject) => {
      client.getSchema(new providerMessages.GetSchemaRequest(), (error, response) =>
        error === null ? resolve(response.getSchema()) : reject(error),
      );
    });
    client.close();
    const { name, resources } = JSON.parse(text) as Schema;
    expect(name).toBe("apim-okta");
    expect(Object.keys(resources).sort()).toEqual(
      [
        ...["ApiGateway", "OktaAuthorization", "OktaClient", "PortalLogin", "PortalPublication"],
        ...["ProtectedApi", "TrustedOrigins"],
      ].map((component) => `apim-okta:index:${component}`),
    );
    expect(resources["apim-okta:index:ApiGateway"]?.requiredInputs).toEqual([
      ...["location", "publisherEmail", "publisherName", "sku"],
    ]);
  });
});
