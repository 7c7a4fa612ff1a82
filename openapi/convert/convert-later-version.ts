import { type NodeAt, type NodeKind, placeOf, rewriteDocument, withField } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { resolve } from "../references.ts";
import { convertSchema } from "./convert-schema.ts";

const versionConverted: Rule = {
  code: "version-converted",
  outcome: "converted",
  text: "API Management keeps every feature of OpenAPI 3.0 only. The document is imported as OpenAPI 3.0.3, which says the same in other words, except for what is named as lost.",
  source: "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#openapi",
};

const fieldLost: Rule = {
  code: "later-field-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no such field. It is left out.",
};

const webhookLost: Rule = {
  code: "webhook-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no webhooks. What an API sends is not imported.",
};

const operationLost: Rule = {
  code: "later-method-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no operations of this method. The operation is not imported.",
};

const parameterLost: Rule = {
  code: "querystring-parameter-lost",
  outcome: "lost",
  text: "OpenAPI 3.0 has no parameter for the whole query string. It is left out.",
  fix: "Declare each query parameter.",
};

const responsesAdded: Rule = {
  code: "responses-made-up",
  outcome: "added",
  text: "OpenAPI 3.0 requires an operation's responses. An empty default response is added.",
};

const descriptionAdded: Rule = {
  code: "response-description-made-up",
  outcome: "added",
  text: "OpenAPI 3.0 requires a response's description. The summary, or an empty text, stands for it.",
};

const referenceNoteLost: Rule = {
  code: "reference-note-lost",
  outcome: "lost",
  text: "A reference of OpenAPI 3.0 has no summary and description of its own. They are left out.",
};

const deviceFlowConverted: Rule = {
  code: "device-flow-converted",
  outcome: "converted",
  text: "OpenAPI 3.0 has no device flow. Its scopes and token URL stand as the clientCredentials flow.",
};

const mutualTlsNoted: Rule = {
  code: "mutual-tls-kept",
  outcome: "noted",
  text: "OpenAPI 3.0 has no security scheme for client certificates. The scheme stays as it is written, and API Management asks no caller for a certificate.",
};

/** Says a document of OpenAPI 3.1 or 3.2 in OpenAPI 3.0.3, once its references name components only. */
export function convertLaterVersion(content: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [{ rule: versionConverted, place: "openapi", detail: `"${content.openapi}"` }];
  const converted = rewriteDocument(content, (value, at) => {
    const report: Report = (rule, { field, detail } = {}) =>
      findings.push({ rule, place: placeOf(at, field), ...(detail === undefined ? {} : { detail }) });
    return convertNode(content, value, at, report);
  });
  return { content: converted, findings };
}

type Report = (rule: Rule, found?: { field?: string; detail?: string }) => void;

type Converter = (value: JsonObject, report: Report, source: JsonObject) => JsonObject | undefined;

function convertNode(source: JsonObject, value: unknown, at: NodeAt, report: Report): unknown {
  if (at.kind === "schema") {
    const schema = convertSchema(value, at, (rule, detail) =>
      report(rule, detail === undefined ? {} : { detail }),
    );
    return typeof schema === "object" && schema !== null && !Array.isArray(schema)
      ? withoutLaterParts(schema as JsonObject, report)
      : schema;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const object = value as JsonObject;
  if (textAt(object.$ref) !== undefined && at.kind !== "mediaType" && at.kind !== "document")
    return withoutNotes(object, report);
  const converted = converters[at.kind]?.(object, report, source) ?? null;
  if (converted === null && converters[at.kind] !== undefined) return undefined;
  return withoutLaterFields(converted ?? object, at.kind, report);
}

const laterFields: Readonly<Partial<Record<NodeKind, readonly string[]>>> = {
  document: ["$self", "jsonSchemaDialect"],
  components: ["mediaTypes"],
  mediaType: ["itemSchema", "prefixEncoding", "itemEncoding"],
  encoding: ["encoding", "prefixEncoding", "itemEncoding"],
  response: ["summary"],
  securityScheme: ["oauth2MetadataUrl", "deprecated"],
  server: ["name"],
  tag: ["summary", "parent", "kind"],
};

function withoutLaterFields(object: JsonObject, kind: NodeKind, report: Report): JsonObject {
  const present = (laterFields[kind] ?? []).filter((field) => Object.hasOwn(object, field));
  return present.reduce((at, field) => {
    // What refers to a media type has it written out.
    if (field !== "mediaTypes") report(fieldLost, { field });
    return withField(at, field, undefined);
  }, object);
}

// Parts of a schema that are no schemas, and that 3.2 gave more fields.
function withoutLaterParts(schema: JsonObject, report: Report): JsonObject {
  const parts = { discriminator: "defaultMapping", xml: "nodeType" };
  return Object.entries(parts).reduce((at, [field, later]) => {
    const part = objectAt(at[field]);
    if (!Object.hasOwn(part, later)) return at;
    report(fieldLost, { field: `${field}.${later}` });
    return withField(at, field, withField(part, later, undefined));
  }, schema);
}

function withoutNotes(reference: JsonObject, report: Report): JsonObject {
  const notes = ["summary", "description"].filter((field) => Object.hasOwn(reference, field));
  if (notes.length === 0) return reference;
  report(referenceNoteLost, { detail: notes.join(", ") });
  return notes.reduce((at, field) => withField(at, field, undefined), reference);
}

const converters: Readonly<Partial<Record<NodeKind, Converter>>> = {
  document: convertRoot,
  pathItem: convertPathItem,
  operation: convertOperation,
  parameter: convertParameter,
  response: convertResponse,
  mediaType: convertMediaType,
  example: convertExample,
  securityScheme: convertSecurityScheme,
};

function convertRoot(document: JsonObject, report: Report): JsonObject {
  const { openapi: _, webhooks, ...rest } = document;
  for (const name of Object.keys(objectAt(webhooks))) report(webhookLost, { field: `webhooks.${name}` });
  return {
    openapi: "3.0.3",
    ...rest,
    ...(rest.info === undefined ? {} : { info: convertInfo(objectAt(rest.info), report) }),
    paths: rest.paths ?? {},
  };
}

function convertInfo(info: JsonObject, report: Report): JsonObject {
  const { summary, ...rest } = info;
  const hasDescription = rest.description !== undefined;
  if (summary !== undefined && hasDescription) report(fieldLost, { field: "info.summary" });
  const license = objectAt(info.license);
  return {
    ...rest,
    ...(summary !== undefined && !hasDescription ? { description: summary } : {}),
    ...(license.identifier === undefined ? {} : { license: convertLicense(license, report) }),
  };
}

// https://spdx.org/licenses/ has a page for each identifier, and none for an expression of several.
function convertLicense({ identifier, ...rest }: JsonObject, report: Report): JsonObject {
  const isOne = /^[A-Za-z0-9.+-]+$/.test(String(identifier));
  if (isOne && rest.url === undefined)
    return { ...rest, url: `https://spdx.org/licenses/${identifier}.html` };
  report(fieldLost, { field: "info.license.identifier" });
  return rest;
}

function convertPathItem(pathItem: JsonObject, report: Report): JsonObject {
  const { query, additionalOperations, ...rest } = pathItem;
  const lost = [...(query === undefined ? [] : ["query"]), ...Object.keys(objectAt(additionalOperations))];
  for (const method of lost) report(operationLost, { field: method });
  return lost.length === 0 && additionalOperations === undefined ? pathItem : rest;
}

function convertOperation(operation: JsonObject, report: Report): JsonObject {
  if (operation.responses !== undefined) return operation;
  report(responsesAdded);
  return { ...operation, responses: { default: { description: "" } } };
}

function convertParameter(parameter: JsonObject, report: Report): JsonObject | undefined {
  if (parameter.in === "querystring") {
    report(parameterLost, { detail: `"${parameter.name}"` });
    return undefined;
  }
  if (parameter.style !== "cookie") return parameter;
  report(fieldLost, { field: "style", detail: '"cookie"' });
  return { ...parameter, style: "form" };
}

function convertResponse(response: JsonObject, report: Report): JsonObject {
  if (response.description !== undefined) return response;
  report(descriptionAdded);
  const { summary, ...rest } = response;
  return { ...rest, description: summary ?? "" };
}

function convertMediaType(mediaType: JsonObject, _: Report, source: JsonObject): JsonObject {
  return textAt(mediaType.$ref) === undefined ? mediaType : objectAt(resolve(source, mediaType));
}

// A value that is data, or else the text that is sent.
function convertExample(example: JsonObject): JsonObject {
  const { dataValue, serializedValue, ...rest } = example;
  if (dataValue === undefined && serializedValue === undefined) return example;
  return rest.value === undefined && rest.externalValue === undefined
    ? { ...rest, value: dataValue ?? serializedValue }
    : rest;
}

function convertSecurityScheme(scheme: JsonObject, report: Report): JsonObject {
  if (scheme.type === "mutualTLS") report(mutualTlsNoted);
  const { deviceAuthorization, ...flows } = objectAt(scheme.flows);
  if (deviceAuthorization === undefined) return scheme;
  report(deviceFlowConverted);
  const { deviceAuthorizationUrl: _, ...device } = objectAt(deviceAuthorization);
  const present = objectAt(flows.clientCredentials);
  const scopes = { ...objectAt(device.scopes), ...objectAt(present.scopes) };
  return { ...scheme, flows: { ...flows, clientCredentials: { ...device, ...present, scopes } } };
}
