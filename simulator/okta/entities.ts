import type { JsonWebKey } from "node:crypto";

/** Whether an entity counts; Okta keeps inactive ones and ignores them. */
export type Status = "ACTIVE" | "INACTIVE";

/** When Okta made an entity and last changed it, `2026-01-06T09:19:37.000Z`. */
export interface Dated {
  readonly created: string;
  readonly lastUpdated: string;
}

/** A value of a JSON document. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonMembers;

/** An object of a JSON document. */
export interface JsonMembers {
  readonly [name: string]: JsonValue;
}

/** An RSA private key with its `kid`. */
export type OrgKey = JsonWebKey & { readonly kid: string };

/** Issues access tokens for one audience. */
export interface AuthorizationServer extends Dated {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly audience: string;
  readonly status: Status;
  /** The org's own one: it is also reached as `default`, and its issuer ends with it. */
  readonly isDefault: boolean;
  readonly issuerMode: IssuerMode;
  readonly credentialsRotationMode: "AUTO" | "MANUAL";
  /** Signs this server's tokens. */
  readonly key: OrgKey;
  /** When {@link key} began to sign. */
  readonly keyRotated: string;
  /** Published beside {@link key}: the key that signs after the next rotation. */
  readonly nextKey: OrgKey | null;
  /** Published beside {@link key}: the key that signed before the last rotation. */
  readonly lastKey: OrgKey | null;
}

/** Which domain an issuer has. */
export type IssuerMode = "ORG_URL" | "CUSTOM_URL" | "DYNAMIC";

/** A scope of one authorization server. */
export interface Scope {
  readonly id: string;
  readonly serverId: string;
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly consent: "IMPLICIT" | "REQUIRED" | "FLEXIBLE";
  /** Shown in discovery. */
  readonly metadataPublish: "ALL_CLIENTS" | "NO_CLIENTS";
  /** Granted when a request names no scope. */
  readonly default: boolean;
  /** A person may leave it out at a consent page. */
  readonly optional: boolean;
  /** Okta's own, `openid`. */
  readonly system: boolean;
}

/** A claim that an authorization server puts into its tokens. */
export interface Claim {
  readonly id: string;
  readonly serverId: string;
  readonly name: string;
  readonly status: Status;
  /** `RESOURCE`: in access tokens; `IDENTITY`: in ID tokens. */
  readonly claimType: "RESOURCE" | "IDENTITY";
  readonly valueType: "EXPRESSION" | "GROUPS" | "SYSTEM";
  /** An expression in Okta's language, or what the names of groups are compared with; `null` for a system claim. */
  readonly value: string | null;
  readonly groupFilterType: "STARTS_WITH" | "EQUALS" | "CONTAINS" | "REGEX" | null;
  readonly alwaysIncludeInToken: boolean;
  /** The claim comes with these scopes only; with any when there are none. */
  readonly scopes: readonly string[];
  readonly system: boolean;
}

/** An access policy of one authorization server. */
export interface AccessPolicy extends Dated {
  readonly id: string;
  readonly serverId: string;
  readonly name: string;
  readonly description: string;
  /** Lower first. */
  readonly priority: number;
  readonly status: Status;
  /** Client ids, or `ALL_CLIENTS`. */
  readonly clients: readonly string[];
  /** Okta's own. */
  readonly system: boolean;
}

/** A rule of an access policy: who gets which scopes by which grant. */
export interface PolicyRule extends Dated {
  readonly id: string;
  readonly serverId: string;
  readonly policyId: string;
  readonly name: string;
  /** Lower first. */
  readonly priority: number;
  readonly status: Status;
  readonly grantTypes: readonly string[];
  /** Scope names, or `*`. */
  readonly scopes: readonly string[];
  /** Group ids, or `EVERYONE`. */
  readonly groups: readonly string[];
  readonly excludedGroups: readonly string[];
  readonly users: readonly string[];
  readonly excludedUsers: readonly string[];
  readonly accessTokenLifetimeMinutes: number;
  readonly refreshTokenLifetimeMinutes: number;
  readonly refreshTokenWindowMinutes: number;
  /** Okta's own. */
  readonly system: boolean;
}

/** What Okta asks of the people who sign in to an app. */
export interface SignOnPolicy extends Dated {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: Status;
  /** The one of every app that is put under no other. */
  readonly system: boolean;
}

/** How an app proves at the token endpoint who it is. */
export type TokenEndpointAuthMethod =
  | "client_secret_basic"
  | "client_secret_post"
  | "client_secret_jwt"
  | "private_key_jwt"
  | "none";

/** An OAuth app. */
export interface App extends Dated {
  /** Also its client id. */
  readonly id: string;
  readonly label: string;
  readonly type: "web" | "service" | "browser" | "native";
  /** `null`: the app proves itself by a key, or not at all. */
  readonly clientSecret: string | null;
  /** When {@link clientSecret} was made. */
  readonly secretCreated: string;
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod;
  readonly pkceRequired: boolean;
  readonly status: Status;
  /** Public keys for `private_key_jwt`. */
  readonly keys: readonly JsonWebKey[];
  /** Scopes of Okta's own API that the app may ask the org for: `okta.apps.manage`. */
  readonly grants: readonly AppGrant[];
  /** Administrator roles of the app: `APP_ADMIN`. */
  readonly roles: readonly RoleAssignment[];
  /** The sign-on policy that the app is under. */
  readonly signOnPolicyId: string | null;
  /** What nothing here acts on, as it was sent, in the places of the app's JSON. */
  readonly kept: KeptAppSettings;
}

/** The parts of an app that Okta answers as they were sent. */
export interface KeptAppSettings {
  readonly accessibility: JsonMembers;
  readonly visibility: JsonMembers;
  readonly credentials: JsonMembers;
  readonly oauthCredentials: JsonMembers;
  readonly settings: JsonMembers;
  readonly oauthSettings: JsonMembers;
  readonly profile: JsonMembers | null;
}

/** A scope of Okta's API that was granted to an app. */
export interface AppGrant extends Dated {
  readonly id: string;
  readonly scopeId: string;
}

/** An administrator role that an app or a person has. */
export interface RoleAssignment extends Dated {
  /** `APP_ADMIN`. */
  readonly type: string;
}

/** A group of people. */
export interface Group extends Dated {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `BUILT_IN`: Everyone, which Okta fills. */
  readonly type: "OKTA_GROUP" | "BUILT_IN";
  readonly lastMembershipUpdated: string;
}

/** A person of the local directory. */
export interface User extends Dated {
  readonly id: string;
  readonly login: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** `ACTIVE` alone can sign in. */
  readonly status: "STAGED" | "PROVISIONED" | "ACTIVE" | "SUSPENDED" | "DEPROVISIONED";
  readonly groupIds: readonly string[];
  /** `null`: nobody can sign in as this person. */
  readonly password: string | null;
  /** Further attributes of Okta's own profile: `mobilePhone`. */
  readonly attributes: JsonMembers;
}

/** Lets the members of a group use an app. */
export interface GroupAssignment {
  /** `APP/GROUP`. */
  readonly id: string;
  readonly appId: string;
  readonly groupId: string;
  readonly priority: number;
  readonly profile: JsonMembers;
  readonly lastUpdated: string;
}

/** An origin whose pages may call Okta, or that Okta may send people back to. */
export interface TrustedOrigin extends Dated {
  readonly id: string;
  readonly name: string;
  readonly origin: string;
  readonly status: Status;
  readonly scopes: readonly JsonMembers[];
}
