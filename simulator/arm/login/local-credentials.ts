import { randomBytes, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK } from "jose";

/** The one client of the local cloud's directory, and the key that signs its tokens. */
export interface LocalCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** A private key. */
  readonly signingKey: JWK;
}

/** Makes a client and a key. */
export async function makeLocalCredentials(): Promise<LocalCredentials> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return {
    clientId: randomUUID(),
    // Like Entra's: 40 characters.
    clientSecret: randomBytes(30).toString("base64url"),
    signingKey: { ...(await exportJWK(privateKey)), kid: randomUUID(), alg: "RS256", use: "sig" },
  };
}
