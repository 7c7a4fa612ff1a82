import { type Clock, machineClock } from "../../kernel/clock.ts";
import type { HttpsSender } from "./https-request.ts";

/** A service principal and where it logs in. */
export interface AzureCredentials {
  /** `https://127.0.0.1:PORT`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the token: the origin of Azure Resource Manager. */
  readonly audience: string;
}

/** Gives the token that a request is sent with. */
export type BearerTokenSource = () => Promise<string>;

/**
 * Logs in with a client secret, once for as long as the token is good for five more minutes.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
export function clientSecretLogin(
  credentials: AzureCredentials,
  send: HttpsSender,
  clock: Clock = machineClock,
): BearerTokenSource {
  let current: { readonly token: Promise<string>; goodUntil: number } | undefined;
  return () => {
    if (current !== undefined && clock.now() < current.goodUntil) return current.token;
    const login = { token: Promise.resolve(""), goodUntil: Number.POSITIVE_INFINITY };
    login.token = logIn(credentials, send).then(
      ({ token, seconds }) => {
        login.goodUntil = clock.now() + (seconds - 300) * 1000;
        return token;
      },
      (error) => {
        // The next request tries again.
        login.goodUntil = 0;
        throw error;
      },
    );
    current = login;
    return login.token;
  };
}

async function logIn(
  { authority, tenantId, clientId, clientSecret, audience }: AzureCredentials,
  send: HttpsSender,
): Promise<{ token: string; seconds: number }> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${audience}/.default`,
  });
  const { status, body } = await send({
    method: "POST",
    url: `${authority}/${tenantId}/oauth2/v2.0/token`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  });
  const answer = parsed(body);
  if (status !== 200 || typeof answer.access_token !== "string") {
    throw new Error(
      `Azure did not log in the client "${clientId}" (${status}): ${answer.error_description ?? "no reason given"}.`,
    );
  }
  return { token: answer.access_token, seconds: Number(answer.expires_in) };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
