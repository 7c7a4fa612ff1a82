import { textAt } from "../openapi/json.ts";
import {
  type ClaimRequirement,
  neededText,
  type OperationSecurity,
  satisfies,
} from "../openapi/security/security.ts";
import { issuerDifference } from "./issuer-difference.ts";
import { claimValues, type ReadToken } from "./read-token.ts";
import type { TokenFacts } from "./token-facts.ts";
import { listed, type TokenFault } from "./token-fault.ts";

/** What an operation demands of a token. */
export interface Demands {
  readonly security: OperationSecurity;
  readonly requiredClaims: readonly ClaimRequirement[];
}

type Claims = ReadToken["claims"];

const newToken = "Get a new token: `npm run token`.";

/** What is wrong with the times of a token, by the gateway's clock. */
export function judgeTimes(claims: Claims, facts: TokenFacts): readonly TokenFault[] {
  const wrongType = wrongTypes(claims);
  if (wrongType !== undefined) return [wrongType];
  const { exp, nbf, iat } = claims as { exp?: number; nbf?: number; iat?: number };
  const { now } = facts;
  if (exp === undefined)
    return [
      {
        ...invalid("no-expiry", 'The token has no expiry (claim "exp"), and would be good for ever.'),
        next: "Get a token from Okta, whose tokens all expire.",
      },
    ];
  const clock = clockText(facts);
  const expired = now >= exp;
  const early = nbf !== undefined && now < nbf;
  const lived = iat === undefined ? "" : ` It was good for ${duration(exp - iat)}.`;
  return [
    ...(expired
      ? [
          {
            ...({ code: "expired", status: 401, reason: "TokenExpired" } as const),
            problem: `The token expired at ${time(exp)}, ${duration(now - exp)} ago by the gateway's clock.${lived}${clock}`,
            next: newToken,
          },
        ]
      : []),
    ...(early
      ? [
          {
            ...invalid(
              "not-yet-valid",
              `The token is good from ${time(nbf)} on, which is in ${duration(nbf - now)} by the gateway's clock. validate-jwt allows the clocks no difference (clock-skew is 0).${clock}`,
            ),
            next: "Wait that long, or set the clock of the machine that made the token.",
          },
        ]
      : []),
  ];
}

/** What is wrong with whom a token is for. */
export function judgeAudience(claims: Claims, { audience }: TokenFacts): readonly TokenFault[] {
  const audiences = claimValues(claims.aud);
  if (audience === undefined || audiences.includes(audience)) return [];
  const rest = { status: 401, reason: "TokenAudienceNotAllowed" } as const;
  const its = audiences.length === 0 ? "names no audience" : `is for ${listed(audiences)}`;
  if (isIdToken(claims))
    return [
      {
        ...rest,
        code: "id-token",
        problem: `It is an ID token: it says who signed in, and ${its}, the client; APIs take access tokens, for "${audience}".`,
        next: "Send `access_token` of the token endpoint's answer, in place of `id_token`.",
      },
    ];
  return [
    {
      ...rest,
      code: "audience",
      problem: `The token ${its} (claim "aud"), and the policies accept "${audience}".`,
      next: "Ask the authorization server with that audience for the token. If that one should be accepted, compare `oktaAudience` in the stack's settings.",
    },
  ];
}

/** What is wrong with who issued a token. */
export function judgeIssuer(claims: Claims, { issuers }: TokenFacts): readonly TokenFault[] {
  const issuer = textAt(claims.iss);
  if (issuer !== undefined && issuers.includes(issuer)) return [];
  return [{ status: 401, reason: "TokenIssuerNotAllowed", ...issuerDifference(issuer, issuers[0]) }];
}

/** What an operation demands and a token lacks: first the claims that it has not, then the values. */
export function judgeDemands(claims: Claims, demands: Demands): readonly TokenFault[] {
  const { security, requiredClaims } = demands;
  if (security.kind === "public") return [];
  const needsScopes = !satisfies(security, []);
  const names = [...(needsScopes ? ["scp"] : []), ...requiredClaims.map(({ name }) => name)];
  const missing = [...new Set(names)].filter((name) => claims[name] === undefined || claims[name] === null);
  const faults: TokenFault[] = missing.map((name) => missingClaim(name, claims, demands));
  const scopes = claimValues(claims.scp);
  if (needsScopes && !missing.includes("scp") && !satisfies(security, scopes))
    faults.push(scopeMissing(scopes, security));
  for (const claim of requiredClaims) {
    const values = claimValues(claims[claim.name]);
    const has = (value: string) => values.includes(value);
    const holds = claim.match === "all" ? claim.values.every(has) : claim.values.some(has);
    if (!missing.includes(claim.name) && !holds) faults.push(wrongValue(claim, values));
  }
  return faults;
}

function missingClaim(name: string, claims: Claims, { security, requiredClaims }: Demands): TokenFault {
  const rest = { status: 403, reason: "TokenClaimNotFound" } as const;
  if (name === "scp")
    return {
      ...rest,
      code: "no-scopes",
      problem: `The token has no scopes (claim "scp"), and the operation needs ${neededText(security)}.`,
      next: "Ask for a token with that scope. An ID token has none.",
    };
  const values = listed(requiredClaims.find((one) => one.name === name)?.values ?? [], "or");
  const nobody = claims.uid === undefined && claims.cid !== undefined;
  return {
    ...rest,
    code: "claim-missing",
    problem: `The token has no claim "${name}", and the operation needs ${values} in it.${nobody ? " Nobody signed in: the client got the token for itself, so it has no claims about a person." : ""}`,
    next: nobody
      ? "Sign in as somebody who has it: --client NAME --as PERSON."
      : `Give the person what the claim tells, such as the group, and sign in again. If nobody's token has it, compare "claims" in the stack's settings.`,
  };
}

function scopeMissing(scopes: readonly string[], security: OperationSecurity): TokenFault {
  return {
    ...{ code: "scope-missing", status: 403, reason: "TokenClaimValueNotAllowed" },
    problem: `The token has ${scopes.length === 0 ? "no scope" : `the scope${scopes.length === 1 ? "" : "s"} ${listed(scopes)}`}, and the operation needs ${neededText(security)}.`,
    next: "Ask for that scope too. If Okta does not give it, the client's access policy rule lacks it: add it to the client's `scopes` in the stack's settings.",
  };
}

function wrongValue({ name, match, values }: ClaimRequirement, had: readonly string[]): TokenFault {
  return {
    ...{ code: "claim-value", status: 403, reason: "TokenClaimValueNotAllowed" },
    problem: `The token's claim "${name}" is ${listed(had)}, and the operation needs ${listed(values, match === "all" ? "and" : "or")}.`,
    next: "Give the person what is missing, such as the group, and sign in again: a token keeps the claims that it was issued with.",
  };
}

/** By what Okta writes into ID tokens alone, or leaves out of them. */
function isIdToken(claims: Claims): boolean {
  const isAccess = claims.cid !== undefined || claims.scp !== undefined;
  return !isAccess && ["at_hash", "nonce", "amr", "idp", "preferred_username"].some((name) => name in claims);
}

// RFC 7519 §4.1: the types of the registered claims.
function wrongTypes(claims: Claims): TokenFault | undefined {
  const texts = ["iss", "sub", "jti"].filter(
    (name) => claims[name] !== undefined && typeof claims[name] !== "string",
  );
  const times = ["exp", "nbf", "iat"].filter(
    (name) => claims[name] !== undefined && typeof claims[name] !== "number",
  );
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud ?? ""];
  const lists = audiences.every((one) => typeof one === "string") && claims.aud !== null ? [] : ["aud"];
  const [name] = [...texts, ...times, ...lists];
  if (name === undefined) return undefined;
  return {
    ...invalid("claim-type", `The token's claim "${name}" is of another type than the standard gives it.`),
    next: "Get a token from Okta: RFC 7519, section 4.1, has the types.",
  };
}

function invalid(code: string, problem: string) {
  return { code, status: 401, reason: "JwtInvalid", problem } as const;
}

/** How far this machine's clock is off, where it is; that explains times that look right here. */
function clockText({ machineAhead }: TokenFacts): string {
  if (Math.abs(machineAhead) < 5) return "";
  return ` This machine's clock is ${duration(Math.abs(machineAhead))} ${machineAhead > 0 ? "ahead of" : "behind"} the gateway's.`;
}

function time(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds}` : date.toISOString().replace(".000Z", "Z");
}

/** Seconds as a person reads them: `5 minutes`, `1 hour 30 minutes`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), "day"],
    [Math.floor((whole % 86_400) / 3600), "hour"],
    [Math.floor((whole % 3600) / 60), "minute"],
    [whole % 60, "second"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 seconds";
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? "" : "s"}`)
    .join(" ");
}
