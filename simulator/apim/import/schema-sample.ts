import { sample } from "openapi-sampler";
import type { Json } from "./json.ts";

// A deeper sample helps nobody, and schemas that share schemas make it grow without end.
const maxDepth = 6;

/**
 * A made-up body that fits a schema, in the form that a media type asks for. `undefined` where the schema allows no value to be made.
 *
 * Assumed of Azure: a sample is XML for an XML type, else JSON, and a text stands for itself where the type is not JSON.
 *
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export function schemaSample(document: Json, schema: Json, mediaType: string): string | undefined {
  const [type = ""] = mediaType.toLowerCase().split(";");
  const isXml = /[/+]xml$/.test(type.trim());
  const options = { quiet: true, skipWriteOnly: true, maxSampleDepth: maxDepth };
  const value: unknown = sample(schema, options, document);
  if (value === undefined) return undefined;
  if (isXml && value !== null) return String(sample(schema, { ...options, format: "xml" }, document));
  if (typeof value === "string" && !isJson(type.trim())) return value;
  return JSON.stringify(value);
}

/** Whether JSON is a body of a media type: `application/hal+json`, and every range that covers it. */
function isJson(type: string): boolean {
  return type.includes("*") || /[/+]json$/.test(type);
}
