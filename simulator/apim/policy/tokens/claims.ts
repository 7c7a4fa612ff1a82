import type { RequiredClaim } from "../required-claim.ts";

/** Why a token is refused: API Management's reason, and its text. */
export interface TokenRefusal {
  readonly reason: string;
  readonly message: string;
}

/** What a policy asks of a token besides its signature and its issuer. */
export interface TokenRules {
  readonly requireExpirationTime: boolean;
  readonly clockSkewSeconds: number;
  /** `undefined` when the policy lists none: then any will do. */
  readonly audiences: ReadonlySet<string> | undefined;
  readonly claims: readonly RequiredClaim[];
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * Judges lifetime, audience, issuer and required claims of a token whose signature holds.
 *
 * @param issuers Of the settings and of the discovery documents together; `undefined` where neither is asked for: then any will do.
 * @returns The first thing wrong, or `undefined`.
 */
export function judgeClaims(
  claims: Claims,
  settings: TokenRules,
  { nowSeconds, issuers }: { nowSeconds: number; issuers: ReadonlySet<string> | undefined },
): TokenRefusal | undefined {
  const registered = readRegisteredClaims(claims);
  if ("reason" in registered) return registered;
  return (
    judgeLifetime(registered, settings, nowSeconds) ??
    judgeAudience(registered, settings.audiences) ??
    judgeIssuer(registered, issuers) ??
    judgeRequired(claims, settings.claims)
  );
}

/** The claims of RFC 7519 §4.1, of the types that it gives them. */
interface RegisteredClaims {
  readonly iss: string | undefined;
  readonly aud: readonly string[];
  readonly exp: number | undefined;
  readonly nbf: number | undefined;
}

/**
 * Reads the registered claims as RFC 7519 §4.1 has them; a claim of another type makes the token invalid.
 *
 * Assumed of Azure: a registered claim that is of another type than RFC 7519 gives it, `null` as well, makes the token invalid.
 */
function readRegisteredClaims(claims: Claims): RegisteredClaims | TokenRefusal {
  const { iss, sub, jti, aud = [], exp, nbf, iat } = claims;
  if (!isTextOrAbsent(iss)) return invalidClaim("iss", "a text");
  if (!isTextOrAbsent(sub)) return invalidClaim("sub", "a text");
  if (!isTextOrAbsent(jti)) return invalidClaim("jti", "a text");
  if (!isDateOrAbsent(exp)) return invalidClaim("exp", "a number of seconds");
  if (!isDateOrAbsent(nbf)) return invalidClaim("nbf", "a number of seconds");
  if (!isDateOrAbsent(iat)) return invalidClaim("iat", "a number of seconds");
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.every((one) => typeof one === "string"))
    return invalidClaim("aud", "a text or a list of texts");
  return { iss, aud: audiences, exp, nbf };
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isDateOrAbsent(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === "number" && Number.isFinite(value));
}

function invalidClaim(name: string, wanted: string): TokenRefusal {
  return { reason: "JwtInvalid", message: `claim "${name}" must be ${wanted}. Access denied.` };
}

function judgeLifetime(
  { exp, nbf }: RegisteredClaims,
  { requireExpirationTime, clockSkewSeconds }: TokenRules,
  nowSeconds: number,
): TokenRefusal | undefined {
  if (exp === undefined && requireExpirationTime) {
    return { reason: "JwtInvalid", message: 'claim "exp" is missing. Access denied.' };
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

function judgeAudience(
  { aud }: RegisteredClaims,
  audiences: ReadonlySet<string> | undefined,
): TokenRefusal | undefined {
  // Assumed of Azure: without an audiences element the audience is not looked at.
  if (audiences === undefined || aud.some((value) => audiences.has(value))) return undefined;
  return {
    reason: "TokenAudienceNotAllowed",
    message: `claim "aud" must be one of ${quoted(audiences)}; got ${shown(aud)}. Access denied.`,
  };
}

function judgeIssuer(
  { iss }: RegisteredClaims,
  issuers: ReadonlySet<string> | undefined,
): TokenRefusal | undefined {
  if (issuers === undefined || (iss !== undefined && issuers.has(iss))) return undefined;
  return {
    reason: "TokenIssuerNotAllowed",
    message: `claim "iss" must be one of ${quoted(issuers) || "those of a discovery document that is not known"}; got ${shown(iss === undefined ? [] : [iss])}. Access denied.`,
  };
}

// Assumed of Azure: claims that a token lacks are told before values that do not fit.
function judgeRequired(claims: Claims, required: readonly RequiredClaim[]): TokenRefusal | undefined {
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
  const value = valuesOf(claims[wrong.name], wrong.separator).join(", ").slice(0, 200);
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

/**
 * A claim as the values that it stands for: a text, number or boolean, or each such item of a list; a text is split where a
 * separator is given.
 *
 * Assumed of Azure: an object, and a list inside a list, stands for no value.
 * Assumed of Azure: a value fits letter by letter only, in the same letter case.
 */
function valuesOf(claim: unknown, separator: string | undefined): readonly string[] {
  return (Array.isArray(claim) ? claim : [claim]).flatMap((item: unknown) => {
    if (typeof item === "string") return separator === undefined ? item : item.split(separator);
    return typeof item === "number" || typeof item === "boolean" ? String(item) : [];
  });
}

function quoted(values: ReadonlySet<string>): string {
  return [...values].map((value) => `"${value}"`).join(", ");
}

function shown(values: readonly string[]): string {
  const text = values.map((value) => JSON.stringify(value)).join(", ");
  return text === "" ? "none" : text.slice(0, 200);
}
