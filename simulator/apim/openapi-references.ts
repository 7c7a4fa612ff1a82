import { SimulatorError } from "../error.ts";

/** A part of an OpenAPI document as it was parsed. */
export type Json = Readonly<Record<string, unknown>>;

/** What a value refers to, over any number of references. @throws {SimulatorError} `ValidationError` for one that leads nowhere. */
export function follow(document: Json, value: unknown): unknown {
  const seen = new Set<string>();
  let target = value;
  for (;;) {
    const ref = object(target).$ref;
    if (typeof ref !== "string") return target;
    if (!ref.startsWith("#/")) throw importRefusal(`References must stay inside the document; got "${ref}".`);
    if (seen.has(ref))
      throw importRefusal(`References must come to an end; got "${ref}", which leads back to itself.`);
    seen.add(ref);
    target = at(document, ref);
    if (target === undefined) throw importRefusal(`References must name something; got "${ref}".`);
  }
}

function at(document: Json, ref: string): unknown {
  const steps = ref.slice(2).split("/").map(decoded);
  return steps.reduce<unknown>((place, step) => own(place, step), document);
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    // A malformed escape names nothing that there is, and stands in the refusal as it was written.
    return step;
  }
}

function own(place: unknown, name: string): unknown {
  return typeof place === "object" && place !== null && Object.hasOwn(place, name)
    ? (place as Json)[name]
    : undefined;
}

/** The value when it is an object, else an empty one. */
export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** API Management's refusal of a document. */
export function importRefusal(message: string, cause?: unknown): SimulatorError {
  return new SimulatorError("ValidationError", message, { cause });
}
