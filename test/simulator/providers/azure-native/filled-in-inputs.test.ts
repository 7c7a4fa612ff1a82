/** What azure-native adds to a program's inputs. */
import { describe, expect, it } from "vitest";
import { unknownInput } from "../../../../simulator/providers/resource.ts";
import { armError, type ScriptedAnswer, scriptedAzure } from "../../../support/scripted-azure.ts";

const at = { resourceGroupName: "rg", serviceName: "apim" };
const site = { name: "gateway", before: undefined };
const fillIn = (type: string, ...answers: readonly ScriptedAnswer[]) => {
  const scripted = scriptedAzure(...answers);
  const { fillIn: fill } = scripted.handler(type);
  if (fill === undefined) throw new Error("azure-native fills in.");
  return { fill, asked: scripted.asked };
};

describe("a name that is left out", () => {
  it("is the logical name and eight hexadecimal digits", async () => {
    expect(await fillIn("Api").fill({ ...at, path: "a" }, site)).toEqual({
      ...{ ...at, path: "a", azureApiVersion: "2024-05-01" },
      apiId: expect.stringMatching(/^gateway[0-9a-f]{8}$/),
      __createBeforeDelete: true,
    });
  });

  it("stays as the last update had it", async () => {
    const before = { apiId: "gateway01234567", __createBeforeDelete: true };
    const inputs = await fillIn("Api").fill({ ...at, path: "b" }, { ...site, before });
    expect(inputs).toMatchObject({ apiId: "gateway01234567", __createBeforeDelete: true });
  });

  it("stays as the last update gave it, which still deletes first", async () => {
    const inputs = await fillIn("Api").fill({ ...at, path: "b" }, { ...site, before: { apiId: "orders" } });
    expect(inputs.apiId).toBe("orders");
    expect(inputs).not.toHaveProperty("__createBeforeDelete");
  });

  it("is made up for a policy too, which Azure then refuses", async () => {
    const inputs = await fillIn("Policy").fill({ ...at, value: "<policies />" }, { ...site, name: "policy" });
    expect(inputs.policyId).toMatch(/^policy[0-9a-f]{8}$/);
  });
});

it("leaves a given name alone, and one that a preview does not know", async () => {
  const { fill } = fillIn("Api");
  expect(await fill({ ...at, apiId: "orders" }, site)).toEqual({
    ...at,
    apiId: "orders",
    azureApiVersion: "2024-05-01",
  });
  expect(await fill(at, { ...site, unknown: ["apiId"] })).toEqual({ ...at, azureApiVersion: "2024-05-01" });
});

describe("a location that is left out", () => {
  const service = { ...at, sku: { name: "Developer", capacity: 1 } };

  it("is the resource group's", async () => {
    const { fill, asked } = fillIn("ApiManagementService", [200, { location: "northeurope" }]);
    expect((await fill(service, site)).location).toBe("northeurope");
    expect(asked).toEqual(["GET /subscriptions/s/resourceGroups/rg?api-version=2020-10-01"]);
  });

  it("stays left out without that group", async () => {
    const { fill } = fillIn("ApiManagementService", [404, armError("ResourceGroupNotFound", "none")]);
    expect(await fill(service, site)).not.toHaveProperty("location");
  });

  it("is the last update's", async () => {
    const { fill, asked } = fillIn("ApiManagementService");
    expect((await fill(service, { ...site, before: { location: "westeurope" } })).location).toBe(
      "westeurope",
    );
    expect(asked).toEqual([]);
  });

  it("is unknown for as long as the group is", async () => {
    const { fill } = fillIn("ApiManagementService");
    const { resourceGroupName: _, ...inputs } = service;
    expect((await fill(inputs, { ...site, unknown: ["resourceGroupName"] })).location).toBe(unknownInput);
  });

  it("is not looked for where Azure takes none", async () => {
    const { fill, asked } = fillIn("Api");
    expect(await fill(at, site)).not.toHaveProperty("location");
    expect(asked).toEqual([]);
  });
});
