import table from "../../../openapi/azure-import.json" with { type: "json" };
import { SimulatorError } from "../../kernel/error.ts";
import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import type { ArmStore } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { operationsOf } from "../gateway-derivation.ts";
import { importOpenApi } from "../import/open-api-import.ts";
import { requiredInputs } from "../required-inputs.ts";
import { serviceId, tierOf } from "./api-management-service.ts";
import { authorizationServersOf } from "./authorization-server.ts";

/** ARM id of an API. */
export function apiId(inputs: Properties): string {
  return `${serviceId(inputs)}/apis/${inputs.apiId}`;
}

/** `apimanagement.Api`, imported from the OpenAPI document that it carries. */
export const api: ArmDefinition = {
  type: armTypes.api,
  model: "ApiCreateOrUpdateParameter",
  address: ["resourceGroupName", "serviceName", "apiId"],
  supported: [
    "displayName",
    "description",
    "path",
    "protocols",
    "format",
    "value",
    "serviceUrl",
    "subscriptionRequired",
    "authenticationSettings",
    "translateRequiredQueryParametersConduct",
  ],
  nameInput: "apiId",
  busyState: "InProgress",
  idOf: apiId,
  rules: (inputs) => [...requiredInputs(inputs, ["path", "displayName"]), ...apiFailures(inputs)],
  put: async (store, { id, inputs }) => {
    resourceAt(store, serviceId(inputs));
    assertServersExist(store, inputs);
    assertPathIsFree(store, { id, inputs });
    // Before the resource is kept: what the import refuses must leave nothing behind.
    assertOperationsFit(store, { id, inputs });
    return {
      type: "Microsoft.ApiManagement/service/apis",
      apiRevision: "1",
      isCurrent: true,
      provisioningState: "Succeeded",
    };
  },
  // An import drops the operations that its document does not have, and their policies with them.
  afterPut: (store, id) => {
    const kept = new Set(operationsOf(resourceAt(store, id)).map((operation) => operation.id));
    for (const policy of store.below(id, armTypes.apiOperationPolicy)) {
      if (!kept.has(String(policy.inputs.operationId))) store.delete(policy.id);
    }
  },
};

function apiFailures(inputs: Properties): readonly CheckFailure[] {
  const { apiId: name, format, value, path, protocols, serviceUrl, subscriptionRequired } = inputs;
  const { translateRequiredQueryParametersConduct: conduct } = inputs;
  const failures: CheckFailure[] = [];
  if (String(name).includes(";rev="))
    failures.push({ property: "apiId", reason: "must be without a revision: revisions are not simulated." });
  if (format !== "openapi" && format !== "openapi+json") {
    failures.push({
      property: "format",
      reason: `must be "openapi" or "openapi+json": other imports are not simulated; got ${JSON.stringify(format)}.`,
    });
  }
  if (value === undefined)
    failures.push({ property: "value", reason: "must be the OpenAPI document; got nothing." });
  if (/^\/|\/$/.test(String(path)))
    failures.push({ property: "path", reason: `must have no slash at its ends; got "${path}".` });
  if (!Array.isArray(protocols) || protocols.join() !== "https") {
    failures.push({
      property: "protocols",
      reason: `must be ["https"]: others would let tokens travel in plain text; got ${JSON.stringify(protocols)}.`,
    });
  }
  if (serviceUrl !== undefined && !/^https?:\/\/./.test(String(serviceUrl))) {
    failures.push({ property: "serviceUrl", reason: `must be an http or https URL; got "${serviceUrl}".` });
  }
  if (conduct !== undefined && conduct !== "template" && conduct !== "query") {
    failures.push({
      property: "translateRequiredQueryParametersConduct",
      reason: `must be "template" or "query"; got ${JSON.stringify(conduct)}.`,
    });
  }
  // Azure's default is true, and keys are not simulated: left out, the call would be refused there and let in here.
  if (subscriptionRequired !== false) {
    failures.push({
      property: "subscriptionRequired",
      reason: `must be false: subscription keys are not simulated; got ${subscriptionRequired ?? "nothing, which means true"}.`,
    });
  }
  return failures;
}

/** @see https://learn.microsoft.com/azure/api-management/service-limits */
function assertOperationsFit(store: ArmStore, { id, inputs }: { id: string; inputs: Properties }): void {
  const { name } = tierOf(resourceAt(store, serviceId(inputs)).inputs);
  const limits: Readonly<Record<string, number>> = table.limits.operationsByTier;
  const limit = limits[name] ?? Number.POSITIVE_INFINITY;
  const others = store
    .below(serviceId(inputs), armTypes.api)
    .filter((one) => one.id.toLowerCase() !== id.toLowerCase());
  const count = [inputs, ...others.map((one) => one.inputs)]
    .map((one) => importOpenApi(one).operations.length)
    .reduce((sum, one) => sum + one, 0);
  if (count <= limit) return;
  throw new SimulatorError(
    "ValidationError",
    `You've reached the maximum number of Operations (${limit}) in tier ${name}: the instance would have ${count}. Delete operations, or choose a higher tier.`,
  );
}

function assertServersExist(store: ArmStore, inputs: Properties): void {
  for (const name of authorizationServersOf(inputs)) {
    if (store.get(`${serviceId(inputs)}/authorizationServers/${name}`) === undefined) {
      throw new SimulatorError(
        "ValidationError",
        `AuthenticationSettings: Authorization server was not found. Create "${name}" before the API that refers to it.`,
      );
    }
  }
}

function assertPathIsFree(store: ArmStore, { id, inputs }: { id: string; inputs: Properties }): void {
  const path = String(inputs.path).toLowerCase();
  const other = store
    .below(serviceId(inputs), armTypes.api)
    .find(
      (one) => one.id.toLowerCase() !== id.toLowerCase() && String(one.inputs.path).toLowerCase() === path,
    );
  if (other !== undefined) {
    throw new SimulatorError(
      "ValidationError",
      `Cannot create API '${inputs.apiId}' with the same Path '${inputs.path}' as API '${other.inputs.apiId}'. Choose another path.`,
    );
  }
}
