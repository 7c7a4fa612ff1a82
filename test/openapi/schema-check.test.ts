/** That mismatches with OpenAPI 3.0 are told once, at their place, in our words. The schema itself is the validator's. */
import { describe, expect, it } from "vitest";
import { schemaFindings } from "../../openapi/check/schema-check.ts";
import type { JsonObject } from "../../openapi/json.ts";

const scopes = { read: "Read." };
const document = (get: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  openapi: "3.0.3",
  info: { title: "T", version: "1" },
  paths: { "/a": { get: { responses: { "200": { description: "x" } }, ...get } } },
  ...more,
});
const found = (one: JsonObject) =>
  schemaFindings(one).map(({ rule, place, detail }) => `${rule.outcome} ${rule.code} ${place} ${detail}`);
const parameter = (changed: JsonObject) =>
  document({ parameters: [{ name: "q", in: "query", schema: { type: "string" }, ...changed }] });
const at = "paths./a.get.parameters.0";

describe("a mismatch with OpenAPI 3.0", () => {
  it.each<[string, JsonObject, string]>([
    [
      "another kind of value",
      document({ tags: "a" }),
      'refused scalar-field paths./a.get.tags It is "a", not of type array.',
    ],
    [
      "a list for an object",
      document({ requestBody: [] }),
      "refused scalar-field paths./a.get.requestBody It is an empty list, not of type object.",
    ],
    [
      "an object for a text",
      document({ summary: { a: 1 } }),
      "refused scalar-field paths./a.get.summary It is an object, not of type string.",
    ],
    [
      "a number for a text",
      document({ summary: 5 }),
      "noted openapi-mismatch paths./a.get.summary It is 5, not of type string.",
    ],
    [
      "a value that is not one of a list",
      parameter({ schema: { type: "text" } }),
      `noted openapi-mismatch ${at}.schema.type It is "text", not one of "array", "boolean", "integer", "number", "object", "string".`,
    ],
    [
      "another location's style",
      parameter({ style: "simple" }),
      `noted openapi-mismatch ${at}.style It is "simple", not one of "form", "spaceDelimited", "pipeDelimited", "deepObject".`,
    ],
    [
      "neither schema nor content",
      parameter({ schema: undefined }),
      `noted openapi-mismatch ${at} It has both "schema" and "content", or neither.`,
    ],
    [
      "two kinds of example",
      parameter({ example: 1, examples: { one: { value: 1 } } }),
      `noted openapi-mismatch ${at} It has both "example" and "examples".`,
    ],
    [
      "a reference that is no text",
      document({ parameters: [{ $ref: 5 }] }),
      `noted openapi-mismatch ${at}.$ref It is 5, not of type string.`,
    ],
    [
      "a flow without its URL",
      document(
        {},
        {
          components: {
            securitySchemes: { okta: { type: "oauth2", flows: { clientCredentials: { scopes } } } },
          },
        },
      ),
      'noted openapi-mismatch components.securitySchemes.okta.flows.clientCredentials "tokenUrl" is missing.',
    ],
    [
      "a body without content",
      document({ requestBody: {} }),
      'noted openapi-mismatch paths./a.get.requestBody "content" is missing.',
    ],
  ])("is told in one line given %s", (_, one, line) => {
    expect(found(one)).toEqual([line]);
  });

  it.each<[string, JsonObject]>([
    ["an unknown field", document({ foo: 1 })],
    ["a missing field of the table", document({}, { info: { title: "T" } })],
    ["a response without description", document({ responses: { "200": {} } })],
    ["a path without a slash", document({}, { paths: { a: {} } })],
    ["an unknown location", parameter({ in: "body" })],
    ["a list of types", parameter({ schema: { type: ["string", "null"] } })],
    ["a component's key", document({}, { components: { schemas: { "A b": {} } } })],
    ["an email that is none", document({}, { info: { title: "T", version: "1", contact: { email: "x" } } })],
    ["no responses", document({ responses: {} })],
    ["a later patch", document({}, { openapi: "3.0.4" })],
  ])("is left to the check of the import given %s", (_, one) => {
    expect(found(one)).toEqual([]);
  });

  it("is none when an example holds what looks like a reference or an identifier", () => {
    const example = { $ref: "other.yaml", $id: "x" };
    expect(
      found(
        document({
          responses: { "200": { description: "x", content: { "application/json": { example } } } },
        }),
      ),
    ).toEqual([]);
  });

  it("is none for extensions in any object that may have them", () => {
    expect(found(document({ "x-a": 1 }, { "x-b": 1, components: { "x-note": { any: ["thing"] } } }))).toEqual(
      [],
    );
  });

  it("reports x-ms-paths as well, at its place", () => {
    const more = (get: JsonObject) =>
      document(
        {},
        { "x-ms-paths": { "/a?b=1": { get: { responses: { "200": { description: "x" } }, ...get } } } },
      );
    expect(found(more({ security: {} }))).toEqual([
      "refused scalar-field x-ms-paths./a?b=1.get.security It is an empty object, not of type array.",
    ]);
    expect(found(more({ security: [] }))).toEqual([]);
  });
});
