import { stepsOf } from "./json-pointer.ts";

/** What the validator says of one mismatch; `data` is the value that does not fit. */
export interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly data?: unknown;
  readonly params: {
    readonly missingProperty?: string;
    readonly additionalProperty?: string;
    readonly allowedValues?: readonly unknown[];
    readonly type?: string;
  };
}

/** One mismatch as a line: `paths./sessions.get.responses: must have "200"; got none. Add it.` */
export function schemaSentence(error: SchemaError): string {
  return `${stepsOf(error.instancePath).join(".") || "document"}: ${sentenceOf(error)}`;
}

function sentenceOf(error: SchemaError): string {
  const { instancePath, schemaPath, keyword, params } = error;
  if (schemaPath.includes("/SchemaXORContent/"))
    return 'must have either "schema" or "content"; got both or none. Keep or add one.';
  if (schemaPath.includes("/ExampleXORExamples/"))
    return 'must have "example" or "examples"; got both. Keep one.';
  if (params.missingProperty !== undefined) return `must have "${params.missingProperty}"; got none. Add it.`;
  if (params.additionalProperty !== undefined) return unknownKey(instancePath, params.additionalProperty);
  return `${rule(error)}; got ${shown(error.data)}. ${keyword === "minProperties" ? "Add one" : "Correct it"}.`;
}

function unknownKey(instancePath: string, key: string): string {
  if (instancePath === "/paths") return `must hold paths that begin with "/"; got "${key}". Correct it.`;
  return `must not have "${key}", which OpenAPI 3.0 does not know here; got it. Correct or remove it.`;
}

function rule({ instancePath, keyword, message, params }: SchemaError): string {
  if (keyword === "type") return `must be of type ${params.type}`;
  if (keyword === "minProperties") return "must not be empty";
  if (params.allowedValues === undefined) return (message ?? "must fit OpenAPI 3.0").replaceAll("'", '"');
  // The schema of a parameter names the four one by one.
  const allowed = /\/parameters\/[^/]+\/in$/.test(instancePath)
    ? ["path", "query", "header", "cookie"]
    : params.allowedValues;
  return `must be ${allowed.length > 1 ? "one of " : ""}${allowed.map((value) => JSON.stringify(value)).join(", ")}`;
}

function shown(data: unknown): string {
  if (Array.isArray(data)) return data.length === 0 ? "an empty list" : "a list";
  if (typeof data === "object" && data !== null)
    return Object.keys(data).length === 0 ? "an empty object" : "an object";
  const text = JSON.stringify(data) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…"` : text;
}
