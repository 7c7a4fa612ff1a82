import type { PolicyFolder } from "../policy-folders/policy-folder.ts";
import { namedValuesIn } from "../simulator/apim/policy/named-values.ts";
import { isSecretName } from "./secret-texts.ts";

/** What stands for the named values of a folder. */
export interface FolderNamedValues {
  /** A value by its display name, the placeholder where the folder has none; `undefined` where no policy names it. */
  readonly valueOf: (displayName: string) => string | undefined;
  /** Names whose value nobody gave, each with what stands for it here. */
  readonly placeholders: ReadonlyMap<string, string>;
  /** Texts that no output may show. */
  readonly secrets: readonly string[];
}

/**
 * Finds a value for each named value that the documents name: one that is given, else the folder's own, else a placeholder that fits
 * where it stands.
 *
 * @param given Values by name, which count before the folder's.
 */
export function folderNamedValues(
  folder: PolicyFolder,
  texts: readonly string[],
  given: ReadonlyMap<string, string>,
): FolderNamedValues {
  const placeholders = new Map<string, string>();
  const values = new Map([
    ...folder.namedValues.flatMap(({ displayName, value }) =>
      value === undefined ? [] : [[displayName, value] as const],
    ),
    ...given,
  ]);
  for (const name of new Set(texts.flatMap((text) => [...namedValuesIn(text)]))) {
    if (values.has(name)) continue;
    const placeholder = placeholderFor(name, texts);
    placeholders.set(name, placeholder);
    values.set(name, placeholder);
  }
  const secret = new Set(
    folder.namedValues.flatMap(({ displayName, isSecret }) => (isSecret ? [displayName] : [])),
  );
  const secrets = [...values].flatMap(([name, value]) =>
    !placeholders.has(name) && (secret.has(name) || isSecretName(name)) ? [value] : [],
  );
  return { valueOf: (name) => values.get(name), placeholders, secrets: secrets.filter((one) => one !== "") };
}

/** A value that may stand where the name stands: an address, a number, a key, else the name itself. */
function placeholderFor(name: string, texts: readonly string[]): string {
  const written = `\\{\\{${name.replace(/[.\\]/g, "\\$&")}\\}\\}`;
  const stands = (pattern: string) =>
    texts.some((text) => new RegExp(pattern.replaceAll("NAME", written), "i").test(text));
  const host =
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "value";
  if (stands(`url\\s*=\\s*["']\\s*NAME|<set-url>\\s*NAME`)) return `https://${host}.invalid`;
  if (stands(`<origin>\\s*NAME`)) return `https://${host}.invalid`;
  if (stands(`https?://[\\w.-]*NAME`)) return host;
  if (stands(`<key(?:\\s[^>]*)?>\\s*NAME`))
    return Buffer.from(`placeholder of ${name}`.padEnd(48, ".")).toString("base64");
  if (stands(`<address(?:-range)?[^>]*NAME|<address>\\s*NAME`)) return "192.0.2.1";
  if (stands(`httpcode\\s*=\\s*["']NAME`)) return "401";
  if (
    stands(
      `(?:calls|bandwidth|period|retry-after|timeout|duration|interval|count|per-minute|quota)\\s*=\\s*["']NAME`,
    )
  )
    return "60";
  return name;
}
