import { azureLimits } from "./azure-import.ts";

/**
 * A text as API Management makes a name of it on import: `Get Sessions!` → `get-sessions`.
 *
 * Lower case, runs of other characters become one hyphen, hyphens at the ends are cut, at most 76 characters.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#add-new-api-via-openapi-import
 */
function normalizedName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, azureLimits.operationNameBeforeSuffix);
}

/** What an operation is named after. */
export interface NameSource {
  /** As the document has it. */
  readonly operationId: string | undefined;
  readonly method: string;
  readonly path: string;
}

/** An operation's name before it is numbered. An operationId without letters and digits counts as none. */
export function plainName({ operationId, method, path }: NameSource): string {
  return normalizedName(operationId ?? "") || normalizedName(`${method} ${path}`);
}

/**
 * The names that API Management gives the operations of one document on import, in their order: from the `operationId`, else from
 * method and path, `get-sessions`. `undefined` where no number is left.
 *
 * Assumed of Azure: the first operation of a name keeps it, the next ones get `-1`, `-2`, …, and a number whose name is taken is
 * left out.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#add-new-api-via-openapi-import
 */
export function operationNames(sources: readonly NameSource[]): readonly (string | undefined)[] {
  const taken = new Set<string>();
  const lastOf = new Map<string, number>();
  return sources.map((source) => {
    const plain = plainName(source);
    let name = plain;
    for (let number = lastOf.get(plain) ?? 0; taken.has(name); name = `${plain}-${number}`) {
      number += 1;
      if (number > azureLimits.operationNameSuffixes) return undefined;
      lastOf.set(plain, number);
    }
    taken.add(name);
    return name;
  });
}
