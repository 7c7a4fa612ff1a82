import table from "../../../openapi/azure-import.json" with { type: "json" };
import type { OperationResponse, Representation } from "../operation.ts";
import type { PendingResponse } from "./exchange.ts";

const withoutBody = new Set(table.names.statusesWithoutBody);

/**
 * An example of a documented response, else a sample made from its schema, in a media type or the first one. The body is empty where
 * the document says nothing of the status.
 */
export function exampleResponse(
  responses: readonly OperationResponse[],
  statusCode: number,
  contentType: string | undefined,
): PendingResponse {
  const { representations = [] } = responses.find((response) => response.statusCode === statusCode) ?? {};
  const found = representationFor(representations, contentType);
  if (found === undefined || withoutBody.has(statusCode)) return { statusCode, headers: [] };
  const headers = ["Content-Type", sentType(found.contentType, contentType)];
  const body = found.example ?? found.sample?.();
  return body === undefined ? { statusCode, headers } : { statusCode, headers, body };
}

/** The first one, or that of a media type, else one whose range covers it: `application/*`. */
function representationFor(
  representations: readonly Representation[],
  contentType: string | undefined,
): Representation | undefined {
  if (contentType === undefined) return representations[0];
  const wanted = typeOf(contentType);
  const range = `${wanted.split("/")[0]}/*`;
  return (
    representations.find((one) => one.contentType === contentType) ??
    representations.find((one) => typeOf(one.contentType) === wanted) ??
    representations.find((one) => [range, "*/*"].includes(typeOf(one.contentType)))
  );
}

/** `application/json; charset=utf-8` → `application/json`. */
function typeOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** Assumed of Azure: a range is answered with the type that the policy names, else as JSON. */
function sentType(documented: string, named: string | undefined): string {
  if (!documented.includes("*")) return documented;
  return named === undefined || named.includes("*") ? "application/json" : named;
}
