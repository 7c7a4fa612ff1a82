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
  /** Scopes that satisfy the operation; those of any operation when it needs none. */
  readonly needed: readonly string[];
  /** Every scope of the stack. */
  readonly all: readonly string[];
  /** Scopes of another operation that do not satisfy this one; absent when every operation's do. */
  readonly other?: readonly string[];
}

/** One kind of request: how it is made, and what must come back from an operation that is not public. */
export interface TokenKind {
  /** Name in the table, in JSON and in messages. */
  readonly name: string;
  readonly family: Family;
  /** What must come back from an operation that is not public. */
  readonly expected: (context: TokenContext) => Verdict;
  /** Scopes of the token that Okta gives for it; `undefined` for what Okta does not give. */
  readonly scopes?: (context: TokenContext) => readonly string[];
  /** True when only the holder of Okta's private key can make it. */
  readonly needsSigningKey: boolean;
  /** Makes the request's credentials, asking for a token where it needs one. */
  readonly credentials: (sources: TokenSources, context: TokenContext) => Promise<Credentials>;
}

const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });
const letIn = (): Verdict => "let in";
const refused = (): Verdict => "refused";
// A valid token without the right scopes: harmless only where any valid token will do.
const forbidden = ({ security }: TokenContext): Verdict =>
  security.kind === "token" && security.scopes.length === 0 ? "let in" : "forbidden";

/** A kind whose token Okta's token endpoint gives, perhaps bent afterwards. */
function issued(
  name: string,
  family: Family,
  rest: { expected: TokenKind["expected"]; make: (token: string) => Credentials },
): TokenKind {
  return {
    name,
    family,
    expected: rest.expected,
    needsSigningKey: false,
    credentials: async (sources, { needed }) => rest.make(await sources.issued(needed)),
  };
}

type Make = (forge: Forge, scopes: readonly string[]) => string;

/** A kind whose token is none of Okta's. */
function forged(name: string, make: Make): TokenKind {
  return {
    name,
    family: "forged or expired",
    expected: refused,
    needsSigningKey: false,
    credentials: async ({ forge }, { needed }) => bearer(make(forge, needed)),
  };
}

/** A kind whose token Okta's own key signs, though Okta would not give it. */
function signedByOkta(name: string, make: Make): TokenKind {
  return { ...forged(name, make), needsSigningKey: true };
}

/** Every kind of request that the proof sends, in the order of the table. */
export const tokenKinds: readonly TokenKind[] = [
  {
    ...issued("needed scopes", "needed scopes", { expected: letIn, make: bearer }),
    scopes: ({ needed }) => needed,
  },
  {
    name: "all scopes",
    family: "needed scopes",
    expected: letIn,
    needsSigningKey: false,
    scopes: ({ all }) => all,
    credentials: async (sources, { all }) => bearer(await sources.issued(all)),
  },
  {
    name: "another operation's scope",
    family: "other scopes",
    expected: forbidden,
    needsSigningKey: false,
    scopes: ({ other = [] }) => other,
    credentials: async (sources, { other = [] }) => bearer(await sources.issued(other)),
  },
  {
    ...signedByOkta("scp missing", (forge) => forge.token({ scp: undefined })),
    family: "other scopes",
    expected: forbidden,
  },
  {
    name: "no token",
    family: "no bearer token",
    expected: refused,
    needsSigningKey: false,
    credentials: async () => ({}),
  },
  {
    name: "not a token",
    family: "no bearer token",
    expected: refused,
    needsSigningKey: false,
    credentials: async () => bearer("not-a-token"),
  },
  issued("Basic scheme", "no bearer token", {
    expected: refused,
    make: (token) => ({ headers: { authorization: `Basic ${token}` } }),
  }),
  issued("in the query string", "no bearer token", {
    expected: refused,
    make: (token) => ({ query: { access_token: token } }),
  }),
  issued("payload changed", "forged or expired", {
    expected: refused,
    make: (token) => bearer(withOtherPayload(token)),
  }),
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

/** The same header and signature around a payload that claims to live longer. */
function withOtherPayload(token: string): string {
  const [header, payload = "", signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as { exp: number };
  const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 86_400 })).toString("base64url");
  return [header, changed, signature].join(".");
}
