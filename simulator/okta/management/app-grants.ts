import { z } from "zod";
import type { App, AppGrant } from "../entities.ts";
import { newDates, type OktaOrg, oktaId } from "../org.ts";
import { fieldError, notFoundError } from "./api-error.ts";
import { appOf } from "./apps.ts";
import {
  done,
  endpoints,
  type ManagementCall,
  type ManagementEndpoint,
  made,
  ok,
  param,
} from "./endpoint.ts";
import { link } from "./hal-links.ts";
import { readSent } from "./sent-body.ts";

const shape = z.object({ issuer: z.string(), scopeId: z.string() });

const path = "/api/v1/apps/{appId}/grants";

/**
 * `/api/v1/apps/ID/grants`: which scopes of Okta's own API an app may ask the org for.
 *
 * Assumed of Okta: a scope that was granted already is granted again.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGrants/
 */
export function appGrantEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const grantOf = (app: App, call: ManagementCall) => {
    const id = param(call, "grantId");
    const grant = app.grants.find((one) => one.id === id);
    if (grant === undefined) throw notFoundError(id, "OAuth2ScopeConsentGrant");
    return grant;
  };
  return endpoints("appGrants", {
    [`GET ${path}`]: (call) => {
      const app = appOf(org, call);
      return ok(app.grants.map((grant) => grantJson(org, app, grant)));
    },
    [`POST ${path}`]: (call) => {
      const app = appOf(org, call);
      const { issuer, scopeId } = readSent(call, shape);
      if (issuer !== org.origin) throw fieldError("issuer", "The field has an invalid value");
      if (!/^okta\.\w+(\.\w+)*$/.test(scopeId)) throw fieldError("scopeId", "The field has an invalid value");
      const known = app.grants.find((grant) => grant.scopeId === scopeId);
      const grant = known ?? { id: oktaId("oag"), scopeId, ...newDates(org.clock) };
      if (known === undefined) org.apps.set(app.id, { ...app, grants: [...app.grants, grant] });
      return made(grantJson(org, app, grant));
    },
    [`GET ${path}/{grantId}`]: (call) => {
      const app = appOf(org, call);
      return ok(grantJson(org, app, grantOf(app, call)));
    },
    [`DELETE ${path}/{grantId}`]: (call) => {
      const app = appOf(org, call);
      const gone = grantOf(app, call);
      org.apps.set(app.id, { ...app, grants: app.grants.filter(({ id }) => id !== gone.id) });
      return done;
    },
  });
}

function grantJson(
  org: OktaOrg,
  { id: appId }: App,
  { id, scopeId, created, lastUpdated }: AppGrant,
): object {
  const href = `${org.origin}/api/v1/apps/${appId}`;
  return {
    ...{ id, status: "ACTIVE", created, lastUpdated, issuer: org.origin, clientId: appId, scopeId },
    ...{ createdBy: { id: org.identity.apiTokenUserId, type: "User" }, source: "ADMIN" },
    _links: { app: { href }, self: link(`${href}/grants/${id}`, "GET", "DELETE") },
  };
}
