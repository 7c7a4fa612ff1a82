import { z } from "zod";
import type { Scope } from "../entities.ts";
import { type OktaOrg, oktaId } from "../org.ts";
import type { ManagementEndpoint } from "./endpoint.ts";
import { matchesQuery, page } from "./page.ts";
import { readSent } from "./sent-body.ts";
import { serverPartEndpoints } from "./server-parts.ts";

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

/**
 * `/api/v1/authorizationServers/ID/scopes`.
 *
 * Assumed of Okta: scopes of one authorization server may have equal names, and its own may be deleted.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerScopes/
 */
export function scopeEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  return serverPartEndpoints<Scope>(org, {
    ...{ name: "scopes", kind: "OAuth2Scope", parts: org.scopes, json: scopeJson },
    make: (call, serverId) => ({ id: oktaId("scp"), serverId, system: false, ...readSent(call, shape) }),
    change: (call, scope) => ({ ...scope, ...readSent(call, shape) }),
    list: (call, serverId, json) => {
      const scopes = org.scopesOf(serverId).filter(({ name }) => matchesQuery(call, name));
      return page(call, scopes, { origin: org.origin, cursorOf: ({ id }) => id, json });
    },
  });
}

function scopeJson({ serverId: _, ...scope }: Scope): object {
  const { id, name, displayName, description, system, metadataPublish, consent, optional } = scope;
  return {
    ...{ id, name, displayName, description, system, metadataPublish, consent, optional },
    ...{ apiResourceId: null, default: scope.default },
  };
}
