import { parseDocument as parseYaml } from "yaml";
import { DocumentError } from "./document-error.ts";
import { type JsonObject, objectAt } from "./json.ts";
import { objectInOrder } from "./written-order.ts";

// https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
const maxBytes = 4 * 1024 * 1024;
// Nobody writes so deep; below it no reader of ours exhausts the stack.
const maxDepth = 200;

/**
 * Reads a document's text as YAML, of which JSON is a part, into plain objects that keep the order of their keys.
 *
 * @throws {DocumentError} for syntax errors with line and column, and for what YAML allows and JSON cannot carry:
 * keys that are no texts, keys that become one text, unknown tags, an alias inside what it names.
 */
export function readText(text: string, source: string): JsonObject {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new DocumentError(`"${source}"`, [
      `document: must have at most ${maxBytes} bytes, Azure's limit for an inline import; got ${bytes}. Split the API.`,
    ]);
  }
  const problems: string[] = [];
  const value = plain(mapsOf(text, problems), { place: "", around: new Set(), problems });
  if (problems.length > 0) throw new DocumentError(`"${source}"`, problems);
  return objectAt(value);
}

/** The name that Azure's import has for the text's format. JSON is JSON only if it parses as such. */
export function formatOf(text: string): "openapi" | "openapi+json" {
  try {
    JSON.parse(text);
    return "openapi+json";
  } catch {
    // Not JSON, so YAML: readText has accepted it.
    return "openapi";
  }
}

function mapsOf(text: string, problems: string[]): unknown {
  try {
    const yaml = parseYaml(text, { uniqueKeys: true });
    problems.push(...[...yaml.errors, ...yaml.warnings].map(syntaxProblem));
    return problems.length > 0 ? undefined : yaml.toJS({ mapAsMap: true });
  } catch (cause) {
    // The library throws instead of reporting when an alias is unknown or expands beyond reason, and when the
    // nesting exhausts the stack.
    const { name, message } = cause as Error;
    if (name !== "ReferenceError" && name !== "RangeError") throw cause;
    problems.push(syntaxProblem({ message: name === "RangeError" ? "nesting that is too deep" : message }));
    return undefined;
  }
}

function syntaxProblem({ message, code }: { message: string; code?: string }): string {
  if (code === "MULTIPLE_DOCS") return 'document: must be one YAML document; got several. Remove the "---".';
  const [line = ""] = message.split("\n");
  return `document: must be YAML or JSON; got: ${line.replace(/[:.]$/, "")}. Correct it.`;
}

interface Spot {
  readonly place: string;
  /** The objects and lists that the value stands in. */
  readonly around: Set<unknown>;
  readonly problems: string[];
}

function plain(value: unknown, { place, around, problems }: Spot): unknown {
  if (!(value instanceof Map) && !Array.isArray(value)) return value;
  if (around.has(value)) {
    problems.push(`${place}: must not hold itself; got an alias of what it stands in. Write it out.`);
    return undefined;
  }
  if (around.size === maxDepth) {
    problems.push(`document: must be YAML or JSON; got: nesting deeper than ${maxDepth} levels. Flatten it.`);
    return undefined;
  }
  around.add(value);
  const inner = (one: unknown, step: unknown) =>
    plain(one, { place: place === "" ? String(step) : `${place}.${step}`, around, problems });
  const result = Array.isArray(value)
    ? value.map(inner)
    : objectInOrder([...value].map(([key, one]) => [keyText(key, { place, problems }), inner(one, key)]));
  if (value instanceof Map) reportSameKeys([...value.keys()].map(String), { place, problems });
  around.delete(value);
  return result;
}

function keyText(key: unknown, { place, problems }: Omit<Spot, "around">): string {
  if (typeof key !== "string" && typeof key !== "number" && typeof key !== "boolean") {
    problems.push(`${place || "document"}: must have texts as keys; got a key that is none. Quote it.`);
  }
  return String(key);
}

// YAML tells the number 200 from the text "200"; as keys of a JSON object they are one.
function reportSameKeys(keys: readonly string[], { place, problems }: Omit<Spot, "around">): void {
  for (const key of new Set(keys.filter((one, index) => keys.indexOf(one) < index))) {
    problems.push(`${place || "document"}: must have a key once; got "${key}" as number and text. Keep one.`);
  }
}
