import { wildcard } from "./template-index.ts";

/**
 * What stands in the place of a template's parameters, decoded: `/session/{id}` and `/session/7` → `id` is `7`.
 *
 * @param request The segments of a path that fits the template, as they came, and the query.
 */
export function matchedParameters(
  urlTemplate: string,
  { segments, query }: { readonly segments: readonly string[]; readonly query: string },
): ReadonlyMap<string, string> {
  const [path = "/", templateQuery = ""] = urlTemplate.split("?");
  const found = new Map<string, string>();
  const template = path.replace(wildcard, "").split("/").slice(1);
  for (const [at, part] of template.entries()) {
    for (const [name, value] of inSegment(part, decoded(segments[at] ?? ""))) found.set(name, value);
  }
  const [, rest] = /\/\{\*([^/{}]+)\}$/.exec(path) ?? [];
  if (rest !== undefined) found.set(rest, segments.slice(template.length).map(decoded).join("/"));
  const written = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(templateQuery)) {
    const [, parameter] = /^\{(.*)\}$/.exec(value) ?? [];
    const given = written.get(name);
    if (parameter !== undefined && given !== null) found.set(parameter, given);
  }
  return found;
}

/** `{name}.json` and `a.json` → `name` is `a`. */
function inSegment(part: string, segment: string): readonly (readonly [string, string])[] {
  const names = [...part.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
  if (names.length === 0) return [];
  const literals = part
    .split(/\{[^}]*\}/)
    .map((text) => decoded(text).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const values = new RegExp(`^${literals.join("(.+?)")}$`, "is").exec(segment)?.slice(1) ?? [];
  return names.map((name, at) => [name, values[at] ?? ""] as const);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A template may hold a percent sign that begins no escape.
    return text;
  }
}
