import { azureNames } from "../azure-import.ts";
import { placeholdersOf, splitAtQuery } from "../call/url-template.ts";
import { azureRule } from "../check/azure-rule.ts";
import type { Finding, StepResult } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { resolve } from "../references.ts";
import { joinSamePaths } from "./join-paths.ts";
import { repairDocument } from "./repair.ts";

const traceDropped = azureRule("trace", { outcome: "lost", done: "The import leaves it out." });
const bodyDropped = azureRule("request-body", { outcome: "lost", done: "The import leaves it out." });
const pathParameterAdded = azureRule("path-parameter-undeclared", {
  outcome: "added",
  done: "The import declares it as a text.",
});
const pathParameterDropped = azureRule("path-parameter-not-in-path", {
  outcome: "lost",
  done: "The import leaves it out.",
});
const pathParameterRequired = azureRule("path-parameter-optional", {
  outcome: "converted",
  done: "The import says so where the document does not.",
});

const bodiless = new Set(azureNames.methodsWithoutRequestBody);

/**
 * The document as it is imported: what API Management drops is left out and what it needs is added, each with a finding. It is the
 * same object when there is nothing to change.
 */
export function deriveDocument(written: JsonObject): StepResult<JsonObject> {
  const repaired = repairDocument(written);
  const joined = joinSamePaths(repaired.content);
  const document = joined.content;
  const findings: Finding[] = [...repaired.findings, ...joined.findings];
  const content = mapEntries(document, (paths, key) => {
    if (key !== "paths" && key !== "x-ms-paths") return paths;
    return mapEntries(objectAt(paths), (item, path) =>
      path.startsWith("/") ? derivedItem(document, { item, path, place: `${key}.${path}`, findings }) : item,
    );
  });
  return { content, findings };
}

interface Site {
  readonly path: string;
  readonly place: string;
  readonly findings: Finding[];
}

function derivedItem(document: JsonObject, { item, ...site }: Site & { readonly item: unknown }): JsonObject {
  const { findings, place } = site;
  const pathItem = objectAt(item);
  const { trace, ...known } = pathItem;
  if (trace !== undefined) findings.push({ rule: traceDropped, place: `${place}.trace` });
  const owner = withDerivedParameters(document, trace === undefined ? pathItem : known, site);
  return mapEntries(owner, (value, key) =>
    azureNames.importedMethods.includes(key)
      ? derivedOperation(document, objectAt(value), { ...site, method: key, pathItem: owner })
      : value,
  );
}

function derivedOperation(
  document: JsonObject,
  operation: JsonObject,
  {
    path,
    place,
    findings,
    method,
    pathItem,
  }: Site & { readonly method: string; readonly pathItem: JsonObject },
): JsonObject {
  const site = { path, place: `${place}.${method}`, findings };
  const own = withDerivedParameters(document, withoutBody(operation, method, site), site);
  const declared = [...arrayAt(pathItem.parameters), ...arrayAt(own.parameters)]
    .map((one) => objectAt(resolve(document, one)))
    .filter((one) => one.in === "path")
    .map(({ name }) => textAt(name) ?? "");
  const missing = pathPlaceholders(path).filter(
    // One that is declared without its asterisk is told by the check.
    (name) => !declared.includes(name) && !declared.includes(name.replace(/^\*/, "")),
  );
  for (const name of new Set(missing))
    findings.push({ rule: pathParameterAdded, place: site.place, detail: `"${name}"` });
  const added = [...new Set(missing)].map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return added.length === 0 ? own : { ...own, parameters: [...arrayAt(own.parameters), ...added] };
}

function withoutBody(operation: JsonObject, method: string, { place, findings }: Site): JsonObject {
  if (!bodiless.has(method) || operation.requestBody === undefined) return operation;
  findings.push({ rule: bodyDropped, place: `${place}.requestBody` });
  const { requestBody: _, ...others } = operation;
  return others;
}

/** The object with its path parameters required, and without those that the path does not hold. */
function withDerivedParameters(
  document: JsonObject,
  owner: JsonObject,
  { path, place, findings }: Site,
): JsonObject {
  const held = new Set(pathPlaceholders(path).flatMap((name) => [name, name.replace(/^\*/, "")]));
  const list = arrayAt(owner.parameters);
  const changed = list.flatMap((entry, index) => {
    const definition = objectAt(resolve(document, entry));
    if (definition.in !== "path" || typeof definition.name !== "string") return [entry];
    const at = { place: `${place}.parameters.${index}`, detail: `"${definition.name}"` };
    if (!held.has(definition.name)) {
      findings.push({ rule: pathParameterDropped, ...at });
      return [];
    }
    if (definition.required === true) return [entry];
    findings.push({ rule: pathParameterRequired, ...at });
    return [{ ...definition, required: true }];
  });
  const isSame = changed.length === list.length && changed.every((entry, index) => entry === list[index]);
  return isSame ? owner : { ...owner, parameters: changed };
}

function pathPlaceholders(path: string): readonly string[] {
  return placeholdersOf(splitAtQuery(path)[0]);
}

function mapEntries(object: JsonObject, change: (value: unknown, key: string) => unknown): JsonObject {
  const entries = Object.entries(object).map(([key, value]): [string, unknown] => [key, change(value, key)]);
  return entries.every(([key, value]) => value === object[key]) ? object : Object.fromEntries(entries);
}
