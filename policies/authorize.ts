import { acceptedTokens, type TokenRequirements } from "./authenticate.ts";
import { type ValidateJwt, validateJwt } from "./validate-jwt.ts";

/** The scopes that an operation needs: all of them, or any one. */
export interface RequiredScopes {
  readonly match: "all" | "any";
  readonly scopes: readonly [string, ...string[]];
}

/** Lets in a token that has the operation's scopes; another one gets 403 with the names of the scopes needed. */
export function authorize(requirements: TokenRequirements, { match, scopes }: RequiredScopes): ValidateJwt {
  return validateJwt({
    ...acceptedTokens(requirements),
    failedValidationHttpCode: 403,
    failedValidationErrorMessage: `Forbidden. Access token must have ${wording[match]}${scopes.join(", ")}.`,
    // Okta's "scp" is an array already, so it has no separator.
    requiredClaims: [{ name: "scp", match, values: scopes }],
  });
}

const wording = { all: "scope ", any: "one of the scopes " };
