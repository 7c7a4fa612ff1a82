import table from "../../../openapi/azure-import.json" with { type: "json" };
import { ImportRefusal } from "./refusal.ts";

const { operationNameBeforeSuffix, operationNameSuffixes } = table.limits;

/** What an operation is named after. */
export interface NamedOperation {
  /** As in the document; "" where it has none. */
  readonly operationId: string;
  /** Upper case. */
  readonly method: string;
  readonly path: string;
}

/**
 * The names that operations get, in their order: `Get Sessions!` → `get-sessions`, without an id `GET /foo/{bar}` → `get-foo-bar`. One
 * that is taken gets `-1`, `-2` and so on.
 *
 * Assumed of Azure: an id without a letter or digit is none, and a name that is taken gets the lowest number that is free.
 *
 * @throws {SimulatorError} `ValidationError` once the numbers are used up.
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions#add-new-api-via-openapi-import
 */
export function importedNames(operations: readonly NamedOperation[]): readonly string[] {
  const used = new Set<string>();
  // Where the search for a free number goes on: else a thousand of one name take a million steps.
  const next = new Map<string, number>();
  return operations.map((operation) => {
    const base = normalised(operation.operationId) || normalised(`${operation.method}-${operation.path}`);
    const name = used.has(base) ? suffixed(base, used, next) : base;
    used.add(name);
    return name;
  });
}

function suffixed(base: string, used: ReadonlySet<string>, next: Map<string, number>): string {
  let number = next.get(base) ?? 1;
  while (used.has(`${base}-${number}`)) number += 1;
  next.set(base, number + 1);
  if (number > operationNameSuffixes)
    throw new ImportRefusal([{ rule: "operation-name-exhausted", place: "#/paths", got: `"${base}"` }]);
  return `${base}-${number}`;
}

function normalised(text: string): string {
  const parts = text.toLowerCase().split(/[^a-z0-9]+/);
  return parts
    .filter((part) => part !== "")
    .join("-")
    .slice(0, operationNameBeforeSuffix);
}
