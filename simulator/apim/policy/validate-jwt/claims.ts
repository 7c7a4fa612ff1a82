import type { RequiredClaim, ValidateJwtSettings } from "./settings.ts";

/** Why a token is refused: API Management's reason, and its text. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Judges lifetime, audience, issuer and required claims of a token whose signature holds.
 *
 * @param issuers Of the settings and of the discovery documents together.
 * @returns The first thing wrong, or `undefined`.
 */
export function judgeClaims(
  claims: Claims,
  settings: ValidateJwtSettings,
  { nowSeconds, issuers }: { nowSeconds: number; issuers: ReadonlySet<string> },
): Refusal | undefined {
  return (
    judgeLifetime(claims, settings, nowSeconds) ??
    judgeAudience(claims, settings.audiences) ??
    judgeIssuer(claims, issuers) ??
    judgeRequired(claims, settings.claims)
  );
}

function judgeLifetime(
  { exp, nbf }: Claims,
  { requireExpirationTime, clockSkewSeconds }: ValidateJwtSettings,
  nowSeconds: number,
): Refusal | undefined {
  if ((exp !== undefined && typeof exp !== "number") || (nbf !== undefined && typeof nbf !== "number")) {
    return {
      reason: "JwtInvalid",
      message: 'claims "exp" and "nbf" must be numbers of seconds. Access denied.',
    };
  }
  if (exp === undefined && requireExpirationTime) {
    return { reason: "JwtInvalid", message: 'claim "exp" must be there; got none. Access denied.' };
  }
  // RFC 7519 §4.1.4: not on the second of expiry either.
  if (exp !== undefined && nowSeconds >= exp + clockSkewSeconds) {
    return {
      reason: "TokenExpired",
      message: `the token expired at ${exp}; it is ${nowSeconds}. Access denied.`,
    };
  }
  if (nbf !== undefined && nowSeconds < nbf - clockSkewSeconds) {
    return {
      reason: "JwtInvalid",
      message: `the token is not valid before ${nbf}; it is ${nowSeconds}. Access denied.`,
    };
  }
  return undefined;
}

function judgeAudience({ aud }: Claims, audiences: ReadonlySet<string> | undefined): Refusal | undefined {
  // Assumed of Azure: without an audiences element the audience is not looked at.
  if (audiences === undefined || valuesOf(aud).some((value) => audiences.has(value))) return undefined;
  return {
    reason: "TokenAudienceNotAllowed",
    message: `claim "aud" must be one of ${quoted(audiences)}; got ${shown(aud)}. Access denied.`,
  };
}

function judgeIssuer({ iss }: Claims, issuers: ReadonlySet<string>): Refusal | undefined {
  if (issuers.size === 0 || (typeof iss === "string" && issuers.has(iss))) return undefined;
  return {
    reason: "TokenIssuerNotAllowed",
    message: `claim "iss" must be one of ${quoted(issuers)}; got ${shown(iss)}. Access denied.`,
  };
}

function judgeRequired(claims: Claims, required: readonly RequiredClaim[]): Refusal | undefined {
  const missing = required.filter(({ name }) => !Object.hasOwn(claims, name) || claims[name] === null);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(", ");
    return {
      reason: "TokenClaimNotFound",
      message: `JWT token is missing the following claims: ${names} Access denied.`,
    };
  }
  const wrong = required.find((claim) => !holds(claims[claim.name], claim));
  if (wrong === undefined) return undefined;
  const value = valuesOf(claims[wrong.name], wrong.separator).join(", ");
  return {
    reason: "TokenClaimValueNotAllowed",
    message: `Claim ${wrong.name} value of ${value} is not allowed. Access denied.`,
  };
}

// Assumed of Azure: a claim without values asks only that the token has it, with `all` as with `any`.
function holds(value: unknown, { match, values, separator }: RequiredClaim): boolean {
  if (values.length === 0) return true;
  const present = new Set(valuesOf(value, separator));
  return match === "all"
    ? values.every((wanted) => present.has(wanted))
    : values.some((wanted) => present.has(wanted));
}

/** A claim as the values that it stands for: each item of an array, or a text, split where a separator is given. */
function valuesOf(value: unknown, separator?: string): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, separator));
  if (typeof value === "string") return separator === undefined ? [value] : value.split(separator);
  return [JSON.stringify(value)];
}

function quoted(values: ReadonlySet<string>): string {
  return [...values].map((value) => `"${value}"`).join(", ");
}

function shown(value: unknown): string {
  return value === undefined ? "none" : JSON.stringify(value);
}
