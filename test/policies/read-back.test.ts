/** What the typed policies write, the local gateway takes as a document, or says that it does not simulate it. */
import { glob } from "node:fs/promises";
import * as path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { azureElements } from "../../simulator/apim/policy/azure-elements.ts";
import { parsePolicyDocument } from "../../simulator/apim/policy/document.ts";
import {
  randomDocument,
  randomNamedValues,
  randomNames,
  samplePolicies,
} from "../support/random-policies.ts";

/** The elements of policies/: each has a file of its name. */
async function typedElements(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const file of glob("policies/**/*.ts", { cwd: path.join(import.meta.dirname, "../..") }))
    names.push(path.basename(file, ".ts"));
  return names.filter((name) => azureElements.has(name) || name === "base");
}

/** What the local gateway has against a document. */
function problemsOf(xml: string): Promise<readonly string[]> {
  return parsePolicyDocument(xml, {
    // Where every policy may stand.
    ...{ scope: "product", sku: "Developer", checksConnectivity: false },
    backendExists: () => true,
    fragment: () => ({ xml: '<fragment><set-variable name="a" value="b" /></fragment>', format: "rawxml" }),
    namedValue: (name) => randomNamedValues.get(name),
    fetchConfiguration: () => Promise.resolve({}),
  }).then(
    () => [],
    (error: Error) => error.message.split("\n"),
  );
}

describe("a document of typed policies", () => {
  it("is made at random of every typed element", async () => {
    const names = await typedElements();
    expect(names.toSorted()).toEqual([...randomNames].sort());
    expect(
      samplePolicies()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...randomNames].sort());
  });

  it("is taken by the local gateway, or holds what it says that it does not simulate", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(randomDocument, async (document) => {
        const problems = await problemsOf(renderPolicyDocument(document, policySizeLimitBytes("Developer")));
        expect(problems.filter((line) => !/not simulate|does not execute/.test(line))).toEqual([]);
        if (problems.length === 0) taken += 1;
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
