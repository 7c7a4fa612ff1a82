import type { JsonWebKey } from "node:crypto";
import { keyOfJwk, type VerificationKey } from "./signing-key.ts";

/** What a discovery document and its key set say. */
export interface OpenIdConfiguration {
  readonly issuer: string;
  readonly keys: readonly VerificationKey[];
}

// https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
const requiredFields = [
  "issuer",
  "authorization_endpoint",
  "jwks_uri",
  "response_types_supported",
  "subject_types_supported",
  "id_token_signing_alg_values_supported",
];

/**
 * Fetches a discovery document and its keys.
 *
 * Assumed of Azure: a document without a field that OpenID Connect Discovery requires is refused.
 *
 * @throws {Error} whose message says what did not answer or was missing.
 */
export async function fetchConfiguration(url: string): Promise<OpenIdConfiguration> {
  const document = await fetchJson(url);
  const missing = requiredFields.filter((field) => document[field] === undefined);
  if (missing.length > 0)
    throw new Error(
      `"${url}" must be an OpenID Connect discovery document; "${missing.join('", "')}" missing.`,
    );
  const { keys } = await fetchJson(String(document.jwks_uri));
  if (!Array.isArray(keys)) throw new Error(`"${document.jwks_uri}" must be a JWK set; "keys" missing.`);
  return {
    issuer: String(document.issuer),
    keys: keys.flatMap((jwk: JsonWebKey) => keyOfJwk(jwk) ?? []),
  };
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as { code?: string };
    throw new Error(`"${url}" must be reachable; got ${code ?? error.message}.`, { cause: error });
  });
  if (!response.ok) throw new Error(`"${url}" must answer 200; got ${response.status}.`);
  return (await response.json()) as Record<string, unknown>;
}

const hourMilliseconds = 3_600_000;
const fiveMinutesMilliseconds = 300_000;

interface Entry {
  configuration: OpenIdConfiguration | undefined;
  fetchedAt: number;
  attemptedAt: number;
  pending: Promise<OpenIdConfiguration | undefined> | undefined;
  problem: string | undefined;
}

/**
 * The discovery documents of one gateway: kept for an hour, fetched again at most every five minutes when a token names an
 * unknown key or a fetch failed.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy#usage-notes
 */
export class OpenIdConfigurations {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  /** @param now Milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The configuration, at once where it is fresh; `undefined` when it cannot be had. */
  get(url: string): OpenIdConfiguration | undefined | Promise<OpenIdConfiguration | undefined> {
    const entry = this.#entry(url);
    if (entry.configuration !== undefined && this.#now() - entry.fetchedAt < hourMilliseconds)
      return entry.configuration;
    return this.#fetchAgain(url, entry);
  }

  /** Like {@link get} for a token whose key is not among the known ones: the keys may have been rotated. */
  refresh(url: string): OpenIdConfiguration | undefined | Promise<OpenIdConfiguration | undefined> {
    return this.#fetchAgain(url, this.#entry(url));
  }

  /** Why the last fetch failed; `undefined` when it did not. */
  problem(url: string): string | undefined {
    return this.#entries.get(url)?.problem;
  }

  #entry(url: string): Entry {
    const known = this.#entries.get(url);
    if (known !== undefined) return known;
    const entry: Entry = {
      configuration: undefined,
      fetchedAt: 0,
      attemptedAt: Number.NEGATIVE_INFINITY,
      pending: undefined,
      problem: undefined,
    };
    this.#entries.set(url, entry);
    return entry;
  }

  #fetchAgain(
    url: string,
    entry: Entry,
  ): OpenIdConfiguration | undefined | Promise<OpenIdConfiguration | undefined> {
    if (entry.pending !== undefined) return entry.pending;
    if (this.#now() - entry.attemptedAt < fiveMinutesMilliseconds) return entry.configuration;
    entry.attemptedAt = this.#now();
    entry.pending = this.#load(url, entry).finally(() => {
      entry.pending = undefined;
    });
    return entry.pending;
  }

  async #load(url: string, entry: Entry): Promise<OpenIdConfiguration | undefined> {
    try {
      entry.configuration = await fetchConfiguration(url);
      entry.fetchedAt = this.#now();
      entry.problem = undefined;
    } catch (error) {
      // The last known keys stay in use; without any, the token is refused for want of a key.
      entry.problem = (error as Error).message;
    }
    return entry.configuration;
  }
}
