/** What is read from an OpenAPI document as a whole. That Azure's import accepts it is not proved here. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type ApiDocument, collectScopes, readDocument } from "../../openapi/document.ts";
import { DocumentError } from "../../openapi/document-error.ts";
import { type Json, minimal, problems, read, scopes } from "./minimal-document.ts";

describe("an OpenAPI document", () => {
  it("is read with its scopes and operations", async () => {
    const document = await read(minimal());
    expect(document).toMatchObject({ title: "Orders", source: "orders.yaml", format: "openapi" });
    expect(Object.fromEntries(document.scopes)).toEqual(scopes);
    expect(document.operations).toEqual([
      {
        operationId: "GetOrders",
        name: "getorders",
        method: "GET",
        path: "/orders",
        security: { kind: "token", anyOf: [["orders.read"]] },
        expectedStatus: { from: 200, to: 200 },
        successStatus: 200,
        successHasBody: false,
        example: { path: "/orders", headers: {} },
      },
    ]);
  });

  it("is accepted as JSON and keeps its text", async () => {
    const text = JSON.stringify(parse(minimal()));
    expect(await read(text)).toMatchObject({ format: "openapi+json", value: text });
  });

  it("is YAML when only YAML reads it, braces or not", async () => {
    const text = stringify(parse(minimal()), { defaultStringType: "PLAIN", collectionStyle: "flow" });
    expect(text).toMatch(/^\{/);
    expect(await read(text)).toMatchObject({ format: "openapi", value: text });
  });

  it("gives its first https server without variables", async () => {
    const servers = [
      { url: "http://plain.example" },
      { url: "https://{host}.example" },
      { url: "https://orders.example/v1" },
    ];
    expect((await read(minimal({}, { servers }))).serverUrl).toBe("https://orders.example/v1");
    expect((await read(minimal())).serverUrl).toBeUndefined();
  });

  it.each(["3.0.0", "3.0.4"])("is accepted in version %s", async (openapi) => {
    expect((await read(minimal({}, { openapi }))).operations).toHaveLength(1);
  });

  it.each([
    ["swagger: '2.0'\ninfo: {}", /^swagger: must be an OpenAPI 3.0 document; got Swagger 2.0\. Convert it/],
    ["openapi: 3.1.0", /^openapi: must be 3\.0\.x.*got 3\.1\.0\. Write it as 3\.0\.3/],
    ["openapi: 4.0.0", /^openapi: must be 3\.0\.x; got "4\.0\.0"/],
    ["openapi: 3.0", /^openapi: must be 3\.0\.x; got 3\. Begin/],
    ["hello", /^document: The file holds a text/],
  ])("refuses %j", async (text, problem) => {
    expect(await problems(text)).toEqual([expect.stringMatching(problem)]);
  });

  it("reports all problems at once, one line each", async () => {
    const parameters = [1, 2].map(() => ({ name: "q", in: "query", schema: {} }));
    const found = await problems(minimal({ parameters, security: undefined, requestBody: {} }));
    expect(found.map((line) => line.split(":")[0]).sort()).toEqual([
      "paths./orders.get.parameters",
      "paths./orders.get.parameters.1",
      "paths./orders.get.requestBody",
      "paths./orders.get.security",
    ]);
    expect(found.every((line) => !line.includes("\n"))).toBe(true);
  });

  it("counts its problems in the message", async () => {
    await expect(read("openapi: 4.0.0")).rejects.toThrow(/^1 problem in "orders\.yaml":\n {2}- openapi: /);
    await expect(read(minimal({ security: undefined, tags: 1 }))).rejects.toThrow(
      /^2 problems in "orders\.yaml":\n {2}- paths/,
    );
  });
});

describe("a document's file", () => {
  it("must be there", async () => {
    await expect(readDocument("/no/such.yaml")).rejects.toThrow(
      /such\.yaml":\n {2}- file: must be readable; got ENOENT/,
    );
  });

  it("must be UTF-8", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "document-"));
    const file = path.join(folder, "orders.yaml");
    try {
      await writeFile(file, minimal());
      expect((await readDocument(file)).value).toBe(minimal());
      await writeFile(file, Buffer.from([0x6f, 0xff, 0xfe]));
      await expect(readDocument(file)).rejects.toThrow("file: must be UTF-8");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("any change of a document", () => {
  it("leaves it readable, or is refused as a problem of the document", async () => {
    const places = ["openapi", "info", "paths", "components", "security", "servers", "tags"];
    const parts = ["operationId", "security", "responses", "parameters", "requestBody", "summary"];
    const change = fc.record({
      document: fc.dictionary(fc.constantFrom(...places.slice(1)), fc.jsonValue(), { maxKeys: 2 }),
      operation: fc.dictionary(fc.constantFrom(...parts), fc.jsonValue(), { maxKeys: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ document, operation }) => {
        const outcome = await read(minimal(operation as Json, document as Json)).catch((error) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DocumentError);
        else expect(outcome.operations.length).toBeGreaterThan(0);
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});

describe("scopes of several documents", () => {
  const document = (source: string, declared: Record<string, string>) =>
    ({ source, scopes: new Map(Object.entries(declared)) }) as unknown as ApiDocument;

  it("are joined", () => {
    expect([...collectScopes([document("a", { x: "X." }), document("b", { x: "X.", y: "Y." })])]).toEqual([
      ["x", "X."],
      ["y", "Y."],
    ]);
  });

  it("must be described alike", () => {
    expect(() => collectScopes([document("a", { x: "X." }), document("b", { x: "Z." })])).toThrow(
      'scope "x": must have one description; got "X." in "a" and "Z." in "b"',
    );
  });
});
