import { azureNames } from "./azure-import.ts";
import type { Finding, Rule } from "./finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "./json.ts";
import { resolve } from "./references.ts";

/** A parameter with its references followed, and its place. */
export interface Parameter {
  readonly name: string;
  /** `path`, `query`, `header` or `cookie`. */
  readonly in: string;
  readonly required: boolean;
  readonly definition: JsonObject;
  readonly place: string;
}

/** Two parameters of one operation are the same. */
const parameterListedTwice: Rule = {
  code: "parameter-listed-twice",
  outcome: "refused",
  text: "An operation lists a parameter twice.",
  fix: "Remove one of the two.",
  source: "https://spec.openapis.org/oas/v3.0.3#operation-object",
};

const ignoredHeaders = new Set(azureNames.ignoredHeaders);

/** The parameters of an operation: those of its path that it does not redefine, and its own. */
export function parametersOfOperation(
  document: JsonObject,
  { pathItem, operation, place }: { pathItem: JsonObject; operation: JsonObject; place: string },
): readonly Parameter[] {
  const own = readParameters(document, operation.parameters, place);
  const inherited = readParameters(document, pathItem.parameters, place.slice(0, place.lastIndexOf(".")));
  const keys = new Set(own.map(keyOf));
  return [...inherited.filter((parameter) => !keys.has(keyOf(parameter))), ...own];
}

function readParameters(document: JsonObject, list: unknown, place: string): readonly Parameter[] {
  return arrayAt(list).flatMap((entry, index): Parameter[] => {
    const definition = objectAt(resolve(document, entry));
    const { required } = definition;
    const name = textAt(definition.name);
    const location = textAt(definition.in);
    // The check of the schema has told what is missing.
    if (name === undefined || location === undefined) return [];
    if (location === "header" && ignoredHeaders.has(name.toLowerCase())) return [];
    const isRequired = required === true || location === "path";
    return [{ name, in: location, required: isRequired, definition, place: `${place}.parameters.${index}` }];
  });
}

/** Finds parameters that are listed twice. */
export function repeatedParameters(parameters: readonly Parameter[]): readonly Finding[] {
  return [...Map.groupBy(parameters, keyOf).values()].flatMap(([, ...again]) =>
    again.map(({ place, name, in: location }) => ({
      rule: parameterListedTwice,
      place,
      detail: `"${name}" in ${location}`,
    })),
  );
}

// Names of headers are alike in any letter case.
function keyOf({ in: location, name }: Parameter): string {
  return `${location} ${location === "header" ? name.toLowerCase() : name}`;
}
