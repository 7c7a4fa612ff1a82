import { readFileSync } from "node:fs";
import * as path from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { getPulumiComponents } from "@pulumi/pulumi/provider/experimental/provider.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import * as entry from "../entries/components.ts";

const root = path.join(import.meta.dirname, "..");

/**
 * The components as a Pulumi package schema, JSON that ends with a line break: what `pulumi package add` makes SDKs of. Pulumi's own
 * analyzer reads it off the sources.
 *
 * @see https://www.pulumi.com/docs/iac/packages-and-automation/pulumi-packages/schema/
 */
export function componentSchema(): string {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const names = new Set(getPulumiComponents(entry).map(({ name }) => name));
  // The analyzer begins where "main" points, with .ts in place of .js.
  const analyzer = new Analyzer(root, manifest.name, { ...manifest, main: "entries/components.js" }, names);
  const { components, typeDefinitions, dependencies } = analyzer.analyze();
  const { name, version, description } = manifest;
  const schema = generateSchema(name, version, description, components, typeDefinitions, dependencies);
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
