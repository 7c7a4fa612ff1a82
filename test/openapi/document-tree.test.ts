/** Which objects of a document count as which node. Not proved here: what the steps make of them. */
import { describe, expect, it } from "vitest";
import { placeOf, pointerTo, rewriteDocument, walkDocument } from "../../openapi/document-tree.ts";

const document = {
  paths: {
    "/a/{b}": {
      parameters: [{ name: "b", in: "path", schema: { type: "string" } }],
      get: { responses: { default: { content: { "x/y": { schema: { $ref: "#/s" } } } }, "x-more": {} } },
    },
    "x-note": { get: {} },
  },
  components: {
    schemas: {
      "x-A": { properties: { default: { items: {} } }, example: { items: {} }, default: { items: {} } },
    },
    callbacks: { done: { "{$url}": { post: {} }, "x-c": {} } },
  },
};

describe("a document's tree", () => {
  it("has a node for every object of OpenAPI, and none for data and extensions", () => {
    const nodes: string[] = [];
    walkDocument(document, (_, at) => nodes.push(`${at.kind} ${placeOf(at)}`));
    expect(nodes).toEqual([
      "document document",
      "pathItem paths./a/{b}",
      "operation paths./a/{b}.get",
      "response paths./a/{b}.get.responses.default",
      "mediaType paths./a/{b}.get.responses.default.content.x/y",
      "schema paths./a/{b}.get.responses.default.content.x/y.schema",
      "parameter paths./a/{b}.parameters.0",
      "schema paths./a/{b}.parameters.0.schema",
      "components components",
      "schema components.schemas.x-A",
      "schema components.schemas.x-A.properties.default",
      "schema components.schemas.x-A.properties.default.items",
      "callback components.callbacks.done",
      "pathItem components.callbacks.done.{$url}",
      "operation components.callbacks.done.{$url}.post",
    ]);
  });

  it("names a node by a JSON pointer", () => {
    const pointers: string[] = [];
    walkDocument(document, (_, at) => at.kind === "pathItem" && pointers.push(pointerTo(at)));
    expect(pointers).toEqual(["/paths/~1a~1{b}", "/components/callbacks/done/{$url}"]);
  });

  it("stays the same object when nothing changes", () => {
    expect(rewriteDocument(document, (value) => value)).toBe(document);
  });

  it("copies only what stands around a change", () => {
    const changed = rewriteDocument(document, (value, { kind }) => (kind === "callback" ? undefined : value));
    expect(changed.paths).toBe(document.paths);
    expect(changed.components).toEqual({ ...document.components, callbacks: {} });
    expect(document.components.callbacks).toHaveProperty("done");
  });

  it("visits the children of what a node became", () => {
    const seen: string[] = [];
    rewriteDocument({ components: { schemas: { A: true } } }, (value, at) => {
      seen.push(placeOf(at));
      return value === true ? { not: {} } : value;
    });
    expect(seen).toContain("components.schemas.A.not");
  });
});
