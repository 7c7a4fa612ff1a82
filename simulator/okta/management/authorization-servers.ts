import { z } from "zod";
import type { AuthorizationServer } from "../entities.ts";
import { type OktaOrg, oktaTime } from "../org.ts";
import { fieldError, notFoundError } from "./api-error.ts";
import {
  done,
  endpoints,
  type ManagementCall,
  type ManagementEndpoint,
  made,
  ok,
  param,
} from "./endpoint.ts";
import { lifecycleLink, link } from "./hal-links.ts";
import { matchesQuery, page } from "./page.ts";
import { readSent } from "./sent-body.ts";

const shape = z.object({
  name: z.string().min(1, "The field cannot be left blank"),
  description: z.string().default(""),
  audiences: z.array(z.string()),
  issuerMode: z.enum(["ORG_URL", "CUSTOM_URL", "DYNAMIC"]).optional(),
  credentials: z
    .object({ signing: z.object({ rotationMode: z.enum(["AUTO", "MANUAL"]).optional() }).default({}) })
    .default({ signing: {} }),
});

const path = "/api/v1/authorizationServers";

/**
 * `/api/v1/authorizationServers`.
 *
 * Assumed of Okta: authorization servers may have equal names, and the org's own one may be deleted.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServer/
 */
export function authorizationServerEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const json = (server: AuthorizationServer) => serverJson(org, server);
  const put = (server: AuthorizationServer) => {
    org.servers.set(server.id, server);
    return server;
  };
  return endpoints("authorizationServers", {
    [`GET ${path}`]: (call) => {
      const servers = [...org.servers.values()].filter(({ name, audience }) =>
        matchesQuery(call, name, audience),
      );
      return page(call, servers, { origin: org.origin, limit: 200, cursorOf: ({ id }) => id, json });
    },
    [`POST ${path}`]: async (call) => made(json(await org.addServer(settingsOf(call)))),
    [`GET ${path}/{serverId}`]: (call) => ok(json(serverOf(org, call))),
    [`PUT ${path}/{serverId}`]: (call) => {
      const server = serverOf(org, call);
      return ok(json(put({ ...server, ...settingsOf(call), lastUpdated: oktaTime(org.clock) })));
    },
    [`DELETE ${path}/{serverId}`]: (call) => {
      org.removeServer(serverOf(org, call).id);
      return done;
    },
    [`POST ${path}/{serverId}/lifecycle/activate`]: (call) => {
      put({ ...serverOf(org, call), status: "ACTIVE", lastUpdated: oktaTime(org.clock) });
      return done;
    },
    [`POST ${path}/{serverId}/lifecycle/deactivate`]: (call) => {
      put({ ...serverOf(org, call), status: "INACTIVE", lastUpdated: oktaTime(org.clock) });
      return done;
    },
  });
}

/** The authorization server that a path names, by its id or as `default`. @throws {ManagementError} `E0000007`. */
export function serverOf(org: OktaOrg, call: ManagementCall): AuthorizationServer {
  const id = param(call, "serverId");
  const server = org.findServer(id);
  if (server === undefined) throw notFoundError(id, "AuthorizationServer");
  return server;
}

/** Where the management API has an authorization server. */
export function serverHref(org: OktaOrg, { id, isDefault }: AuthorizationServer): string {
  return `${org.origin}${path}/${isDefault ? "default" : id}`;
}

function settingsOf(call: ManagementCall) {
  const { name, description, audiences, issuerMode, credentials } = readSent(call, shape);
  const [audience, ...others] = audiences;
  if (audience === undefined) throw fieldError("audiences", "The field cannot be left blank");
  // "Okta currently supports only one audience": the reference, at `audiences`.
  if (others.length > 0) throw fieldError("audiences", "Only one audience is supported");
  const { rotationMode } = credentials.signing;
  return {
    ...{ name, description, audience },
    ...(issuerMode === undefined ? {} : { issuerMode }),
    ...(rotationMode === undefined ? {} : { credentialsRotationMode: rotationMode }),
  };
}

function serverJson(org: OktaOrg, server: AuthorizationServer): object {
  const { id, name, description, audience, issuerMode, status, created, lastUpdated } = server;
  const issuer = org.issuerOf(server);
  const href = serverHref(org, server);
  const metadata = ["oauth-authorization-server", "openid-configuration"];
  return {
    ...{ id, name, description, audiences: [audience], issuer, issuerMode, status, created, lastUpdated },
    credentials: { signing: signingOf(server) },
    default: server.isDefault,
    _links: {
      rotateKey: link(`${href}/credentials/lifecycle/keyRotate`, "POST"),
      metadata: metadata.map((kind) => ({ name: kind, ...link(`${issuer}/.well-known/${kind}`, "GET") })),
      keys: link(`${href}/credentials/keys`, "GET"),
      claims: link(`${href}/claims`, "GET", "POST"),
      policies: link(`${href}/policies`, "GET", "POST"),
      self: link(href, "GET", "DELETE", "PUT"),
      scopes: link(`${href}/scopes`, "GET", "POST"),
      ...lifecycleLink(href, status),
    },
  };
}

// A key that Okta rotates by itself lives for ninety days, as recorded.
const rotationDays = 90;

function signingOf({ key, keyRotated, credentialsRotationMode }: AuthorizationServer): object {
  const next = new Date(Date.parse(keyRotated) + rotationDays * 86_400_000).toISOString();
  return {
    ...{ kid: key.kid, rotationMode: credentialsRotationMode, lastRotated: keyRotated },
    ...(credentialsRotationMode === "AUTO" ? { nextRotation: next } : {}),
  };
}
