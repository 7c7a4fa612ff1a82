import { placeOf, rewriteDocument } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { stepsOf } from "../json-pointer.ts";
import { pointerOf, resolve } from "../references.ts";
import { componentName } from "./component-name.ts";
import { convertSchema } from "./convert-schema.ts";
import { convertResponses, convertSwaggerOperation } from "./convert-swagger-operation.ts";
import {
  collectionFormatLost,
  convertSwaggerParameter,
  convertSwaggerParameters,
  isBodyParameter,
} from "./convert-swagger-parameter.ts";
import type { SwaggerSource } from "./swagger-source.ts";

const swaggerConverted: Rule = {
  code: "swagger-converted",
  outcome: "converted",
  text: "The document is of Swagger 2.0. It is imported as OpenAPI 3.0.3, which says the same in other words, except for what is named as lost.",
};

const serverSchemeMadeUp: Rule = {
  code: "server-scheme-made-up",
  outcome: "added",
  text: "The document names a host and no scheme. HTTPS is taken.",
};

const componentRenamed: Rule = {
  code: "component-renamed",
  outcome: "converted",
  text: "OpenAPI 3.0 allows letters, digits and . _ - in names of components. The name is changed, and the references to it.",
};

const laterFieldLost: Rule = {
  code: "later-field-lost",
  outcome: "lost",
  text: "The field is of OpenAPI 3, and Swagger 2.0 has no such field. The import leaves it out.",
  fix: "Say it in the words of Swagger 2.0.",
};

/** Says a document of Swagger 2.0 in OpenAPI 3.0.3, once its references to schemas name definitions only. */
export function convertSwagger(document: JsonObject): StepResult<JsonObject> {
  const findings: Finding[] = [{ rule: swaggerConverted, place: "swagger" }];
  const find = (rule: Rule, place: string, detail?: string) =>
    findings.push({ rule, place, ...(detail === undefined ? {} : { detail }) });
  const source: SwaggerSource = { document, find };
  const names = renamedComponents(source);
  const converted = convertRoot(source, names);
  const content = rewriteDocument(converted, (value, at) => {
    const swaggerSchema =
      at.kind === "schema"
        ? withSwaggerKeywords(value, (format) => find(collectionFormatLost, placeOf(at), format))
        : value;
    const renamed = withConvertedReference(swaggerSchema, names);
    if (at.kind !== "schema" || textAt(objectAt(renamed).$ref) !== undefined) return renamed;
    return convertSchema(renamed, at, (rule, detail) => find(rule, placeOf(at), detail));
  });
  return { content, findings };
}

const laterFields = ["servers", "components"];

const versionedFields = new Set(
  `swagger info host basePath schemes consumes produces paths x-ms-paths definitions parameters responses
  securityDefinitions security`
    .split(/\s+/)
    .concat(laterFields),
);

function convertRoot(source: SwaggerSource, names: Names): JsonObject {
  const { document } = source;
  const servers = serversOf(source);
  for (const field of laterFields) if (document[field] !== undefined) source.find(laterFieldLost, field);
  const others = Object.entries(document).filter(([field]) => !versionedFields.has(field));
  return {
    openapi: "3.0.3",
    info: document.info,
    ...(servers.length === 0 ? {} : { servers }),
    ...Object.fromEntries(others),
    ...(document.security === undefined ? {} : { security: renamedRequirements(document.security, names) }),
    paths: convertPaths(source, "paths", names),
    ...(document["x-ms-paths"] === undefined
      ? {}
      : { "x-ms-paths": convertPaths(source, "x-ms-paths", names) }),
    components: withoutEmpty({
      schemas: renamed(document.definitions, names.definitions),
      parameters: renamed(componentParameters(source), names.parameters),
      responses: renamed(
        convertResponses(objectAt(document.responses), { ...source, place: "components.responses" }),
        names.responses,
      ),
      securitySchemes: renamed(securitySchemes(document), names.securityDefinitions),
    }),
  };
}

function withoutEmpty(sections: Readonly<Record<string, JsonObject>>): JsonObject {
  return Object.fromEntries(
    Object.entries(sections).filter(([, section]) => Object.keys(section).length > 0),
  );
}

function serversOf({ document, find }: SwaggerSource): readonly JsonObject[] {
  const basePath = textAt(document.basePath) ?? "";
  const host = textAt(document.host);
  if (host === undefined) return basePath === "" ? [] : [{ url: basePath }];
  const schemes = arrayAt(document.schemes);
  if (schemes.length === 0) find(serverSchemeMadeUp, "host", `"${host}"`);
  return (schemes.length === 0 ? ["https"] : schemes).map((scheme) => ({
    url: `${scheme}://${host}${basePath.replace(/^(?=[^/])/, "/").replace(/\/$/, "")}`,
  }));
}

function convertPaths(source: SwaggerSource, field: string, names: Names): JsonObject {
  const paths = Object.entries(objectAt(source.document[field])).map(([path, pathItem]) => [
    path,
    path.startsWith("x-") ? pathItem : convertPathItem(source, pathItem, `${field}.${path}`, names),
  ]);
  return Object.fromEntries(paths);
}

const methods = new Set(["get", "put", "post", "delete", "options", "head", "patch"]);

function convertPathItem(source: SwaggerSource, pathItem: unknown, place: string, names: Names): unknown {
  if (typeof pathItem !== "object" || pathItem === null) return pathItem;
  const shared = arrayAt(objectAt(pathItem).parameters);
  const fields = Object.entries(pathItem).flatMap<[string, unknown]>(([field, value]) => {
    if (field === "parameters") {
      const parameters = convertSwaggerParameters(shared, { ...source, place });
      return parameters.length === 0 ? [] : [[field, parameters]];
    }
    if (!methods.has(field)) return [[field, value]];
    const operation = convertSwaggerOperation(objectAt(value), shared, {
      ...source,
      place: `${place}.${field}`,
    });
    const { security } = operation;
    return [
      [
        field,
        security === undefined ? operation : { ...operation, security: renamedRequirements(security, names) },
      ],
    ];
  });
  return Object.fromEntries(fields);
}

function componentParameters(source: SwaggerSource): JsonObject {
  const parameters = Object.entries(objectAt(source.document.parameters))
    // Operations have the bodies written out, since their media types differ.
    .filter(([, parameter]) => !isBodyParameter(resolve(source.document, parameter)))
    .map(([name, parameter]) => [
      name,
      convertSwaggerParameter(parameter, { ...source, place: `components.parameters.${name}` }),
    ]);
  return Object.fromEntries(parameters);
}

const flowNames: Readonly<Record<string, string>> = {
  accessCode: "authorizationCode",
  application: "clientCredentials",
};

function securitySchemes(document: JsonObject): JsonObject {
  const schemes = Object.entries(objectAt(document.securityDefinitions)).map(([name, definition]) => {
    const { flow, authorizationUrl, tokenUrl, scopes, ...scheme } = objectAt(definition);
    if (scheme.type === "basic") return [name, { ...scheme, type: "http", scheme: "basic" }];
    if (scheme.type !== "oauth2") return [name, definition];
    const urls = {
      ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
      ...(tokenUrl === undefined ? {} : { tokenUrl }),
    };
    const flowName = flowNames[String(flow)] ?? String(flow);
    return [name, { ...scheme, flows: { [flowName]: { ...urls, scopes: withoutExtensions(scopes) } } }];
  });
  return Object.fromEntries(schemes);
}

// Swagger 2.0 allows extensions among the scopes, where OpenAPI 3.0 would take them for scopes.
function withoutExtensions(scopes: unknown): JsonObject {
  return Object.fromEntries(Object.entries(objectAt(scopes)).filter(([name]) => !name.startsWith("x-")));
}

function withSwaggerKeywords(value: unknown, lose: (format: string) => void): unknown {
  const schema = objectAt(value);
  const { discriminator, "x-nullable": nullable, collectionFormat = "csv", ...rest } = schema;
  if (collectionFormat !== "csv") lose(`"${collectionFormat}"`);
  if (Object.keys(rest).length === Object.keys(schema).length) return value;
  return {
    ...rest,
    ...(typeof discriminator === "string" ? { discriminator: { propertyName: discriminator } } : {}),
    ...(typeof discriminator === "object" ? { discriminator } : {}),
    ...(nullable === true ? { nullable } : {}),
  };
}

type Section = "definitions" | "parameters" | "responses" | "securityDefinitions";

/** Old name → new name, for the names that change. */
type Names = Readonly<Record<Section, ReadonlyMap<string, string>>>;

const componentsOf: Readonly<Record<Section, string>> = {
  definitions: "schemas",
  parameters: "parameters",
  responses: "responses",
  securityDefinitions: "securitySchemes",
};

function renamedComponents({ document, find }: SwaggerSource): Names {
  const renamedIn = (section: Section) => {
    const old = Object.keys(objectAt(document[section]));
    const taken = new Set(old);
    const odd = old.filter((name) => !/^[a-zA-Z0-9._-]+$/.test(name));
    return new Map(
      odd.map((name) => {
        const fresh = componentName(name, (one) => taken.has(one));
        taken.add(fresh);
        find(componentRenamed, `${section}.${name}`, `"${fresh}"`);
        return [name, fresh];
      }),
    );
  };
  return {
    definitions: renamedIn("definitions"),
    parameters: renamedIn("parameters"),
    responses: renamedIn("responses"),
    securityDefinitions: renamedIn("securityDefinitions"),
  };
}

function renamed(section: unknown, names: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(
    Object.entries(objectAt(section)).map(([name, value]) => [names.get(name) ?? name, value]),
  );
}

function renamedRequirements(security: unknown, { securityDefinitions }: Names): unknown {
  if (!Array.isArray(security) || securityDefinitions.size === 0) return security;
  return security.map((requirement) => renamed(requirement, securityDefinitions));
}

function withConvertedReference(value: unknown, names: Names): unknown {
  const ref = textAt(objectAt(value).$ref);
  const pointer = ref === undefined ? undefined : pointerOf(ref);
  const [section, name, ...others] = pointer === undefined ? [] : stepsOf(pointer);
  if (section !== "definitions" && section !== "parameters" && section !== "responses") return value;
  if (name === undefined || others.length > 0) return value;
  const target = names[section].get(name) ?? name;
  return { ...objectAt(value), $ref: `#/components/${componentsOf[section]}/${target}` };
}
