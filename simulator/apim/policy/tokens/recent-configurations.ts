import { type Clock, machineClock } from "../../../kernel/clock.ts";
import { fetchConfiguration, type OpenIdConfiguration } from "./open-id-configurations.ts";

const freshMilliseconds = 5000;

interface Fetch {
  readonly configuration: Promise<OpenIdConfiguration>;
  /** Absent while it is under way. */
  doneAt?: number;
}

/**
 * The discovery documents that policies name when they are saved. Policies that are saved together share one fetch: with one each, a
 * thousand of them were enough for Okta to answer some too late.
 *
 * Differs from Azure: a discovery document that answered within the last five seconds is not fetched again. How often Azure fetches is not documented.
 */
export class RecentConfigurations {
  readonly #fetches = new Map<string, Fetch>();
  readonly #clock: Clock;

  constructor(clock: Clock = machineClock) {
    this.#clock = clock;
  }

  /** Like {@link fetchConfiguration}. A failure is not kept: whoever comes after it asks anew. */
  fetch(url: string): Promise<OpenIdConfiguration> {
    for (const [known, fetch] of this.#fetches) if (!this.#isFresh(fetch)) this.#fetches.delete(known);
    const { configuration } = this.#fetches.get(url) ?? this.#begin(url);
    return configuration;
  }

  #begin(url: string): Fetch {
    const fetch: Fetch = { configuration: fetchConfiguration(url) };
    this.#fetches.set(url, fetch);
    fetch.configuration.then(
      () => {
        fetch.doneAt = this.#clock.now();
      },
      () => this.#fetches.delete(url),
    );
    return fetch;
  }

  #isFresh({ doneAt }: Fetch): boolean {
    if (doneAt === undefined) return true;
    const age = this.#clock.now() - doneAt;
    return age >= 0 && age < freshMilliseconds;
  }
}
