import type { NamedChange } from "./exists-action.ts";

/** One query parameter, and how it is written: `a=b%20c`. */
export interface WrittenParameter {
  readonly name: string;
  readonly written: string;
}

/** The parameters of a query in their order, as they are written. */
export function parametersOf(query: string): readonly WrittenParameter[] {
  const pairs = query.replace(/^\?/, "").split("&");
  return pairs
    .filter((written) => written !== "")
    .map((written) => ({ name: decodedName(written), written }));
}

/** The query with one parameter changed; the others stay as they are written. */
export function changedQuery(query: string, { name, action, values }: NamedChange): string {
  const parameters = parametersOf(query);
  const isPresent = parameters.some((one) => one.name === name);
  if (action === "skip" && isPresent) return query;
  const kept = action === "append" ? parameters : parameters.filter((one) => one.name !== name);
  const key = encodeURIComponent(name);
  const added = action === "delete" ? [] : values.map((value) => `${key}=${encodeURIComponent(value)}`);
  return [...kept.map(({ written }) => written), ...added].join("&");
}

/** Path and query as one target, with whatever HTTP cannot carry escaped. */
export function targetWith(path: string, query: string): string {
  const bare = query.replace(/^\?/, "");
  const target = `${path.startsWith("/") ? path : `/${path}`}${bare === "" ? "" : `?${bare}`}`;
  return target.replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
}

function decodedName(written: string): string {
  const [[name = ""] = []] = new URLSearchParams(written);
  return name;
}
