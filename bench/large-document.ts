/** Every scope that a large document declares. */
export const largeScopes = ["orders.read", "orders.write", "billing.read", "billing.write", "admin"];

/**
 * An OpenAPI document as JSON with so many operations, each at a path of its own: reads and writes, five scopes.
 *
 * @param bytes Least length of the text; descriptions fill it up.
 */
export function largeDocument(operations: number, bytes = 0): string {
  const scheme = {
    tokenUrl: "https://okta.example/token",
    scopes: Object.fromEntries(largeScopes.map(described)),
  };
  const written = (description: string) =>
    JSON.stringify({
      openapi: "3.0.3",
      info: { title: "Large", version: "1" },
      components: { securitySchemes: { okta: { type: "oauth2", flows: { clientCredentials: scheme } } } },
      paths: Object.fromEntries(
        Array.from({ length: operations }, (_, index) => [
          `/things-${index}/{id}`,
          pathItem(index, description),
        ]),
      ),
    });
  const missing = Math.max(0, bytes - written("").length);
  return written("x".repeat(Math.ceil(missing / operations)));
}

const described = (scope: string) => [scope, `What ${scope} lets you do`] as const;

function pathItem(index: number, description: string): object {
  const json = { "application/json": { schema: { type: "object" }, example: { id: index } } };
  const operation = {
    operationId: `thing${index}`,
    description,
    security: [{ okta: [largeScopes[index % largeScopes.length]] }],
    parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" }, example: 7 }],
    responses: { 200: { description: "The thing.", content: json } },
  };
  return index % 3 === 2 ? { post: { ...operation, requestBody: { content: json } } } : { get: operation };
}
