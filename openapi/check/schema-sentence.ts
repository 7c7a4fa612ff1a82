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

/** What is wrong in one mismatch, a sentence without its place: `"tokenUrl" is missing.` */
export function schemaSentence(error: SchemaError): string {
  const { schemaPath, keyword, params } = error;
  if (schemaPath.includes("/SchemaXORContent/")) return 'It has both "schema" and "content", or neither.';
  if (schemaPath.includes("/ExampleXORExamples/")) return 'It has both "example" and "examples".';
  if (params.missingProperty !== undefined) return `"${params.missingProperty}" is missing.`;
  if (params.additionalProperty !== undefined)
    return `OpenAPI 3.0 has no "${params.additionalProperty}" here.`;
  if (keyword === "minProperties") return "It is empty.";
  if (keyword === "type") return `It is ${shown(error.data)}, not of type ${params.type}.`;
  if (params.allowedValues !== undefined)
    return `It is ${shown(error.data)}, not ${allowed(params.allowedValues)}.`;
  return `${shown(error.data)} ${(error.message ?? "does not fit").replaceAll("'", '"')}.`;
}

function allowed(values: readonly unknown[]): string {
  return `${values.length > 1 ? "one of " : ""}${values.map((value) => JSON.stringify(value)).join(", ")}`;
}

function shown(data: unknown): string {
  if (Array.isArray(data)) return data.length === 0 ? "an empty list" : "a list";
  if (typeof data === "object" && data !== null)
    return Object.keys(data).length === 0 ? "an empty object" : "an object";
  const text = JSON.stringify(data) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…"` : text;
}
