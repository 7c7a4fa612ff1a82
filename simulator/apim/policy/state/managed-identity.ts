import { createSign, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import type { Clock } from "../../../kernel/clock.ts";

/** Who a token is for, and by whom. */
export interface IdentityToken {
  /** What the token lets into: the application's id or its URI. */
  readonly resource: string;
  /** Of the user-assigned identity; absent for the instance's own. */
  readonly clientId: string | undefined;
}

// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/managed-identity-best-practice-recommendations
const lifetimeSeconds = 86_400;

let key: KeyObject | undefined;

/** The key of every identity here. One is enough for a process: making an RSA key takes a tenth of a second, and a gateway that forgets makes an identity for each request. */
export function identityKey(): KeyObject {
  key ??= generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  return key;
}

/**
 * Makes the access tokens of the instance's managed identities, with the claims of Microsoft Entra's, and keeps each until it expires.
 *
 * Differs from Azure: tokens of managed identities are made on this machine, for any resource and any identity, and signed by a key
 * that nobody else has: a real resource refuses them.
 */
export class ManagedIdentity {
  readonly #clock: Clock;
  readonly #tenant = randomUUID();
  readonly #own = randomUUID();
  readonly #tokens = new Map<string, { readonly token: string; readonly expiresAt: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A token that is valid now. */
  tokenFor({ resource, clientId = this.#own }: IdentityToken): string {
    const name = JSON.stringify([resource, clientId]);
    const now = Math.floor(this.#clock.now() / 1000);
    const known = this.#tokens.get(name);
    if (known !== undefined && now < known.expiresAt) return known.token;
    const expiresAt = now + lifetimeSeconds;
    const token = this.#sign({
      aud: resource,
      iss: `https://sts.windows.net/${this.#tenant}/`,
      iat: now,
      nbf: now,
      exp: expiresAt,
      appid: clientId,
      appidacr: "2",
      idtyp: "app",
      oid: clientId,
      sub: clientId,
      tid: this.#tenant,
      ver: "1.0",
    });
    this.#tokens.set(name, { token, expiresAt });
    return token;
  }

  #sign(claims: object): string {
    const header = { typ: "JWT", alg: "RS256", kid: "local" };
    const content = [header, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".");
    return `${content}.${createSign("sha256").update(content).sign(identityKey(), "base64url")}`;
  }
}
