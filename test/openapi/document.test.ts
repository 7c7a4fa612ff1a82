/** What is read from an OpenAPI document as a whole. That Azure's import accepts it is not proved here. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import {
  type ApiDocument,
  collectScopes,
  type DocumentSettings,
  readDocument,
} from "../../openapi/document.ts";
import { DocumentError } from "../../openapi/document-error.ts";
import { type Json, minimal, minimalScopes, operation, problems, read, scheme } from "./minimal-document.ts";

describe("an OpenAPI document", () => {
  it("is read with its scopes and operations", async () => {
    const document = await read(minimal());
    expect(document).toMatchObject({ title: "Orders", source: "orders.yaml", findings: [] });
    expect(Object.fromEntries(document.scopes)).toEqual(minimalScopes);
    expect(document.operations).toEqual([
      {
        operationId: "GetOrders",
        name: "getorders",
        method: "GET",
        path: "/orders",
        tags: [],
        security: { kind: "token", anyOf: [["orders.read"]] },
        requiredClaims: [],
        expectedStatus: { from: 200, to: 200 },
        successStatus: 200,
        successHasBody: false,
        example: { path: "/orders", headers: {} },
      },
    ]);
  });

  it.each(["YAML", "JSON", "flow YAML"])("is the same as %s, and what is imported is JSON", async (how) => {
    const written = {
      YAML: minimal(),
      JSON: JSON.stringify(parse(minimal())),
      "flow YAML": stringify(parse(minimal()), { defaultStringType: "PLAIN", collectionStyle: "flow" }),
    };
    const { value } = await read(written[how as keyof typeof written]);
    expect(JSON.parse(value)).toEqual(parse(minimal()));
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
    ["openapi: 4.0.0", "version-unknown document"],
    ["openapi: 3.0", "operation-missing paths"],
    ["hello", "document-no-object document"],
  ])("refuses %j", async (text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });

  it("has the references of an operation that is a reference, wherever that leads", async () => {
    const { security, responses } = operation("O");
    const schema = { $ref: "#/components/schemas/Order/properties/lines" };
    const content = { "text/plain": { schema } };
    const document = {
      paths: { "/orders": { get: { $ref: "#/x-operations/list" } } },
      components: {
        securitySchemes: { okta: scheme },
        schemas: { Order: { properties: { lines: { type: "string" } } } },
      },
      "x-operations": {
        list: { security, responses: { ...(responses as Json), 201: { description: "x", content } } },
      },
    };
    const { paths, components } = JSON.parse((await read(minimal({}, document))).value);
    expect(paths["/orders"].get.responses[201].content["text/plain"].schema).toEqual({
      $ref: "#/components/schemas/Order-lines",
    });
    expect(components.schemas["Order-lines"]).toEqual({ type: "string" });
  });

  it("reports all problems of a step at once", async () => {
    const parameters = [1, 2].map(() => ({ name: "q", in: "query", schema: {} }));
    const found = await problems(minimal({ parameters, security: undefined }));
    expect(found.toSorted()).toEqual([
      "parameter-listed-twice paths./orders.get.parameters.1",
      "security-missing paths./orders.get",
    ]);
  });

  it("counts its problems in the message", async () => {
    await expect(read("openapi: 4.0.0")).rejects.toThrow(/^1 problem in "orders\.yaml":\n {2}- document \(/);
  });
});

describe("a document's file", () => {
  let folder: string;
  let settings: DocumentSettings;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "document-"));
    settings = { document: "orders.yaml" };
    await writeFile(path.join(folder, "orders.yaml"), minimal());
  });
  afterEach(() => rm(folder, { recursive: true }));

  const codeOf = async (changed: DocumentSettings) => {
    const refused = await readDocument(changed, folder).catch((error: unknown) => error);
    return refused instanceof DocumentError ? refused.findings.map(({ rule }) => rule.code) : refused;
  };

  it("must be there, and be UTF-8", async () => {
    expect(await codeOf({ document: "none.yaml" })).toEqual(["file-unreadable"]);
    await writeFile(path.join(folder, "orders.yaml"), Buffer.from([0x6f, 0xff, 0xfe]));
    expect(await codeOf(settings)).toEqual(["file-encoding"]);
  });

  it("is derived once, and anew when it or its overlay changes", async () => {
    const overlay = (title: string) =>
      writeFile(
        path.join(folder, "o.yaml"),
        stringify({
          overlay: "1.0.0",
          info: { title: "o", version: "1" },
          actions: [{ target: "$.info", update: { title } }],
        }),
      );
    await overlay("Changed");
    const first = await readDocument({ ...settings, overlay: "o.yaml" }, folder);
    expect(first.title).toBe("Changed");
    expect(await readDocument({ ...settings, overlay: "o.yaml" }, folder)).toBe(first);
    await overlay("Changed again");
    expect((await readDocument({ ...settings, overlay: "o.yaml" }, folder)).title).toBe("Changed again");
  });

  it("is derived once when two calls read it at once, also after a change", async () => {
    const both = () => Promise.all([readDocument(settings, folder), readDocument(settings, folder)]);
    const [first, second] = await both();
    expect(second).toBe(first);
    await writeFile(path.join(folder, "orders.yaml"), minimal({ summary: "Changed." }));
    const [third, fourth] = await both();
    expect(fourth).toBe(third);
    expect(third).not.toBe(first);
  });

  it("is refused to two calls at once, and read again once it is corrected", async () => {
    await writeFile(path.join(folder, "orders.yaml"), "openapi: 4.0.0");
    const refusals = [codeOf(settings), codeOf(settings)];
    expect(await Promise.all(refusals)).toEqual([["version-unknown"], ["version-unknown"]]);
    await writeFile(path.join(folder, "orders.yaml"), minimal());
    expect((await readDocument(settings, folder)).title).toBe("Orders");
  });

  it("is refused with an overlay that hits nothing", async () => {
    await writeFile(
      path.join(folder, "o.yaml"),
      stringify({
        overlay: "1.0.0",
        info: { title: "o", version: "1" },
        actions: [{ target: "$.paths['/none']", remove: true }],
      }),
    );
    expect(await codeOf({ ...settings, overlay: "o.yaml" })).toEqual(["overlay-target-missing"]);
  });

  it("accepts references from an overlay to things other than components", async () => {
    const answered = { $ref: "#/components/schemas/Order/properties/lines" };
    const actions = [
      {
        target: "$.components",
        update: { schemas: { Order: { properties: { lines: { type: "string" } } } } },
      },
      {
        target: "$.paths['/orders'].get.responses['200']",
        update: { content: { "text/plain": { schema: answered } } },
      },
      { target: "$.paths", update: { "/again": { get: { $ref: "#/paths/~1orders/get" } } } },
      { target: "$.paths['/orders'].get.operationId", remove: true },
    ];
    await writeFile(
      path.join(folder, "o.yaml"),
      stringify({ overlay: "1.0.0", info: { title: "o", version: "1" }, actions }),
    );
    const { value } = await readDocument({ ...settings, overlay: "o.yaml" }, folder);
    const { paths, components } = JSON.parse(value);
    expect(paths["/again"].get.responses[200]).toEqual({
      description: "Orders.",
      content: { "text/plain": { schema: { $ref: "#/components/schemas/Order-lines" } } },
    });
    expect(components.schemas["Order-lines"]).toEqual({ type: "string" });
  });

  it("may be a URL only when it is pinned", async () => {
    expect(await codeOf({ document: "https://vendor.example/orders.json" })).toEqual(["document-not-pinned"]);
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

  it("have the first description that says something", () => {
    const documents = [document("a", { x: "" }), document("b", { x: "X." }), document("c", { x: "Z." })];
    expect([...collectScopes(documents)]).toEqual([["x", "X."]]);
  });
});
