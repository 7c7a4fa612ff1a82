import { SimulatorError } from "../../kernel/error.ts";
import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { checkInputs } from "../arm-checks.ts";
import { resourceAt } from "../arm-handler.ts";
import type { ArmResource, ArmStore } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { portalStatusOf, serviceId, tierOf } from "./api-management-service.ts";
import { type OAuth2Settings, oAuth2SettingsOf } from "./authorization-server.ts";

/** A `service/portalRevisions` resource as a template writes it. */
export interface PortalRevision {
  readonly type: string;
  readonly apiVersion: string;
  /** `SERVICE/REVISION`. */
  readonly name: string;
  readonly properties: Properties;
}

/** What a revision keeps of the instance as it was: what the portal shows until the next one. */
export interface PublishedContent {
  /** The authorization servers without their secrets, by resource name. */
  readonly authorizationServers: Readonly<Record<string, Properties>>;
  /** API → the authorization servers that its console offers. */
  readonly apiSettings: Readonly<Record<string, readonly OAuth2Settings[]>>;
}

/** What Azure refuses in a revision by looking at it alone. */
export function portalRevisionFailures({
  apiVersion,
  name,
  properties,
}: Properties): readonly CheckFailure[] {
  const [service, revision, ...rest] = String(name ?? "").split("/");
  const failures: CheckFailure[] = [];
  if (!/^\d{4}-\d\d-\d\d(-preview)?$/.test(String(apiVersion)))
    failures.push({ property: "apiVersion", reason: `must be a date; got ${JSON.stringify(apiVersion)}.` });
  if (!service || !revision || rest.length > 0 || service.startsWith("[")) {
    failures.push({
      property: "name",
      reason: `must be SERVICE/REVISION, without an expression; got ${JSON.stringify(name)}.`,
    });
  }
  const content = checkInputs(
    { portalRevisionId: revision, ...(properties as Properties | undefined) },
    {
      model: "PortalRevisionContract",
      address: ["portalRevisionId"],
      supported: ["description", "isCurrent"],
    },
  );
  return [
    ...failures,
    ...content.map(({ property, reason }) => ({ property: `properties.${property}`, reason })),
  ];
}

/**
 * Publishes the developer portal as the instance is now.
 *
 * Assumed of Azure: the newest revision is the current one, whatever isCurrent says, and one that is put again becomes current
 * as it was published first.
 *
 * @throws {SimulatorError} without an instance that has a portal.
 */
export function publishPortal(store: ArmStore, groupId: string, revision: PortalRevision): void {
  const [serviceName, id] = revision.name.split("/");
  const service = resourceAt(
    store,
    serviceId({ resourceGroupName: groupId.slice(groupId.lastIndexOf("/") + 1), serviceName }),
  );
  if (!tierOf(service.inputs).hasPortal) {
    throw new SimulatorError(
      "MethodNotAllowedInPricingTier",
      "Method not allowed in Consumption pricing tier. It has no developer portal: leave the revision out.",
    );
  }
  if (!isPortalEnabled(service)) {
    throw new SimulatorError(
      "ValidationError",
      `The developer portal of "${serviceName}" must be enabled before it is published; got ${JSON.stringify(portalStatusOf(service.inputs))}. Set developerPortalStatus to "Enabled".`,
    );
  }
  const known = store.get(`${service.id}/portalRevisions/${id}`);
  const resource = {
    id: `${service.id}/portalRevisions/${id}`,
    type: armTypes.portalRevision,
    inputs: revision.properties,
    outputs: known?.outputs ?? { status: "completed", published: contentOf(store, service) },
  };
  // Deleted first, so that it is the last one: that one is current.
  store.delete(resource.id);
  store.put(resource);
}

/** Whether people can open the portal of an instance. */
export function isPortalEnabled({ inputs }: ArmResource): boolean {
  return portalStatusOf(inputs) === "Enabled";
}

/** What the portal of an instance shows; `undefined` before it was published. */
export function publishedContent(store: ArmStore, service: ArmResource): PublishedContent | undefined {
  const current = store.below(service.id, armTypes.portalRevision).at(-1);
  return current?.outputs.published as PublishedContent | undefined;
}

function contentOf(store: ArmStore, service: ArmResource): PublishedContent {
  const servers = store.below(service.id, armTypes.authorizationServer);
  const apis = store.below(service.id, armTypes.api);
  return {
    authorizationServers: Object.fromEntries(
      servers.map(({ inputs: { clientSecret: _, ...inputs } }) => [String(inputs.authsid), inputs]),
    ),
    apiSettings: Object.fromEntries(
      apis.map(({ inputs }) => [String(inputs.apiId), oAuth2SettingsOf(inputs)]),
    ),
  };
}
