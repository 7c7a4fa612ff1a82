import { placeholdersOf } from "../call/url-template.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt } from "../json.ts";
import { resolve } from "../references.ts";

/** Two paths are one URL template, and their methods differ. */
const pathsJoined: Rule = {
  code: "paths-joined",
  outcome: "converted",
  text: "Two paths differ in the names of their parameters only, which OpenAPI forbids. The import has their operations under the first path, with its names.",
  fix: "Name the parameters alike.",
  source: "https://spec.openapis.org/oas/v3.0.3#patterned-fields",
};

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch", "trace"]);

/** A path without the names of its parameters: `/a/{id}` → `/a/{}`. */
export function pathSignature(path: string): string {
  return path.replace(/\{[^{}]*\}/g, "{}");
}

/**
 * Joins paths that differ in the names of their parameters only and have no method in common. The others stay as they are: an
 * operation of `/a/{*rest}` takes more than `/a/{id}` says.
 */
export function joinSamePaths(document: JsonObject): StepResult<JsonObject> {
  const paths = objectAt(document.paths);
  const joined = new Map<string, JsonObject>();
  const firstOf = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [path, written] of Object.entries(paths)) {
    const signature = requestSignature(path);
    const first = firstOf.get(signature);
    const target = joined.get(first ?? "");
    const item = objectAt(resolve(document, written));
    if (first === undefined || target === undefined || methodsOf(item).some((method) => method in target)) {
      firstOf.set(signature, first ?? path);
      joined.set(path, path.startsWith("/") ? item : objectAt(written));
      continue;
    }
    findings.push({ rule: pathsJoined, place: `paths.${path}`, detail: `under "${first}"` });
    const { parameters: _, ...own } = withInherited(document, target);
    joined.set(first, { ...own, ...movedOperations(document, item, { from: path, to: first }) });
  }
  return findings.length === 0
    ? { content: document, findings }
    : { content: { ...document, paths: Object.fromEntries(joined) }, findings };
}

// Alike where the same requests fit: a rest takes more than one segment.
function requestSignature(path: string): string {
  return path.replace(/\{(\*?)[^{}]*\}/g, "{$1}");
}

function methodsOf(item: JsonObject): readonly string[] {
  return Object.keys(item).filter((key) => methods.has(key));
}

/** The path item with its parameters in each of its operations, so that operations of another path can stand beside them. */
function withInherited(document: JsonObject, item: JsonObject): JsonObject {
  const inherited = arrayAt(item.parameters);
  if (inherited.length === 0) return item;
  const keyOf = (entry: unknown) => {
    const { name, in: location } = objectAt(resolve(document, entry));
    return `${location} ${name}`;
  };
  const operations = methodsOf(item).map((method) => {
    const operation = objectAt(item[method]);
    const own = arrayAt(operation.parameters);
    const ownKeys = new Set(own.map(keyOf));
    const parameters = [...inherited.filter((entry) => !ownKeys.has(keyOf(entry))), ...own];
    return [method, { ...operation, parameters }];
  });
  return { ...item, ...Object.fromEntries(operations) };
}

/** The operations with the other path's names, and with the parameters that their own path item gives them. */
function movedOperations(
  document: JsonObject,
  item: JsonObject,
  { from, to }: { from: string; to: string },
): JsonObject {
  const after = placeholdersOf(to);
  const names = new Map(placeholdersOf(from).map((name, index) => [name, after[index] ?? name]));
  const renamed = (entry: unknown): unknown => {
    const definition = objectAt(resolve(document, entry));
    const name = names.get(String(definition.name));
    return definition.in === "path" && name !== undefined ? { ...definition, name } : entry;
  };
  const whole = withInherited(document, item);
  return Object.fromEntries(
    methodsOf(whole).map((method) => {
      const operation = objectAt(whole[method]);
      const parameters = arrayAt(operation.parameters).map(renamed);
      return [method, { ...operation, ...(parameters.length === 0 ? {} : { parameters }) }];
    }),
  );
}
