import { acceptedTokens, type TokenRequirements } from "./authenticate.ts";
import { type ValidateJwt, validateJwt } from "./elements/validate-jwt.ts";
import { invalid } from "./values.ts";

/** A claim besides the scopes that a token must have, with at least one value: `{ name: "groups", match: "any", values: ["Speakers"] }`. */
export interface ClaimToHave {
  readonly name: string;
  /** `all`: the token's claim must hold every value; `any`: at least one. */
  readonly match: "all" | "any";
  readonly values: readonly string[];
}

/** What an operation asks of a token: scopes, other claims, or both. */
export interface RequiredRights {
  /** Whether a token needs all of the scopes, or any one. */
  readonly match: "all" | "any";
  readonly scopes: readonly string[];
  /** All of them. @defaultValue none */
  readonly claims?: readonly ClaimToHave[];
}

/**
 * Lets in a token that has the operation's scopes and claims; another one gets 403 with what is needed.
 *
 * @throws {PolicyError} `INVALID_VALUE` when nothing is asked for, or a claim has no values: either would let in more than it says.
 */
export function authorize(
  requirements: TokenRequirements,
  { match, scopes, claims = [] }: RequiredRights,
): ValidateJwt {
  // Okta's "scp" is an array already, so it has no separator.
  const asked = [...(scopes.length === 0 ? [] : [{ name: "scp", match, values: scopes }]), ...claims];
  const [first, ...others] = asked.map(withValues);
  if (first === undefined) throw invalid(place, "asks for neither a scope nor a claim. Name one");
  const needed = [
    ...(scopes.length === 0 ? [] : [`${wording[match]}${scopes.join(", ")}`]),
    ...claims.map(claimText),
  ];
  return validateJwt({
    ...acceptedTokens(requirements),
    failedValidationHttpCode: 403,
    failedValidationErrorMessage: `Forbidden. Access token must have ${needed.join(", and ")}.`,
    requiredClaims: [first, ...others],
  });
}

const place = "inbound/validate-jwt/required-claims";

const wording = { all: "scope ", any: "one of the scopes " };

function claimText({ name, match, values }: ClaimToHave): string {
  return `${match === "any" && values.length > 1 ? "one of " : ""}${values.join(", ")} in claim ${name}`;
}

// A claim without values is let in whatever it says.
function withValues({ name, match, values: [value, ...others] }: ClaimToHave) {
  if (value === undefined)
    throw invalid(`${place}/claim`, `"${name}" has no value. Name the accepted values`);
  return { name, match, values: [value, ...others] as const };
}
