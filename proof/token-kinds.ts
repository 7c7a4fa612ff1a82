import { type ClaimRequirement, type OperationSecurity, satisfies } from "../openapi/security/security.ts";
import type { Caller } from "./caller.ts";
import type { Claims, Forge } from "./forge.ts";
import { mostLacking } from "./lacking-scopes.ts";
import { type OktaRefusal, TokenRequestError } from "./okta-client.ts";

/**
 * Why API Management refuses a token, as `context.LastError.Reason` names it.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-policies
 */
export type RefusalReason =
  | "JwtInvalid"
  | "TokenAudienceNotAllowed"
  | "TokenClaimNotFound"
  | "TokenClaimValueNotAllowed"
  | "TokenExpired"
  | "TokenIssuerNotAllowed"
  | "TokenNotPresent"
  | "TokenSignatureInvalid"
  | "TokenSignatureKeyNotFound";

/** What must come of a kind of request: the operation's success, 401 or 403 for one reason alone, or no token from Okta. */
export type Verdict =
  | { readonly kind: "let in" }
  | { readonly kind: "refused" | "forbidden"; readonly reason: RefusalReason }
  | { readonly kind: "no token" };

/**
 * A group of kinds. Those of "clients" and "a stranger's app" are the table's columns; those of any other family an operation normally
 * answers alike, and the printed report folds them into one line.
 */
export type Family = (typeof families)[number];

/** Every family, in the order of the report. */
export const families = [
  "clients",
  "a stranger's app",
  "more scopes than its own",
  "needed scopes",
  "other scopes",
  "other claims",
  "no bearer token",
  "forged or expired",
] as const;

/** How a request carries its token. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters to add, `access_token=…`. */
  readonly query?: Readonly<Record<string, string>>;
  /** Okta was asked for a token and gave none. */
  readonly noToken?: OktaRefusal;
}

/** Where a kind gets its tokens from. */
export interface TokenSources {
  /** An access token with exactly these scopes and the claims that are required, from whichever client may have it. */
  readonly issued: (scopes: readonly string[], required: readonly ClaimRequirement[]) => Promise<string>;
  /** An access token of this caller, got the way that the caller gets it. */
  readonly issuedTo: (caller: Caller, scopes: readonly string[]) => Promise<string>;
  /** An access token of another app of the org; absent where no app's credentials are at hand. */
  readonly issuedToOtherApp?: ((scopes: readonly string[]) => Promise<string>) | undefined;
  /** Makes bad tokens, and those that Okta's own key signs where that key is available. */
  readonly forge: Forge;
}

/** What a kind needs to know of the operation and the stack it is sent to. */
export interface TokenContext {
  readonly security: OperationSecurity;
  /** What a token must say besides its scopes. */
  readonly requiredClaims: readonly ClaimRequirement[];
  /** Scopes that satisfy the operation; any declared one when it needs none. */
  readonly needed: readonly string[];
  /** Every scope of the stack. */
  readonly all: readonly string[];
  /**
   * Sets of declared scopes that do not satisfy the operation, each as large as it can be; where any valid token will do, another scope
   * than the needed one. Empty when every scope satisfies it.
   */
  readonly lacking: readonly (readonly string[])[];
  /** There are more such sets. */
  readonly isLackingCut: boolean;
}

/**
 * Where a kind's token comes from: given by Okta to a caller of the stack, or to whichever client may have it, and sent as it is, or
 * bent; given to another app; forged by whoever likes to; signed by Okta's own key, though Okta would not give it. Or there is none.
 */
export type TokenOrigin = "caller" | "given" | "bent" | "other app" | "forged" | "signed" | "none";

/** One kind of request: how it is made, and what must come back from an operation that is not public. */
export interface TokenKind {
  /** Stays as it is, whatever the name becomes: `other-scopes`. */
  readonly id: string;
  /** Name in the table and in messages. */
  readonly name: string;
  readonly family: Family;
  /** What must come back from an operation that is not public. */
  readonly expected: (context: TokenContext) => Verdict;
  readonly origin: TokenOrigin;
  /** Whose token it is; absent for kinds that are no caller's of the stack. */
  readonly caller?: Caller;
  /** Whether there is such a request to an operation; absent for kinds that there are for each. */
  readonly exists?: (context: TokenContext) => boolean;
  /** Why an operation cannot be sent this kind; absent for kinds that every operation can be sent. */
  readonly leftOut?: (context: TokenContext) => string | undefined;
  /** Scopes that the token has; none where there is no token. */
  readonly scopes: (context: TokenContext) => readonly string[];
  /** Makes the request's credentials, asking for a token where it needs one. */
  readonly credentials: (sources: TokenSources, context: TokenContext) => Promise<Credentials>;
}

type Identity = Pick<TokenKind, "id" | "name" | "family">;

const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });
const letIn = (): Verdict => ({ kind: "let in" });
const refused = (reason: RefusalReason) => (): Verdict => ({ kind: "refused", reason });
/** A valid token without the right scopes: harmless only where any valid token will do. */
const forbidden =
  (reason: RefusalReason) =>
  ({ security }: TokenContext): Verdict =>
    satisfies(security, []) ? { kind: "let in" } : { kind: "forbidden", reason };

const needed: TokenKind["scopes"] = (context) => context.needed;

/** A kind whose token Okta gives. */
function given(
  identity: Identity,
  rest: Pick<TokenKind, "expected" | "scopes" | "leftOut" | "exists">,
): TokenKind {
  return {
    ...identity,
    ...rest,
    origin: "given",
    credentials: (sources, context) =>
      unlessRefused(sources.issued(rest.scopes(context), context.requiredClaims)),
  };
}

/** A kind whose token Okta gives, and that is refused for what becomes of it. */
function bent(identity: Identity, reason: RefusalReason, bend: (token: string) => Credentials): TokenKind {
  return {
    ...identity,
    expected: refused(reason),
    origin: "bent",
    scopes: needed,
    credentials: (sources, context) =>
      unlessRefused(sources.issued(context.needed, context.requiredClaims), bend),
  };
}

type Make = (forge: Forge, claims: Claims) => string;

/** The claims by which an operation would let a token in. */
function goodClaims({ needed, requiredClaims }: TokenContext): Claims {
  const others = requiredClaims.map(({ name, match, values }) => [
    name,
    match === "all" ? values : values.slice(0, 1),
  ]);
  return { ...Object.fromEntries(others), scp: needed };
}

/** A kind whose token is none of Okta's. */
function forged(id: string, name: string, reason: RefusalReason, make: Make): TokenKind {
  return {
    id,
    name,
    family: "forged or expired",
    expected: refused(reason),
    origin: "forged",
    scopes: needed,
    credentials: async ({ forge }, context) => bearer(make(forge, goodClaims(context))),
  };
}

/** A kind whose token Okta's own key signs, though Okta would not give it. */
function signedByOkta(id: string, name: string, reason: RefusalReason, make: Make): TokenKind {
  return { ...forged(id, name, reason, make), origin: "signed" };
}

/** How many of an operation's claims are looked at one by one. */
export const mostClaims = 8;

/** The kinds of whoever has the needed scopes and lacks a claim that an operation asks for besides. */
const otherClaims: readonly TokenKind[] = [
  {
    ...signedByOkta("claims-missing", "required claims missing", "TokenClaimNotFound", (forge, { scp }) =>
      forge.token({ scp }),
    ),
    family: "other claims",
    expected: () => ({ kind: "forbidden", reason: "TokenClaimNotFound" }),
    exists: ({ requiredClaims }) => requiredClaims.length > 0,
  },
  ...Array.from({ length: mostClaims }, (_, index) => otherClaim(index)),
];

/** The kind that has another value of one required claim: by the claim's place. */
function otherClaim(index: number): TokenKind {
  const place = index === 0 ? "" : ` (${index + 1})`;
  return {
    id: `other-claim${index === 0 ? "" : `-${index + 1}`}`,
    name: `required claim with another value${place}`,
    family: "other claims",
    expected: () => ({ kind: "forbidden", reason: "TokenClaimValueNotAllowed" }),
    origin: "signed",
    scopes: needed,
    exists: ({ requiredClaims }) => requiredClaims[index] !== undefined,
    credentials: async ({ forge }, context) => {
      const claim = context.requiredClaims[index];
      const { name = "", match = "any", values = [] } = claim ?? {};
      // Of claims that must hold every value, all but the last.
      const held = match === "all" ? values.slice(0, -1) : [];
      return bearer(forge.token({ ...goodClaims(context), [name]: [...held, "of-another-operation"] }));
    },
  };
}

/** A kind without a token. */
function tokenless(id: string, name: string, reason: RefusalReason, credentials: Credentials): TokenKind {
  return {
    id,
    name,
    family: "no bearer token",
    expected: refused(reason),
    origin: "none",
    scopes: () => [],
    credentials: async () => credentials,
  };
}

/** The kind of whoever has another app of the same org, and asks for the scopes of this one's API. */
const otherApp: TokenKind = {
  id: "other-app",
  name: "a stranger's app",
  family: "a stranger's app",
  expected: () => ({ kind: "no token" }),
  origin: "other app",
  scopes: needed,
  credentials: async ({ issuedToOtherApp }, context) => {
    if (issuedToOtherApp === undefined)
      throw new Error("A kind that needs another app's credentials ran without them.");
    // A wrong secret of an app that is not the stack's would prove nothing of the stack.
    return unlessRefused(issuedToOtherApp(context.needed), bearer, isDenied);
  },
};

/** Whether Okta's access policies, or the app's assignments, deny a token. Any other refusal says nothing of who may have one. */
export function isDenied({ oktaError }: OktaRefusal): boolean {
  return oktaError === "access_denied";
}

/** Credentials with a token; without one where Okta refuses it, and the refusal is one that says something. */
async function unlessRefused(
  token: Promise<string>,
  carry: (token: string) => Credentials = bearer,
  isTelling: (refusal: OktaRefusal) => boolean = () => true,
): Promise<Credentials> {
  try {
    return carry(await token);
  } catch (error) {
    const refusal = error instanceof TokenRequestError ? error.refusal : undefined;
    if (refusal === undefined || !isTelling(refusal)) throw error;
    return { noToken: refusal };
  }
}

const asClient = "client:";
const asGreedyClient = "more:";

/**
 * The kind of one caller of the stack, with all scopes that it may have.
 *
 * @param scopes All that it may have.
 */
export function callerKind(
  caller: Caller,
  { scopes, ...rest }: { readonly scopes: readonly string[] } & Pick<TokenKind, "expected" | "leftOut">,
): TokenKind {
  return {
    id: asClient + caller.name,
    name: caller.name,
    family: "clients",
    ...rest,
    ...{ origin: "caller", caller, scopes: () => scopes },
    credentials: ({ issuedTo }) => unlessRefused(issuedTo(caller, scopes)),
  };
}

/** The kind of one caller that asks Okta for scopes which it may not have, since an operation needs them. */
export function greedyKind(caller: Caller, own: readonly string[]): TokenKind {
  return {
    id: asGreedyClient + caller.name,
    name: greedyName(caller.name),
    family: "more scopes than its own",
    expected: () => ({ kind: "no token" }),
    ...{ origin: "caller", caller, scopes: needed },
    exists: ({ security, needed }) =>
      security.kind === "token" && !needed.every((scope) => own.includes(scope)),
    credentials: ({ issuedTo }, context) => unlessRefused(issuedTo(caller, context.needed)),
  };
}

function greedyName(caller: string): string {
  return `${caller} asking for more`;
}

/** Name of a client's kind by its id; `undefined` for kinds that are no client's. */
export function clientKindName(id: string): string | undefined {
  if (id.startsWith(asClient)) return id.slice(asClient.length);
  return id.startsWith(asGreedyClient) ? greedyName(id.slice(asGreedyClient.length)) : undefined;
}

/** The kind of whoever has every scope of the stack but a few, without which the operation must refuse: by the place of the set. */
function lacking(index: number): TokenKind {
  const isFirst = index === 0;
  const place = isFirst ? "" : ` (${index + 1})`;
  return given(
    {
      id: isFirst ? "other-scopes" : `other-scopes-${index + 1}`,
      name: `all scopes but a needed one${place}`,
      family: "other scopes",
    },
    {
      expected: forbidden("TokenClaimValueNotAllowed"),
      scopes: (context) => context.lacking[index] ?? [],
      ...(isFirst
        ? {
            leftOut: ({ lacking }: TokenContext) =>
              lacking.length === 0 ? "every declared scope satisfies it" : undefined,
          }
        : { exists: (context: TokenContext) => context.lacking[index] !== undefined }),
    },
  );
}

/** Every kind of request that the proof sends besides those of the stack's clients, in the order of the report. */
export const tokenKinds: readonly TokenKind[] = [
  otherApp,
  given(
    { id: "needed-scopes", name: "needed scopes", family: "needed scopes" },
    { expected: letIn, scopes: needed },
  ),
  given(
    { id: "all-scopes", name: "all scopes", family: "needed scopes" },
    { expected: letIn, scopes: ({ all }) => all },
  ),
  ...Array.from({ length: mostLacking }, (_, index) => lacking(index)),
  {
    id: "scp-missing",
    name: "scp missing",
    family: "other scopes",
    expected: forbidden("TokenClaimNotFound"),
    origin: "signed",
    scopes: () => [],
    credentials: async ({ forge }, context) => {
      const { scp: _, ...others } = goodClaims(context);
      return bearer(forge.token(others));
    },
  },
  ...otherClaims,
  tokenless("no-token", "no token", "TokenNotPresent", {}),
  tokenless("not-a-token", "not a token", "JwtInvalid", bearer("not-a-token")),
  bent(
    { id: "basic-scheme", name: "Basic scheme", family: "no bearer token" },
    "TokenNotPresent",
    (token) => ({ headers: { authorization: `Basic ${token}` } }),
  ),
  bent(
    { id: "query-string", name: "in the query string", family: "no bearer token" },
    "TokenNotPresent",
    (token) => ({ query: { access_token: token } }),
  ),
  bent(
    { id: "payload-changed", name: "payload changed", family: "forged or expired" },
    "TokenSignatureInvalid",
    (token) => bearer(withOtherPayload(token)),
  ),
  signedByOkta("expired", "expired", "TokenExpired", (forge, good) =>
    forge.token({ ...good, iat: forge.now - 7200, exp: forge.now - 3600 }),
  ),
  signedByOkta("without-expiry", "without expiry", "JwtInvalid", (forge, good) =>
    forge.token({ ...good, exp: undefined }),
  ),
  signedByOkta("not-yet-valid", "not yet valid", "JwtInvalid", (forge, good) =>
    forge.token({ ...good, nbf: forge.now + 1800 }),
  ),
  signedByOkta("wrong-audience", "wrong audience", "TokenAudienceNotAllowed", (forge, good) =>
    forge.token({ ...good, aud: `${forge.identity.audience}-another` }),
  ),
  signedByOkta("wrong-issuer", "wrong issuer", "TokenIssuerNotAllowed", (forge, good) =>
    forge.token({ ...good, iss: `${forge.identity.issuer}-another` }),
  ),
  forged("unknown-key", "unknown key with the right kid", "TokenSignatureInvalid", (forge, good) =>
    forge.signedByStranger(good),
  ),
  // Okta's own key under another kid would be let in: API Management then tries every key.
  forged("unknown-kid", "unknown key with an unknown kid", "TokenSignatureKeyNotFound", (forge, good) =>
    forge.signedByStranger(good, { kid: "unknown-kid" }),
  ),
  forged("alg-none", "alg none", "TokenSignatureInvalid", (forge, good) => forge.unsigned(good)),
  forged("hs256-public-key", "HS256 with the public key", "TokenSignatureKeyNotFound", (forge, good) =>
    forge.keyedWithPublicKey(good),
  ),
];

/** Whether Okta is asked for the kind's token. */
export function isAskedOfOkta({ origin }: TokenKind): boolean {
  return origin !== "forged" && origin !== "signed" && origin !== "none";
}

/** The same header and signature around a payload that claims to live longer. */
function withOtherPayload(token: string): string {
  const [header, payload = "", signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 86_400 })).toString("base64url");
  return [header, changed, signature].join(".");
}
