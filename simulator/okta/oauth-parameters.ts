/** What an authorization server reads of one request. */
export interface OAuthParameters {
  /** Each parameter that has one value. */
  readonly values: URLSearchParams;
  /** Names that came more than once; they have no value. */
  readonly repeated: readonly string[];
}

/** What the authorization endpoint acts on. */
export const authorizeParameters: readonly string[] = [
  "client_id",
  "redirect_uri",
  "response_type",
  "response_mode",
  "scope",
  "state",
  "nonce",
  "prompt",
  "max_age",
  "login_hint",
  "id_token_hint",
  "acr_values",
  "code_challenge",
  "code_challenge_method",
  "request",
  "request_uri",
];

/** What the token endpoint acts on. */
export const tokenParameters: readonly string[] = [
  "grant_type",
  "code",
  "redirect_uri",
  "code_verifier",
  "refresh_token",
  "scope",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
];

/** What the introspection and revocation endpoints act on. */
export const presentedTokenParameters: readonly string[] = [
  "token",
  "token_type_hint",
  "client_id",
  "client_secret",
  "client_assertion",
  "client_assertion_type",
];

/**
 * Takes the parameters that an endpoint knows out of a query or a form: `scope=a&state=&x=1` → `scope=a`. An empty one counts as
 * absent, an unknown one is ignored, and none may come twice, be it empty.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export function readParameters(sent: URLSearchParams, names: readonly string[]): OAuthParameters {
  const values = new URLSearchParams();
  const repeated: string[] = [];
  for (const name of names) {
    const [first = "", ...others] = sent.getAll(name);
    if (others.length > 0) repeated.push(name);
    else if (first !== "") values.set(name, first);
  }
  return { values, repeated };
}
