/** What is mended before an import. That API Management refuses it otherwise, and takes it then, is in the table's sources. */
import { describe, expect, it } from "vitest";
import { repairDocument } from "../../openapi/derive/repair.ts";
import type { JsonObject } from "../../openapi/json.ts";

const described = { description: "x" };
const responses = { "200": described };
const document = (more: JsonObject = {}, get: JsonObject = {}): JsonObject => ({
  openapi: "3.0.3",
  info: { title: "T", version: "1" },
  paths: { "/a": { get: { responses, ...get } } },
  ...more,
});

describe("a repaired document", () => {
  it.each<[string, JsonObject, JsonObject, string, string]>([
    ["a later patch", document({ openapi: "3.0.4" }), document(), "version-3-0-later", "openapi"],
    ["an unknown field", document({}, { foo: 1 }), document(), "unknown-field", "paths./a.get.foo"],
    ["an unknown field of the document", document({ host: "x" }), document(), "unknown-field", "host"],
    [
      "an unknown field of an inner object",
      document({ components: { schemas: { A: { xml: { name: "a", foo: 1 } } } } }),
      document({ components: { schemas: { A: { xml: { name: "a" } } } } }),
      "unknown-field",
      "components.schemas.A.xml.foo",
    ],
    [
      "a field without a value",
      document({}, { parameters: null }),
      document(),
      "empty-field",
      "paths./a.get.parameters",
    ],
    [
      "an operation without responses",
      document({}, { responses: {} }),
      document({}, { responses: { default: { description: "Not described." } } }),
      "responses-missing",
      "paths./a.get",
    ],
    [
      "a response without description",
      document({}, { responses: { "200": {} } }),
      document({}, { responses: { "200": { description: "Not described." } } }),
      "response-description-missing",
      "paths./a.get.responses.200",
    ],
    [
      "a response of an unknown kind",
      document({}, { responses: { ...responses, "2000": described } }),
      document(),
      "response-key",
      "paths./a.get.responses.2000",
    ],
    [
      "a property that says it is required",
      document({ components: { schemas: { A: { required: true } } } }),
      document({ components: { schemas: { A: {} } } }),
      "scalar-field",
      "components.schemas.A.required",
    ],
    [
      "a discriminator's property that is not required",
      document({ components: { schemas: { A: { required: ["b"], discriminator: { propertyName: "a" } } } } }),
      document({
        components: { schemas: { A: { required: ["b", "a"], discriminator: { propertyName: "a" } } } },
      }),
      "discriminator-not-required",
      "components.schemas.A.discriminator",
    ],
    [
      "a list of items",
      document({ components: { schemas: { A: { items: [{ type: "string" }, { type: "integer" }] } } } }),
      document({
        components: { schemas: { A: { items: { anyOf: [{ type: "string" }, { type: "integer" }] } } } },
      }),
      "scalar-field",
      "components.schemas.A.items",
    ],
    [
      "an email that is none",
      document({ info: { title: "T", version: "1", contact: { name: "N", email: "nobody" } } }),
      document({ info: { title: "T", version: "1", contact: { name: "N" } } }),
      "contact-email",
      "info.contact.email",
    ],
    [
      "a license without a name",
      document({ info: { title: "T", version: "1", license: { url: "https://x.example" } } }),
      document(),
      "license-name-missing",
      "info.license",
    ],
    [
      "external documentation without a url",
      document({ externalDocs: { description: "x" } }),
      document(),
      "external-docs-url-missing",
      "externalDocs",
    ],
    [
      "a tag without a name",
      document({ tags: [{ name: "a" }, { description: "x" }] }),
      document({ tags: [{ name: "a" }] }),
      "tag-name-missing",
      "tags.1",
    ],
    [
      "a server without a url",
      document({ servers: [{}, { url: "https://x.example" }] }),
      document({ servers: [{ url: "https://x.example" }] }),
      "server-url-missing",
      "servers.0",
    ],
  ])("differs in %s", (_, written, after, code, place) => {
    const { content, findings } = repairDocument(written);
    expect(content).toEqual(after);
    expect(findings.map((one) => [one.rule.code, one.place])).toEqual([[code, place]]);
    expect(findings[0]?.rule.outcome).not.toBe("refused");
  });

  it("has descriptions of at most 1,000 characters, and no half of one", () => {
    const described = (description: string) => repairDocument(document({}, { description }));
    const [long, fitting] = [described(`${"a".repeat(998)}😀b`), described("a".repeat(1000))];
    expect(long.content).toEqual(document({}, { description: `${"a".repeat(998)}…` }));
    expect(long.findings.map(({ rule }) => rule.code)).toEqual(["operation-description-length"]);
    expect(fitting.findings).toEqual([]);
  });

  it("is the same object when there is nothing to repair", () => {
    const whole = document(
      {
        "x-a": null,
        components: {
          schemas: {
            A: {
              example: { foo: null },
              default: null,
              required: ["a"],
              discriminator: { propertyName: "a" },
              items: {},
            },
          },
          callbacks: { C: { "{$url}": { post: { responses } } } },
        },
        externalDocs: { url: "https://x.example" },
      },
      { responses: { "2XX": described, default: described, "x-b": 1 } },
    );
    const { content, findings } = repairDocument(whole);
    expect([content === whole, findings]).toEqual([true, []]);
  });
});
