import type { JWK } from "jose";
import { whyNoAnswer } from "./no-answer.ts";
import { TokenRequestError } from "./okta-client.ts";
import { dateOf, timeAt } from "./server-time.ts";

/** What a gateway knows when it judges a token, as far as it is public. */
export interface TokenFacts {
  /** The issuer that the policies name, and the one that its discovery document names. */
  readonly issuers: readonly [expected: string, ...others: string[]];
  /** `undefined` where nobody could tell it: then it is not judged. */
  readonly audience: string | undefined;
  /** What the authorization server publishes. */
  readonly keys: readonly JWK[];
  /** Seconds since 1970 by the gateway's clock; by Okta's where the gateway told none. */
  readonly now: number;
  /** How many seconds this machine's clock is ahead of that one; negative where it is behind. */
  readonly machineAhead: number;
}

/** Where the facts are read. */
export interface FactSources {
  readonly issuer: string;
  readonly audience: string | undefined;
  /** Asked for nothing but the time. No token is sent there. */
  readonly gatewayUrl: string;
}

/**
 * Reads discovery document and keys, and the gateway's clock off an answer's `Date`. No token is sent anywhere.
 *
 * @throws {TokenRequestError} when the authorization server publishes no such documents, or does not answer.
 */
export async function readTokenFacts({ issuer, audience, gatewayUrl }: FactSources): Promise<TokenFacts> {
  const discovery = await published(`${issuer}/.well-known/openid-configuration`);
  const keySet = await published(String(discovery.body.jwks_uri));
  const keys = Array.isArray(keySet.body.keys) ? (keySet.body.keys as JWK[]) : [];
  const machine = Math.floor(Date.now() / 1000);
  // A gateway that does not answer is no reason to judge nothing.
  const now = (await timeAt(`${gatewayUrl}/status-0123456789abcdef`)) ?? keySet.date ?? machine;
  const discovered = discovery.body.issuer;
  const others = typeof discovered === "string" && discovered !== issuer ? [discovered] : [];
  return { issuers: [issuer, ...others], audience, keys, now, machineAhead: machine - now };
}

interface Published {
  readonly body: Readonly<Record<string, unknown>>;
  readonly date: number | undefined;
}

async function published(url: string): Promise<Published> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch((cause: unknown) => {
    throw new TokenRequestError(
      `${url} does not answer (${whyNoAnswer(cause)}), so no token can be judged. Check that Okta runs and is reachable.`,
      { cause },
    );
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || typeof body !== "object" || body === null)
    throw new TokenRequestError(
      `${url} answered ${response.status}${response.ok ? " without JSON" : ""}, so no token can be judged. Check the stack's issuer.`,
    );
  return { body: body as Record<string, unknown>, date: dateOf(response) };
}
