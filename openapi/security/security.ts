/** Who may call an operation. */
export type OperationSecurity =
  | { readonly kind: "public" }
  | {
      readonly kind: "token";
      /** Alternatives: a token needs all scopes of one of them. One without scopes lets any valid token in. */
      readonly anyOf: readonly (readonly string[])[];
    };

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

/** The scopes that an operation needs, as a person reads them: `orders.read + orders.write or admin`, `any token`, `public`. */
export function neededText(security: OperationSecurity): string {
  if (security.kind === "public") return "public";
  if (satisfies(security, [])) return "any token";
  return security.anyOf.map((all) => all.join(" + ")).join(" or ");
}

/** The alternatives that name scopes; none for a public operation. */
export function namedScopes(security: OperationSecurity): readonly (readonly string[])[] {
  return security.kind === "public" ? [] : security.anyOf.filter((all) => all.length > 0);
}
