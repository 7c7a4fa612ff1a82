/** A refusal in OAuth's form with Okta's own words. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, description: string) {
    super(description);
    this.status = status;
    this.error = error;
  }
}

/**
 * Okta's refusal by its internal names: HTTP status, error, description. `%s` is filled in.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/#oauth-2-0-errors
 */
const table = {
  no_matching_policy: [
    401,
    "access_denied",
    "Policy evaluation failed for this request, please check the policy configurations.",
  ],
  no_scope_allowed: [
    400,
    "access_denied",
    "Policy evaluation succeeded, but all the requested scopes were rejected.",
  ],
  scope_denied: [
    400,
    "access_denied",
    "Some of the requested scopes were denied by the policy. Denied scopes: %s.",
  ],
  user_not_assigned: [400, "access_denied", "User is not assigned to the client application."],
  invalid_client: [
    401,
    "invalid_client",
    "Client authentication failed. Either the client or the client credentials are invalid.",
  ],
  invalid_client_secret: [
    401,
    "invalid_client",
    "The client secret supplied for a confidential client is invalid.",
  ],
  invalid_client_id: [401, "invalid_client", "Invalid value for 'client_id' parameter."],
  missing_client_credentials: [401, "invalid_client", "No client credentials found."],
  invalid_basic_auth_creds: [
    401,
    "invalid_client",
    "Found Authentication header but was not valid client credentials.",
  ],
  unauthorized_client: [
    400,
    "unauthorized_client",
    "The client is not authorized to use the provided grant type. Configured grant types: %s.",
  ],
  unsupported_grant_type: [
    400,
    "unsupported_grant_type",
    "The authorization grant type is not supported by the authorization server. Configured grant types: %s.",
  ],
  unsupported_response_type: [
    400,
    "unsupported_response_type",
    "The response type is not supported by the authorization server. Configured response types: [code]",
  ],
  unsupported_response_mode: [
    400,
    "unsupported_response_mode",
    "The response mode is not supported by the local Okta. Supported response modes: [query, fragment]",
  ],
  no_matching_scope: [
    400,
    "invalid_scope",
    "One or more scopes are not configured for the authorization server resource.",
  ],
  no_default_scopes: [
    400,
    "invalid_scope",
    "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
  ],
  openid_not_allowed_client_creds: [
    400,
    "invalid_scope",
    "Cannot request 'openid' scopes using client credentials.",
  ],
  consent_required_client_credentials: [
    400,
    "consent_required",
    "The following scopes require user consent and cannot be granted for the client credentials grant type: %s.",
  ],
  illegal_redirect_uri: [
    400,
    "invalid_request",
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
  ],
  mismatched_redirect_uri: [
    400,
    "invalid_grant",
    "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
  ],
  mismatched_client: [
    400,
    "invalid_grant",
    "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.",
  ],
  invalid_authorization_code: [400, "invalid_grant", "The authorization code is invalid or has expired."],
  invalid_refresh_token: [400, "invalid_grant", "The refresh token is invalid or expired."],
  refresh_scopes_denied: [
    400,
    "access_denied",
    "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: %s.",
  ],
  access_token_missing: [401, "invalid_request", "The access token is missing."],
  access_token_duplicate: [
    400,
    "invalid_request",
    "The access token cannot be specified in both the Authorization header and the request-body.",
  ],
  access_token_invalid: [401, "invalid_token", "The access token is invalid."],
  access_token_insufficient_scopes: [
    403,
    "insufficient_scope",
    "The access token provided does not contain the required scopes.",
  ],
  // The words are the local Okta's own.
  invalid_id_token_hint: [400, "invalid_request", "The 'id_token_hint' parameter is invalid."],
  illegal_post_logout_redirect_uri: [
    400,
    "invalid_request",
    "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.",
  ],
  too_many_groups_in_groups_claim: [
    400,
    "server_error",
    "The groups claim matched too many groups and must be configured to match fewer groups.",
  ],
  user_claim_evaluation_failure: [400, "server_error", "The '%s' user claim could not be evaluated."],
  invalid_state: [400, "invalid_request", "The authentication request has an invalid 'state' parameter."],
  pkce_missing_challenge: [400, "invalid_request", "PKCE code challenge is required by the application."],
  pkce_invalid_challenge: [400, "invalid_request", "PKCE code challenge contains illegal characters."],
  pkce_unsupported_code_challenge_method: [
    400,
    "invalid_request",
    "PKCE code challenge method is not supported. Valid values: %s",
  ],
  pkce_missing_verifier: [400, "invalid_request", "PKCE code verifier is required by the application."],
  pkce_verification_failed: [400, "invalid_grant", "PKCE verification failed."],
  invalid_client_application_type: [
    400,
    "invalid_request",
    "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint.",
  ],
  unsupported_auth_method_browser_request: [
    401,
    "invalid_client",
    "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
  ],
  illegal_origin_browser_request: [
    400,
    "invalid_request",
    "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.",
  ],
  token_request_missing_grant_type: [
    400,
    "invalid_request",
    "The token request must specify a 'grant_type'. Valid values: %s",
  ],
  missing_token_request_parameter: [400, "invalid_request", "The required parameter '%s' is missing."],
  duplicate_oauth_params: [
    400,
    "invalid_request",
    "The request contained multiple parameters with the same name.",
  ],
  client_credentials_in_query: [
    400,
    "invalid_request",
    "Client credentials cannot be supplied via query parameters.",
  ],
  multiple_client_credentials: [
    401,
    "invalid_request",
    "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.",
  ],
  missing_scopes: [400, "invalid_scope", "No scopes were requested."],
  no_org_scopes_granted: [400, "consent_required", "You are not allowed any of the requested scopes."],
  unsupported_auth_method_client_creds: [
    401,
    "invalid_client",
    "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
  ],
  invalid_application_type_client_credentials: [
    401,
    "invalid_client",
    "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.",
  ],
  client_assertion_invalid_issuer: [
    401,
    "invalid_client",
    "The issuer claim for client_assertion is not a valid client_id.",
  ],
  client_assertion_invalid_subject: [
    401,
    "invalid_client",
    "The subject claim for client_assertion is not a valid client_id.",
  ],
  client_assertion_invalid_audience: [
    401,
    "invalid_client",
    "The audience claim for client_assertion must be the endpoint invoked for the request.",
  ],
  client_assertion_expiration_required: [
    401,
    "invalid_client",
    "The client_assertion must contain the 'exp' claim as seconds since epoch.",
  ],
  client_assertion_expired_token: [401, "invalid_client", "The client_assertion token is expired."],
  client_assertion_expires_too_far_in_future: [
    401,
    "invalid_client",
    "The client_assertion token has an expiration too far into the future.",
  ],
  client_assertion_already_used: [401, "invalid_client", "The client_assertion token has already been used."],
  client_assertion_invalid_signature: [401, "invalid_client", "The client_assertion signature is invalid."],
  client_assertion_invalid_jwt: [401, "invalid_client", "The parsing of the client_assertion failed."],
  client_assertion_invalid_kid: [401, "invalid_client", "The client_assertion JWT kid is invalid."],
  client_assertion_invalid_signature_algorithm: [
    401,
    "invalid_client",
    "The client_assertion JWT signature algorithm is invalid.",
  ],
  client_assertion_jwks_not_configured: [
    401,
    "invalid_client",
    "The client does not have a JWKSet configured, but the client_assertion requires one.",
  ],
  invalid_token_endpoint_auth_method: [
    401,
    "invalid_client",
    "Client authentication failed. Either the client or the client credentials are invalid.",
  ],
} as const;

/** A refusal by Okta's internal name. `detail` fills the description's place; a list is written in brackets. */
export function refusal(name: keyof typeof table, detail: string | readonly string[] = ""): OAuthError {
  const [status, error, description] = table[name];
  return new OAuthError(
    status,
    error,
    description.replace("%s", typeof detail === "string" ? detail : `[${detail.join(", ")}]`),
  );
}
