/** Which ARM templates the local Azure executes. */
import { describe, expect, it } from "vitest";
import type { Properties, ResourceHandler } from "../../../../simulator/providers/resource.ts";
import { testManager } from "../../../support/arm.ts";
import { directAzure } from "../../../support/direct-azure.ts";
import { handlerFor } from "../../../support/handler-for.ts";

const revision = {
  type: "Microsoft.ApiManagement/service/portalRevisions",
  apiVersion: "2024-05-01",
  name: "apim-one/r1",
  properties: { isCurrent: true },
};
const inputs = (template: object = { resources: [revision] }, more: object = {}) => ({
  resourceGroupName: "rg",
  properties: { mode: "Incremental", template, ...more },
});

function makeHandlers() {
  const handlers = directAzure(testManager()).resources;
  return (name: string) => handlerFor(handlers, name);
}

async function withService(sku: Properties): Promise<ResourceHandler> {
  const handler = makeHandlers();
  await handler("ResourceGroup").create("rg", { resourceGroupName: "rg", location: "westeurope" });
  await handler("ApiManagementService").create("s", {
    ...{ resourceGroupName: "rg", serviceName: "apim-one", location: "westeurope", sku },
    ...{ publisherName: "P", publisherEmail: "a@b.example" },
  });
  return handler("Deployment");
}

describe("a deployment", () => {
  const refused: readonly (readonly [what: string, inputs: Properties, property: string, reason: string])[] =
    [
      [
        "the mode Complete",
        inputs(undefined, { mode: "Complete" }),
        "properties.mode",
        "deletes everything else",
      ],
      ["parameters", inputs(undefined, { parameters: {} }), "properties.parameters", "is not simulated"],
      ["no template", inputs(undefined, { template: undefined }), "properties.template", "must be an object"],
      ["outputs", inputs({ resources: [], outputs: {} }), "properties.template.outputs", "is not simulated"],
      ["no resources", inputs({}), "properties.template.resources", "must be a list"],
      [
        "another type",
        inputs({ resources: [{ ...revision, type: "Microsoft.Storage/storageAccounts" }] }),
        "properties.template.resources[0].type",
        'got "Microsoft.Storage/storageAccounts"',
      ],
      [
        "an expression",
        inputs({ resources: [{ ...revision, name: "[concat('a', '/b')]" }] }),
        "properties.template.resources[0].name",
        "without an expression",
      ],
      [
        "no resource in its list",
        inputs({ resources: [null] }),
        "properties.template.resources[0]",
        "must be an object; got null.",
      ],
      [
        "conditions",
        inputs({ resources: [{ ...revision, condition: true }] }),
        "properties.template.resources[0].condition",
        "is not simulated",
      ],
      [
        "a revision's unknown property",
        inputs({ resources: [{ ...revision, properties: { colour: "red" } }] }),
        "properties.template.resources[0].properties.colour",
        "is not a property",
      ],
    ];
  it.each(refused)("with %s is refused by name", (_, given, property, reason) => {
    const failures = makeHandlers()("Deployment").check(given);
    expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
  });

  it("publishes, is read as it was written, and goes without the revision", async () => {
    const handler = await withService({ name: "Developer", capacity: 1 });
    expect(handler.check(inputs())).toEqual([]);
    const { id } = await handler.create("portal", inputs());
    expect((await handler.read(id))?.inputs).toMatchObject(inputs());
    await handler.delete(id);
    expect(await handler.read(id)).toBeUndefined();
  });

  it("is refused in Consumption, and where the portal of a v2 tier was not switched on", async () => {
    const consumption = await withService({ name: "Consumption", capacity: 0 });
    await expect(consumption.create("portal", inputs())).rejects.toThrow("It has no developer portal");
    const v2 = await withService({ name: "StandardV2", capacity: 1 });
    await expect(v2.create("portal", inputs())).rejects.toThrow("must be enabled before it is published");
  });
});
