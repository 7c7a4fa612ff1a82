/** What Okta's app of a kind of client has. */
export interface AppKind {
  /** Type of the app, by Okta's name. */
  readonly type: string;
  /** The grants that it uses when none are named; Okta demands the first of its app. */
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  /** How it proves who it is when nobody says otherwise. */
  readonly authentication: AppAuthentication;
  /** Whether its code runs with the people who use it, so that it keeps no secret and the code flow needs PKCE. */
  readonly isPublic: boolean;
}

/** A way to prove who a client is, by OAuth's name. */
export const clientAuthentications = ["none", "client_secret_basic", "private_key_jwt"] as const;

/** One of {@link clientAuthentications}. */
export type AppAuthentication = (typeof clientAuthentications)[number];

const codeFlow = { grantTypes: ["authorization_code"], responseTypes: ["code"] } as const;

/**
 * The kinds of client.
 *
 * @see https://developer.okta.com/docs/concepts/oauth-openid/#what-kind-of-client-are-you-building
 */
export const clientKinds = {
  browser: { type: "browser", ...codeFlow, authentication: "none", isPublic: true },
  native: { type: "native", ...codeFlow, authentication: "none", isPublic: true },
  web: { type: "web", ...codeFlow, authentication: "client_secret_basic", isPublic: false },
  service: {
    type: "service",
    grantTypes: ["client_credentials"],
    responseTypes: ["token"],
    authentication: "client_secret_basic",
    isPublic: false,
  },
} as const satisfies Record<string, AppKind>;
