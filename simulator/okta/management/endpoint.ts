import type { IncomingHttpHeaders } from "node:http";
import type { User } from "../entities.ts";
import { notFoundError } from "./api-error.ts";

/** The families of the management API, each with a pair of OAuth scopes: `okta.apps.read`, `okta.apps.manage`. */
export type ManagedResource =
  | "appGrants"
  | "apps"
  | "authorizationServers"
  | "groups"
  | "policies"
  | "roles"
  | "trustedOrigins"
  | "users";

/** A call of the management API, by somebody who may make it. */
export interface ManagementCall {
  /** The places of the path: `{appId}`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The path and query as they were sent. */
  readonly target: string;
  /** The JSON document that was sent; absent where there was none. */
  readonly body: unknown;
  /** Whose API token it is; absent for an app's access token. */
  readonly user: User | undefined;
}

/** What an endpoint answers. */
export interface ManagementReply {
  readonly status: number;
  readonly body?: unknown;
  /** Values of the Link header. */
  readonly links?: readonly string[];
}

/** One method of one path of the management API. */
export interface ManagementEndpoint {
  readonly method: string;
  /** Its parts: `["api", "v1", "apps", "{appId}"]`. */
  readonly path: readonly string[];
  /** `undefined`: everybody may call it. */
  readonly resource: ManagedResource | undefined;
  /** @throws {ManagementError} what Okta refuses. */
  readonly answer: (call: ManagementCall) => ManagementReply | Promise<ManagementReply>;
}

/** The endpoints of a family, from `GET /api/v1/apps/{appId}` and what answers it. */
export function endpoints(
  resource: ManagedResource | undefined,
  answers: Readonly<Record<string, ManagementEndpoint["answer"]>>,
): readonly ManagementEndpoint[] {
  return Object.entries(answers).map(([name, answer]) => {
    const [method = "", path = ""] = name.split(" ");
    return { method, path: path.split("/").slice(1), resource, answer };
  });
}

/** The value of a place of the path. */
export function param({ params }: ManagementCall, name: string): string {
  const value = params[name];
  if (value === undefined) throw new Error(`The path of this endpoint has no {${name}}.`);
  return value;
}

/** What a place of the path names. @throws {ManagementError} `E0000007`; `kind` is Okta's name of it, `OAuth2Scope`. */
export function found<Entity>(
  entities: ReadonlyMap<string, Entity>,
  id: string,
  { kind, where = () => true }: { kind: string; where?: (entity: Entity) => boolean },
): Entity {
  const entity = entities.get(id);
  if (entity === undefined || !where(entity)) throw notFoundError(id, kind);
  return entity;
}

/** 200 with a document. */
export function ok(body: unknown): ManagementReply {
  return { status: 200, body };
}

/** 201 with what was made. */
export function made(body: unknown): ManagementReply {
  return { status: 201, body };
}

/** 204: done, and nothing to say. */
export const done: ManagementReply = { status: 204 };
