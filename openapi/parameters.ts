import { arrayAt, type JsonObject, objectAt } from "./json.ts";
import { resolve } from "./references.ts";
import type { Report } from "./security.ts";

/** A parameter with its references followed, and its place. */
export interface Parameter {
  readonly name: string;
  /** `path`, `query`, `header` or `cookie`. */
  readonly in: string;
  readonly required: boolean;
  readonly definition: JsonObject;
  readonly place: string;
}

// https://spec.openapis.org/oas/v3.0.3#parameter-object: definitions of these headers are ignored.
const ignoredHeaders = new Set(["accept", "authorization", "content-type"]);

/** The parameters of an operation: those of its path that it does not redefine, and its own. */
export function parametersOf(
  document: JsonObject,
  { pathItem, operation, place }: { pathItem: JsonObject; operation: JsonObject; place: string },
): readonly Parameter[] {
  const own = readParameters(document, operation.parameters, place);
  const inherited = readParameters(document, pathItem.parameters, place.slice(0, place.lastIndexOf(".")));
  const isRedefined = (one: Parameter) => own.some((other) => isSame(one, other));
  return [...inherited.filter((parameter) => !isRedefined(parameter)), ...own];
}

function readParameters(document: JsonObject, list: unknown, place: string): readonly Parameter[] {
  return arrayAt(list)
    .map((entry, index): Parameter => {
      const definition = objectAt(resolve(document, entry));
      const { name, in: location, required } = definition;
      return {
        name: String(name),
        in: String(location),
        required: required === true,
        definition,
        place: `${place}.parameters.${index}`,
      };
    })
    .filter((one) => one.in !== "header" || !ignoredHeaders.has(one.name.toLowerCase()));
}

/** Reports parameters that are listed twice, and those of the path that its template and its list do not agree on. */
export function reportParameters(
  path: string,
  parameters: readonly Parameter[],
  { place, report }: { place: string; report: Report },
): void {
  for (const [index, one] of parameters.entries()) {
    if (!parameters.slice(0, index).some((other) => isSame(one, other))) continue;
    report(one.place, `must be listed once; got the ${one.in} parameter "${one.name}" again. Remove one.`);
  }
  const inTemplate = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
  const declared = parameters.filter((one) => one.in === "path").map(({ name }) => name);
  for (const name of inTemplate.filter((one) => !declared.includes(one))) {
    report(
      `${place}.parameters`,
      `must declare the path's parameter "${name}"; got none. Add it with in: path and required: true.`,
    );
  }
  for (const name of declared.filter((one) => !inTemplate.includes(one))) {
    report(
      `${place}.parameters`,
      `must not declare the path parameter "${name}", which the path does not hold; got it. Remove it.`,
    );
  }
}

// Names of headers are alike in any letter case.
function isSame(one: Parameter, other: Parameter): boolean {
  if (one.in !== other.in) return false;
  return one.in === "header" ? one.name.toLowerCase() === other.name.toLowerCase() : one.name === other.name;
}
