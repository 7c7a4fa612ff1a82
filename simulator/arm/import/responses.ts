import table from "../../../openapi/azure-import.json" with { type: "json" };
import type { OperationResponse, Representation } from "../../apim/operation.ts";
import { type DocumentPart, isObjectPart, object } from "./json.ts";
import { follow } from "./references.ts";
import { mockSample } from "./schema-sample.ts";

const withoutBody = new Set(table.names.statusesWithoutBody);

/** The responses of an operation that are named by a status; Azure's have no other. */
export function importResponses(document: DocumentPart, responses: unknown): readonly OperationResponse[] {
  return Object.entries(object(responses))
    .filter(([status]) => /^\d{3}$/.test(status))
    .map(([status, response]) => ({
      statusCode: Number(status),
      representations: withoutBody.has(Number(status))
        ? []
        : representations(document, object(follow(document, response)).content),
    }));
}

/** The media types of a body, each with its example and what makes a sample of its schema. */
export function representations(document: DocumentPart, content: unknown): readonly Representation[] {
  return Object.entries(object(content)).map(([contentType, media]) => {
    const { example, examples, schema } = object(media);
    const value = example ?? firstExample(document, examples);
    return {
      contentType,
      ...(value === undefined ? {} : { example: typeof value === "string" ? value : JSON.stringify(value) }),
      ...(isObjectPart(schema)
        ? { sample: onFirstCall(() => mockSample(document, schema, contentType)) }
        : {}),
    };
  });
}

/** The value of the first of a field `examples`. */
export function firstExample(document: DocumentPart, examples: unknown): unknown {
  const [first] = Object.values(object(examples));
  return object(follow(document, first)).value;
}

// Most samples are never asked for, and those that are, often.
function onFirstCall<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
