import { sample } from "openapi-sampler";
import type { DocumentPart } from "./json.ts";

// A deeper sample helps nobody. The next depth is taken where schemas that share schemas make too many values.
const depths = [6, 3, 1];
const maxReads = 300_000;
const largest: Readonly<Record<string, number>> = { minItems: 20, minLength: 1000 };

/**
 * A made-up body that fits a schema, in the form that a media type asks for. `undefined` where the schema allows no value to be made.
 *
 * Differs from Azure: a sample has at most 20 items of a list and 1,000 characters of a text, and there is none of a schema that none can be made of.
 *
 * Assumed of Azure: a sample is XML for an XML type, else JSON, and a text stands for itself where the type is not JSON.
 *
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export function mockSample(
  document: DocumentPart,
  schema: DocumentPart,
  mediaType: string,
): string | undefined {
  const [type = ""] = mediaType.toLowerCase().split(";");
  const isXml = /[/+]xml$/.test(type.trim());
  const value = sampleOf(document, schema);
  if (value === undefined) return undefined;
  if (isXml && value !== null) {
    const xml = sampleOf(document, schema, "xml");
    return xml === undefined ? undefined : String(xml);
  }
  if (typeof value === "string" && !isJson(type.trim())) return value;
  return JSON.stringify(value);
}

function sampleOf(document: DocumentPart, schema: DocumentPart, format: "json" | "xml" = "json"): unknown {
  for (const maxSampleDepth of depths) {
    try {
      const options = { quiet: true, skipWriteOnly: true, maxSampleDepth, format };
      const guard = { reads: 0 };
      return silently(() => sample(guarded(schema, guard), options, guarded(document, guard)));
    } catch {
      // Too many values, or a schema that the library cannot read: the answer has no body if no depth helps.
    }
  }
  return undefined;
}

/** The library tells the console what it cannot merge, `quiet` or not; nobody who asks a mock reads it there. */
function silently<T>(make: () => T): T {
  const { warn } = console;
  console.warn = () => {};
  try {
    return make();
  } finally {
    console.warn = warn;
  }
}

const mapFields = new Set(["properties", "patternProperties", "schemas"]);
const dataFields = new Set(["const", "default", "enum", "example", "examples"]);

/** The same schema, which gives no limit above {@link largest} and throws when it has been read too often. */
function guarded(value: DocumentPart, guard: { reads: number }, isMap = false): DocumentPart {
  return new Proxy(value, {
    get: (target, key) => {
      const held: unknown = Reflect.get(target, key);
      const field = isMap ? "" : String(key);
      guard.reads += 1;
      if (guard.reads > maxReads) throw new RangeError("The sample has too many values.");
      const limit = largest[field];
      if (typeof held === "number" && limit !== undefined) return Math.min(held, limit);
      if (typeof held !== "object" || held === null || dataFields.has(field)) return held;
      return guarded(held as DocumentPart, guard, mapFields.has(field));
    },
  });
}

/** Whether JSON is a body of a media type: `application/hal+json`, and every range that covers it. */
function isJson(type: string): boolean {
  return type.includes("*") || /[/+]json$/.test(type);
}
