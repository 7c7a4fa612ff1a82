import { z } from "zod";
import type { JsonMembers, TrustedOrigin } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { fieldError } from "./api-error.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  ok,
  param,
} from "./endpoint.ts";
import { lifecycleLink, link } from "./hal-links.ts";
import { matchesQuery, page } from "./page.ts";
import { readSent } from "./sent-body.ts";

const shape = z.object({
  name: z.string().min(1, "The field cannot be left blank"),
  origin: z.string(),
  status: z.enum(["ACTIVE", "INACTIVE"]).optional(),
  scopes: z.array(z.looseObject({ type: z.enum(["CORS", "REDIRECT", "IFRAME_EMBED"]) })).default([]),
});

const path = "/api/v1/trustedOrigins";

/**
 * `/api/v1/trustedOrigins`. Name and origin are each unique in the org.
 *
 * Assumed of Okta: a trusted origin whose name or origin another one has is refused in the words that a group's name is refused with.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/TrustedOrigin/
 */
export function trustedOriginEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const json = (one: TrustedOrigin) => trustedOriginJson(org, one);
  const originOf = (call: ManagementCall) =>
    found(org.trustedOrigins, param(call, "trustedOriginId"), { kind: "TrustedOrigin" });
  const put = (one: TrustedOrigin) => {
    org.trustedOrigins.set(one.id, one);
    return ok(json(one));
  };
  const setStatus = (status: TrustedOrigin["status"]) => (call: ManagementCall) =>
    put({ ...originOf(call), status, lastUpdated: oktaTime(org.clock) });
  return endpoints("trustedOrigins", {
    [`GET ${path}`]: (call) => {
      const all = [...org.trustedOrigins.values()];
      const wanted = all.filter(({ name, origin }) => matchesQuery(call, name, origin));
      return page(call, wanted, { origin: org.origin, limit: 20, cursorOf: ({ id }) => id, json });
    },
    [`POST ${path}`]: (call) => {
      const { status = "ACTIVE", ...sent } = settingsOf(org, call);
      return put({ id: oktaId("tos"), ...newDates(org.clock), ...sent, status });
    },
    [`GET ${path}/{trustedOriginId}`]: (call) => ok(json(originOf(call))),
    [`PUT ${path}/{trustedOriginId}`]: (call) => {
      const one = originOf(call);
      const { status = one.status, ...sent } = settingsOf(org, call, one);
      return put({ ...one, ...sent, status, lastUpdated: oktaTime(org.clock) });
    },
    [`DELETE ${path}/{trustedOriginId}`]: (call) => {
      org.trustedOrigins.delete(originOf(call).id);
      return done;
    },
    [`POST ${path}/{trustedOriginId}/lifecycle/activate`]: setStatus("ACTIVE"),
    [`POST ${path}/{trustedOriginId}/lifecycle/deactivate`]: setStatus("INACTIVE"),
  });
}

function settingsOf(org: OktaOrg, call: ManagementCall, existing?: TrustedOrigin) {
  const { scopes, ...sent } = readSent(call, shape);
  if (!URL.canParse(sent.origin)) throw fieldError("origin", "The field has an invalid value");
  for (const field of ["name", "origin"] as const) {
    const isTaken = org.trustedOrigins
      .values()
      .some((one) => one[field] === sent[field] && one.id !== existing?.id);
    if (isTaken)
      throw fieldError(field, "An object with this field already exists in the current organization");
  }
  return { ...sent, scopes: scopes as readonly JsonMembers[] };
}

function trustedOriginJson(org: OktaOrg, one: TrustedOrigin): object {
  const { id, name, origin, scopes, status, created, lastUpdated } = one;
  const href = `${org.origin}${path}/${id}`;
  const by = org.identity.apiTokenUserId;
  return {
    ...{ id, name, origin, scopes, status, created, createdBy: by, lastUpdated, lastUpdatedBy: by },
    _links: { self: link(href, "GET", "PUT", "DELETE"), ...lifecycleLink(href, status) },
  };
}
