/** That mismatches with OpenAPI 3.0 are told once, at their place, in our words. The schema itself is the validator's. */
import { describe, expect, it } from "vitest";
import { type Json, minimal, problems, read, scopes, withComponents, withPaths } from "./minimal-document.ts";

const parameter = (changed: Json) =>
  minimal({ parameters: [{ name: "q", in: "query", schema: { type: "string" }, ...changed }] });
const at = "paths./orders.get.parameters.0";

describe("a mismatch with OpenAPI 3.0", () => {
  it.each<[string, string, string]>([
    [
      "an unknown field",
      minimal({ bogus: 1 }),
      'paths./orders.get: must not have "bogus", which OpenAPI 3.0 does not know here; got it. Correct or remove it.',
    ],
    [
      "a missing field",
      minimal({}, { info: { title: "x" } }),
      'info: must have "version"; got none. Add it.',
    ],
    [
      "a value of another type",
      minimal({ tags: "orders" }),
      'paths./orders.get.tags: must be of type array; got "orders". Correct it.',
    ],
    [
      "a value that is not one of a list",
      parameter({ schema: { type: "text" } }),
      `${at}.schema.type: must be one of "array", "boolean", "integer", "number", "object", "string"; got "text". Correct it.`,
    ],
    [
      "an unknown location",
      parameter({ in: "body" }),
      `${at}.in: must be one of "path", "query", "header", "cookie"; got "body". Correct it.`,
    ],
    ["a missing location", parameter({ in: undefined }), `${at}: must have "in"; got none. Add it.`],
    [
      "another location's style",
      parameter({ style: "simple" }),
      `${at}.style: must be one of "form", "spaceDelimited", "pipeDelimited", "deepObject"; got "simple". Correct it.`,
    ],
    [
      "neither schema nor content",
      parameter({ schema: undefined }),
      `${at}: must have either "schema" or "content"; got both or none. Keep or add one.`,
    ],
    [
      "two kinds of example",
      parameter({ example: 1, examples: { one: { value: 1 } } }),
      `${at}: must have "example" or "examples"; got both. Keep one.`,
    ],
    [
      "a reference that is no text",
      minimal({ parameters: [{ $ref: 5 }] }),
      `${at}.$ref: must be of type string; got 5. Correct it.`,
    ],
    [
      "a flow without its URL",
      minimal(
        {},
        {
          components: {
            securitySchemes: { okta: { type: "oauth2", flows: { clientCredentials: { scopes } } } },
          },
        },
      ),
      'components.securitySchemes.okta.flows.clientCredentials: must have "tokenUrl"; got none. Add it.',
    ],
    [
      "a path without a slash",
      withPaths({ orders: {} }),
      'paths: must hold paths that begin with "/"; got "orders". Correct it.',
    ],
  ])("is told in one line given %s", async (_, text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });

  it("is none when an example holds what looks like a reference or an identifier", async () => {
    const example = { $ref: "other.yaml", $id: "x" };
    const text = minimal({
      responses: { "200": { description: "x", content: { "application/json": { example } } } },
    });
    expect((await read(text)).operations).toHaveLength(1);
  });

  it("is none for extensions in any object that may have them", async () => {
    const text = withComponents({ "x-note": { any: ["thing"] } });
    expect((await read(text.replace("paths:\n", "paths:\n  x-note: 1\n"))).operations).toHaveLength(1);
  });
});
