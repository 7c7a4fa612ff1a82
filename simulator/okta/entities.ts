import type { JsonWebKey } from "node:crypto";

/** Whether an entity counts; Okta keeps inactive ones and ignores them. */
export type Status = "ACTIVE" | "INACTIVE";

/** Issues access tokens for one audience. */
export interface AuthorizationServer {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly audience: string;
  readonly status: Status;
  readonly credentialsRotationMode: "AUTO" | "MANUAL";
  /** RSA private key with its `kid`, which signs this server's tokens. */
  readonly key: JsonWebKey & { readonly kid: string };
}

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
  /** Okta's own, `openid`: nobody makes or deletes it. */
  readonly system: boolean;
}

/** An access policy of one authorization server. */
export interface AccessPolicy {
  readonly id: string;
  readonly serverId: string;
  readonly name: string;
  readonly description: string;
  /** Lower first. */
  readonly priority: number;
  readonly status: Status;
  /** Client ids, or `ALL_CLIENTS`. */
  readonly clients: readonly string[];
}

/** A rule of an access policy: who gets which scopes by which grant. */
export interface PolicyRule {
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
  readonly users: readonly string[];
  readonly accessTokenLifetimeMinutes: number;
}

/** How an app proves at the token endpoint who it is. */
export type TokenEndpointAuthMethod = "client_secret_basic" | "client_secret_post";

/** An OAuth app. */
export interface App {
  /** Also its client id. */
  readonly id: string;
  readonly label: string;
  readonly type: "web" | "service";
  readonly clientSecret: string;
  readonly grantTypes: readonly string[];
  readonly responseTypes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod;
  readonly pkceRequired: boolean;
  readonly status: Status;
}

/** A group of people. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly description: string;
}

/** A person of the local directory. */
export interface User {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly groupIds: readonly string[];
}

/** Lets the members of a group use an app. */
export interface GroupAssignment {
  /** `APP/GROUP`. */
  readonly id: string;
  readonly appId: string;
  readonly groupId: string;
}
