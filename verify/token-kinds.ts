import type { OperationSecurity } from "../apis/security.ts";
import type { Forge } from "./forge.ts";

/** What a kind of request must get: the operation's success, 401 or 403. */
export type Verdict = "let in" | "refused" | "forbidden";

/** A group of kinds that an operation normally answers alike; the printed table folds them into one column. */
export type Family = "needed scopes" | "other scopes" | "no bearer token" | "forged or expired";

/** How a request carries its token. */
export interface Credentials {
  readonly headers?: Readonly<Record<string, string>>;
  /** Query parameters to add, `access_token=…`. */
  readonly query?: Readonly<Record<string, string>>;
}

/** Where a kind gets its tokens from. */
export interface TokenSources {
  /** An access token with exactly these scopes, from the token endpoint. */
  readonly issued: (scopes: readonly string[]) => Promise<string>;
  /** Makes bad tokens, and those that Okta's own key signs where that key is to be had. */
  readonly forge: Forge;
}

/** What a kind needs to know of the operation and the stack it is sent to. */
export interface TokenContext {
  readonly security: OperationSecurity;
  /** Scopes that satisfy the operation; any declared one when it needs none. */
  readonly needed: readonly string[];
  /** Every scope of the stack. */
  readonly all: readonly string[];
  /** Declared scopes that do not satisfy the operation, where it needs any; absent when every scope does. */
  readonly other?: readonly string[];
}

/**
 * Where a kind's token comes from: given by Okta and sent as it is, or bent; forged by whoever likes to; signed by Okta's own key,
 * though Okta would not give it. Or there is none.
 */
export type TokenOrigin = "given" | "bent" | "forged" | "signed" | "none";

/** One kind of request: how it is made, and what must come back from an operation that is not public. */
export interface TokenKind {
  /** Name in the table, in JSON and in messages. */
  readonly name: string;
  readonly family: Family;
  /** What must come back from an operation that is not public. */
  readonly expected: (context: TokenContext) => Verdict;
  readonly origin: TokenOrigin;
  /** Scopes that the token has; none where there is no token. */
  readonly scopes: (context: TokenContext) => readonly string[];
  /** Makes the request's credentials, asking for a token where it needs one. */
  readonly credentials: (sources: TokenSources, context: TokenContext) => Promise<Credentials>;
}

const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });
const letIn = (): Verdict => "let in";
const refused = (): Verdict => "refused";
// A valid token without the right scopes: harmless only where any valid token will do.
const forbidden = ({ security }: TokenContext): Verdict =>
  security.kind === "token" && security.scopes.length === 0 ? "let in" : "forbidden";

const needed: TokenKind["scopes"] = (context) => context.needed;

/** A kind whose token Okta gives. */
function given(name: string, family: Family, rest: Pick<TokenKind, "expected" | "scopes">): TokenKind {
  return {
    name,
    family,
    ...rest,
    origin: "given",
    credentials: async (sources, context) => bearer(await sources.issued(rest.scopes(context))),
  };
}

/** A kind whose token Okta gives, and that is refused for what becomes of it. */
function bent(name: string, family: Family, bend: (token: string) => Credentials): TokenKind {
  return {
    name,
    family,
    expected: refused,
    origin: "bent",
    scopes: needed,
    credentials: async (sources, context) => bend(await sources.issued(context.needed)),
  };
}

type Make = (forge: Forge, scopes: readonly string[]) => string;

/** A kind whose token is none of Okta's. */
function forged(name: string, make: Make): TokenKind {
  return {
    name,
    family: "forged or expired",
    expected: refused,
    origin: "forged",
    scopes: needed,
    credentials: async ({ forge }, context) => bearer(make(forge, context.needed)),
  };
}

/** A kind whose token Okta's own key signs, though Okta would not give it. */
function signedByOkta(name: string, make: Make): TokenKind {
  return { ...forged(name, make), origin: "signed" };
}

/** A kind without a token. */
function tokenless(name: string, credentials: Credentials): TokenKind {
  return {
    name,
    family: "no bearer token",
    expected: refused,
    origin: "none",
    scopes: () => [],
    credentials: async () => credentials,
  };
}

/** Every kind of request that the proof sends, in the order of the table. */
export const tokenKinds: readonly TokenKind[] = [
  given("needed scopes", "needed scopes", { expected: letIn, scopes: needed }),
  given("all scopes", "needed scopes", { expected: letIn, scopes: ({ all }) => all }),
  given("another operation's scope", "other scopes", {
    expected: forbidden,
    scopes: ({ other = [] }) => other,
  }),
  {
    ...signedByOkta("scp missing", (forge) => forge.token({ scp: undefined })),
    family: "other scopes",
    expected: forbidden,
    scopes: () => [],
  },
  tokenless("no token", {}),
  tokenless("not a token", bearer("not-a-token")),
  bent("Basic scheme", "no bearer token", (token) => ({ headers: { authorization: `Basic ${token}` } })),
  bent("in the query string", "no bearer token", (token) => ({ query: { access_token: token } })),
  bent("payload changed", "forged or expired", (token) => bearer(withOtherPayload(token))),
  signedByOkta("expired", (forge, scp) => forge.token({ scp, iat: forge.now - 7200, exp: forge.now - 3600 })),
  signedByOkta("without expiry", (forge, scp) => forge.token({ scp, exp: undefined })),
  signedByOkta("not yet valid", (forge, scp) =>
    forge.token({ scp, nbf: forge.now + 3600, exp: forge.now + 7200 }),
  ),
  signedByOkta("wrong audience", (forge, scp) => forge.token({ scp, aud: "api://another" })),
  signedByOkta("wrong issuer", (forge, scp) =>
    forge.token({ scp, iss: "https://another.example/oauth2/default" }),
  ),
  forged("unknown key with the right kid", (forge, scp) => forge.signedByStranger({ scp })),
  // Okta's own key under another kid would be let in: API Management then tries every key.
  forged("unknown kid", (forge, scp) => forge.signedByStranger({ scp }, { kid: "unknown-kid" })),
  forged("alg none", (forge, scp) => forge.unsigned({ scp })),
  forged("HS256 with the public key", (forge, scp) => forge.keyedWithPublicKey({ scp })),
];

/** Whether Okta is asked for the kind's token. */
export function isGivenByOkta({ origin }: TokenKind): boolean {
  return origin === "given" || origin === "bent";
}

/** The same header and signature around a payload that claims to live longer. */
function withOtherPayload(token: string): string {
  const [header, payload = "", signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 86_400 })).toString("base64url");
  return [header, changed, signature].join(".");
}
