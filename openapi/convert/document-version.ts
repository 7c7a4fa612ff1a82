import type { JsonObject } from "../json.ts";

/** Versions that are told apart: 3.2 is read as 3.1 is. */
export type DocumentVersion = "2.0" | "3.0" | "3.1";

/** The version that a document says it is of; `undefined` for none that is known. */
export function versionOf({ openapi, swagger }: JsonObject): DocumentVersion | undefined {
  // YAML reads an unquoted 2.0, 3.0 and 3.1 as numbers.
  if (openapi === undefined) return swagger === "2.0" || swagger === 2 ? "2.0" : undefined;
  if (openapi === 3) return "3.0";
  if (typeof openapi !== "string" && typeof openapi !== "number") return undefined;
  const [, minor] = /^3\.([012])(?:\.|$)/.exec(String(openapi)) ?? [];
  if (minor === undefined) return undefined;
  return minor === "0" ? "3.0" : "3.1";
}
