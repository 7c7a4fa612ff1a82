import { CORE_SCHEMA, load as loadYaml, mergeTag } from "js-yaml";
import { DocumentError } from "./document-error.ts";
import type { Finding, Rule } from "./finding.ts";
import type { JsonObject } from "./json.ts";

/**
 * Bytes of the longest text that is read. What is imported has Azure's limit of 4 MB; the text may be larger, since much of it is
 * layout, comments and what is not imported.
 */
export const maxDocumentBytes = 12 * 1024 * 1024;
// Nobody writes so deep; below it no reader of ours exhausts the stack.
const maxDepth = 200;
// A document of 12 MB has less than half as many; only aliases of aliases make more.
const maxValues = 2_000_000;

// YAML 1.2 reads `on`, `yes` and dates as texts. Merge keys are of YAML 1.1, but the tools that people write documents
// with read them.
const schema = CORE_SCHEMA.withTags(mergeTag);

const rules = {
  encoding: {
    code: "file-encoding",
    outcome: "refused",
    text: "The file is not UTF-8.",
    fix: "Save it in this encoding.",
  },
  tooLarge: {
    code: "file-too-large",
    outcome: "refused",
    text: `The file has more than the ${megabytes(maxDocumentBytes)} MB that are read; Azure imports 4 MB at most.`,
    fix: "Split the API.",
  },
  json: { code: "json-broken", outcome: "refused", text: "The JSON is broken.", fix: "Correct it." },
  yaml: { code: "yaml-broken", outcome: "refused", text: "The YAML is broken.", fix: "Correct it." },
  repeatedKey: {
    code: "key-repeated",
    outcome: "refused",
    text: "An object has one key twice, of which a reader takes the first and another the last.",
    fix: "Remove one of them.",
  },
  several: {
    code: "yaml-several-documents",
    outcome: "refused",
    text: "The file holds several YAML documents.",
    fix: 'Remove the "---" and what is not the API.',
  },
  tooDeep: {
    code: "nesting-too-deep",
    outcome: "refused",
    text: `The nesting is deeper than ${maxDepth} levels.`,
    fix: "Flatten it.",
  },
  tooMany: {
    code: "aliases-expand",
    outcome: "refused",
    text: `The aliases expand to more than ${maxValues} values.`,
    fix: "Write fewer.",
  },
  number: {
    code: "number-not-finite",
    outcome: "refused",
    text: "JSON has no such number.",
    fix: "Quote it, or write another.",
  },
  aliasInside: {
    code: "alias-inside-itself",
    outcome: "refused",
    text: "An alias stands inside what it names.",
    fix: "Write the inner level out.",
  },
  noObject: {
    code: "document-no-object",
    outcome: "refused",
    text: "The file does not hold the object of an OpenAPI document.",
    fix: "Correct it.",
  },
} as const satisfies Record<string, Rule>;

/**
 * A file's text, letter by letter: a byte order mark stays.
 *
 * @throws {DocumentError} when it is not UTF-8.
 */
export function utf8Text(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new DocumentError(`"${source}"`, [{ rule: rules.encoding, place: "file" }], { cause });
  }
}

/**
 * Reads a document's text as JSON, or else as YAML 1.2 with merge keys, into plain objects that keep the order of their
 * keys, except that JavaScript lists numbers first. What an alias names is copied. Numbers beyond 2^53 are rounded, as
 * JavaScript does.
 *
 * @throws {DocumentError} for syntax errors with line and column, a text above 12 MB, and for what YAML allows and JSON
 * cannot carry: keys that are lists or objects, keys that become one text, unknown tags, infinite numbers, an alias
 * inside what it names.
 */
export function readText(text: string, source: string): JsonObject {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxDocumentBytes) {
    throw new DocumentError(`"${source}"`, [ofDocument(rules.tooLarge, `${megabytes(bytes)} MB`)]);
  }
  const problems: Finding[] = [];
  const value = parse(text, { source, problems });
  const plain =
    problems.length > 0
      ? undefined
      : plainCopy(value, { place: "", around: new Set(), problems, count: { values: 0 } });
  if (problems.length === 0 && (typeof plain !== "object" || plain === null || Array.isArray(plain))) {
    problems.push(ofDocument(rules.noObject, nameOf(plain)));
  }
  if (problems.length > 0) throw new DocumentError(`"${source}"`, problems);
  return plain as JsonObject;
}

function ofDocument(rule: Rule, detail?: string): Finding {
  return { rule, place: "document", ...(detail === undefined ? {} : { detail }) };
}

function megabytes(bytes: number): string {
  const count = bytes / 1024 / 1024;
  // Rounded up, so that what is too large never reads as the limit.
  return String(Math.ceil(count * 10) / 10);
}

// A JSON parser takes a hundredth of the time of a YAML parser. A text that begins like JSON may still be YAML.
function parse(text: string, { source, problems }: { source: string; problems: Finding[] }): unknown {
  const withoutMark = text.replace(/^\uFEFF/, "");
  let jsonFault: string | undefined;
  if (/^\s*[[{]/.test(withoutMark)) {
    try {
      const value: unknown = JSON.parse(withoutMark);
      if (countKeys(withoutMark) !== keysOf(value)) problems.push(repeatedKey(withoutMark));
      return value;
    } catch (cause) {
      jsonFault = (cause as Error).message;
    }
  }
  try {
    return loadYaml(withoutMark, { schema, maxDepth });
  } catch (cause) {
    const isJson = jsonFault !== undefined && /\.json$/i.test(source);
    problems.push(isJson ? ofDocument(rules.json, jsonFault) : yamlProblem(cause as Error));
    return undefined;
  }
}

/** A JSON parser does not tell where a key stands a second time; that of YAML does. */
function repeatedKey(json: string): Finding {
  try {
    loadYaml(json, { schema, maxDepth });
  } catch (cause) {
    const problem = yamlProblem(cause as Error);
    if (problem.rule === rules.repeatedKey) return problem;
  }
  return ofDocument(rules.repeatedKey);
}

/** Keys in a JSON text, those among them that `JSON.parse` drops without a word. */
function countKeys(json: string): number {
  let keys = 0;
  const next = /\s*(:?)/y;
  for (let start = json.indexOf('"'); start !== -1; start = json.indexOf('"', next.lastIndex)) {
    next.lastIndex = endOfText(json, start) + 1;
    if (next.exec(json)?.[1] === ":") keys += 1;
  }
  return keys;
}

/** Index of the quote that ends the JSON text that begins at `start`. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === "\\") escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}

/** Keys of all objects in a value, however deep it is. */
function keysOf(value: unknown): number {
  let keys = 0;
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== "object" || one === null) continue;
    const values = Object.values(one);
    if (!Array.isArray(one)) keys += values.length;
    for (const inner of values) open.push(inner);
  }
  return keys;
}

function yamlProblem(cause: Error): Finding {
  const { reason, mark } = cause as Error & { reason?: string; mark?: { line: number; column: number } };
  if (reason === undefined) throw cause;
  if (/expected a single document/.test(reason)) return ofDocument(rules.several);
  if (/maxDepth/.test(reason)) return ofDocument(rules.tooDeep);
  const where = mark === undefined ? "" : ` at line ${mark.line + 1}, column ${mark.column + 1}`;
  if (/duplicated mapping key/.test(reason)) return ofDocument(rules.repeatedKey, where.trim());
  return ofDocument(rules.yaml, `${reason}${where}`);
}

interface Spot {
  readonly place: string;
  /** The objects and lists that the value stands in. */
  readonly around: Set<unknown>;
  readonly problems: Finding[];
  readonly count: { values: number };
}

// Aliases name one object at several places; copies make a tree of it, so that a change at one place stays there.
function plainCopy(value: unknown, spot: Spot): unknown {
  const { place, around, problems, count } = spot;
  count.values += 1;
  if (count.values === maxValues) {
    problems.push(ofDocument(rules.tooMany));
  }
  if (count.values >= maxValues) return undefined;
  if (typeof value === "number" && !Number.isFinite(value)) {
    problems.push({ rule: rules.number, place: place || "document", detail: String(value) });
  }
  if (typeof value !== "object" || value === null) return value;
  if (around.has(value)) {
    problems.push({ rule: rules.aliasInside, place });
    return undefined;
  }
  if (around.size === maxDepth) {
    problems.push(ofDocument(rules.tooDeep));
    return undefined;
  }
  around.add(value);
  const inner = (one: unknown, step: string | number) =>
    plainCopy(one, { ...spot, place: place === "" ? String(step) : `${place}.${step}` });
  const copy = Array.isArray(value)
    ? value.map(inner)
    : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one, key)]));
  around.delete(value);
  return copy;
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value === null ? "nothing" : `a ${typeof value === "string" ? "text" : typeof value}`;
}
