import table from "../../../openapi/azure-import.json" with { type: "json" };
import type { SubscriptionKeyNames } from "../../apim/subscription.ts";
import { SimulatorError } from "../../kernel/error.ts";
import type { BodyProblem } from "../arm-error.ts";
import { type ArmBody, type ArmObject, type ArmResource, type ArmStore, nameOf } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { type CarriedDocument, importOpenApi } from "../import/open-api-import.ts";
import { operationsOf } from "../operations.ts";
import { resourceAt, serviceIdOf } from "../resource-ids.ts";
import { oAuth2SettingsOf } from "./authorization-server.ts";
import { subscriptionScope } from "./subscription-scope.ts";
import { serviceTier } from "./tiers.ts";

/**
 * An API, imported from the OpenAPI document that its PUT carries, or made without operations.
 *
 * Differs from Azure: contact, license and terms of service are kept and not shown anywhere.
 */
export const api: ArmType = {
  type: armTypes.api,
  nameParameter: "apiId",
  model: "ApiCreateOrUpdateParameter",
  simulated: [
    ...["displayName", "description", "path", "protocols", "format", "value", "serviceUrl"],
    ...["subscriptionRequired", "authenticationSettings", "translateRequiredQueryParameters"],
    ...["contact", "license", "termsOfServiceUrl", "subscriptionKeyParameterNames"],
  ],
  harmless: {
    type: "http",
    apiType: "http",
    apiRevision: "1",
    apiVersion: "",
    apiRevisionDescription: "",
    apiVersionDescription: "",
    isCurrent: true,
  },
  required: ["path"],
  busyState: "InProgress",
  rules: apiProblems,
  put: async (site) => putApi(site),
  // An import drops the operations that its document does not have, and their policies with them.
  afterPut: (store, resource) => {
    const kept = new Set(operationsOf(store, resource).map(({ id }) => id.toLowerCase()));
    for (const policy of store.below(resource.id, armTypes.apiOperationPolicy)) {
      const operation = policy.id.split("/").at(-3) ?? "";
      if (!kept.has(operation.toLowerCase())) store.delete(policy.id);
    }
  },
  // Assumed of Azure: an API that is deleted leaves its products, and its own subscriptions go with it.
  afterDelete: (store, resource) => {
    const name = nameOf(resource).toLowerCase();
    const service = serviceIdOf(resource.id);
    const links = store
      .below(service, armTypes.productApi)
      .filter((one) => nameOf(one).toLowerCase() === name);
    const own = store.below(service, armTypes.subscription).filter(({ id, body }) => {
      const scope = subscriptionScope(id, body.properties.scope);
      return scope?.kind === "api" && scope.api === name;
    });
    for (const { id } of [...links, ...own]) store.delete(id);
  },
  view: ({ body }) => ({
    ...body,
    properties: {
      apiRevision: "1",
      subscriptionRequired: true,
      ...body.properties,
      subscriptionKeyParameterNames: keyNamesOf(body.properties),
      ...authenticationView(body.properties),
      isCurrent: true,
      provisioningState: "Succeeded",
    },
  }),
};

/**
 * Names of the header and the query parameter of an API's subscription key.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-subscriptions#use-a-subscription-key
 */
export function keyNamesOf({ subscriptionKeyParameterNames }: ArmObject): SubscriptionKeyNames {
  const { header, query } = (subscriptionKeyParameterNames ?? {}) as Partial<SubscriptionKeyNames>;
  return { header: header ?? "Ocp-Apim-Subscription-Key", query: query ?? "subscription-key" };
}

/**
 * The older single setting repeats the first of the list.
 *
 * @see https://github.com/Azure/azure-rest-api-specs/blob/main/specification/apimanagement/resource-manager/Microsoft.ApiManagement/stable/2024-05-01/examples/ApiManagementCreateApiWithMultipleAuthServers.json
 */
function authenticationView(properties: ArmObject): ArmObject {
  const all = oAuth2SettingsOf(properties);
  if (all.length === 0) return {};
  const given = properties.authenticationSettings as ArmObject;
  return { authenticationSettings: { ...given, oAuth2: all[0], oAuth2AuthenticationSettings: all } };
}

function apiProblems({ properties }: ArmBody, name: string): readonly BodyProblem[] {
  const { format, value, path, protocols, serviceUrl } = properties;
  const { translateRequiredQueryParameters: conduct } = properties;
  const problems: BodyProblem[] = [];
  const refuse = (target: string, reason: string, isNotSimulated = false) =>
    problems.push({ target, reason, isNotSimulated });
  if (name.includes(";rev="))
    refuse("apiId", "must be without a revision: revisions are not simulated.", true);
  if (value !== undefined && format !== "openapi" && format !== "openapi+json") {
    const got = `got ${JSON.stringify(format)}`;
    refuse("format", `must be "openapi" or "openapi+json": other imports are not simulated; ${got}.`, true);
  }
  if (value === undefined && properties.displayName === undefined)
    refuse("displayName", "must be set where no document gives a title; got nothing.");
  if (value === undefined && format !== undefined)
    refuse("value", "must be the document that the format is of; got nothing.");
  if (/^\/|\/$/.test(String(path))) refuse("path", `must have no slash at its ends; got "${path}".`);
  const others = (Array.isArray(protocols) ? protocols : []).filter((one) => !/^https?$/.test(String(one)));
  if (others.length > 0) refuse("protocols", `must be http or https; others are not simulated.`, true);
  if (serviceUrl !== undefined && serviceUrl !== null && !/^https?:\/\/./.test(String(serviceUrl)))
    refuse("serviceUrl", `must be an http or https URL; got "${serviceUrl}".`);
  if (conduct !== undefined && conduct !== "template" && conduct !== "query") {
    const got = `got ${JSON.stringify(conduct)}`;
    refuse("translateRequiredQueryParameters", `must be "template" or "query"; ${got}.`);
  }
  return problems;
}

/**
 * What is kept of a PUT: the document's title and address stand in for those that the body leaves out.
 *
 * @see https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update#apimanagementcreateapiusingoai3import
 */
function putApi(site: PutSite): Kept {
  const { store, id, body, before } = site;
  assertServersExist(store, id, body.properties);
  assertPathIsFree(store, id, body.properties);
  const { format, value, translateRequiredQueryParameters: conduct, ...given } = body.properties;
  const document: CarriedDocument | undefined =
    value === undefined
      ? undefined
      : {
          format: String(format),
          value: String(value),
          conduct: conduct === "query" ? "query" : "template",
        };
  // Before the resource is kept: what the import refuses must leave nothing behind.
  const imported = document && importOpenApi(document);
  const address = imported?.serviceUrl ?? before?.body.properties.serviceUrl;
  const properties = {
    ...(imported === undefined ? {} : { displayName: imported.title }),
    ...(address === undefined ? {} : { serviceUrl: address }),
    protocols: ["https"],
    ...given,
  };
  const hidden = document === undefined ? (before?.hidden ?? {}) : { document };
  const kept = { body: { ...body, properties }, hidden };
  assertOperationsFit(store, { id, type: armTypes.api, ...kept });
  if (document !== undefined) for (const one of store.below(id, armTypes.apiOperation)) store.delete(one.id);
  return kept;
}

/** @see https://learn.microsoft.com/azure/api-management/service-limits */
function assertOperationsFit(store: ArmStore, api: ArmResource): void {
  const service = resourceAt(store, serviceIdOf(api.id));
  const { name } = serviceTier(service.body);
  const limits: Readonly<Record<string, number>> = table.limits.operationsByTier;
  const limit = limits[name] ?? Number.POSITIVE_INFINITY;
  const others = store
    .below(service.id, armTypes.api)
    .filter((one) => one.id.toLowerCase() !== api.id.toLowerCase());
  const count = [api, ...others]
    .map((one) => operationsOf(store, one).length)
    .reduce((sum, one) => sum + one, 0);
  if (count <= limit) return;
  throw new SimulatorError(
    "ValidationError",
    `You've reached the maximum number of Operations (${limit}) in tier ${name}: the instance would have ${count}. Delete operations, or choose a higher tier.`,
  );
}

function assertServersExist(store: ArmStore, id: string, properties: ArmObject): void {
  for (const { authorizationServerId: name } of oAuth2SettingsOf(properties)) {
    if (store.get(`${serviceIdOf(id)}/authorizationServers/${name}`) === undefined) {
      throw new SimulatorError(
        "ValidationError",
        `AuthenticationSettings: Authorization server was not found. Create "${name}" before the API that refers to it.`,
      );
    }
  }
}

function assertPathIsFree(store: ArmStore, id: string, properties: ArmObject): void {
  const path = String(properties.path).toLowerCase();
  const other = store
    .below(serviceIdOf(id), armTypes.api)
    .find(
      (one) =>
        one.id.toLowerCase() !== id.toLowerCase() && String(one.body.properties.path).toLowerCase() === path,
    );
  if (other !== undefined) {
    throw new SimulatorError(
      "ValidationError",
      `Cannot create API '${nameOf({ id })}' with the same Path '${properties.path}' as API '${nameOf(other)}'. Choose another path.`,
    );
  }
}
