/** The definition of an API that the portal gives to download: read by a strict parser, and imported again. */
import { describe, expect, it } from "vitest";
import type { ImportedOperation } from "../../../../simulator/apim/operation.ts";
import { apiDefinition } from "../../../../simulator/apim/portal/api-definition.ts";
import { importOpenApi } from "../../../../simulator/arm/import/open-api-import.ts";

const operation: ImportedOperation = {
  ...{ id: "getorders", method: "GET", urlTemplate: "/orders", displayName: "List the orders" },
  ...{ description: "", parameters: [], request: [], responses: [] },
};
const definitionOf = (...operations: readonly Partial<ImportedOperation>[]) =>
  apiDefinition({
    ...{ id: "orders", title: "Orders", description: "", url: "https://apim.example/orders", logins: [] },
    operations: operations.map((one) => ({ ...operation, ...one, access: { kind: "public" } })),
  });
const imported = (definition: object) =>
  importOpenApi({ format: "openapi+json", value: JSON.stringify(definition), conduct: "template" });

describe("the definition of an API", () => {
  it("names the gateway, and gives operations without responses a 200", () => {
    expect(definitionOf({})).toEqual({
      openapi: "3.0.1",
      info: { title: "Orders", version: "1.0" },
      servers: [{ url: "https://apim.example/orders" }],
      paths: {
        "/orders": {
          get: {
            summary: "List the orders",
            operationId: "getorders",
            responses: { 200: { description: "" } },
          },
        },
      },
    });
  });

  const parameter = { required: true, description: "", value: "", choices: [] };

  it("moves a required query parameter from the template to the query, and an import moves it back", () => {
    const definition = definitionOf({
      urlTemplate: "/orders/{id}?day={day}",
      parameters: [
        { ...parameter, name: "id", in: "path", value: "7" },
        // As an operation has it that was put by itself.
        { ...parameter, name: "day", in: "path", choices: ["1", "2"] },
      ],
    });
    expect(definition.paths["/orders/{id}"]?.get).toMatchObject({
      parameters: [
        { name: "id", in: "path", required: true, schema: { type: "string" }, example: "7" },
        { name: "day", in: "query", required: true, schema: { type: "string", enum: ["1", "2"] } },
      ],
    });
    expect(imported(definition).operations[0]).toMatchObject({ urlTemplate: "/orders/{id}?day={day}" });
  });

  it("keeps an operation that differs from another by its query alone", () => {
    const definition = definitionOf({ urlTemplate: "/orders?a=1" }, { id: "b", urlTemplate: "/orders?b=1" });
    expect(Object.keys(definition.paths)).toEqual(["/orders"]);
    expect(Object.keys(definition["x-ms-paths"] ?? {})).toEqual(["/orders?b=1"]);
    expect(imported(definition).operations.map(({ id }) => id)).toEqual(["getorders", "b"]);
  });

  it("has JSON examples as values, and others as texts", () => {
    const examples = (contentType: string, example: string) => {
      const definition = definitionOf({
        responses: [{ statusCode: 200, representations: [{ contentType, example }] }],
      });
      return definition.paths["/orders"]?.get;
    };
    const withExample = (contentType: string, example: unknown) => ({
      responses: { 200: { content: { [contentType]: { example } } } },
    });
    for (const type of ["application/json", "application/hal+json; charset=utf-8"])
      expect(examples(type, '{"a":1}')).toMatchObject(withExample(type, { a: 1 }));
    expect(examples("application/json", "{")).toMatchObject(withExample("application/json", "{"));
    expect(examples("text/plain", "1")).toMatchObject(withExample("text/plain", "1"));
  });
});
