import { invalid } from "./values.ts";

/** Scopes of which a token must have one. */
export type ScopeClause = readonly [string, ...string[]];

// Each is a statement that checks the token once more.
const maxClauses = 16;

/**
 * Says alternatives as required claims can say them, one after the other: `a and b, or c` → `a or c`, and `b or c`. Empty for
 * alternatives of which one needs nothing.
 *
 * @param anyOf Alternatives, each a list of scopes that are all needed.
 * @throws {PolicyError} `INVALID_VALUE` without an alternative, and when that takes more than 16 clauses.
 */
export function scopeClauses(anyOf: readonly (readonly string[])[], path: string): readonly ScopeClause[] {
  if (anyOf.length === 0) throw invalid(path, "has no alternative. Name the scopes");
  let clauses: readonly (readonly string[])[] = [[]];
  for (const all of anyOf) {
    clauses = withoutImplied(
      clauses.flatMap((clause) => all.map((scope) => [...new Set([...clause, scope])])),
    );
    if (clauses.length > maxClauses) {
      throw invalid(
        path,
        `takes more than ${maxClauses} checks of a token: its ${anyOf.length} alternatives combine too many scopes. Add a scope that stands for several of them`,
      );
    }
  }
  return clauses.flatMap(([first, ...others]) => (first === undefined ? [] : [[first, ...others]]));
}

/** Without the clauses that hold because another one holds. */
function withoutImplied(clauses: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isPart = (one: readonly string[], of: readonly string[]) => one.every((scope) => of.includes(scope));
  return clauses.filter(
    (clause, index) =>
      !clauses.some(
        (other, at) => at !== index && isPart(other, clause) && (other.length < clause.length || at < index),
      ),
  );
}
