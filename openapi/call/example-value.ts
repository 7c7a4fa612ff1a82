import { arrayAt, type JsonObject, objectAt } from "../json.ts";
import { resolve } from "../references.ts";
import { schemaSample } from "./schema-sample.ts";

/** A value to call with. */
export interface ExampleValue {
  readonly value: unknown;
  /** Whether it was made from a schema, since the document gives none. */
  readonly isMadeUp: boolean;
}

/**
 * The value that a document gives for a parameter or a media type: its `example`, the first of its `examples` that has a value, else
 * the schema's `example`, `default` or first `enum` value, else one that is made from the schema.
 */
export function exampleValue(document: JsonObject, holder: JsonObject): ExampleValue {
  const written = writtenExample(document, holder);
  if (written !== undefined) return { value: written, isMadeUp: false };
  return { value: schemaSample(document, holder.schema), isMadeUp: true };
}

/** The value that the document itself gives; `undefined` when it gives none. */
function writtenExample(document: JsonObject, { schema, example, examples }: JsonObject): unknown {
  if (example !== undefined) return example;
  const values = Object.values(objectAt(examples)).map((one) => objectAt(resolve(document, one)).value);
  const first = values.find((value) => value !== undefined);
  if (first !== undefined) return first;
  const described = objectAt(resolve(document, schema));
  return described.example ?? described.default ?? arrayAt(described.enum)[0];
}
