import type { AzureImportCode } from "../azure-import.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";
import { resolve } from "../references.ts";

/** Tells of a row of Azure's table at a field of the node that is visited, or at the node itself. */
export type Tell = (code: AzureImportCode, field?: string, detail?: string) => void;

/** What OpenAPI.NET's rules say to one schema. Its rule of discriminators is about components. */
export function checkSchema(
  document: JsonObject,
  schema: JsonObject,
  { tell, isComponent }: { readonly tell: Tell; readonly isComponent: boolean },
): void {
  if (Array.isArray(schema.type)) tell("type-list", "type", JSON.stringify(schema.type));
  for (const bound of ["exclusiveMinimum", "exclusiveMaximum"])
    if (typeof schema[bound] === "number") tell("exclusive-bound", bound, String(schema[bound]));
  const property = textAt(objectAt(schema.discriminator).propertyName);
  if (isComponent && property !== undefined && !knowsDiscriminator(document, schema, property))
    tell("discriminator-not-required", "discriminator", `"${property}"`);
  const { externalDocs } = schema;
  if (externalDocs !== undefined && textAt(objectAt(externalDocs).url) === undefined)
    tell("external-docs-url-missing", "externalDocs");
}

/**
 * Whether the property that a discriminator names is required by the schema itself, or known to one of those that it combines.
 *
 * @see https://github.com/microsoft/OpenAPI.NET/blob/main/src/Microsoft.OpenApi/Validations/Rules/OpenApiSchemaRules.cs
 */
export function knowsDiscriminator(document: JsonObject, schema: JsonObject, property: string): boolean {
  if (arrayAt(schema.required).includes(property)) return true;
  const open = [...combined(schema)];
  const seen = new Set<unknown>();
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const at = objectAt(resolve(document, one));
    if (seen.has(at)) continue;
    seen.add(at);
    if (Object.hasOwn(objectAt(at.properties), property) || arrayAt(at.required).includes(property))
      return true;
    open.push(...combined(at));
  }
  return false;
}

function combined({ oneOf, anyOf, allOf }: JsonObject): readonly unknown[] {
  return [oneOf, anyOf, allOf].flatMap(arrayAt).filter((one) => one !== undefined);
}
