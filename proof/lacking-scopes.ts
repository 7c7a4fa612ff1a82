/** What {@link lackingScopes} finds. */
export interface LackingScopes {
  /** Sets of scopes, each as large as it can be while it satisfies no alternative. */
  readonly sets: readonly (readonly string[])[];
  /** There are more such sets than were looked for. */
  readonly isCut: boolean;
}

/** How many sets are looked for. Each is one more request to the operation. */
export const mostLacking = 16;

/**
 * The largest sets of declared scopes that do not satisfy an operation: whoever has one of them, and nothing else, must stay out. For
 * `a and b` they are all scopes but a, and all but b, so that a gateway that forgot either is found; for `a and b, or c`, all but a and
 * c, and all but b and c.
 *
 * @param anyOf Alternatives, each a list of scopes that are all needed; none of them empty.
 * @param declared Every scope of the stack.
 */
export function lackingScopes(
  anyOf: readonly (readonly string[])[],
  declared: readonly string[],
): LackingScopes {
  let missing: readonly (readonly string[])[] = [[]];
  let isCut = false;
  // Who lacks one scope of each alternative satisfies none: https://en.wikipedia.org/wiki/Vertex_cover#Hypergraphs
  for (const all of anyOf) {
    const next = missing.flatMap((set) =>
      all.some((scope) => set.includes(scope)) ? [set] : all.map((scope) => [...set, scope]),
    );
    const smallest = withoutLarger(next);
    isCut ||= smallest.length > mostLacking;
    missing = smallest.slice(0, mostLacking);
  }
  const sets = missing.map((set) => declared.filter((scope) => !set.includes(scope)));
  // Okta gives no token without a scope.
  return { sets: sets.filter((set) => set.length > 0), isCut };
}

/** Without the sets that hold a smaller one of them, or the same once more. */
function withoutLarger(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const sorted = sets.toSorted((a, b) => a.length - b.length);
  const kept: (readonly string[])[] = [];
  for (const set of sorted)
    if (!kept.some((smaller) => smaller.every((scope) => set.includes(scope)))) kept.push(set);
  return kept;
}
