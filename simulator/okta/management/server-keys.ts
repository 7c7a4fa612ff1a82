import { z } from "zod";
import type { AuthorizationServer, OrgKey } from "../entities.ts";
import { type OktaOrg, oktaTime, signingKey } from "../org.ts";
import { ManagementError, notFoundError } from "./api-error.ts";
import { serverHref, serverOf } from "./authorization-servers.ts";
import { endpoints, type ManagementCall, type ManagementEndpoint, ok, param } from "./endpoint.ts";
import { link } from "./hal-links.ts";
import { readSent } from "./sent-body.ts";

const shape = z.object({ use: z.string().optional() });

const path = "/api/v1/authorizationServers/{serverId}/credentials";

/**
 * `/api/v1/authorizationServers/ID/credentials/keys` and their rotation.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerKeys/
 */
export function serverKeyEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  return endpoints("authorizationServers", {
    [`GET ${path}/keys`]: (call) => ok(keysOf(org, serverOf(org, call))),
    [`GET ${path}/keys/{keyId}`]: (call) => ok(keyOf(org, call)),
    [`POST ${path}/lifecycle/keyRotate`]: async (call) => {
      const server = serverOf(org, call);
      // The words are the reference's.
      if (readSent(call, shape).use !== "sig")
        throw new ManagementError("E0000001", {
          detail: "rotateKeys",
          causes: ["Invalid value specified for key 'use' parameter"],
        });
      return ok(keysOf(org, await rotate(org, server)));
    },
  });
}

async function rotate(org: OktaOrg, server: AuthorizationServer): Promise<AuthorizationServer> {
  const now = oktaTime(org.clock);
  const key = server.nextKey ?? (await signingKey());
  const nextKey = await signingKey();
  const rotated = { ...server, key, nextKey, lastKey: server.key, keyRotated: now, lastUpdated: now };
  org.servers.set(server.id, rotated);
  return rotated;
}

function keysOf(org: OktaOrg, server: AuthorizationServer): readonly { kid: string }[] {
  const { key, nextKey, lastKey } = server;
  const all: readonly (readonly [OrgKey | null, string])[] = [
    [key, "ACTIVE"],
    [nextKey, "NEXT"],
    [lastKey, "EXPIRED"],
  ];
  return all.flatMap(([one, status]) => (one === null ? [] : [keyJson(org, server, one, status)]));
}

function keyOf(org: OktaOrg, call: ManagementCall): object {
  const id = param(call, "keyId");
  const key = keysOf(org, serverOf(org, call)).find(({ kid }) => kid === id);
  if (key === undefined) throw notFoundError(id, "JsonWebKey");
  return key;
}

function keyJson(org: OktaOrg, server: AuthorizationServer, { kid, kty, e, n }: OrgKey, status: string) {
  const self = link(`${serverHref(org, server)}/credentials/keys/${kid}`, "GET");
  return { kty, status, alg: "RS256", kid, use: "sig", _links: { self }, e, n };
}
