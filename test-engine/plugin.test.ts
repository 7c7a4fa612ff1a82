/** The components as `pulumi package add` loads them from a clone: Pulumi's own plugin host on this repository. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { componentSchema } from "../packing/component-schema.ts";
import { type PluginHost, startPlugin } from "./support/plugin-host.ts";

const root = path.join(import.meta.dirname, "..");
let host: PluginHost;
beforeAll(async () => {
  host = await startPlugin(root);
});
afterAll(() => host.stop());

async function schemaOf({ port }: PluginHost): Promise<string> {
  const client = new providerService.ResourceProviderClient(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
  );
  try {
    return await new Promise<string>((resolve, reject) => {
      client.getSchema(new providerMessages.GetSchemaRequest(), (error, response) =>
        error === null ? resolve(response.getSchema()) : reject(error),
      );
    });
  } finally {
    client.close();
  }
}

interface Schema {
  readonly name: string;
  readonly resources: Readonly<Record<string, { readonly requiredInputs: readonly string[] }>>;
}

describe("the plugin host", () => {
  it("serves a schema with every component", async () => {
    const { name, resources } = JSON.parse(await schemaOf(host)) as Schema;
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

  it("serves what Pulumi's analyzer reads off the sources today, by `npm run docs`", async () => {
    expect(await readFile(path.join(root, "entries/schema.json"), "utf8")).toBe(componentSchema());
  });
});
