/** What a look-up comes back with against what was asked. Which look-ups answer otherwise is the providers' affair. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { adoptGateway } from "../../components/adopted-gateway.ts";
import { existingServer } from "../../components/existing-server.ts";
import { runInProcess } from "../../simulator/engine/in-process.ts";
import type { Properties } from "../../simulator/providers/resource.ts";

/** Runs a program whose look-ups all come back with the same. */
const runWith = (found: Properties, program: () => unknown) =>
  runInProcess({
    ...{ project: "test", stack: "test", config: {} },
    providerHandlers: {
      resources: [],
      functions: [
        "azure-native:apimanagement:getApiManagementService",
        "okta:auth/getServer:getServer",
        "okta:auth/getServerPolicy:getServerPolicy",
      ].map((token) => ({ token, invoke: async () => found })),
    },
    program: async () => ({ found: program() }),
  });

describe("a look-up of an instance", () => {
  const adopt = async () => {
    const names = { resourceGroupName: "rg-ours", serviceName: "apim-ours" };
    const { gatewayUrl } = await adoptGateway({ ...names, sku: "Developer" });
    return pulumi.output(gatewayUrl);
  };
  const service = (name: string) => ({
    ...{ name, sku: { name: "Developer" }, gatewayUrl: "https://g.example" },
    developerPortalUrl: "https://p.example",
  });

  it("takes the instance in Azure's own letter case", async () => {
    const { outputs } = await runWith(service("APIM-Ours"), adopt);
    expect(outputs.found?.value).toBe("https://g.example");
  });

  it("is refused another one, naming both", async () => {
    await expect(runWith(service("apim-theirs"), adopt)).rejects.toThrow(
      'There is no API Management instance "apim-ours": the look-up found "apim-theirs" instead.',
    );
  });
});

describe("a look-up of an authorization server", () => {
  it("is refused another one, naming both", async () => {
    const lookUp = () => {
      const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
      return existingServer("partners", { acceptsOtherClients: true, child: { parent } }).issuer;
    };
    await expect(runWith({ id: "aus1", name: "partners-test" }, lookUp)).rejects.toThrow(
      'There is no Okta authorization server "partners": the look-up found "partners-test" instead.',
    );
  });
});
