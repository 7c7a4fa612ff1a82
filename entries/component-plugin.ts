import * as pulumi from "@pulumi/pulumi";
import {
  type ComponentResourceConstructor,
  getPulumiComponents,
} from "@pulumi/pulumi/provider/experimental/provider.js";
import * as components from "./components.ts";
import schema from "./schema.json" with { type: "json" };

// Pulumi's own host for components reads TypeScript sources at each start, by the compiler that is installed, or else by one of 2020
// that cannot read them. The schema is made once, by the same analyzer: packing/write-schema.ts.
const constructors = new Map<string, ComponentResourceConstructor>(
  getPulumiComponents(components).map((component) => [`${schema.name}:index:${component.name}`, component]),
);
const outputs = new Map<string, object>(
  Object.entries(schema.resources).map(([type, { properties }]) => [type, properties]),
);

async function construct(
  name: string,
  type: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
): Promise<pulumi.provider.ConstructResult> {
  const component = constructors.get(type);
  if (component === undefined)
    throw new Error(`There is no component "${type}". Use one of ${[...constructors.keys()].join(", ")}.`);
  const made = new component(name, inputs, options);
  const state = Object.entries(made).filter(([property]) => property in (outputs.get(type) ?? {}));
  return { urn: made.urn, state: Object.fromEntries(state) };
}

await pulumi.provider.main(
  { version: schema.version, schema: JSON.stringify(schema), construct },
  process.argv.slice(2),
);
