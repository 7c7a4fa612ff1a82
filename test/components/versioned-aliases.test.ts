/** The aliases that azure-native's SDK adds, and that the program's resources go without. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { dropVersionedAliases } from "../../components/versioned-aliases.ts";
import { record } from "../support/registrations.ts";

const type = "azure-native:apimanagement:ApiPolicy";

function left(aliases: pulumi.CustomResourceOptions["aliases"]) {
  const resource = {} as pulumi.Resource;
  const opts = aliases === undefined ? {} : { aliases };
  const result = dropVersionedAliases({ resource, type, name: "orders-policy", props: { a: 1 }, opts });
  return result?.opts.aliases;
}

describe("dropVersionedAliases", () => {
  it.each(["v20220801", "v20250301preview"])("drops the type of the module %s", (version) => {
    expect(left([{ type: `azure-native:apimanagement/${version}:ApiPolicy` }])).toEqual([]);
  });

  it.each<[string, pulumi.Alias | string]>([
    ["a former name", { name: "sales-policy" }],
    [
      "a former name of a versioned type",
      { type: "azure-native:apimanagement/v20220801:ApiPolicy", name: "sales-policy" },
    ],
    ["another unversioned type", { type: "azure-native:apimanagement:ApiDiagnostic" }],
    ["a versioned type of another package", { type: "azure:apimanagement/v20220801:ApiPolicy" }],
    ["a URN", "urn:pulumi:dev::apim-okta::azure-native:apimanagement/v20220801:ApiPolicy::sales"],
  ])("keeps %s", (_, alias) => {
    expect(left([alias])).toEqual([alias]);
  });

  it("keeps an alias that is still to come", () => {
    const alias = pulumi.output({ type: "azure-native:apimanagement/v20220801:ApiPolicy" });
    expect(left([alias])).toEqual([alias]);
  });

  it("leaves inputs and other options as they are", () => {
    const opts = { aliases: [], protect: true };
    const args = { resource: {} as pulumi.Resource, type, name: "orders-policy", props: { a: 1 }, opts };
    expect(dropVersionedAliases(args)).toEqual({ props: { a: 1 }, opts });
  });
});

describe("the program", () => {
  it("registers every resource of azure-native without versioned aliases", async () => {
    const { registrations } = await record("dev");
    const ofAzure = registrations.filter(({ type }) => type.startsWith("azure-native:"));
    expect(ofAzure.length).toBeGreaterThan(4);
    expect(ofAzure.flatMap(({ aliasTypes }) => aliasTypes)).toEqual([]);
  });
});
