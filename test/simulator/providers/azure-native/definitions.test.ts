/** What the local azure-native knows of each resource type. That azure-native 3.28.0 knows the same is not proved: its metadata is not in npm. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { expect, it } from "vitest";
import { definitions } from "../../../../simulator/providers/azure-native/definition.ts";
import {
  definitionsFile,
  readDefinitions,
} from "../../../../simulator/providers/azure-native/write-definitions.ts";

const sdk = path.dirname(createRequire(import.meta.url).resolve("@pulumi/azure-native/package.json"));
const types = Object.entries(definitions.resources);

it("has the definitions that the two SDKs give", async () => {
  expect(JSON.parse(readFileSync(definitionsFile, "utf8"))).toEqual(await readDefinitions());
});

it.each(types)(
  "%s has the inputs, outputs and API version of Pulumi's SDK",
  (type, { address, query, body, answer, apiVersion }) => {
    const [, folder = "", name = ""] = type.split(":");
    const source = readFileSync(
      path.join(sdk, folder, `${name.charAt(0).toLowerCase()}${name.slice(1)}.js`),
      "utf8",
    );
    const named = (pattern: RegExp) =>
      [...new Set([...source.matchAll(pattern)].map(([, found]) => found))].sort();
    const inputs = Object.keys({ ...address, ...query, ...body }).sort();
    expect(inputs).toEqual(named(/resourceInputs\["(\w+)"\] = (?!undefined)/g));
    expect([...Object.keys(answer), "azureApiVersion"].sort()).toEqual(
      named(/resourceInputs\["(\w+)"\] = undefined/g),
    );
    expect(source).toContain(`Uses Azure REST API version ${apiVersion}.`);
  },
);

it("finds the model of every property", () => {
  const used = JSON.stringify(definitions).matchAll(/"model":"(\w+)"/g);
  for (const [, name = ""] of used) expect(definitions.models).toHaveProperty(name);
});
