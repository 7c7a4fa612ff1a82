import { randomBytes } from "node:crypto";
import type { AdapterPayload } from "oidc-provider";
import type { Clock } from "../kernel/clock.ts";
import { ExpiringMap } from "../kernel/expiring-map.ts";

// Of each model. Whoever opens sign-ins without end pushes out the oldest of them, and fills no memory.
const maxRecords = 1000;

/**
 * What one authorization server has given and remembers: sessions, sign-ins, codes, grants and refresh tokens, and which access
 * tokens are revoked. It outlives a change of the server's settings and keys, and is gone with the process.
 */
export class TokenRecords {
  /** Signs the cookies of the sign-in. */
  readonly cookieKey = randomBytes(32).toString("base64url");
  readonly #models = new Map<string, ExpiringMap<AdapterPayload>>();
  /** The grant that an access token came from, by the token's `jti`. */
  readonly #grants: ExpiringMap<string>;
  readonly #revoked: ExpiringMap<true>;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#grants = new ExpiringMap(maxRecords, clock);
    this.#revoked = new ExpiringMap(maxRecords, clock);
  }

  /** The records of one model of the OAuth library: `RefreshToken`. */
  of(model: string): ExpiringMap<AdapterPayload> {
    const known = this.#models.get(model) ?? new ExpiringMap<AdapterPayload>(maxRecords, this.#clock);
    this.#models.set(model, known);
    return known;
  }

  /** Remembers which grant an access token came from, for as long as the token is valid. */
  noteAccessToken(jti: string, grantId: string, milliseconds: number): void {
    this.#grants.set(jti, grantId, milliseconds);
  }

  /** Ends an access token before its time. */
  revokeAccessToken(jti: string, milliseconds: number): void {
    this.#revoked.set(jti, true, milliseconds);
  }

  /** Whether an access token was ended before its time. */
  isRevoked(jti: string): boolean {
    return this.#revoked.get(jti) !== undefined;
  }

  /** Ends everything that a grant gave: its codes, refresh tokens and access tokens. */
  revokeGrant(grantId: string): void {
    for (const records of this.#models.values())
      for (const [id, payload] of records.entries()) if (payload.grantId === grantId) records.delete(id);
    // No access token lives longer than a day.
    for (const [jti, from] of this.#grants.entries())
      if (from === grantId) this.revokeAccessToken(jti, 86_400_000);
  }
}
