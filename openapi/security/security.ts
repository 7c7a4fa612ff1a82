/** Who may call an operation. */
export type OperationSecurity =
  | { readonly kind: "public" }
  | {
      readonly kind: "token";
      /** Alternatives: a token needs all scopes of one of them. One without scopes lets any valid token in. */
      readonly anyOf: readonly (readonly string[])[];
    };

/** A claim that an operation requires of a token besides scopes: `{ name: "groups", match: "any", values: ["Speakers", "Staff"] }`. */
export interface ClaimRequirement {
  readonly name: string;
  /** `all`: the token's claim must hold every value; `any`: at least one. */
  readonly match: "all" | "any";
  /** At least one. */
  readonly values: readonly string[];
}

/** Whether the scopes satisfy what an operation needs. */
export function satisfies(security: OperationSecurity, scopes: readonly string[]): boolean {
  return security.kind === "public" || security.anyOf.some((all) => all.every((one) => scopes.includes(one)));
}

/**
 * The scopes to ask Okta for, so that the operation lets the token in: the first alternative, and any declared one where none is
 * needed, since Okta gives no token without a scope.
 */
export function scopesToAskFor(security: OperationSecurity, declared: readonly string[]): readonly string[] {
  return satisfies(security, []) ? declared.slice(0, 1) : namedScopes(security).slice(0, 1).flat();
}

/**
 * What an operation needs, as a person reads it: `orders.read + orders.write or admin`, `orders.read, groups: Staff`, `any token`,
 * `public`.
 */
export function neededText(security: OperationSecurity, claims: readonly ClaimRequirement[] = []): string {
  if (security.kind === "public") return "public";
  const scopes = satisfies(security, []) ? [] : [security.anyOf.map((all) => all.join(" + ")).join(" or ")];
  const needed = [...scopes, ...(claims.length === 0 ? [] : [claimsText(claims)])];
  return needed.join(", ") || "any token";
}

/** What a token must say besides its scopes, as a person reads it: `groups: Speakers or Staff, tier: gold`. */
function claimsText(claims: readonly ClaimRequirement[]): string {
  return claims
    .map(({ name, match, values }) => `${name}: ${values.join(match === "all" ? " + " : " or ")}`)
    .join(", ");
}

/** The alternatives that name scopes; none for a public operation. */
export function namedScopes(security: OperationSecurity): readonly (readonly string[])[] {
  return security.kind === "public" ? [] : security.anyOf.filter((all) => all.length > 0);
}
