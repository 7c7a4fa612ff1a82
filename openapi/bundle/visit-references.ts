import { type JsonObject, objectAt, textAt } from "../json.ts";

// Fields whose keys are names that the document's author chose.
const mapFields = new Set([
  "$defs",
  "callbacks",
  "content",
  "definitions",
  "encoding",
  "examples",
  "headers",
  "links",
  "parameters",
  "pathItems",
  "paths",
  "properties",
  "requestBodies",
  "responses",
  "schemas",
  "securitySchemes",
  "webhooks",
  "x-ms-paths",
]);

// What looks like a reference in these is data.
const dataFields = new Set(["const", "default", "enum", "example", "value"]);

function isDataField(field: string): boolean {
  return dataFields.has(field) || (field.startsWith("x-") && field !== "x-ms-paths");
}

/**
 * Whether what stands at these keys of a document is data of its author, where nothing is a reference. A property or
 * response that is named like a field, `default`, is no such data.
 */
export function isData(steps: readonly string[]): boolean {
  let isMap = false;
  for (const step of steps) {
    if (!isMap && isDataField(step)) return true;
    isMap = !isMap && mapFields.has(step);
  }
  return false;
}

/** Visits every reference of a document, also where OpenAPI has none: `info.description`, a whole `paths`. */
export function visitReferences(document: JsonObject, visit: (ref: string, place: string) => void): void {
  visitIn(document, { place: "", isMap: false }, visit);
}

interface Spot {
  readonly place: string;
  readonly isMap: boolean;
}

function visitIn(value: unknown, { place, isMap }: Spot, visit: (ref: string, place: string) => void): void {
  if (typeof value !== "object" || value === null) return;
  const ref = textAt(objectAt(value).$ref);
  if (ref !== undefined) visit(ref, place);
  for (const [key, inner] of Object.entries(value)) {
    const field = isMap ? "" : key;
    if (isDataField(field)) continue;
    const isInnerMap = mapFields.has(field) && !Array.isArray(inner);
    visitIn(inner, { place: place === "" ? key : `${place}.${key}`, isMap: isInnerMap }, visit);
  }
}
