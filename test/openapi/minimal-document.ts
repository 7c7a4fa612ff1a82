import { stringify } from "yaml";
import { type ApiDocument, parseDocument } from "../../openapi/document.ts";
import { DocumentError } from "../../openapi/document-error.ts";
import type { Finding } from "../../openapi/finding.ts";
import type { JsonObject } from "../../openapi/json.ts";
import { operationSites } from "../../openapi/operation-sites.ts";
import { type ImportOptions, readOperations } from "../../openapi/operations.ts";

/** Part of a document. */
export type Json = Readonly<Record<string, unknown>>;

/** Responses of an operation that answers 200 without a body. */
const ok: Json = { "200": { description: "Orders." } };

/** What the scheme of {@link minimal} declares. */
export const minimalScopes: Json = { "orders.read": "Read orders.", "orders.write": "Write orders." };

/** An oauth2 scheme with one flow. */
export const scheme: Json = {
  type: "oauth2",
  flows: { clientCredentials: { tokenUrl: "https://okta.example.com/token", scopes: minimalScopes } },
};

/** An operation that needs `orders.read`. */
export const operation = (operationId: string, more: Json = {}): Json => ({
  operationId,
  security: [{ okta: ["orders.read"] }],
  responses: ok,
  ...more,
});

/** The least document that is accepted, with its one operation or its top level changed. */
export function minimal(changed: Json = {}, document: Json = {}): string {
  return stringify({
    openapi: "3.0.3",
    info: { title: "Orders", version: "1" },
    paths: { "/orders": { get: operation("GetOrders", changed) } },
    components: { securitySchemes: { okta: scheme } },
    ...document,
  });
}

/** The least document with other paths. */
export const withPaths = (paths: Json): string => minimal({}, { paths });

/** The least document with more components. */
export const withComponents = (components: Json): string =>
  minimal({}, { components: { securitySchemes: { okta: scheme }, ...components } });

/** Reads a text as `orders.yaml`. */
export const read = (text: string): Promise<ApiDocument> => parseDocument(text, { source: "orders.yaml" });

/** The operations of a document as if all were public. */
export function readWithoutSecurity(document: JsonObject, options: ImportOptions = {}) {
  const sites = operationSites(document);
  const security = new Map(sites.map(({ place }) => [place, { kind: "public" as const }]));
  return readOperations(document, sites, { ...options, security, requiredClaims: new Map() });
}

/** The findings for which a text is refused. */
async function refusals(text: string): Promise<readonly Finding[]> {
  const refused = await read(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (refused instanceof DocumentError) return refused.findings;
  throw new Error("The text must be refused as a document; got something else.", { cause: refused });
}

/** Codes of the rules for which a text is refused, each with its place. */
export async function problems(text: string): Promise<readonly string[]> {
  return (await refusals(text)).map(({ rule, place }) => `${rule.code} ${place}`);
}
