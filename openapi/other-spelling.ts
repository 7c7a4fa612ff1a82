/** The rest of a path that a template takes, whatever it is: `/*` and `/{*rest}`. */
const openEnd = /^(?:\*|\{\*[^{}]*\})$/;

/**
 * A spelling of one template's path that a gateway takes for a looser template's path, while a lenient backend may take it for the same
 * one: `/open/secret/` of `/open/secret` beside `/open/*`, and `/users/me;x` of `/users/me` beside `/users/{id}`. `undefined` where the
 * looser template does not fit every path of the other one, or both fit the same paths.
 */
export function otherSpelling(looser: string, stricter: string): string | undefined {
  const [from, of] = [segmentsOf(looser), segmentsOf(stricter)];
  const isOpen = openEnd.test(from.at(-1) ?? "");
  const named = isOpen ? from.slice(0, -1) : from;
  if (isOpen ? of.length < named.length : of.length !== named.length) return undefined;
  if (!named.every((segment, at) => covers(segment, of[at] ?? ""))) return undefined;
  if (isOpen && !openEnd.test(of.at(-1) ?? "") && of.at(-1) !== "") return `${of.join("/")}/`;
  // Only a whole word is compared as it stands: a parameter takes the rest with it.
  const free = of.findIndex(
    (segment, at) =>
      segment !== "" && !/[{*]/.test(segment) && (at >= named.length || named[at]?.includes("{")),
  );
  if (free < 0) return undefined;
  return of.map((segment, at) => (at === free ? `${segment};x` : segment)).join("/");
}

/** The segments of a template's path; a slash in a parameter's name separates nothing. */
function segmentsOf(template: string): readonly string[] {
  return (
    (template.split("?")[0] ?? "")
      .match(/(?:\{[^}]*\}|[^/{])*(?:\/|$)/g)
      ?.slice(0, -1)
      .map(withoutSlash) ?? []
  );
}

function withoutSlash(segment: string): string {
  return segment.replace(/\/$/, "");
}

/** Whether a segment of a template fits every text that the other one fits. */
function covers(looser: string, stricter: string): boolean {
  if (!looser.includes("{")) return plain(looser) === plain(stricter);
  // A parameter stands for a text that no other segment names.
  const text = plain(stricter.replace(/\{[^}]*\}/g, "\u0000"));
  const pattern = looser
    .split(/\{[^}]*\}/)
    .map((part) => plain(part).replace(/[.*+?^$()|[\]\\{}]/g, "\\$&"))
    .join("[^/]+");
  return !openEnd.test(stricter) && new RegExp(`^${pattern}$`, "s").test(text);
}

/** As gateways compare: without escapes, in lower case. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text).toLowerCase();
  } catch {
    // A percent sign that begins no escape stands for itself.
    return text.toLowerCase();
  }
}
