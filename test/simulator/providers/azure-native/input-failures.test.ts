/** What azure-native refuses before it asks Azure. The texts are those of its source, version 3; the plugin itself was not run. */
import { describe, expect, it } from "vitest";
import { definitions } from "../../../../simulator/providers/azure-native/definition.ts";
import { inputFailures } from "../../../../simulator/providers/azure-native/input-failures.ts";
import type { Properties } from "../../../../simulator/providers/resource.ts";

function failures(name: string, inputs: Properties): string[] {
  const [type = "", definition] =
    Object.entries(definitions.resources).find(([token]) => token.endsWith(`:${name}`)) ?? [];
  if (definition === undefined) throw new Error(`No definition of ${name}.`);
  return inputFailures(type, definition, inputs).map(({ property, reason }) => `${property}: ${reason}`);
}

const at = { resourceGroupName: "rg", serviceName: "apim-test" };
const service = {
  ...at,
  location: "westeurope",
  sku: { name: "Developer", capacity: 1 },
  publisherName: "Contoso",
  publisherEmail: "a@b.example",
};
const api = { ...at, apiId: "orders", path: "orders" };

describe("the check of azure-native", () => {
  it("accepts an import without displayName, format or protocols", () => {
    expect(failures("Api", api)).toEqual([]);
  });

  it("accepts what only Azure refuses: an unknown tier, a wrong mode, another policyId", () => {
    expect(failures("ApiManagementService", { ...service, sku: { name: "Free", capacity: 9 } })).toEqual([]);
    expect(failures("Policy", { ...at, policyId: "other", value: "<policies />" })).toEqual([]);
    const deployment = { resourceGroupName: "rg", deploymentName: "d", properties: { mode: "Sometimes" } };
    expect(failures("Deployment", deployment)).toEqual([]);
  });

  it("accepts what the SDK fills in", () => {
    const filledIn = {
      ...{ developerPortalStatus: "Enabled", disableGateway: false, enableClientCertificate: false },
      ...{
        legacyPortalStatus: "Enabled",
        natGatewayState: "Disabled",
        restore: false,
        virtualNetworkType: "None",
      },
    };
    expect(failures("ApiManagementService", { ...service, ...filledIn })).toEqual([]);
  });

  it.each<[what: string, type: string, inputs: Properties, failure: string]>([
    ["a missing input", "Api", { ...at, apiId: "a" }, "path: missing required property 'path'"],
    [
      "a missing location",
      "ResourceGroup",
      { resourceGroupName: "rg" },
      "location: missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.",
    ],
    [
      "a missing input inside an object",
      "ApiManagementService",
      { ...service, sku: { name: "Developer" } },
      "sku.capacity: missing required property 'sku.capacity'",
    ],
    [
      "a missing part of the address",
      "Api",
      { apiId: "a", path: "a", resourceGroupName: "rg" },
      "serviceName: missing required property 'serviceName'",
    ],
    [
      "a text for a number",
      "ApiManagementService",
      { ...service, sku: { name: "Developer", capacity: "1" } },
      "sku.capacity: 'sku.capacity' should be of type 'integer' but got a string",
    ],
    [
      "a text for a truth value",
      "Api",
      { ...api, subscriptionRequired: "false" },
      "subscriptionRequired: 'subscriptionRequired' should be of type 'boolean' but got a string",
    ],
    [
      "a number for a text",
      "Api",
      { ...api, path: 7 },
      "path: 'path' should be of type 'string' but got a number",
    ],
    [
      "a list for a text",
      "Api",
      { ...api, path: ["a"] },
      "path: 'path' should be of type 'string' but got an array",
    ],
    [
      "half a unit",
      "ApiManagementService",
      { ...service, sku: { name: "Developer", capacity: 1.5 } },
      "sku.capacity: 'sku.capacity' must be an integer but got 1.500000",
    ],
    [
      "a percentage above 100",
      "Diagnostic",
      { ...at, diagnosticId: "applicationinsights", loggerId: "/l", sampling: { percentage: 101 } },
      "sampling.percentage: 'sampling.percentage' is too high (101.000000 > 100.000000)",
    ],
    [
      "a negative percentage",
      "Diagnostic",
      { ...at, diagnosticId: "applicationinsights", loggerId: "/l", sampling: { percentage: -1 } },
      "sampling.percentage: 'sampling.percentage' is too low (-1.000000 < 0.000000)",
    ],
    [
      "a name with an underscore",
      "ApiManagementService",
      { ...service, serviceName: "apim_x" },
      "serviceName: 'serviceName' does not match expression '^[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$'",
    ],
    [
      "a name of 51 letters",
      "ApiManagementService",
      { ...service, serviceName: "a".repeat(51) },
      "serviceName: 'serviceName' is too long (51): at most 50 characters allowed",
    ],
    [
      "a name of 26 letters of two bytes each",
      "Tag",
      { ...at, tagId: "t", displayName: "é".repeat(81) },
      "displayName: 'displayName' is too long (162): at most 160 characters allowed",
    ],
    [
      "an empty name",
      "Product",
      { ...at, productId: "p", displayName: "" },
      "displayName: 'displayName' is too short (0): at least 1 characters required",
    ],
    [
      "an input that it does not know",
      "Api",
      { ...api, colour: "red" },
      "colour: is not an input of azure-native:apimanagement:Api. Remove it.",
    ],
    [
      "an output",
      "ApiManagementService",
      { ...service, gatewayUrl: "https://x.example" },
      "gatewayUrl: is not an input of azure-native:apimanagement:ApiManagementService. Remove it.",
    ],
    [
      "an unknown input inside a list",
      "Api",
      {
        ...api,
        authenticationSettings: {
          oAuth2AuthenticationSettings: [{ authorizationServerId: "o", scopes: "a" }],
        },
      },
      "authenticationSettings.oAuth2AuthenticationSettings[0].scopes: is not an input. Remove it.",
    ],
  ])("refuses %s", (_, type, inputs, failure) => {
    expect(failures(type, inputs)).toEqual([failure]);
  });

  it("accepts the nearest values inside the limits", () => {
    expect(failures("ApiManagementService", { ...service, serviceName: "a".repeat(50) })).toEqual([]);
    expect(failures("Product", { ...at, productId: "p", displayName: "P" })).toEqual([]);
    for (const percentage of [0, 12.5, 100]) {
      const diagnostic = { ...at, diagnosticId: "d", loggerId: "/l", sampling: { percentage } };
      expect(failures("Diagnostic", diagnostic)).toEqual([]);
    }
  });

  it("never shows a value, which may be a secret", () => {
    const value = "s3cret".repeat(1000);
    const [failure = ""] = failures("NamedValue", { ...at, namedValueId: "n", displayName: "n", value });
    expect(failure).toContain("'value' is too long");
    expect(failure).not.toContain("s3cret");
  });
});
