import { otherSpelling } from "../openapi/other-spelling.ts";

/** An operation and whom it lets in, as a `ProtectedApi` is told of it. */
export interface ReachableOperation {
  readonly method: string;
  readonly path: string;
  readonly anyOf?: readonly (readonly string[])[];
  readonly isPublic?: boolean;
  readonly requiredClaims?: readonly ClaimAsked[];
}

interface ClaimAsked {
  readonly name: string;
  readonly match: string;
  readonly values: readonly string[];
}

/**
 * A warning for each operation that other spellings of stricter operations' paths lead to: `GET /open/*`, public, beside
 * `GET /open/secret`, which needs a token. API Management sends `/open/secret/` to the backend by the first one, without a token, and a
 * backend that takes it for `/open/secret` answers. Nothing is refused: which spellings a backend takes is not known here.
 */
export function looserOperationWarnings(operations: readonly ReachableOperation[]): readonly string[] {
  const byMethod = Map.groupBy(operations, ({ method }) => method);
  return operations.flatMap((looser) => {
    const reached = (byMethod.get(looser.method) ?? []).flatMap((stricter) => {
      if (asksForAll(looser, stricter)) return [];
      const spelling = otherSpelling(looser.path, stricter.path);
      return spelling === undefined ? [] : [{ stricter, spelling }];
    });
    const [first] = reached;
    return first === undefined
      ? []
      : [
          warning(
            looser,
            first,
            reached.map(({ stricter }) => named(stricter)),
          ),
        ];
  });
}

function warning(
  looser: ReachableOperation,
  { spelling }: { readonly spelling: string },
  reached: readonly string[],
): string {
  const more = reached.length - 3;
  const stricter = `${reached.slice(0, 3).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const asks = looser.isPublic ? "lets everybody in" : "asks for other rights";
  return `${named(looser)} ${asks}, and its path fits other spellings of ${stricter}, for example ${spelling}. A backend that reads such a path as the other one answers callers whom ${reached.length === 1 ? "that operation refuses" : "those operations refuse"}. Let the backend refuse other spellings, or give ${named(looser)} a path that fits none of theirs.`;
}

function named({ method, path }: ReachableOperation): string {
  return `${method} ${path}`;
}

/** Whether every token that the one lets in is one that the other lets in too. */
function asksForAll(one: ReachableOperation, other: ReachableOperation): boolean {
  if (other.isPublic) return true;
  if (one.isPublic) return false;
  const [scopes, others] = [one.anyOf ?? [[]], other.anyOf ?? [[]]];
  const hasScopes = scopes.every((all) =>
    others.some((needed) => needed.every((scope) => all.includes(scope))),
  );
  const claims = one.requiredClaims ?? [];
  return (
    hasScopes &&
    (other.requiredClaims ?? []).every((needed) => claims.some((claim) => implies(claim, needed)))
  );
}

/** Whether a token with the one claim has the other one as well. */
function implies(one: ClaimAsked, other: ClaimAsked): boolean {
  if (one.name !== other.name) return false;
  const has = (value: string) => one.values.includes(value);
  // Of any of its values, the token may have each one; of all, it has each.
  if (other.match === "all")
    return (one.match === "all" || one.values.length === 1) && other.values.every(has);
  if (one.match === "all") return other.values.some(has);
  return one.values.every((value) => other.values.includes(value));
}
