import { type AzureImportCode, azureFields, azureLimits, azureNames } from "../azure-import.ts";
import { type NodeAt, type NodeKind, placeOf, walkDocument } from "../document-tree.ts";
import type { Finding, Rule } from "../finding.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { isMailAddress } from "../mail-address.ts";
import type { RequiredQueryConduct } from "../required-query.ts";
import { azureRule } from "./azure-rule.ts";
import { checkOperations } from "./check-operations.ts";
import { checkSchema, type Tell } from "./check-schema.ts";

/** How a document is imported, as far as it decides what Azure refuses. */
export interface ImportSettings {
  /** Whether required query parameters become part of the URL template. @defaultValue "template" */
  readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined;
}

/**
 * What API Management's import refuses, limits or ignores of a derived document, from the table of what it does. References to
 * nothing and recursion are found by the steps before.
 */
export function checkImport(document: JsonObject, settings: ImportSettings = {}): readonly Finding[] {
  const findings: Finding[] = [];
  const rules = new Map<AzureImportCode, Rule>();
  walkDocument(document, (value, at) => {
    const node = objectAt(value);
    const tell: Tell = (code, field, detail) => {
      const rule = rules.get(code) ?? azureRule(code);
      rules.set(code, rule);
      findings.push({ rule, place: placeOf(at, field), ...(detail === undefined ? {} : { detail }) });
    };
    if (textAt(node.$ref) !== undefined) {
      checkReference(node, at, tell);
      return;
    }
    checkFields(node, at, tell);
    if (at.kind === "schema")
      checkSchema(document, node, { tell, isComponent: at.parent?.kind === "components" });
    else checks[at.kind]?.(node, tell, at);
  });
  return [...findings, ...checkOperations(document, settings)];
}

/** What a tier says to so many operations of all APIs of an instance together. */
export function checkOperationCount(count: number, sku: string): readonly Finding[] {
  const limit = objectAt(azureLimits.operationsByTier)[sku];
  if (typeof limit !== "number" || count <= limit) return [];
  const detail = `${count} operations, ${limit} in tier ${sku}`;
  return [{ rule: azureRule("operation-count"), place: "document", detail }];
}

/** What Azure Resource Manager says to the body of the request that imports a document: it measures its bytes. */
export function checkImportBody(body: JsonObject): readonly Finding[] {
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes <= azureLimits.inlineBytes) return [];
  return [{ rule: azureRule("inline-size"), place: "document", detail: `${bytes} bytes` }];
}

const checks: Readonly<Partial<Record<NodeKind, (node: JsonObject, tell: Tell, at: NodeAt) => void>>> = {
  document: checkDocument,
  components: checkComponents,
  pathItem: (node, tell) => {
    if (node.trace !== undefined) tell("trace", "trace");
    if (node.servers !== undefined) tell("servers-below", "servers");
  },
  operation: checkOperation,
  parameter: checkParameter,
  response: checkResponse,
  server: checkServer,
  tag: (node, tell) => {
    if (textAt(node.name) === undefined) tell("tag-name-missing");
    else if (String(node.name).length > azureLimits.tagNameCharacters) tell("tag-name-length", "name");
    checkExternalDocs(node, tell);
  },
};

const fieldsOf: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(azureFields));

function checkReference(node: JsonObject, { kind }: NodeAt, tell: Tell): void {
  const others = Object.keys(node).filter((key) => key !== "$ref" && !key.startsWith("x-"));
  if (kind !== "pathItem" && others.length > 0)
    tell("reference-siblings", undefined, `"${others.join('", "')}"`);
}

// A callback's keys are expressions, and OpenAPI.NET reads what it does not know as one.
function checkFields(node: JsonObject, { kind }: NodeAt, tell: Tell): void {
  checkKnown(node, kind, tell);
  const inner: readonly (readonly [string, unknown])[] = [
    ["externalDocs", node.externalDocs],
    ...(kind === "document" ? ([["info", node.info]] as const) : []),
    ...(kind === "schema"
      ? ([
          ["discriminator", node.discriminator],
          ["xml", node.xml],
        ] as const)
      : []),
  ];
  for (const [field, value] of inner)
    if (kind !== "callback" && kind !== "link") checkKnown(objectAt(value), field, tell, `${field}.`);
}

function checkKnown(node: JsonObject, kind: string, tell: Tell, before = ""): void {
  const known = fieldsOf.get(kind);
  if (known === undefined) return;
  for (const field of Object.keys(node)) {
    if (!known.includes(field) && !field.startsWith("x-") && !azureNames.toleratedFields.includes(field))
      tell("unknown-field", `${before}${field}`);
  }
}

function checkDocument(document: JsonObject, tell: Tell): void {
  const version = textAt(document.openapi) ?? "";
  const [, patch] = /^3\.0\.(\d+)$/.exec(version) ?? [];
  if (patch === undefined) tell("version-unknown", "openapi", JSON.stringify(document.openapi));
  else if (Number(patch) > azureLimits.latestPatchOfOpenApi30)
    tell("version-3-0-later", "openapi", `"${version}"`);
  checkInfo(objectAt(document.info), tell);
  checkExternalDocs(document, tell);
  if (document.paths === undefined) tell("paths-missing");
  for (const field of ["paths", "x-ms-paths"]) {
    for (const path of Object.keys(objectAt(document[field])))
      if (!path.startsWith("/") && !path.startsWith("x-")) tell("path-without-slash", `${field}.${path}`);
  }
}

function checkInfo(info: JsonObject, tell: Tell): void {
  for (const field of ["title", "version"])
    if (textAt(info[field]) === undefined) tell("info-field-missing", "info", `"${field}"`);
  if ((textAt(info.title) ?? "").length > azureLimits.apiDisplayNameCharacters)
    tell("api-display-name-length", "info.title");
  const { contact, license } = info;
  checkKnown(objectAt(contact), "contact", tell, "info.contact.");
  checkKnown(objectAt(license), "license", tell, "info.license.");
  const email = textAt(objectAt(contact).email);
  // Assumed of Azure: an address is one "@" between texts without spaces.
  if (email !== undefined && !isMailAddress(email)) tell("contact-email", "info.contact.email", `"${email}"`);
  if (license !== undefined && textAt(objectAt(license).name) === undefined)
    tell("license-name-missing", "info.license");
}

function checkExternalDocs({ externalDocs }: JsonObject, tell: Tell): void {
  if (externalDocs === undefined) return;
  const hasUrl = textAt(objectAt(externalDocs).url) !== undefined;
  tell(hasUrl ? "external-docs" : "external-docs-url-missing", "externalDocs");
}

function checkComponents(components: JsonObject, tell: Tell): void {
  const pattern = new RegExp(azureNames.componentKey);
  for (const [field, named] of Object.entries(components)) {
    if (field.startsWith("x-")) continue;
    for (const key of Object.keys(objectAt(named)))
      if (!pattern.test(key)) tell("component-key", `${field}.${key}`);
  }
}

function checkOperation(operation: JsonObject, tell: Tell): void {
  const { responses, callbacks, servers, description } = operation;
  const pattern = new RegExp(azureNames.responseKey);
  const keys = Object.keys(objectAt(responses)).filter((key) => !key.startsWith("x-"));
  if (keys.length === 0) tell("responses-missing");
  for (const key of keys) {
    if (!pattern.test(key)) tell("response-key", `responses.${key}`);
    else if (!/^\d{3}$/.test(key)) tell("response-range", `responses.${key}`);
  }
  if (callbacks !== undefined) tell("callbacks", "callbacks");
  if (servers !== undefined) tell("servers-below", "servers");
  if ((textAt(operation.summary) ?? "").length > azureLimits.displayNameCharacters)
    tell("display-name-length", "summary");
  if ((textAt(description) ?? "").length > azureLimits.descriptionCharacters)
    tell("operation-description-length", "description");
  checkExternalDocs(operation, tell);
}

function checkParameter(parameter: JsonObject, tell: Tell): void {
  const { name, in: location, style, explode, required } = parameter;
  if (textAt(name) === undefined || !["path", "query", "header", "cookie"].includes(String(location))) {
    tell("parameter-name-or-place-missing");
    return;
  }
  if (location === "header" && azureNames.ignoredHeaders.includes(String(name).toLowerCase()))
    tell("header-parameter", undefined, `"${name}"`);
  if (location === "cookie") tell("cookie-parameter", undefined, `"${name}"`);
  if (location === "path" && required !== true) tell("path-parameter-optional", undefined, `"${name}"`);
  const ofDefault = location === "query" || location === "cookie" ? "form" : "simple";
  const isUsual =
    (style ?? ofDefault) === ofDefault && (explode ?? ofDefault === "form") === (ofDefault === "form");
  if (!isUsual && location !== "cookie") tell("parameter-style", undefined, `"${name}"`);
}

function checkResponse(response: JsonObject, tell: Tell, { key }: NodeAt): void {
  if (textAt(response.description) === undefined) tell("response-description-missing");
  if (response.links !== undefined) tell("links", "links");
  const isBodiless = azureNames.statusesWithoutBody.includes(Number(key));
  if (isBodiless && Object.keys(objectAt(response.content)).length > 0) tell("empty-response", "content");
}

function checkServer(server: JsonObject, tell: Tell): void {
  const url = textAt(server.url);
  if (url === undefined) tell("server-url-missing");
  else if (!/^[a-z][a-z0-9+.-]*:/i.test(url) && !url.startsWith("{"))
    tell("relative-server", "url", `"${url}"`);
  for (const [name, variable] of Object.entries(objectAt(server.variables))) {
    checkKnown(objectAt(variable), "serverVariable", tell, `variables.${name}.`);
    if (objectAt(variable).default === undefined)
      tell("server-variable-default-missing", `variables.${name}`);
  }
}
