import type { Rule } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { pointerOf, resolve } from "../references.ts";
import {
  convertSwaggerHeader,
  convertSwaggerParameters,
  mediaTypes,
  parametersWithShared,
  requestBodyOf,
} from "./convert-swagger-parameter.ts";
import type { SwaggerPart } from "./swagger-source.ts";

const operationSchemesLost: Rule = {
  code: "operation-schemes-lost",
  outcome: "lost",
  text: "The operation's own schemes are left out: the imported API has one backend for all operations.",
};

/** Says an operation of Swagger 2.0 in OpenAPI 3.0; `shared` are the parameters of its path. */
export function convertSwaggerOperation(
  operation: JsonObject,
  shared: readonly unknown[],
  part: SwaggerPart,
): JsonObject {
  const { consumes, produces, schemes, parameters, responses, ...rest } = operation;
  const { document, find, place } = part;
  if (schemes !== undefined) find(operationSchemesLost, place);
  const own = arrayAt(parameters);
  const plain = convertSwaggerParameters(own, part);
  const body = requestBodyOf(
    parametersWithShared(own, shared, document),
    arrayAt(consumes ?? document.consumes),
    part,
  );
  return {
    ...rest,
    ...(plain.length === 0 ? {} : { parameters: plain }),
    ...(body === undefined ? {} : { requestBody: body }),
    ...(responses === undefined
      ? {}
      : {
          responses: convertResponses(
            objectAt(responses),
            { ...part, place: `${place}.responses` },
            produces === undefined ? undefined : arrayAt(produces),
          ),
        }),
  };
}

/** Says responses by status or by name in OpenAPI 3.0; `produces` are the operation's own media types. */
export function convertResponses(
  responses: JsonObject,
  part: SwaggerPart,
  produces?: readonly unknown[],
): JsonObject {
  const converted = Object.entries(responses).map(([status, response]) => [
    status,
    status.startsWith("x-") && part.place !== "components.responses"
      ? response
      : convertResponse(response, { ...part, place: `${part.place}.${status}` }, produces),
  ]);
  return Object.fromEntries(converted);
}

function convertResponse(
  response: unknown,
  part: SwaggerPart,
  produces: readonly unknown[] | undefined,
): unknown {
  const ref = textAt(objectAt(response).$ref);
  const isShared = ref !== undefined && /^\/responses\/[^/]+$/.test(pointerOf(ref) ?? "");
  // A shared response has the document's media types.
  if (isShared && produces === undefined) return response;
  const target = objectAt(resolve(part.document, response));
  if (textAt(target.$ref) !== undefined) return response;
  const { schema, examples, headers, ...rest } = target;
  const content = contentOf(schema, objectAt(examples), part, produces ?? arrayAt(part.document.produces));
  const converted = Object.entries(objectAt(headers)).map(([name, header]) => [
    name,
    convertSwaggerHeader(header, { ...part, place: `${part.place}.headers.${name}` }),
  ]);
  return {
    ...rest,
    ...(converted.length === 0 ? {} : { headers: Object.fromEntries(converted) }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
}

function contentOf(
  schema: unknown,
  examples: JsonObject,
  part: SwaggerPart,
  produces: readonly unknown[],
): JsonObject {
  const named = Object.keys(examples).filter((type) => type.includes("/"));
  const others = Object.entries(examples).filter(([type]) => !type.includes("/"));
  if (schema === undefined && Object.keys(examples).length === 0) return {};
  const declared =
    schema === undefined && others.length === 0 ? named : produces.length > 0 ? produces : named;
  const isFile = objectAt(schema).type === "file" && declared.length === 0;
  const types = new Set([...(isFile ? ["application/octet-stream"] : mediaTypes(declared, part)), ...named]);
  // Some write names of examples where Swagger 2.0 has media types.
  const byName = Object.fromEntries(others.map(([name, value]) => [name, { value }]));
  return Object.fromEntries(
    [...types].map((type, index) => [
      type,
      {
        ...(schema === undefined ? {} : { schema }),
        ...(Object.hasOwn(examples, type) ? { example: examples[type] } : {}),
        ...(index === 0 && others.length > 0 && !Object.hasOwn(examples, type) ? { examples: byName } : {}),
      },
    ]),
  );
}
