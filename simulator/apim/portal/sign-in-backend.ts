import { randomUUID } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import { ExpiringMap } from "../../kernel/expiring-map.ts";
import type { PortalClient, PortalModel } from "./portal-model.ts";
import { type PortalToken, requestPortalToken, TokenRefused } from "./token-client.ts";

/** A callback's end: a ticket for the token that waits, or the reason why there is none. */
export type CallbackResult = { readonly ticket: string } | { readonly problem: string };

/** What the token endpoint of the portal answers; `message` as the real backend names it. */
export type CredentialsResult = PortalToken | { readonly message: string };

/** How long a token waits for the page that fetches it. */
export const ticketSeconds = 60;

// As long as the console's cookie keeps a state; a code lives half of it.
const stateSeconds = 600;

// More sign-ins than people at one machine begin; who sends more cannot fill the memory.
const maxSignIns = 1000;

/** The part of the developer portal that holds the secrets: it redeems codes, and asks for tokens with client credentials. */
export class SignInBackend {
  readonly #client: (name: string) => PortalClient | undefined;
  readonly #log: (line: string) => void;
  readonly #usedStates: ExpiringMap<true>;
  readonly #waiting: ExpiringMap<PortalToken>;

  /** @param client The authorization server of a resource name in any letter case. */
  constructor(
    client: (name: string) => PortalClient | undefined,
    { clock, log }: { clock: Clock; log: (line: string) => void },
  ) {
    this.#client = client;
    this.#log = log;
    this.#usedStates = new ExpiringMap(maxSignIns, clock);
    this.#waiting = new ExpiringMap(maxSignIns, clock);
  }

  /**
   * Takes the answer of an authorization endpoint.
   *
   * Differs from Azure: a state that this browser did not send, or that came back before, is refused.
   *
   * @param expectedStates States of this browser's sign-ins that have not ended.
   */
  async callback(
    { origin }: PortalModel,
    name: string,
    { query, expectedStates }: { query: URLSearchParams; expectedStates: readonly string[] },
  ): Promise<CallbackResult> {
    const client = this.#client(name);
    if (client === undefined)
      return this.#refuse(name, "There is no authorization server of this name. Look at the redirect URI");
    const error = [query.get("error"), query.get("error_description")].filter(Boolean).join(": ");
    const state = query.get("state") ?? "";
    // Okta refuses a request without a state, and then has none to send back.
    if (error !== "" && state === "") return this.#refuse(name, error);
    if (!expectedStates.includes(state) || this.#usedStates.get(state))
      return this.#refuse(name, "The answer does not belong to a sign-in of this browser. Start again");
    this.#usedStates.set(state, true, stateSeconds * 1000);
    if (error !== "") return this.#refuse(name, error);
    return this.#redeem(client, {
      grant_type: "authorization_code",
      code: query.get("code") ?? "",
      // The portal lower-cases the whole of it here as in the first request.
      redirect_uri: redirectUri(origin, name),
    });
  }

  /** Hands over a token that waits, once. */
  takeToken(ticket: string): PortalToken | undefined {
    return this.#waiting.take(ticket);
  }

  /**
   * Asks for a token with client credentials: whoever can open the console gets one, nobody is asked to sign in.
   *
   * Differs from Azure: the older popup that asks by the server's name is not there.
   *
   * Differs from Azure: an API with two servers for client credentials gets no token, since its backend is asked by the API alone.
   */
  async credentials({ apis }: PortalModel, apiId: string): Promise<CredentialsResult> {
    const logins = apis.find(({ id }) => id === apiId)?.logins ?? [];
    const [login, ...others] = logins.filter(({ grantTypes }) => grantTypes.includes("clientCredentials"));
    if (login !== undefined && others.length > 0) {
      const names = [login, ...others].map(({ name }) => `"${name}"`).join(", ");
      return {
        message: `API "${apiId}" has several authorization servers for client credentials: ${names}. The portal's backend is asked by the API alone, so it cannot choose. Take the grant type from all but one.`,
      };
    }
    const client = login && this.#client(login.name);
    if (login === undefined || client === undefined)
      return { message: "Authorization server configuration not found." };
    try {
      const scope = login.scopes.join(" ");
      return await requestPortalToken(client, {
        grant_type: "client_credentials",
        ...(scope === "" ? {} : { scope }),
      });
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      this.#log(`The portal got no token from "${login.name}": ${error.message}`);
      return { message: error.message };
    }
  }

  async #redeem(client: PortalClient, form: Readonly<Record<string, string>>): Promise<CallbackResult> {
    try {
      const token = await requestPortalToken(client, form);
      const ticket = randomUUID();
      this.#waiting.set(ticket, token, ticketSeconds * 1000);
      return { ticket };
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      return this.#refuse(client.name, error.message);
    }
  }

  #refuse(name: string, reason: string): CallbackResult {
    // Okta's descriptions end with a period, others do not.
    const problem = `${reason.replace(/\.$/, "")}.`;
    this.#log(`The portal's sign-in by "${name}" failed: ${problem}`);
    return { problem };
  }
}

function redirectUri(origin: string, name: string): string {
  return `${origin}/signin-oauth/code/callback/${name}`.toLowerCase();
}
