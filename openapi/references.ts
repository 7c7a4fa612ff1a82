import { placeOf, walkDocument } from "./document-tree.ts";
import type { Finding, Rule, StepResult } from "./finding.ts";
import { type JsonObject, objectAt, textAt } from "./json.ts";
import { valueAt } from "./json-pointer.ts";

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

const referenceMissing: Rule = {
  code: "reference-missing",
  outcome: "refused",
  text: "The reference names nothing in the document.",
  fix: "Correct it, or add what it names.",
};

const referenceExternal: Rule = {
  code: "reference-external",
  outcome: "refused",
  text: "API Management takes no reference to another document.",
  fix: "Download it with its files into apis/, and add it there.",
  source: "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#general",
};

const referenceEndless: Rule = {
  code: "reference-endless",
  outcome: "refused",
  text: "The reference leads back to itself and never to a value.",
  fix: "Describe a value at one of its places.",
};

/** Refuses references to nothing, to other documents and to themselves; the document stays as it is. */
export function checkReferences(content: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [];
  walkDocument(content, (value, at) => {
    const ref = textAt(objectAt(value).$ref);
    const rule = ref === undefined ? undefined : ruleBrokenBy(content, ref, value);
    if (rule !== undefined) findings.push({ rule, place: placeOf(at, "$ref"), detail: `"${ref}"` });
  });
  return { content, findings };
}

function ruleBrokenBy(content: JsonObject, ref: string, value: unknown): Rule | undefined {
  if (!ref.startsWith("#")) return referenceExternal;
  if (lookUp(content, ref) === undefined) return referenceMissing;
  const target = resolve(content, value);
  // A chain that ends at a missing reference is that reference's fault.
  const last = textAt(objectAt(target).$ref);
  return last !== undefined && lookUp(content, last) !== undefined ? referenceEndless : undefined;
}

function refOf(value: unknown): string | undefined {
  return textAt(objectAt(value).$ref);
}

/** What a reference names, `undefined` when it names nothing in the document. */
export function lookUp(document: JsonObject, ref: string): unknown {
  const pointer = pointerOf(ref);
  return pointer === undefined ? undefined : valueAt(document, pointer);
}

/**
 * The JSON pointer of a reference into the document: `#/a%20b` → `/a b`; `undefined` for any other reference.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6901#section-6
 */
export function pointerOf(ref: string): string | undefined {
  if (!ref.startsWith("#/")) return undefined;
  try {
    return decodeURIComponent(ref.slice(1));
  } catch {
    // A malformed percent escape names nothing; the caller says so.
    return undefined;
  }
}
