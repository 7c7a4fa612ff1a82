/** What an engine is told that asks for something that is not simulated. */
import { describe, expect, it } from "vitest";
import { HandlerTable } from "../../../simulator/providers/handlers.ts";
import { randomStringHandler } from "../../../simulator/providers/random/random-string.ts";

const lookup = { token: "okta:group/getGroup:getGroup", invoke: async () => ({}) };
const table = new HandlerTable({ resources: [randomStringHandler], functions: [lookup] });

describe("a table of handlers", () => {
  it("gives the handler of a type and of a token", () => {
    expect(table.resource("random:index/randomString:RandomString", "x")).toBe(randomStringHandler);
    expect(table.function("okta:group/getGroup:getGroup")).toBe(lookup);
  });

  it.each([
    [
      "azure-native:apimanagement:Backend",
      "Add a file for it to simulator/arm/resources/ and list it in simulator/arm/azure-handlers.ts, or deploy to Azure.",
    ],
    [
      "okta:group/group:Group",
      "Add a file for it to simulator/okta/resources/ and list it in simulator/okta/okta-handlers.ts, or deploy to Okta.",
    ],
    [
      "random:index/randomPet:RandomPet",
      "Add a file for it to simulator/ and list it in simulator/cloud.ts, or deploy to the real cloud.",
    ],
  ])("says where %s belongs", (type, step) => {
    expect(() => table.resource(type, "mine")).toThrow(
      expect.objectContaining({
        code: "UnsupportedResource",
        message: `No simulated resource for "mine" (${type}). ${step}`,
      }),
    );
  });

  it("says where a function belongs", () => {
    expect(() => table.function("azure-native:apimanagement:getApi")).toThrow(
      expect.objectContaining({
        code: "UnsupportedFunction",
        message:
          'No simulated function for "azure-native:apimanagement:getApi". Add it to simulator/arm/azure-handlers.ts, or deploy to Azure.',
      }),
    );
  });
});
