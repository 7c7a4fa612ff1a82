/** What text counts as a document, and what YAML can say that JSON cannot carry. */
import { describe, expect, it } from "vitest";
import { minimal, operation, problems, read, withPaths } from "./minimal-document.ts";

describe("a document's text", () => {
  it.each([
    ["a: 1\na: 2", /^document: must be YAML or JSON; got: Map keys must be unique at line 2, column 1\./],
    ['{"a": 1,\n "a": 2}', /Map keys must be unique at line 2, column 2/],
    ["openapi: [", /^document: must be YAML or JSON; got: .*at line 1, column/],
    ["openapi: *version", /Unresolved alias/],
    ["openapi: !version 3.0.3", /Unresolved tag: !version at line 1, column 10/],
    ["a: 1\n---\nb: 2", /^document: must be one YAML document; got several/],
    ["a: &a [1, *a]", /^a\.1: must not hold itself/],
    ["? [a]\n: 1", /^document: must have texts as keys/],
    ["a:\n  200: x\n  '200': y", /^a: must have a key once; got "200" as number and text/],
    [`a: ${"[".repeat(201)}${"]".repeat(201)}`, /nesting deeper than 200 levels/],
  ])("refuses %j", async (text, problem) => {
    expect(await problems(text)).toEqual([expect.stringMatching(problem)]);
  });

  it("must not expand beyond reason by aliases", async () => {
    const level = (name: string, of: string) => `${name}: &${name} [${`${of}, `.repeat(10)}]\n`;
    const text = `${level("a", "1")}${level("b", "*a")}${level("c", "*b")}${level("d", "*c")}`;
    expect(await problems(text)).toEqual([expect.stringContaining("Excessive alias count")]);
  });

  it("may have aliases that end", async () => {
    const text = `${minimal()}x-note: &note { text: once }\nx-again: *note\n`;
    expect((await read(text)).operations).toHaveLength(1);
  });

  it("has at most 4 MB", async () => {
    const padded = (bytes: number) => `${minimal()}#`.padEnd(bytes, "x");
    expect((await read(padded(4 * 1024 * 1024))).operations).toHaveLength(1);
    expect(await problems(padded(4 * 1024 * 1024 + 1))).toEqual([
      expect.stringContaining("must have at most 4194304 bytes"),
    ]);
  });

  it("keeps the order of paths and methods", async () => {
    const text = withPaths({
      "/b": { post: operation("B"), get: operation("A") },
      "/a": { get: operation("C") },
    });
    expect((await read(text)).operations.map(({ operationId }) => operationId)).toEqual(["B", "A", "C"]);
  });
});
