/** What external references bring into a document, and which files may be read. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { bundle } from "../../openapi/bundle/bundle.ts";

type Json = Readonly<Record<string, unknown>>;

const info = { title: "Orders", version: "1" };
const answering = (schema: Json) => ({
  get: { responses: { 200: { description: "Orders.", content: { "application/json": { schema } } } } },
});
const getting = (schema: Json) => ({ openapi: "3.0.3", info, paths: { "/a": answering(schema) } });
const schemaPlace = "paths./a.get.responses.200.content.application/json.schema.$ref";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "bundle-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : stringify(content));
  }
}

async function bundleFiles(
  document: Json,
  files: Readonly<Record<string, unknown>> = {},
  file = "orders.yaml",
) {
  await write(files);
  const result = await bundle(document, { file: path.join(folder, file), root: folder });
  return {
    content: result.content,
    files: result.files.map((name) => path.relative(folder, name)),
    told: result.findings.map(({ rule, place, detail }) => `${rule.code} ${place} ${detail}`),
    details: result.findings.map(({ detail }) => detail),
  };
}

describe("a document without external references", () => {
  it("stays the same object", async () => {
    const document = getting({ $ref: "#/components/schemas/A" });
    const { content, files, told } = await bundleFiles(document);
    expect(content).toBe(document);
    expect([files, told]).toEqual([[], []]);
  });

  it("may have examples that look like one", async () => {
    const document = getting({ example: { $ref: "no.yaml" }, "x-a": { $ref: "no.yaml" } });
    expect((await bundleFiles(document)).content).toBe(document);
  });
});

describe("an external reference", () => {
  it("brings a component into the document, and what that refers to", async () => {
    const document = getting({ $ref: "common/order.yaml#/components/schemas/Order" });
    const { content, files, told } = await bundleFiles(document, {
      "common/order.yaml": {
        components: {
          schemas: {
            Order: {
              properties: { id: { $ref: "#/components/schemas/Id" }, line: { $ref: "../line.json" } },
            },
            Id: { type: "string" },
            Unused: {},
          },
        },
      },
      "line.json": '{"type": "object"}',
    });
    expect(content).toEqual({
      ...getting({ $ref: "#/components/schemas/Order" }),
      components: {
        schemas: {
          Order: {
            properties: {
              id: { $ref: "#/components/schemas/Id" },
              line: { $ref: "#/components/schemas/line" },
            },
          },
          Id: { type: "string" },
          line: { type: "object" },
        },
      },
    });
    expect(files).toEqual(["common/order.yaml", "line.json"]);
    expect(told).toEqual([`reference-bundled ${schemaPlace} "common/order.yaml#/components/schemas/Order"`]);
  });

  it("brings parameters, responses and whole path items", async () => {
    const parameter = { name: "q", in: "query", schema: { type: "string" } };
    const pathItem = {
      get: {
        parameters: [{ $ref: "parts.yaml#/parameter" }],
        responses: { 200: { $ref: "parts.yaml#/response" } },
      },
    };
    const { content } = await bundleFiles(
      { openapi: "3.0.3", info, paths: { "/a": { $ref: "a.yaml" } } },
      { "a.yaml": pathItem, "parts.yaml": { parameter, response: { description: "Orders." } } },
    );
    expect(content).toEqual({
      openapi: "3.0.3",
      info,
      paths: {
        "/a": {
          get: {
            parameters: [{ $ref: "#/components/parameters/parameter" }],
            responses: { 200: { $ref: "#/components/responses/response" } },
          },
        },
      },
      components: { parameters: { parameter }, responses: { response: { description: "Orders." } } },
    });
  });

  it("is brought into a Swagger document's definitions", async () => {
    const paths = {
      "/a": { get: { responses: { 200: { description: "A.", schema: { $ref: "order.json" } } } } },
    };
    const { content } = await bundleFiles(
      { swagger: "2.0", info, paths },
      { "order.json": '{"type": "object"}' },
    );
    expect(content).toMatchObject({
      paths: { "/a": { get: { responses: { 200: { schema: { $ref: "#/definitions/order" } } } } } },
      definitions: { order: { type: "object" } },
    });
  });

  it("may lead to a schema that contains itself", async () => {
    const Tree = { properties: { child: { $ref: "#/Tree" } } };
    const { content } = await bundleFiles(getting({ $ref: "tree.yaml#/Tree" }), { "tree.yaml": { Tree } });
    expect(content.components).toEqual({
      schemas: { Tree: { properties: { child: { $ref: "#/components/schemas/Tree" } } } },
    });
  });

  it("may lead back into the document itself", async () => {
    const document = {
      ...getting({ $ref: "list.yaml" }),
      components: { schemas: { Order: { type: "object" } } },
    };
    const list = { type: "array", items: { $ref: "orders.yaml#/components/schemas/Order" } };
    const { content, files } = await bundleFiles(document, { "list.yaml": list });
    expect(content.components).toEqual({
      schemas: {
        Order: { type: "object" },
        list: { type: "array", items: { $ref: "#/components/schemas/Order" } },
      },
    });
    expect(files).toEqual(["list.yaml"]);
  });

  it("gets another name when its own is taken by something else", async () => {
    const document = {
      ...getting({ allOf: [{ $ref: "b.yaml#/Order" }, { $ref: "#/components/schemas/Order" }] }),
      components: { schemas: { Order: { type: "object" } } },
    };
    const { content, told } = await bundleFiles(document, { "b.yaml": { Order: { type: "string" } } });
    expect(content.components).toEqual({
      schemas: { Order: { type: "object" }, "Order-2": { type: "string" } },
    });
    expect(told[1]).toContain("bundle-renamed paths./a");
    expect(told[1]).toContain('"Order" is "Order-2"');
  });

  it("may name a text, such as a description in Markdown", async () => {
    const document = { ...getting({ type: "string" }), info: { ...info, description: { $ref: "intro.md" } } };
    const { content } = await bundleFiles(document, { "intro.md": "# Orders" });
    expect(content.info).toEqual({ ...info, description: "# Orders" });
  });

  it.each([{ swagger: 2 }, { openapi: 3 }, { openapi: 3.1 }])(
    "is brought into a document whose version is a number of YAML, %j",
    async (version) => {
      const { openapi: _, ...document } = getting({ $ref: "a.yaml" });
      const { files } = await bundleFiles({ ...version, ...document }, { "a.yaml": { type: "string" } });
      expect(files).toEqual(["a.yaml"]);
    },
  );

  it("stays when the document's version is unknown", async () => {
    const document = { ...getting({ $ref: "a.yaml" }), openapi: "4.0.0" };
    expect((await bundleFiles(document)).content).toBe(document);
  });

  it("stays when the document has no file", async () => {
    const document = getting({ $ref: "a.yaml" });
    expect(await bundle(document, {})).toEqual({ content: document, findings: [], files: [] });
  });

  it("leaves the document it is given as it is", async () => {
    const document = getting({ $ref: "a.yaml" });
    const before = structuredClone(document);
    await bundleFiles(document, { "a.yaml": { type: "string" } });
    expect(document).toEqual(before);
  });

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ["reference-file-missing", "no.yaml", {}, "no.yaml"],
    ["reference-file-missing", "sub.yaml", { "sub.yaml/a.yaml": "a: 1" }, "EISDIR"],
    ["reference-hidden", ".env.yaml", { ".env.yaml": "a: 1" }, ".env.yaml"],
    ["reference-hidden", ".local/a.yaml", { ".local/a.yaml": "a: 1" }, ".local/a.yaml"],
    ["reference-file-kind", "secret.env", { "secret.env": "A=1" }, "secret.env"],
    ["reference-file-kind", "yaml", { yaml: "a: 1" }, "yaml"],
    ["reference-file-broken", "a.yaml", { "a.yaml": "a: [" }, "a.yaml"],
    ["reference-target-missing", "a.yaml#/no", { "a.yaml": "a: 1" }, "a.yaml#/no"],
    ["reference-remote", "https://example.com/a.yaml#/a", {}, "https://example.com/a.yaml"],
    ["reference-remote", "file:///etc/hosts", {}, "file:///etc/hosts"],
    ["reference-outside", "../a.yaml", {}, "a.yaml"],
    ["reference-outside", "/etc/hosts", {}, "hosts"],
    ["reference-outside", "%2e%2e/a.yaml", {}, "a.yaml"],
  ])("is refused as %s when it is %s", async (code, $ref, files, detail) => {
    const document = getting({ $ref });
    const { content, told, details } = await bundleFiles(document, files);
    expect(told).toEqual([expect.stringContaining(`${code} ${schemaPlace} `)]);
    expect(details[0]).toContain(detail);
    expect(content).toBe(document);
  });

  it("is refused in another file, with that file's name", async () => {
    const files = { "a.yaml": { properties: { b: { $ref: "#/no" } } } };
    expect((await bundleFiles(getting({ $ref: "a.yaml" }), files)).told).toEqual([
      'reference-target-missing a.yaml: properties.b.$ref "#/no"',
    ]);
  });

  it.each(["a.JSON", "a.Yaml", "a.yml", "b/../a.yaml", "./a.yaml"])(
    "is read when it names %s",
    async ($ref) => {
      const { told } = await bundleFiles(getting({ $ref }), { [path.basename($ref)]: '{"type": "string"}' });
      expect(told).toEqual([expect.stringContaining("reference-bundled")]);
    },
  );

  it.each([
    [".env.yaml", "reference-hidden"],
    ["secret.env", "reference-file-kind"],
  ])("is refused when a link leads to %s", async (target, code) => {
    await write({ [target]: "type: string" });
    await symlink(path.join(folder, target), path.join(folder, "a.yaml"));
    expect((await bundleFiles(getting({ $ref: "a.yaml" }))).told).toEqual([expect.stringContaining(code)]);
  });

  it("is refused when a link leads outside", async () => {
    const outside = await mkdtemp(path.join(tmpdir(), "outside-"));
    await writeFile(path.join(outside, "secret.yaml"), "type: string");
    await symlink(path.join(outside, "secret.yaml"), path.join(folder, "a.yaml"));
    const { told } = await bundleFiles(getting({ $ref: "a.yaml" }));
    await rm(outside, { recursive: true });
    expect(told).toEqual([expect.stringContaining("reference-outside")]);
  });

  it.each([
    ["in the document", { A: { $ref: "#/components/schemas/A" } }, "a: {}", "reference-endless"],
    ["of files", {}, "a: { $ref: '#/a' }", "reference-files-endless"],
  ])("is refused when references %s never lead to a value", async (_, schemas, text, code) => {
    const document = { ...getting({ $ref: "a.yaml#/a" }), components: { schemas } };
    const { told } = await bundleFiles(document, { "a.yaml": text });
    expect(told).toEqual([expect.stringContaining(code)]);
  });

  it("is read from the document's own folder and below unless told otherwise", async () => {
    await write({ "api/orders.yaml": "", "b.yaml": "type: string" });
    const document = getting({ $ref: "../b.yaml" });
    const file = path.join(folder, "api/orders.yaml");
    const codes = async (options: { file: string; root?: string }) =>
      (await bundle(document, options)).findings.map(({ rule }) => rule.code);
    expect(await codes({ file })).toEqual(["reference-outside"]);
    expect(await codes({ file, root: folder })).toEqual(["reference-bundled"]);
  });

  describe("in a project", () => {
    beforeEach(() => void vi.spyOn(process, "cwd").mockReturnValue(folder));
    afterEach(() => void vi.restoreAllMocks());

    it.each([
      ["apis/v1/orders.yaml", "../common.yaml", "reference-bundled"],
      ["apis/orders.yaml", "../Pulumi.prod.yaml", "reference-outside"],
      ["apis/orders.yaml", "../.env", "reference-outside"],
      ["vendor/orders.yaml", "../Pulumi.prod.yaml", "reference-outside"],
    ])("%s that refers to %s is told %s", async (file, $ref, code) => {
      await write({ "apis/common.yaml": "{}", "Pulumi.prod.yaml": "{}", ".env": "A=1" });
      await write({ [file]: "" });
      const { findings } = await bundle(getting({ $ref }), { file: path.join(folder, file) });
      expect(findings.map(({ rule }) => rule.code)).toEqual([code]);
    });
  });
});
