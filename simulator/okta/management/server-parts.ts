import type { AuthorizationServer } from "../entities.ts";
import type { OktaOrg } from "../org.ts";
import { serverHref, serverOf } from "./authorization-servers.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  type ManagementReply,
  made,
  ok,
  param,
} from "./endpoint.ts";
import { link } from "./hal-links.ts";

interface ServerPart {
  readonly id: string;
  readonly serverId: string;
}

/** What is told apart between the kinds of parts that an authorization server has: its scopes, its claims. */
export interface ServerPartKind<Part extends ServerPart> {
  /** The word in the path, `scopes`. */
  readonly name: string;
  /** Okta's name in errors, `OAuth2Scope`. */
  readonly kind: string;
  readonly parts: Map<string, Part>;
  /** What the call sends, as a part of its own. */
  readonly make: (call: ManagementCall, serverId: string) => Part;
  /** A part with what the call sends in place of what it had. @throws {ManagementError} when it cannot be changed. */
  readonly change: (call: ManagementCall, part: Part) => Part;
  /** Answers the list; `json` gives one as it is answered. */
  readonly list: (call: ManagementCall, serverId: string, json: (part: Part) => object) => ManagementReply;
  /** The properties of one as they are answered, without its links. */
  readonly json: (part: Part) => object;
}

/** The five endpoints below `/api/v1/authorizationServers/ID` that make, list, show, change and delete parts of a kind. */
export function serverPartEndpoints<Part extends ServerPart>(
  org: OktaOrg,
  { name, kind, parts, make, change, list, json }: ServerPartKind<Part>,
): readonly ManagementEndpoint[] {
  const path = `/api/v1/authorizationServers/{serverId}/${name}`;
  const partOf = (call: ManagementCall) => {
    const server = serverOf(org, call);
    const where = ({ serverId }: Part) => serverId === server.id;
    return { server, part: found(parts, param(call, "partId"), { kind, where }) };
  };
  const shown = (server: AuthorizationServer, part: Part) => {
    const self = link(`${serverHref(org, server)}/${name}/${part.id}`, "GET", "PUT", "DELETE");
    return { ...json(part), _links: { self } };
  };
  const put = (server: AuthorizationServer, part: Part) => {
    parts.set(part.id, part);
    return shown(server, part);
  };
  return endpoints("authorizationServers", {
    [`GET ${path}`]: (call) => {
      const server = serverOf(org, call);
      return list(call, server.id, (part) => shown(server, part));
    },
    [`POST ${path}`]: (call) => {
      const server = serverOf(org, call);
      return made(put(server, make(call, server.id)));
    },
    [`GET ${path}/{partId}`]: (call) => {
      const { server, part } = partOf(call);
      return ok(shown(server, part));
    },
    [`PUT ${path}/{partId}`]: (call) => {
      const { server, part } = partOf(call);
      return ok(put(server, change(call, part)));
    },
    [`DELETE ${path}/{partId}`]: (call) => {
      parts.delete(partOf(call).part.id);
      return done;
    },
  });
}
