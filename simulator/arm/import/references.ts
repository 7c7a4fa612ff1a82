import { type DocumentPart, isObjectPart, object } from "./json.ts";
import { ImportRefusal, type ImportRule } from "./refusal.ts";

/**
 * What a value refers to, over any number of references.
 *
 * @throws {SimulatorError} `ValidationError` for a reference that Azure cannot follow.
 */
export function follow(document: DocumentPart, value: unknown): unknown {
  const rule = referenceProblem(document, value);
  if (rule !== undefined) throw new ImportRefusal([{ rule, place: "$ref", got: `"${object(value).$ref}"` }]);
  let target = value;
  while (isReference(target)) target = at(document, target.$ref);
  return target;
}

/** Whether an object is a reference. */
export function isReference(value: unknown): value is { readonly $ref: string } {
  return isObjectPart(value) && typeof value.$ref === "string";
}

/** Why Azure cannot follow a value's reference; `undefined` where it can, or where there is none. */
export function referenceProblem(document: DocumentPart, value: unknown): ImportRule | undefined {
  const seen = new Set<string>();
  let target = value;
  while (isReference(target)) {
    const { $ref: ref } = target;
    if (!ref.startsWith("#")) return "external-reference";
    // In a circle nothing is named.
    if (seen.has(ref)) return "dangling-reference";
    if (!/^#\/components\/[^/]+\/[^/]+$/.test(ref)) return "deep-reference";
    seen.add(ref);
    target = at(document, ref);
    if (target === undefined) return "dangling-reference";
  }
  return undefined;
}

/** What a local pointer names, without following it any further. */
function at(document: DocumentPart, ref: string): unknown {
  const steps = ref.slice(2).split("/").map(decoded);
  return steps.reduce<unknown>((place, step) => own(place, step), document);
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    // A malformed escape names nothing that there is.
    return step;
  }
}

function own(place: unknown, name: string): unknown {
  return isObjectPart(place) && Object.hasOwn(place, name) ? place[name] : undefined;
}
