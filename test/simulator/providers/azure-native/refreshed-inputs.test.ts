/** Which inputs a refresh and an import give. */
import { describe, expect, it } from "vitest";
import { scriptedAzure } from "../../../support/scripted-azure.ts";

const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";

function refreshed(
  type: string,
  { inputs, before, after }: Record<"inputs" | "before" | "after", Record<string, unknown>>,
): unknown {
  return scriptedAzure().handler(type).refresh?.(inputs, before, { id, properties: after });
}

describe("a refresh", () => {
  it("leaves inputs that Azure spells in another way, as the text of a policy", () => {
    const inputs = { policyId: "policy", format: "rawxml", value: "<policies><inbound /></policies>" };
    const outputs = { name: "policy", format: "xml", value: "<policies>\r\n\t<inbound />\r\n</policies>" };
    expect(refreshed("ApiPolicy", { inputs, before: outputs, after: outputs })).toEqual(inputs);
  });

  it("takes over what somebody has changed, and nothing else", () => {
    const inputs = { policyId: "policy", format: "rawxml", value: "<policies><inbound /></policies>" };
    const before = { name: "policy", format: "xml", value: "<policies>\r\n\t<inbound />\r\n</policies>" };
    const after = { ...before, value: "<policies />" };
    expect(refreshed("ApiPolicy", { inputs, before, after })).toEqual({ ...inputs, value: "<policies />" });
  });

  it("leaves what Azure fills in by itself, until it changes", () => {
    const inputs = { apiId: "a", path: "a" };
    const before = { path: "a", subscriptionKeyParameterNames: { header: "K", query: "k" }, isOnline: true };
    expect(refreshed("Api", { inputs, before, after: before })).toEqual(inputs);
    const after = { ...before, subscriptionKeyParameterNames: { header: "Other", query: "k" } };
    expect(refreshed("Api", { inputs, before, after })).toEqual({
      ...inputs,
      subscriptionKeyParameterNames: { header: "Other", query: "k" },
    });
  });

  it("drops what is gone", () => {
    const inputs = { apiId: "a", path: "a", description: "D" };
    expect(
      refreshed("Api", { inputs, before: { path: "a", description: "D" }, after: { path: "a" } }),
    ).toEqual({ apiId: "a", path: "a" });
  });

  it("goes into objects and lists", () => {
    const hostname = { type: "DeveloperPortal", hostName: "dev.example", certificatePassword: "s3cret" };
    const inputs = { sku: { name: "Developer", capacity: 1 }, hostnameConfigurations: [hostname] };
    const one = { type: "DeveloperPortal", hostName: "dev.example", negotiateClientCertificate: false };
    const before = { sku: { name: "Developer", capacity: 1 }, hostnameConfigurations: [one] };
    const after = {
      sku: { name: "Developer", capacity: 2 },
      hostnameConfigurations: [
        { ...one, hostName: "x.example" },
        { type: "Proxy", hostName: "p.example" },
      ],
    };
    expect(refreshed("ApiManagementService", { inputs, before, after })).toEqual({
      sku: { name: "Developer", capacity: 2 },
      hostnameConfigurations: [
        { ...hostname, hostName: "x.example" },
        { type: "Proxy", hostName: "p.example" },
      ],
    });
  });

  it("ignores outputs that are no inputs", () => {
    const inputs = { apiId: "a", path: "a" };
    expect(
      refreshed("Api", {
        inputs,
        before: { path: "a", isOnline: true },
        after: { path: "a", isOnline: false },
      }),
    ).toEqual(inputs);
  });
});

describe("an import", () => {
  it("has the address out of the id, and what Azure has but for what is empty", async () => {
    const scripted = scriptedAzure([
      200,
      {
        id: `${id}/apis/my%20api`,
        name: "my api",
        type: "Microsoft.ApiManagement/service/apis",
        properties: {
          path: "a",
          description: null,
          protocols: [],
          contact: {},
          isCurrent: true,
          isOnline: true,
        },
      },
    ]);
    expect((await scripted.handler("Api").read(`${id}/apis/my%20api`))?.inputs).toEqual({
      ...{ resourceGroupName: "rg", serviceName: "apim", apiId: "my api" },
      ...{ path: "a", isCurrent: true },
    });
  });

  it("has the ids of identities as a list", async () => {
    const identity = {
      type: "UserAssigned",
      userAssignedIdentities: { "/one": { clientId: "c", principalId: "p" } },
    };
    const scripted = scriptedAzure([200, { id, location: "West Europe", identity, properties: {} }]);
    const state = await scripted.handler("ApiManagementService").read(id);
    expect(state?.inputs?.identity).toEqual({ type: "UserAssigned", userAssignedIdentities: ["/one"] });
    expect(state?.properties.identity).toEqual(identity);
  });
});
