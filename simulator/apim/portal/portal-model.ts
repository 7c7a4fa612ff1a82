import type { ImportedOperation } from "../operation.ts";
import type { RequiredClaim } from "../policy/required-claim.ts";

/** What the developer portal shows. */
export interface PortalModel {
  readonly serviceName: string;
  /** Origin that the instance's `developerPortalUrl` names. */
  readonly origin: string;
  readonly gatewayUrl: string;
  readonly publisherName: string;
  readonly apis: readonly PortalApi[];
}

/** An API with its operations. */
export interface PortalApi {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Where the gateway serves it, without a slash at its end. */
  readonly url: string;
  readonly operations: readonly PortalOperation[];
  /** How its console signs people in; empty: it does not ask. */
  readonly logins: readonly ConsoleLogin[];
}

/** An operation as the portal shows it. */
export interface PortalOperation extends ImportedOperation {
  readonly access: OperationAccess;
}

/** What the policies of an operation ask of a caller: nothing, or a valid token with all of these claims. */
export type OperationAccess =
  | { readonly kind: "public" }
  | { readonly kind: "token"; readonly claims: readonly RequiredClaim[] };

/** An authorization server as the console's script needs it: no secret. */
export interface ConsoleLogin {
  /** Resource name of the authorization server. */
  readonly name: string;
  readonly displayName: string;
  /** Azure's names: `authorizationCode`, `authorizationCodeWithPkce`, `clientCredentials`. */
  readonly grantTypes: readonly string[];
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  /** Where people end their session with an Okta. */
  readonly signOutUrl?: string;
  /** The server's default scopes, or what the API's settings have instead. */
  readonly scopes: readonly string[];
  /** What the API's settings have instead of the default scopes, which is part of the name that a token is kept under. */
  readonly scopeOverride?: string;
}

/** Why there is nothing to show. */
export type NoPortal = "no instance" | "not enabled" | "not published";

/** An authorization server as the portal's backend needs it, its secret included. */
export interface PortalClient {
  /** Resource name of the authorization server. */
  readonly name: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Azure's names: `Basic`, `Body`. */
  readonly clientAuthenticationMethod: readonly string[];
}
