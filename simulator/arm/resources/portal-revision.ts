import { isoTime } from "../../kernel/clock.ts";
import { ArmError, type BodyProblem } from "../arm-error.ts";
import { type ArmObject, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { bodyProblems, nameProblems } from "../body-check.ts";
import { resourceAt, serviceIdOf } from "../resource-ids.ts";
import { portalStatusOf } from "./api-management-service.ts";
import { type OAuth2Settings, oAuth2SettingsOf } from "./authorization-server.ts";
import { serviceTier } from "./tiers.ts";

/** What a revision keeps of the instance as it was: what the portal shows until the next one. */
export interface PublishedContent {
  /** The authorization servers without their secrets, by resource name. */
  readonly authorizationServers: Readonly<Record<string, ArmObject>>;
  /** API → the authorization servers that its console offers. */
  readonly apiSettings: Readonly<Record<string, readonly OAuth2Settings[]>>;
}

/**
 * Publishes the developer portal as the instance is now.
 *
 * Assumed of Azure: the newest revision is the current one, whatever isCurrent says, and one that is put again becomes current
 * as it was published first.
 */
export const portalRevision: ArmType = {
  type: armTypes.portalRevision,
  nameParameter: "portalRevisionId",
  model: "PortalRevisionContract",
  busyState: "publishing",
  put: async ({ store, id, body, before }) => {
    const service = resourceAt(store, serviceIdOf(id));
    assertPublishable(service);
    const now = isoTime(store.clock);
    const hidden = {
      createdDateTime: before?.hidden.createdDateTime ?? now,
      updatedDateTime: now,
      published: before?.hidden.published ?? contentOf(store, service),
    };
    // Deleted first, so that it is the last one: that one is current.
    store.delete(id);
    return { body, hidden };
  },
  view: ({ body, hidden: { createdDateTime, updatedDateTime } }) => ({
    ...body,
    properties: {
      isCurrent: true,
      ...body.properties,
      status: "completed",
      createdDateTime,
      updatedDateTime,
    },
  }),
};

/** What Azure refuses in a revision of a template. */
export function portalRevisionProblems({ apiVersion, name, properties }: ArmObject): readonly BodyProblem[] {
  const [service, revision, ...rest] = String(name ?? "").split("/");
  const problems: BodyProblem[] = [];
  if (!/^\d{4}-\d\d-\d\d(-preview)?$/.test(String(apiVersion)))
    problems.push({ target: "apiVersion", reason: `must be a date; got ${JSON.stringify(apiVersion)}.` });
  if (!service || !revision || rest.length > 0 || service.startsWith("[")) {
    const got = JSON.stringify(name);
    problems.push({ target: "name", reason: `must be SERVICE/REVISION, without an expression; got ${got}.` });
  }
  const inside = [
    ...nameProblems(portalRevision, String(revision)),
    ...bodyProblems(portalRevision, { properties: (properties ?? {}) as ArmObject }, String(revision)),
  ];
  return [...problems, ...inside.map((problem) => ({ ...problem, target: `properties.${problem.target}` }))];
}

function assertPublishable(service: ArmResource): void {
  if (!serviceTier(service.body).hasPortal) {
    throw new ArmError(
      400,
      "MethodNotAllowedInPricingTier",
      "Method not allowed in Consumption pricing tier. It has no developer portal: leave the revision out.",
    );
  }
  if (!isPortalEnabled(service)) {
    const status = JSON.stringify(portalStatusOf(service.body));
    throw new ArmError(
      400,
      "ValidationError",
      `The developer portal of "${nameOf(service)}" must be enabled before it is published; got ${status}. Set developerPortalStatus to "Enabled".`,
    );
  }
}

/** Whether people can open the portal of an instance. */
export function isPortalEnabled({ body }: ArmResource): boolean {
  return portalStatusOf(body) === "Enabled";
}

/** What the portal of an instance shows; `undefined` before it was published. */
export function publishedContent(store: ArmStore, service: ArmResource): PublishedContent | undefined {
  const current = store.below(service.id, armTypes.portalRevision).at(-1);
  return current?.hidden.published as PublishedContent | undefined;
}

function contentOf(store: ArmStore, service: ArmResource): PublishedContent {
  const servers = store.below(service.id, armTypes.authorizationServer);
  const apis = store.below(service.id, armTypes.api);
  const withoutSecret = ({ clientSecret: _, ...properties }: ArmObject) => properties;
  return {
    authorizationServers: Object.fromEntries(
      servers.map((server) => [nameOf(server), withoutSecret(server.body.properties)]),
    ),
    apiSettings: Object.fromEntries(apis.map((api) => [nameOf(api), oAuth2SettingsOf(api.body.properties)])),
  };
}
