import type { AuthorizationServer } from "./entities.ts";
import type { OktaOrg } from "./org.ts";

/**
 * The OpenID Connect discovery document of an authorization server.
 *
 * Differs from Okta: there is no device flow, pushed request, form_post and registration endpoint.
 */
export function openIdConfiguration(org: OktaOrg, server: AuthorizationServer): object {
  return {
    ...oauthMetadata(org, server),
    id_token_signing_alg_values_supported: ["RS256"],
    userinfo_endpoint: `${org.issuerOf(server)}/v1/userinfo`,
    end_session_endpoint: `${org.issuerOf(server)}/v1/logout`,
    claims_supported: [
      ...["iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce"],
      ...["name", "nickname", "preferred_username", "given_name", "middle_name", "family_name"],
      ...["email", "email_verified", "profile", "zoneinfo", "locale", "address", "phone_number"],
      ...["updated_at"],
    ],
  };
}

/** The OAuth 2.0 metadata document. @see https://www.rfc-editor.org/rfc/rfc8414 */
export function oauthMetadata(org: OktaOrg, server: AuthorizationServer): object {
  const issuer = org.issuerOf(server);
  const published = org
    .scopesOf(server.id)
    .filter(({ metadataPublish }) => metadataPublish === "ALL_CLIENTS");
  return {
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    jwks_uri: `${issuer}/v1/keys`,
    response_types_supported: ["code"],
    response_modes_supported: ["query", "fragment"],
    grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
    subject_types_supported: ["public"],
    scopes_supported: published.map(({ name }) => name),
    token_endpoint_auth_methods_supported: authMethods,
    introspection_endpoint: `${issuer}/v1/introspect`,
    introspection_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint: `${issuer}/v1/revoke`,
    revocation_endpoint_auth_methods_supported: authMethods,
    code_challenge_methods_supported: ["S256"],
    claims_supported: ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"],
  };
}

const authMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
