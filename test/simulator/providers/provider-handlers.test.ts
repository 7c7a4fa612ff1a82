/** What an engine is told that asks for something that is not simulated. */
import { describe, expect, it } from "vitest";
import { HandlerTable } from "../../../simulator/providers/provider-handlers.ts";
import { randomStringHandler } from "../../../simulator/providers/random/random-string.ts";

const lookup = { token: "okta:group/getGroup:getGroup", invoke: async () => ({}) };
const table = new HandlerTable({ resources: [randomStringHandler], functions: [lookup] });

describe("a table of handlers", () => {
  it("gives the handler of a type and of a token", () => {
    expect(table.resource("random:index/randomString:RandomString", "x")).toBe(randomStringHandler);
    expect(table.function("okta:group/getGroup:getGroup")).toBe(lookup);
  });

  it.each([
    ["azure-native:storage:StorageAccount", "Azure"],
    ["okta:group/rule:Rule", "Okta"],
    ["random:index/randomPet:RandomPet", "the real cloud"],
  ])("says what to do about %s, which is not simulated", (type, cloud) => {
    expect(() => table.resource(type, "mine")).toThrow(
      expect.objectContaining({
        code: "UnsupportedResource",
        message: `The local cloud does not simulate ${type} ("mine"). Leave the resource out of the local stack, or deploy to ${cloud}.`,
      }),
    );
  });

  it("names the type without a version when that one is simulated", () => {
    const api = { ...randomStringHandler, type: "azure-native:apimanagement:Api" };
    const versioned = () =>
      new HandlerTable({ resources: [api], functions: [] }).resource(
        "azure-native:apimanagement/v20220801:Api",
        "mine",
      );
    expect(versioned).toThrow(
      'does not simulate azure-native:apimanagement/v20220801:Api ("mine"). It simulates azure-native:apimanagement:Api: import that module without its version, or deploy to Azure.',
    );
  });

  it("says what to do about a function that is not simulated", () => {
    expect(() => table.function("azure-native:apimanagement:getApi")).toThrow(
      expect.objectContaining({
        code: "UnsupportedFunction",
        message:
          "The local cloud does not simulate the function azure-native:apimanagement:getApi. Leave the call out of the local stack, or deploy to Azure.",
      }),
    );
  });
});
