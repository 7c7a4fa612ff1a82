import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from "node:crypto";

/** The key that signs an authorization server's tokens. */
export interface IssuerKey {
  readonly kid: string;
  /** RSA; with its private part where the local Okta gives it, without as a deployed Okta publishes it. */
  readonly jwk: JsonWebKey;
}

/** Claims to set over those of a good token; `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

/** Makes access tokens in Okta's shape, good ones and bad ones. */
export interface Forge {
  /** The time that tokens are made for, in seconds since 1970. */
  readonly now: number;
  /** Whose good tokens it imitates. */
  readonly identity: TokenIdentity;
  /** Signed by Okta's key, which must be the private one; valid for an hour but for what `claims` and `header` change. */
  token(claims: Claims, header?: Claims): string;
  /** Signed by a key that Okta does not know, under Okta's `kid` unless `header` says another. */
  signedByStranger(claims: Claims, header?: Claims): string;
  /** `alg: none` and an empty signature. */
  unsigned(claims: Claims): string;
  /** `alg: HS256`, keyed with the text of Okta's public key: the classic confusion of algorithms. */
  keyedWithPublicKey(claims: Claims): string;
}

/** What a good token of the stack says. */
export interface TokenIdentity {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
}

/** Makes a {@link Forge} for one authorization server and client. It signs a token once, however often it is asked for. */
export function createForge(key: IssuerKey, identity: TokenIdentity, now: number): Forge {
  const signedByOkta =
    key.jwk.d === undefined ? undefined : signer(createPrivateKey({ key: key.jwk, format: "jwk" }));
  const publicPem = createPublicKey({ key: key.jwk, format: "jwk" }).export({ type: "spki", format: "pem" });
  const signedByStranger = signer(strangersKey());
  const claimsOf = (claims: Claims) => ({ ...goodClaims(identity, now), ...claims });
  const unsigned = (alg: string, claims: Claims) => encode({ kid: key.kid, alg }, claimsOf(claims));
  return {
    now,
    identity,
    token: (claims, header) => {
      if (signedByOkta === undefined) throw new Error("A kind that needs Okta's private key ran without it.");
      return signedByOkta(encode({ kid: key.kid, alg: "RS256", ...header }, claimsOf(claims)));
    },
    signedByStranger: (claims, header) =>
      signedByStranger(encode({ kid: key.kid, alg: "RS256", ...header }, claimsOf(claims))),
    unsigned: (claims) => `${unsigned("none", claims)}.`,
    keyedWithPublicKey: (claims) => {
      const content = unsigned("HS256", claims);
      return `${content}.${createHmac("sha256", publicPem).update(content).digest("base64url")}`;
    },
  };
}

// https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#access-token
function goodClaims({ issuer, audience, clientId }: TokenIdentity, now: number): Claims {
  return {
    ver: 1,
    jti: "AT.forged-for-the-proof",
    iss: issuer,
    aud: audience,
    iat: now,
    exp: now + 3600,
    cid: clientId,
    sub: clientId,
  };
}

function encode(header: Claims, payload: Claims): string {
  return [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
}

/** Signs header and payload by RS256, which takes longer than all else in a cell of the matrix: each text once. */
function signer(key: KeyObject): (content: string) => string {
  const tokens = new Map<string, string>();
  return (content) => {
    const token =
      tokens.get(content) ?? `${content}.${sign("sha256", Buffer.from(content), key).toString("base64url")}`;
    tokens.set(content, token);
    return token;
  };
}

let stranger: KeyObject | undefined;

/** A key that no Okta knows. One is enough for a process: making an RSA key takes a tenth of a second. */
function strangersKey(): KeyObject {
  stranger ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  return stranger;
}
