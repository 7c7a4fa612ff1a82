import table from "./azure-import.json" with { type: "json" };

/** What API Management does with a part of a document: it takes it as it is, drops it, refuses the document, has a limit, or makes something else of it. */
export type AzureVerdict = "read" | "ignored" | "refused" | "limited" | "converted";

/** Name of a row: `request-body`. */
export type AzureImportCode = keyof typeof table.rows;

/** One thing that API Management does when it imports a document. */
export interface AzureImportRow {
  readonly verdict: AzureVerdict;
  /** What it is about, in OpenAPI's words: `schema`, or `document` for the whole. */
  readonly subject: string;
  /** `API Management drops the body of GET, HEAD and OPTIONS operations on import.` */
  readonly text: string;
  /** The next step; absent where nothing is to be done. */
  readonly fix?: string;
  /** Page or code that says so. */
  readonly source: string;
  /** What the source leaves open and the table decides; absent where it says all. */
  readonly assumed?: string;
}

/** Numbers of characters, bytes and operations that API Management allows. */
export const azureLimits = table.limits;

/** Patterns and lists that the rows refer to. */
export const azureNames = table.names;

/** The fields that each object of OpenAPI 3.0 has; further ones begin with `x-`. */
export const azureFields: Readonly<Record<keyof typeof table.fields, readonly string[]>> = table.fields;

/**
 * The row of a code.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function azureImportRow(code: AzureImportCode): AzureImportRow {
  return rows[code];
}

// JSON knows no literal types: a test holds that each verdict is one of the five.
const rows = table.rows as Readonly<Record<AzureImportCode, AzureImportRow>>;
