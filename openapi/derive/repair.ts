import { type AzureImportCode, azureFields, azureLimits, azureNames } from "../azure-import.ts";
import { azureRule } from "../check/azure-rule.ts";
import { knowsDiscriminator } from "../check/check-schema.ts";
import { type NodeAt, type NodeKind, placeOf, rewriteDocument, withField } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { isMailAddress } from "../mail-address.ts";

const lost = (code: AzureImportCode, done: string): Rule => azureRule(code, { outcome: "lost", done });
const added = (code: AzureImportCode, done: string): Rule => azureRule(code, { outcome: "added", done });

const rules = {
  version: azureRule("version-3-0-later", {
    outcome: "converted",
    done: "The import says 3.0.3; the later patches only clarify it.",
  }),
  unknown: lost("unknown-field", "The import leaves it out."),
  description: lost("operation-description-length", "The import has the first 1,000."),
  email: lost("contact-email", "The import leaves it out."),
  license: lost("license-name-missing", "The import leaves it out."),
  externalDocs: lost("external-docs-url-missing", "The import leaves it out."),
  tag: lost("tag-name-missing", "The import leaves it out."),
  server: lost("server-url-missing", "The import leaves it out."),
  responseKey: lost("response-key", "The import leaves other responses out."),
  noResponses: added("responses-missing", "The import adds one that says nothing."),
  noDescription: added("response-description-missing", "The import adds one that says nothing."),
  required: lost("scalar-field", "The import leaves it out."),
  items: azureRule("scalar-field", {
    outcome: "converted",
    done: "The import takes a list of items as alternatives for each of them.",
  }),
  discriminator: added("discriminator-not-required", "The import says that it is required."),
  empty: {
    code: "empty-field",
    outcome: "converted",
    text: "A field has no value. The import leaves it out.",
  },
} satisfies Readonly<Record<string, Rule>>;

/** Makes a finding at a field of the node that is being changed. */
type Found = (rule: Rule, field?: string, detail?: string) => void;

/**
 * Mends what API Management refuses and what says nothing about the API's operations: a field that OpenAPI does not know, a
 * response without a description. What would change an operation is left to the check.
 */
export function repairDocument(document: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [];
  const content = rewriteDocument(document, (value, at) => {
    const node = objectAt(value);
    if (node !== value || textAt(node.$ref) !== undefined) return value;
    const found: Found = (rule, field, detail) =>
      findings.push({ rule, place: placeOf(at, field), ...(detail === undefined ? {} : { detail }) });
    if (isWithout(node, at, found)) return undefined;
    const filled = withoutEmpty(node, found);
    const known = withoutUnknown(withoutInnerUnknown(filled, at, found), at.kind, { found });
    if (at.kind === "schema")
      return repairedSchema(document, known, { found, isComponent: at.parent?.kind === "components" });
    return repairs[at.kind]?.(known, found) ?? known;
  });
  return { content, findings };
}

// What these hold is data.
const dataFields = new Set(["example", "default", "value"]);

// A YAML key with nothing after it.
function withoutEmpty(node: JsonObject, found: Found): JsonObject {
  const isFilled = (key: string) => node[key] !== null || dataFields.has(key) || key.startsWith("x-");
  const empty = Object.keys(node).filter((key) => !isFilled(key));
  for (const key of empty) found(rules.empty, key);
  return empty.length === 0
    ? node
    : Object.fromEntries(Object.entries(node).filter(([key]) => isFilled(key)));
}

/** Whether a node lacks what makes it one. */
function isWithout(node: JsonObject, { kind }: NodeAt, found: Found): boolean {
  if (kind === "tag" && textAt(node.name) === undefined) {
    found(rules.tag);
    return true;
  }
  if (kind === "server" && textAt(node.url) === undefined) {
    found(rules.server);
    return true;
  }
  return false;
}

const fieldsOf: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(azureFields));

function withoutUnknown(
  node: JsonObject,
  kind: string,
  { found, before = "" }: { readonly found: Found; readonly before?: string },
): JsonObject {
  const known = fieldsOf.get(kind);
  // A callback's keys are expressions.
  if (known === undefined || kind === "callback") return node;
  const isKnown = (key: string) =>
    known.includes(key) || key.startsWith("x-") || azureNames.toleratedFields.includes(key);
  const unknown = Object.keys(node).filter((key) => !isKnown(key));
  for (const key of unknown) found(rules.unknown, `${before}${key}`);
  return unknown.length === 0
    ? node
    : Object.fromEntries(Object.entries(node).filter(([key]) => isKnown(key)));
}

const innerKinds: Readonly<Partial<Record<NodeKind, readonly string[]>>> = {
  document: ["info", "externalDocs"],
  operation: ["externalDocs"],
  tag: ["externalDocs"],
  schema: ["externalDocs", "discriminator", "xml"],
};

function withoutInnerUnknown(node: JsonObject, { kind }: NodeAt, found: Found): JsonObject {
  let result = node;
  for (const field of innerKinds[kind] ?? []) {
    const inner = objectAt(node[field]);
    if (inner !== node[field]) continue;
    if (field === "externalDocs" && textAt(inner.url) === undefined) {
      found(rules.externalDocs, field);
      result = withField(result, field, undefined);
      continue;
    }
    const known = withoutUnknown(inner, field, { found, before: `${field}.` });
    if (known !== inner) result = withField(result, field, known);
  }
  return result;
}

const repairs: Readonly<Partial<Record<NodeKind, (node: JsonObject, found: Found) => JsonObject>>> = {
  document: repairedTop,
  operation: repairedOperation,
  response: (node, found) => {
    if (textAt(node.description) !== undefined) return node;
    found(rules.noDescription);
    return { description: "Not described.", ...node };
  },
};

function repairedTop(document: JsonObject, found: Found): JsonObject {
  const [, patch] = /^3\.0\.(\d+)$/.exec(textAt(document.openapi) ?? "") ?? [];
  const isLater = Number(patch) > azureLimits.latestPatchOfOpenApi30;
  if (isLater) found(rules.version, "openapi", `"${document.openapi}"`);
  const top = isLater ? { ...document, openapi: `3.0.${azureLimits.latestPatchOfOpenApi30}` } : document;
  const info = objectAt(document.info);
  const repaired = withContact(withLicense(objectAt(top.info), found), found);
  return repaired === info || document.info === undefined ? top : withField(top, "info", repaired);
}

function withLicense(info: JsonObject, found: Found): JsonObject {
  if (info.license === undefined) return info;
  const license = objectAt(info.license);
  if (textAt(license.name) === undefined) {
    found(rules.license, "info.license");
    return withField(info, "license", undefined);
  }
  const known = withoutUnknown(license, "license", { found, before: "info.license." });
  return known === license ? info : withField(info, "license", known);
}

function withContact(info: JsonObject, found: Found): JsonObject {
  if (info.contact === undefined) return info;
  const contact = objectAt(info.contact);
  const known = withoutUnknown(contact, "contact", { found, before: "info.contact." });
  const email = textAt(known.email);
  // Assumed of Azure: an address is one "@" between texts without spaces.
  const isEmail = email === undefined || isMailAddress(email);
  if (!isEmail) found(rules.email, "info.contact.email", `"${email}"`);
  const kept = isEmail ? known : withField(known, "email", undefined);
  return kept === contact ? info : withField(info, "contact", kept);
}

function repairedOperation(operation: JsonObject, found: Found): JsonObject {
  const responses = objectAt(operation.responses);
  const pattern = new RegExp(azureNames.responseKey);
  const isKnown = (key: string) => key.startsWith("x-") || pattern.test(key);
  const unknown = Object.keys(responses).filter((key) => !isKnown(key));
  for (const key of unknown) found(rules.responseKey, `responses.${key}`);
  const kept =
    unknown.length === 0
      ? responses
      : Object.fromEntries(Object.entries(responses).filter(([key]) => isKnown(key)));
  const isEmpty = Object.keys(kept).every((key) => key.startsWith("x-"));
  if (isEmpty) found(rules.noResponses);
  const after = isEmpty ? { ...kept, default: { description: "Not described." } } : kept;
  const described = after === operation.responses ? operation : withField(operation, "responses", after);
  const description = textAt(operation.description) ?? "";
  if (description.length <= azureLimits.descriptionCharacters) return described;
  found(rules.description, "description", `${description.length} characters`);
  return withField(described, "description", cut(description, azureLimits.descriptionCharacters));
}

function repairedSchema(
  document: JsonObject,
  schema: JsonObject,
  { found, isComponent }: { readonly found: Found; readonly isComponent: boolean },
): JsonObject {
  let result = schema;
  // Many documents say of a property that it is required, as OpenAPI says of parameters.
  if (schema.required !== undefined && !Array.isArray(schema.required)) {
    found(rules.required, "required");
    result = withField(result, "required", undefined);
  }
  // As JSON Schema has it of lists whose members differ.
  if (Array.isArray(schema.items)) {
    found(rules.items, "items");
    result = withField(result, "items", schema.items.length === 0 ? {} : { anyOf: schema.items });
  }
  const name = textAt(objectAt(schema.discriminator).propertyName);
  if (!isComponent || name === undefined || knowsDiscriminator(document, result, name)) return result;
  found(rules.discriminator, "discriminator", `"${name}"`);
  return { ...result, required: [...arrayAt(result.required), name] };
}

/** The first characters of a text, without half of one that takes two. */
function cut(text: string, length: number): string {
  return `${text.slice(0, length - 1)}…`.replace(/[\uD800-\uDBFF]…$/, "…");
}
