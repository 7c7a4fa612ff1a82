import { Validator } from "@seriousme/openapi-schema-validator";

interface SchemaError {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What the OpenAPI 3.0 schema itself refuses, one line for each place. */
export async function schemaProblems(document: object): Promise<string[]> {
  // The validator rewrites what it is given.
  const copy = structuredClone(document) as Record<string, unknown>;
  const { valid, errors } = await new Validator({ allErrors: true }).validate(copy);
  if (valid) return [];
  if (typeof errors === "string")
    return [`document: must be valid OpenAPI 3.0; got "${errors}". Correct it.`];
  const places = Map.groupBy((errors ?? []) as SchemaError[], ({ instancePath }) => instancePath);
  return [...places]
    .map(([instancePath, ofPlace]) => ({ instancePath, messages: telling(ofPlace) }))
    .filter(
      ({ instancePath, messages }) => messages.length > 0 || !hasDeeper([...places.keys()], instancePath),
    )
    .map(
      ({ instancePath, messages }) =>
        `${readable(instancePath)}: ${messages.join("; ") || "must fit the OpenAPI 3.0 schema"}.`,
    );
}

// Where an object could also have been a reference, the schema reports both branches and the choice between them.
function telling(errors: readonly SchemaError[]): string[] {
  const own = errors.filter(
    ({ keyword, schemaPath }) =>
      keyword !== "oneOf" && keyword !== "anyOf" && !schemaPath.includes("/Reference/"),
  );
  return [...new Set(own.map(sentence))];
}

function sentence({ message = "must fit the OpenAPI 3.0 schema", params }: SchemaError): string {
  const detail = params.additionalProperty ?? params.allowedValues ?? params.unevaluatedProperty;
  const got = detail === undefined ? "" : ` (${JSON.stringify(detail)})`;
  return message.replaceAll("'", '"') + got;
}

function hasDeeper(places: readonly string[], instancePath: string): boolean {
  return places.some((other) => other.startsWith(`${instancePath}/`));
}

/** `/paths/~1sessions/get` → `paths./sessions.get`. */
function readable(instancePath: string): string {
  const steps = instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.join(".") || "document";
}
