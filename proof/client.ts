/** What kind of program a client is, which decides how it gets tokens. */
export type ClientKind = "browser" | "native" | "web" | "service";

/** How a client proves to Okta's token endpoint who it is. */
export type ClientAuthentication = "none" | "client_secret_basic" | "private_key_jwt";

/** A client of the stack, as the stack's output `clients` has it. */
export interface Client {
  /** As in the settings: `partner-batch`. */
  readonly name: string;
  readonly kind: ClientKind;
  readonly clientId: string;
  /** Absent for a client without a secret. */
  readonly clientSecret?: string | undefined;
  readonly authentication: ClientAuthentication;
  /** As Okta names them: `authorization_code`, `client_credentials`, `refresh_token`. */
  readonly grantTypes: readonly string[];
  readonly redirectUris: readonly string[];
  /** The scopes that it may have. */
  readonly scopes: readonly string[];
  /** Names of the groups whose members may sign in; none: nobody may. */
  readonly groups: readonly string[];
}

/** Somebody who can sign in. */
export interface Person {
  /** Short name: `ada`. */
  readonly name: string;
  /** What the sign-in form takes: `ada@example.com`. */
  readonly login: string;
  readonly password: string;
  /** Names of the groups that the person is a member of, without Okta's own group of everyone. */
  readonly groups: readonly string[];
}
