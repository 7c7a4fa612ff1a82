import type { PortalClient } from "./portal-model.ts";

/** A token as the portal's backend hands it to the console. */
export interface PortalToken {
  readonly accessToken: string;
  readonly accessTokenType: string;
}

/** An authorization server that gave no token. The message is its own words; it never holds a secret, a code or a token. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
}

/**
 * Asks an authorization server for a token, with the stored secret sent as the resource says.
 *
 * @param form `grant_type` and what goes with it.
 * @throws {TokenRefused}
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export async function requestPortalToken(
  { tokenEndpoint, clientId, clientSecret, clientAuthenticationMethod }: PortalClient,
  form: Readonly<Record<string, string>>,
): Promise<PortalToken> {
  const body = new URLSearchParams(form);
  const headers = new Headers({ accept: "application/json" });
  const encoded = encodeURIComponent;
  if (clientAuthenticationMethod.includes("Basic")) {
    const credentials = Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString("base64");
    headers.set("authorization", `Basic ${credentials}`);
  } else {
    body.set("client_id", clientId);
    body.set("client_secret", clientSecret);
  }
  const response = await fetch(tokenEndpoint, { method: "POST", headers, body }).catch((cause: Error) => {
    throw new TokenRefused("The token endpoint cannot be reached", { cause });
  });
  return readAnswer(response);
}

async function readAnswer(response: Response): Promise<PortalToken> {
  const answer = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
  const { access_token: accessToken, token_type: accessTokenType, error, error_description: words } = answer;
  if (!response.ok || typeof accessToken !== "string") {
    const reason = [error, words].filter((part) => typeof part === "string").join(": ");
    throw new TokenRefused(reason || `The token endpoint answered ${response.status} without a token`);
  }
  return { accessToken, accessTokenType: String(accessTokenType) };
}
