import { sample } from "openapi-sampler";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { resolve } from "../references.ts";

/** How a schema's sample is written. */
export interface SampleOptions {
  /** @defaultValue "json" */
  readonly format?: "json" | "xml";
}

// More values than that are no example for anybody, and a schema of schemas doubles with each level.
const maxValues = 2000;
const depths = [15, 8, 5, 3, 2];

/**
 * Makes a request's value from a schema: from its `example`, `enum`, `default`, `format`, `minimum`, `minLength` and so on, without
 * what is `readOnly`. `undefined` when the schema says nothing, or nothing can be made of it.
 *
 * Not honoured: `multipleOf`, `not`, and a `pattern` with groups or alternatives. Large schemas are cut at a depth, very large ones
 * hold what is required only.
 */
export function schemaSample(
  document: JsonObject,
  schema: unknown,
  { format = "json" }: SampleOptions = {},
): unknown {
  const limited = hasExcess(schema) ? withinLimits(schema) : schema;
  const spec = limitedDocument(document);
  const maxSampleDepth = depths.find((depth) => valueCount(spec, limited, depth) <= maxValues);
  const options = {
    format,
    skipReadOnly: true,
    quiet: true,
    enablePatterns: true,
    skipNonRequired: maxSampleDepth === undefined,
    maxSampleDepth: maxSampleDepth ?? 2,
  };
  return quietly(() => sample(objectAt(limited), options, spec));
}

// The library writes what it cannot merge to the console in spite of `quiet`, and throws for a reference to nothing or a pattern
// that it cannot read. The caller then makes a value without the schema, and every made-up value is told.
function quietly(make: () => unknown): unknown {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    return make();
  } catch {
    return undefined;
  } finally {
    console.warn = warn;
  }
}

const limitedDocuments = new WeakMap<JsonObject, JsonObject>();

function limitedDocument(document: JsonObject): JsonObject {
  const known =
    limitedDocuments.get(document) ?? (hasExcess(document) ? objectAt(withinLimits(document)) : document);
  limitedDocuments.set(document, known);
  return known;
}

const maxLength = 5000;
const maxItems = 20;

/** Whether there is anything to take out: hardly ever, and a look is cheaper than a copy. */
function hasExcess(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(hasExcess);
  for (const key in value) {
    const inner = (value as JsonObject)[key];
    if (isExcessive(key, inner) || hasExcess(inner)) return true;
  }
  return false;
}

/** The same value, with the limits taken out that would make a sample of more than a few thousand characters or items. */
function withinLimits(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withinLimits);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key, one]) => !isExcessive(key, one));
  return Object.fromEntries(kept.map(([key, one]) => [key, withinLimits(one)]));
}

function isExcessive(key: string, value: unknown): boolean {
  if (key === "minLength") return Number(value) > maxLength;
  if (key === "minItems") return Number(value) > maxItems;
  if (key !== "pattern" || typeof value !== "string") return false;
  return value.length > 200 || [...value.matchAll(/\d+/g)].some(([digits]) => Number(digits) > 100);
}

/** How many values a sample has, without making it. */
function valueCount(document: JsonObject, schema: unknown, maxDepth: number): number {
  const counters = countersOf.get(document) ?? new Map<number, Counter>();
  countersOf.set(document, counters);
  const counter = counters.get(maxDepth) ?? valueCounter(document, maxDepth);
  counters.set(maxDepth, counter);
  return counter(schema, 1);
}

type Counter = (schema: unknown, depth: number) => number;

const countersOf = new WeakMap<JsonObject, Map<number, Counter>>();

/** Counts each schema of a document once for a depth, whatever refers to it. */
function valueCounter(document: JsonObject, maxDepth: number): Counter {
  const known = new WeakMap<JsonObject, Map<number, number>>();
  const under = new Set<unknown>();
  const count = (value: unknown, depth: number): number => {
    const at = objectAt(resolve(document, value));
    if (depth > maxDepth || under.has(at) || at.example !== undefined) return 1;
    const perDepth = known.get(at) ?? new Map<number, number>();
    const counted = perDepth.get(depth);
    if (counted !== undefined) return counted;
    under.add(at);
    const sum = (values: readonly unknown[], inner: number) =>
      values.reduce<number>((total, one) => total + (one === undefined ? 0 : count(one, inner)), 0);
    const own = [...Object.values(objectAt(at.properties)), ...additional(at), at.items];
    const branch = arrayAt(at.oneOf)[0] ?? arrayAt(at.anyOf)[0];
    // The library counts the depth of what stands beside allOf from the start again.
    const inner = at.allOf === undefined ? depth + 1 : 2;
    const total = 1 + sum(own, inner) + sum([branch, ...arrayAt(at.allOf)], depth);
    under.delete(at);
    known.set(at, perDepth.set(depth, total));
    return total;
  };
  return count;
}

// The library makes two properties of them.
function additional({ additionalProperties }: JsonObject): readonly unknown[] {
  return typeof additionalProperties === "object" && additionalProperties !== null
    ? [additionalProperties, additionalProperties]
    : [];
}

/** The type that a schema names, through references: `integer`. */
export function schemaType(document: JsonObject, schema: unknown): string | undefined {
  return textAt(objectAt(resolve(document, schema)).type);
}
