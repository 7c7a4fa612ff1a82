import { namedScopes } from "../openapi/security/security.ts";
import type { StackDocuments } from "./documents.ts";

/** The scopes that some operation of the stack needs, in the documents' order. */
export function neededScopes({ apis, scopes }: StackDocuments): string[] {
  const named = new Set(
    [...apis.values()].flatMap(({ document }) =>
      document.operations.flatMap(({ security }) => namedScopes(security).flat()),
    ),
  );
  return Object.keys(scopes).filter((scope) => named.has(scope));
}
