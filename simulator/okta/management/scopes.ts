import { z } from "zod";
import type { AuthorizationServer, Scope } from "../entities.ts";
import { type OktaOrg, oktaId } from "../org.ts";
import { serverHref, serverOf } from "./authorization-servers.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  made,
  ok,
  param,
} from "./endpoint.ts";
import { link } from "./hal-links.ts";
import { matchesQuery, page } from "./page.ts";
import { readSent } from "./sent-body.ts";

const shape = z.object({
  // https://www.rfc-editor.org/rfc/rfc6749#section-3.3
  name: z
    .string()
    .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, "Scope names must not contain white space, quotes and backslashes"),
  displayName: z.string().default(""),
  description: z.string().default(""),
  consent: z.enum(["IMPLICIT", "REQUIRED", "FLEXIBLE"]).default("IMPLICIT"),
  metadataPublish: z.enum(["ALL_CLIENTS", "NO_CLIENTS"]).default("NO_CLIENTS"),
  default: z.boolean().default(false),
  optional: z.boolean().default(false),
});

const path = "/api/v1/authorizationServers/{serverId}/scopes";

/**
 * `/api/v1/authorizationServers/ID/scopes`.
 *
 * Assumed of Okta: scopes of one authorization server may have equal names, and its own may be deleted.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerScopes/
 */
export function scopeEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const scopeOf = (call: ManagementCall) => {
    const server = serverOf(org, call);
    const where = ({ serverId }: Scope) => serverId === server.id;
    return { server, scope: found(org.scopes, param(call, "scopeId"), { kind: "OAuth2Scope", where }) };
  };
  const put = (server: AuthorizationServer, scope: Scope) => {
    org.scopes.set(scope.id, scope);
    return scopeJson(org, server, scope);
  };
  return endpoints("authorizationServers", {
    [`GET ${path}`]: (call) => {
      const server = serverOf(org, call);
      const scopes = org.scopesOf(server.id).filter(({ name }) => matchesQuery(call, name));
      const json = (scope: Scope) => scopeJson(org, server, scope);
      return page(call, scopes, { origin: org.origin, cursorOf: ({ id }) => id, json });
    },
    [`POST ${path}`]: (call) => {
      const server = serverOf(org, call);
      const id = oktaId("scp");
      return made(put(server, { id, serverId: server.id, system: false, ...readSent(call, shape) }));
    },
    [`GET ${path}/{scopeId}`]: (call) => {
      const { server, scope } = scopeOf(call);
      return ok(scopeJson(org, server, scope));
    },
    [`PUT ${path}/{scopeId}`]: (call) => {
      const { server, scope } = scopeOf(call);
      return ok(put(server, { ...scope, ...readSent(call, shape) }));
    },
    [`DELETE ${path}/{scopeId}`]: (call) => {
      org.scopes.delete(scopeOf(call).scope.id);
      return done;
    },
  });
}

function scopeJson(org: OktaOrg, server: AuthorizationServer, { serverId: _, ...scope }: Scope): object {
  const { id, name, displayName, description, system, metadataPublish, consent, optional } = scope;
  const self = link(`${serverHref(org, server)}/scopes/${id}`, "GET", "PUT", "DELETE");
  return {
    ...{ id, name, displayName, description, system, metadataPublish, consent, optional },
    ...{ apiResourceId: null, default: scope.default, _links: { self } },
  };
}
