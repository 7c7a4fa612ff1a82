import type { Clock } from "../../../kernel/clock.ts";
import { keyOfJwk, type VerificationKey } from "./signing-key.ts";

/** What a discovery document and its key set say. */
export interface OpenIdConfiguration {
  readonly issuer: string;
  readonly keys: readonly VerificationKey[];
  /** The keys of the set that cannot be used though they should verify signatures, each with the reason. */
  readonly badKeys: readonly string[];
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
  const { issuer, jwks_uri: keysUrl } = document;
  if (typeof issuer !== "string" || typeof keysUrl !== "string")
    throw new Error(
      `"${url}" must be an OpenID Connect discovery document; "issuer" or "jwks_uri" is no text.`,
    );
  const { keys } = await fetchJson(keysUrl);
  if (!Array.isArray(keys)) throw new Error(`"${keysUrl}" must be a JWK set; "keys" missing.`);
  return { issuer, ...readKeys(keys) };
}

/** One bad key does not spoil the others: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
function readKeys(jwks: readonly unknown[]): Pick<OpenIdConfiguration, "keys" | "badKeys"> {
  const keys: VerificationKey[] = [];
  const badKeys: string[] = [];
  for (const [index, jwk] of jwks.entries()) {
    try {
      keys.push(...[keyOfJwk(jwk)].filter((key) => key !== undefined));
    } catch (error) {
      const kid = (jwk as { kid?: unknown } | null)?.kid;
      const name = typeof kid === "string" ? JSON.stringify(kid.slice(0, 100)) : `number ${index + 1}`;
      badKeys.push(`${name}: ${(error as Error).message}`);
    }
  }
  return { keys, badKeys };
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(10_000),
  }).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as { code?: string };
    throw new Error(`"${url}" cannot be reached (${code ?? error.message}).`, { cause: error });
  });
  if (!response.ok) throw new Error(`"${url}" answered ${response.status} instead of 200.`);
  const value: unknown = await response.json().catch((error: Error) => {
    throw new Error(`"${url}" did not answer JSON (${error.name}).`, { cause: error });
  });
  if (typeof value !== "object" || value === null) throw new Error(`"${url}" must answer a JSON object.`);
  return value as Record<string, unknown>;
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
 * Assumed of Azure: the five minutes count from the last fetch, whatever it was for.
 *
 * Assumed of Azure: keys that were fetched stay in use for as long as fetching them again fails. `ConfigurationManager` of
 * Microsoft.IdentityModel, whose error codes API Management shows, does so.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy#elements
 * @see https://github.com/AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet
 */
export class OpenIdConfigurations {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: Clock;
  readonly #log: (line: string) => void;
  readonly #fetch: typeof fetchConfiguration;

  /**
   * @param log Receives one line for each key that cannot be used.
   * @param fetch How a document and its keys are got. @defaultValue fetchConfiguration
   */
  constructor(clock: Clock, log: (line: string) => void, fetch = fetchConfiguration) {
    this.#clock = clock;
    this.#log = log;
    this.#fetch = fetch;
  }

  /** The configuration, at once where it is fresh; `undefined` when it cannot be had. */
  get(url: string): OpenIdConfiguration | undefined | Promise<OpenIdConfiguration | undefined> {
    const entry = this.#entry(url);
    if (entry.configuration !== undefined && this.#clock.now() - entry.fetchedAt < hourMilliseconds)
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
    if (this.#clock.now() - entry.attemptedAt < fiveMinutesMilliseconds) return entry.configuration;
    entry.attemptedAt = this.#clock.now();
    entry.pending = this.#load(url, entry).finally(() => {
      entry.pending = undefined;
    });
    return entry.pending;
  }

  async #load(url: string, entry: Entry): Promise<OpenIdConfiguration | undefined> {
    try {
      entry.configuration = await this.#fetch(url);
      for (const key of entry.configuration.badKeys)
        this.#log(`validate-jwt leaves out a key of ${url}, ${key}.`);
      entry.fetchedAt = this.#clock.now();
      entry.problem = undefined;
    } catch (error) {
      // The last known keys stay in use; without any, the token is refused for want of a key.
      entry.problem = (error as Error).message;
    }
    return entry.configuration;
  }
}
