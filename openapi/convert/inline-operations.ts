import { type NodeAt, placeOf, rewriteDocument } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { resolve } from "../references.ts";

const pathItemInlined: Rule = {
  code: "path-item-inlined",
  outcome: "converted",
  text: "API Management takes no reference in the place of a path's operations. They are written out.",
};

const operationInlined: Rule = {
  code: "operation-inlined",
  outcome: "converted",
  text: "OpenAPI has no reference in the place of an operation. What it names is written out.",
};

const operationAmbiguous: Rule = {
  code: "operation-reference-siblings",
  outcome: "refused",
  text: "An operation is a reference and says something of its own, so nobody can tell which of the two counts.",
  fix: "Leave one of them out.",
};

const pathItemRecursive: Rule = {
  code: "path-item-recursive",
  outcome: "refused",
  text: "The path's operations refer to themselves by way of a callback.",
  fix: "Leave the inner callback out.",
};

/**
 * Writes out path items and operations that are references into the document: Azure's importer knows references to components only,
 * and OpenAPI 3.0 has no `components.pathItems`, which are taken away.
 */
export function inlineOperations(content: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [];
  const origins = new WeakMap<NodeAt, string>();
  const inlined = rewriteDocument(content, (value, at) => {
    if (at.kind === "components" && Object.hasOwn(objectAt(value), "pathItems")) {
      const { pathItems: _, ...others } = objectAt(value);
      return others;
    }
    const ref = textAt(objectAt(value).$ref);
    // Webhooks are not imported.
    const isInlined = at.kind === "operation" || (at.kind === "pathItem" && at.field !== "webhooks");
    const target = isInlined && ref !== undefined ? resolve(content, value) : undefined;
    if (ref === undefined || typeof target !== "object" || target === null || "$ref" in target) return value;
    if (isInside(at, ref, origins)) {
      findings.push({ rule: pathItemRecursive, place: placeOf(at), detail: `"${ref}"` });
      return undefined;
    }
    origins.set(at, ref);
    const { $ref: _, ...siblings } = objectAt(value);
    const isOperation = at.kind === "operation";
    const isAmbiguous = isOperation && Object.keys(siblings).some((key) => !key.startsWith("x-"));
    const rule = isOperation ? operationInlined : pathItemInlined;
    findings.push({ rule: isAmbiguous ? operationAmbiguous : rule, place: placeOf(at), detail: `"${ref}"` });
    return { ...target, ...siblings };
  });
  return { content: inlined, findings };
}

function isInside(at: NodeAt, ref: string, origins: WeakMap<NodeAt, string>): boolean {
  for (let node = at.parent; node !== undefined; node = node.parent) {
    if (origins.get(node) === ref) return true;
  }
  return false;
}
