import type { App } from "../entities.ts";
import { newDates, type OktaOrg, oktaId, oktaTime } from "../org.ts";
import { ManagementError } from "./api-error.ts";
import { appJson } from "./app-json.ts";
import { readAppSettings } from "./app-settings.ts";
import {
  done,
  endpoints,
  found,
  type ManagementCall,
  type ManagementEndpoint,
  ok,
  param,
} from "./endpoint.ts";
import { matchesQuery, page } from "./page.ts";

const path = "/api/v1/apps";

/**
 * `/api/v1/apps`: OpenID Connect apps. Equal labels are fine, and an access policy may go on naming an app that is deleted.
 *
 * Assumed of Okta: an app that an access policy names can be deleted.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/
 */
export function appEndpoints(org: OktaOrg): readonly ManagementEndpoint[] {
  const put = (app: App) => {
    org.apps.set(app.id, app);
    return ok(appJson(org, app, { withSecret: true }));
  };
  const setStatus = (status: App["status"]) => (call: ManagementCall) => {
    put({ ...appOf(org, call), status, lastUpdated: oktaTime(org.clock) });
    return ok({});
  };
  return endpoints("apps", {
    [`GET ${path}`]: (call) => {
      const apps = [...org.apps.values()].filter(({ label }) => matchesQuery(call, label, "oidc_client"));
      const wanted = apps.filter(statusFilter(call.query.get("filter")));
      const json = (app: App) => appJson(org, app, { withSecret: false });
      return page(call, wanted, { origin: org.origin, limit: 20, cursorOf: ({ id }) => id, json });
    },
    [`POST ${path}`]: (call) => {
      const settings = readAppSettings(call, undefined, org.clock);
      const status = call.query.get("activate") === "false" ? "INACTIVE" : "ACTIVE";
      const fixed = { id: oktaId("0oa"), status, grants: [], roles: [], signOnPolicyId: null } as const;
      return put({ ...fixed, ...newDates(org.clock), ...settings });
    },
    [`GET ${path}/{appId}`]: (call) => ok(appJson(org, appOf(org, call), { withSecret: false })),
    [`PUT ${path}/{appId}`]: (call) => {
      const app = appOf(org, call);
      return put({ ...app, ...readAppSettings(call, app, org.clock), lastUpdated: oktaTime(org.clock) });
    },
    [`DELETE ${path}/{appId}`]: (call) => {
      const app = appOf(org, call);
      // "Deletes an inactive application": the reference.
      if (app.status === "ACTIVE") throw new ManagementError("E0000056");
      org.removeApp(app.id);
      return done;
    },
    [`POST ${path}/{appId}/lifecycle/activate`]: setStatus("ACTIVE"),
    [`POST ${path}/{appId}/lifecycle/deactivate`]: setStatus("INACTIVE"),
  });
}

/** The app that a path names. @throws {ManagementError} `E0000007`. */
export function appOf(org: OktaOrg, call: ManagementCall, kind = "AppInstance"): App {
  return found(org.apps, param(call, "appId"), { kind });
}

function statusFilter(filter: string | null): (app: App) => boolean {
  if (filter === null) return () => true;
  const status = /^status eq "(ACTIVE|INACTIVE)"$/.exec(filter)?.[1];
  if (status === undefined) throw new ManagementError("E0000031");
  return (app) => app.status === status;
}
