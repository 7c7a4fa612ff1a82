import { type JsonObject, objectAt, textAt } from "./json.ts";

/** Follows `$ref`s inside the document to what they name; gives the value back when it is no reference. */
export function resolve(document: JsonObject, value: unknown): unknown {
  const seen = new Set<string>();
  let at = value;
  for (let ref = refOf(at); ref !== undefined && !seen.has(ref); ref = refOf(at)) {
    seen.add(ref);
    at = lookUp(document, ref);
  }
  return at;
}

/** What API Management cannot import: references out of the document, to nothing, or back to themselves. */
export function referenceProblems(document: JsonObject): string[] {
  const problems: string[] = [];
  walk(document, "", (ref, place) => {
    if (!ref.startsWith("#/")) {
      problems.push(
        `${place}.$ref: must point into the document; got "${ref}". Copy what it names into components.`,
      );
    } else if (lookUp(document, ref) === undefined) {
      problems.push(`${place}.$ref: must point to something; got "${ref}", which is not there. Correct it.`);
    }
  });
  return [...problems, ...recursions(document)];
}

function refOf(value: unknown): string | undefined {
  return textAt(objectAt(value).$ref);
}

function lookUp(document: JsonObject, ref: string): unknown {
  if (!ref.startsWith("#/")) return undefined;
  // https://www.rfc-editor.org/rfc/rfc6901#section-4
  const steps = ref
    .slice(2)
    .split("/")
    .map((step) => decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce<unknown>(
    (at, step) => (Array.isArray(at) ? at[Number(step)] : objectAt(at)[step]),
    document,
  );
}

/** Visits every reference of a value. Examples are data: what looks like a reference there is none. */
function walk(value: unknown, place: string, visit: (ref: string, place: string) => void): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, join(place, index), visit);
    return;
  }
  const ref = refOf(value);
  if (ref !== undefined) visit(ref, place);
  for (const [key, inner] of Object.entries(objectAt(value))) {
    if (key !== "example" && key !== "examples" && key !== "default") walk(inner, join(place, key), visit);
  }
}

function join(place: string, step: string | number): string {
  return place === "" ? String(step) : `${place}.${step}`;
}

function recursions(document: JsonObject): string[] {
  const targets = new Map<string, readonly string[]>();
  walk(document, "", (ref) => {
    const found: string[] = [];
    walk(lookUp(document, ref), "", (inner) => found.push(inner));
    targets.set(ref, found);
  });
  return [...targets.keys()]
    .filter((ref) => reaches(targets, ref, ref))
    .map(
      (ref) =>
        `${ref.slice(2).replaceAll("/", ".")}: must not refer to itself; got a recursion through "${ref}". Describe the inner level as a plain object.`,
    );
}

function reaches(targets: ReadonlyMap<string, readonly string[]>, from: string, goal: string): boolean {
  const seen = new Set<string>();
  const open = [...(targets.get(from) ?? [])];
  for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
    if (ref === goal) return true;
    if (seen.has(ref)) continue;
    seen.add(ref);
    open.push(...(targets.get(ref) ?? []));
  }
  return false;
}
