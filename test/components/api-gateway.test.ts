/** The instance's resources under Pulumi's mocks: what the arguments and options make of them. No cloud is asked. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ApiGateway, type ApiGatewayArgs } from "../../components/api-gateway.ts";

const least = {
  ...{ location: "westeurope", sku: "StandardV2", publisherName: "Contoso" },
  ...{ publisherEmail: "apis@contoso.example", serviceName: "apim-contoso" },
};

/** The inputs of each resource by its type's last word. */
async function inputsOf(
  change: Partial<ApiGatewayArgs>,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const inputs: Record<string, Record<string, unknown>> = {};
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs: given }) => {
      inputs[type.split(":").at(-1) ?? ""] = given;
      const portal = { developerPortalUrl: "https://apim-contoso.developer.azure-api.net" };
      return { id: name, state: { ...given, ...portal, name: given.serviceName ?? given.resourceGroupName } };
    },
    call: () => ({}),
  });
  await pulumi.runtime.runInPulumiStack(async () => {
    const gateway = new ApiGateway("gateway", { ...least, ...change }, opts);
    return { serviceName: gateway.serviceName };
  });
  await pulumi.runtime.disconnect();
  return inputs;
}

describe("the API gateway", () => {
  it("has no tags unless some are given, and then its resource group has them too", async () => {
    const without = await inputsOf({});
    expect(without.ApiManagementService).not.toHaveProperty("tags");
    expect(without.ResourceGroup).not.toHaveProperty("tags");
    const tags = { team: "orders" };
    const tagged = await inputsOf({ tags: pulumi.output(tags) });
    expect([tagged.ApiManagementService?.tags, tagged.ResourceGroup?.tags]).toEqual([tags, tags]);
  });

  it("stands in a resource group that exists, and makes none", async () => {
    const inputs = await inputsOf({ resourceGroupName: "rg-platform" });
    expect(inputs.ApiManagementService?.resourceGroupName).toBe("rg-platform");
    expect(inputs).not.toHaveProperty("ResourceGroup");
    expect((await inputsOf({})).ApiManagementService?.resourceGroupName).toBe("rg-apim-contoso");
  });

  it("takes every other argument of the instance, and keeps old TLS versions off", async () => {
    const serviceArgs = {
      virtualNetworkType: "External",
      virtualNetworkConfiguration: { subnetResourceId: "/subnets/apim" },
      zones: ["1", "2"],
      identity: { type: "UserAssigned", userAssignedIdentities: { "/identities/apim": {} } },
      customProperties: { "Microsoft.WindowsAzure.ApiManagement.Gateway.Protocols.Server.Http2": "True" },
    };
    const { ApiManagementService: service } = await inputsOf({ sku: "PremiumV2", serviceArgs });
    const { customProperties, ...more } = serviceArgs;
    expect(service).toMatchObject({ ...more, sku: { name: "PremiumV2", capacity: 1 } });
    expect(service?.customProperties).toMatchObject({
      ...customProperties,
      "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10": "False",
    });
  });

  it.each([
    { sku: { name: "Consumption", capacity: 0 } },
    { serviceName: "other" },
    { resourceGroupName: "other" },
  ])("refuses to have its own arguments replaced: %j", (serviceArgs) => {
    expect(() => new ApiGateway("gateway", { ...least, serviceArgs })).toThrow(
      `serviceArgs of the API gateway "gateway" must not have "${Object.keys(serviceArgs)}"`,
    );
  });

  it("leaves out what the SDK fills in by itself", async () => {
    expect((await inputsOf({})).ApiManagementService).not.toHaveProperty("enableClientCertificate");
    const asked = await inputsOf({ serviceArgs: { enableClientCertificate: true } });
    expect(asked.ApiManagementService?.enableClientCertificate).toBe(true);
  });

  it("passes on its options to the instance, transforms as well", async () => {
    const transform: pulumi.ResourceTransformation = ({ type, props, opts }) =>
      type.endsWith(":ApiManagementService") ? { props: { ...props, zones: ["3"] }, opts } : undefined;
    const { ApiManagementService: service } = await inputsOf({}, { transformations: [transform] });
    expect(service?.zones).toEqual(["3"]);
  });
});
