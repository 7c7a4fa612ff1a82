/** What text counts as a document, and what YAML can say that JSON cannot carry. */
import { describe, expect, it } from "vitest";
import { DocumentError } from "../../openapi/document-error.ts";
import { readText } from "../../openapi/document-text.ts";
import { minimal, operation, read, withPaths } from "./minimal-document.ts";

function problems(text: string, source = "orders.yaml"): readonly string[] {
  try {
    readText(text, source);
  } catch (cause) {
    if (cause instanceof DocumentError) {
      return cause.findings.map(({ rule, place, detail = "" }) => `${rule.code} ${place}: ${detail}`);
    }
    throw cause;
  }
  throw new Error("The text must be refused; it was read.");
}

describe("a document's text", () => {
  it.each([
    ["a: 1\na: 2", /^key-repeated document: at line 2, column 1$/],
    ["openapi: [", /^yaml-broken document: .* at line 1, column/],
    ["a:\n\tb: 1", /tab characters must not be used in indentation at line 2, column 1/],
    ["openapi: *version", /unidentified alias "version" at line 1/],
    ["openapi: !version 3.0.3", /unknown scalar tag !<!version> at line 1, column 10/],
    ["a: 1\n---\nb: 2", /^yaml-several-documents document/],
    ["a: &a [1, *a]", /^alias-inside-itself a\.1/],
    ["? [a]\n: 1", /does not support complex keys at line 1/],
    ['{"a": {"b": 1,\n"b": 2}}', /^key-repeated document: at line 2, /],
    ['{"\\"": 1, "\\"": 2}', /^key-repeated document: at line 1/],
    ['{"<<": {}, "<<": {}}', /^key-repeated document/],
    ["a:\n  200: x\n  '200': y", /^key-repeated document: at line 3/],
    ["a: .inf", /^number-not-finite a: Infinity/],
    ["- a", /^document-no-object document: a list/],
    ["openapi", /^document-no-object document: a text/],
    ["", /^yaml-broken document: .*the input is empty/],
    [`a: ${"[".repeat(201)}${"]".repeat(201)}`, /^nesting-too-deep document/],
    [`{"a": ${"[".repeat(201)}${"]".repeat(201)}}`, /^nesting-too-deep document/],
  ])("refuses %j", (text, problem) => {
    expect(problems(text)).toEqual([expect.stringMatching(problem)]);
  });

  it("refuses a JSON file with the place of its first fault", () => {
    expect(problems('{"a": 1,\n "b": "x', "orders.json")).toEqual([
      expect.stringMatching(/^json-broken document: .*line 2/),
    ]);
  });

  it("reads JSON whose objects have the same keys, and texts that look like keys", () => {
    const value = {
      a: [
        { id: '"id":', "\\": "id\\" },
        { id: ":", "": '\\"' },
      ],
      __proto__x: { id: null },
    };
    expect(readText(JSON.stringify(value, null, 2), "orders.json")).toEqual(value);
  });

  it("reads flow YAML that begins like JSON", () => {
    expect(readText("{ a: 1, 'b': [x] } # note", "orders.yaml")).toEqual({ a: 1, b: ["x"] });
  });

  it("must not expand beyond reason by aliases", () => {
    const level = (name: string, of: string) => `${name}: &${name} [${`${of}, `.repeat(30)}]\n`;
    const text = ["b", "c", "d", "e", "f"].reduce(
      (all, name, index) => all + level(name, index === 0 ? "1" : `*${"abcdef"[index]}`),
      "",
    );
    expect(problems(text)).toEqual(["aliases-expand document: "]);
  });

  it("copies what an alias names", () => {
    const text = `${minimal()}x-note: &note { text: once }\nx-again: *note\n`;
    const content = readText(text, "orders.yaml");
    expect(content["x-again"]).toEqual({ text: "once" });
    expect(content["x-again"]).not.toBe(content["x-note"]);
  });

  it("reads merge keys, the nearer value first", () => {
    expect(readText("a: &a { x: 1, y: 1 }\nb: { <<: *a, y: 2 }", "orders.yaml").b).toEqual({ x: 1, y: 2 });
  });

  it("reads words and dates of YAML 1.1 as texts", () => {
    expect(readText("a: on\nb: yes\nc: 2020-01-31\nd: 1_000\ne: 12:30", "orders.yaml")).toEqual({
      a: "on",
      b: "yes",
      c: "2020-01-31",
      d: "1_000",
      e: "12:30",
    });
  });

  it.each([
    ["a byte order mark", "\uFEFFa: 1"],
    ["a byte order mark before JSON", '\uFEFF{"a": 1}'],
    ["line ends of Windows", "a: 1\r\n"],
  ])("is read with %s", (_, text) => {
    expect(readText(text, "orders.yaml")).toEqual({ a: 1 });
  });

  it("keeps a key that every object inherits", () => {
    expect(Object.keys(readText('{"__proto__": {"a": 1}}', "orders.json"))).toEqual(["__proto__"]);
  });

  it("has at most 12 MB", () => {
    const padded = (bytes: number) => "a: 1\n#".padEnd(bytes, "x");
    const most = 12 * 1024 * 1024;
    expect(readText(padded(most), "orders.yaml")).toEqual({ a: 1 });
    expect(problems(padded(most + 1))).toEqual(["file-too-large document: 12.1 MB"]);
  });

  it("keeps the order of paths and methods", async () => {
    const text = withPaths({
      "/b": { post: operation("B"), get: operation("A") },
      "/a": { get: operation("C") },
    });
    expect((await read(text)).operations.map(({ operationId }) => operationId)).toEqual(["B", "A", "C"]);
  });
});
