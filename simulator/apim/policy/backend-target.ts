import { canonicalUriPart, withoutDots } from "../../../expressions/dotnet/uri.ts";
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
  const encoded = (text: string) => encodeURIComponent(text.toWellFormed());
  const added = action === "delete" ? [] : values.map((value) => `${encoded(name)}=${encoded(value)}`);
  return [...kept.map(({ written }) => written), ...added].join("&");
}

/** Path and query as one target, with whatever HTTP cannot carry escaped. */
export function targetWith(path: string, query: string): string {
  const bare = query.replace(/^\?/, "");
  const target = `${path.startsWith("/") ? path : `/${path}`}${bare === "" ? "" : `?${bare}`}`;
  return target.replace(/(?:#|[^\x21-\x7e])+/g, (text) => encodeURIComponent(text.toWellFormed()));
}

/**
 * A path that a policy wrote, as `context.Request.Url` reads it and the backend is asked for it.
 *
 * Assumed of Azure: a rewritten path is sent as .NET's `Uri` writes it: without dot segments, which lead nowhere above the backend's own
 * path, with `/` for a backslash, and what no path holds escaped, a number sign as well.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.uri#uri-string-canonicalization
 */
export function canonicalPath(path: string): string {
  return withoutDots(canonicalUriPart(path.replaceAll("\\", "/").replaceAll("#", "%23")));
}

function decodedName(written: string): string {
  const [[name = ""] = []] = new URLSearchParams(written);
  return name;
}
