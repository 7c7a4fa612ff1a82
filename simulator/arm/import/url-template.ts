import { type DocumentPart, object, text } from "./json.ts";
import { follow } from "./references.ts";
import type { ImportProblem } from "./refusal.ts";

/** What becomes of required query parameters: parameters of the URL template, or of the query as the optional ones. */
export type QueryConduct = "template" | "query";

/** An operation's path and parameters, before it is imported. */
export interface TemplateParts {
  readonly path: string;
  readonly parameters: readonly DocumentPart[];
  readonly conduct: QueryConduct;
  /** JSON pointer of the operation. */
  readonly place: string;
}

/** The URL template of an operation: `/a/{id}` with the required query parameter `q` → `/a/{id}?q={q}`. */
export function urlTemplate(parts: TemplateParts): string {
  const { path } = parts;
  const added = requiredQuery(parts).map((name) => `${name}={${name}}`);
  return added.length === 0 ? path : `${path}${path.includes("?") ? "&" : "?"}${added.join("&")}`;
}

/** What Azure refuses in a URL template and in the parameters that belong to it. */
export function templateProblems(document: DocumentPart, parts: TemplateParts): readonly ImportProblem[] {
  const { path, parameters, place } = parts;
  const inPath = namesIn(path);
  const declared = parameters.filter((one) => one.in === "path").map(({ name }) => text(name));
  const problem = (rule: ImportProblem["rule"]) => (name: string) => ({
    rule,
    place,
    got: JSON.stringify(name),
  });
  return [
    ...declared.filter((name) => !inPath.includes(name)).map(problem("path-parameter-not-in-path")),
    ...inPath
      // One without its asterisk is told as not in the path.
      .filter(
        (name) => !declared.includes(name) && !declared.includes(name.slice(1)) && !isInQuery(path, name),
      )
      .map(problem("path-parameter-undeclared")),
    ...twice([...inPath, ...requiredQuery(parts)]).map(problem("parameter-names-not-unique")),
    ...templateParameters(parts)
      .filter((one) => isObjectInQuery(document, one))
      .map(({ name }) => problem("required-query-object")(text(name))),
  ];
}

/** Names of the parameters in a path: `/a/{id}/{*rest}` → `id`, `*rest`. */
function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
}

// x-ms-paths may have parameters behind the question mark, which are declared as query parameters.
function isInQuery(path: string, name: string): boolean {
  return namesIn(path.slice(path.indexOf("?") + 1)).includes(name) && path.includes("?");
}

function templateParameters({ parameters, conduct }: TemplateParts): readonly DocumentPart[] {
  if (conduct === "query") return [];
  return parameters.filter((one) => one.in === "query" && one.required === true);
}

/** Names of the required query parameters that the path does not have itself. */
function requiredQuery(parts: TemplateParts): readonly string[] {
  const [, query = ""] = parts.path.split("?");
  const written = new URLSearchParams(query);
  return templateParameters(parts)
    .map(({ name }) => text(name))
    .filter((name) => !written.has(name));
}

function twice(names: readonly string[]): readonly string[] {
  const all = names.map((name) => name.toLowerCase());
  return names.filter((_, index) => all.indexOf(all[index] ?? "") < index);
}

/** Whether a query parameter is sent under the names of its properties, as `filter[color]=red` or `color=red`. */
function isObjectInQuery(
  document: DocumentPart,
  { style = "form", explode = style === "form", schema }: DocumentPart,
): boolean {
  if (style === "deepObject") return true;
  const { type, properties } = object(follow(document, schema));
  return explode === true && (type === "object" || (type === undefined && properties !== undefined));
}
