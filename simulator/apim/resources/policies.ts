import { SimulatorError } from "../../error.ts";
import type { CheckFailure, Properties } from "../../resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import type { ArmResource, ArmStore } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { operationsOf } from "../gateway-derivation.ts";
import { parsePolicyDocument } from "../policy/document.ts";
import type { PolicyScope } from "../policy/statement.ts";
import { requiredInputs } from "../required-inputs.ts";
import { apiId } from "./api.ts";
import { serviceId } from "./api-management-service.ts";

/** `apimanagement.Policy`: the global document. */
export const policy = policyDefinition({
  type: armTypes.policy,
  scope: "global",
  address: [],
  parentOf: serviceId,
});

/** `apimanagement.ApiPolicy`: an API's document. */
export const apiPolicy = policyDefinition({
  type: armTypes.apiPolicy,
  scope: "api",
  address: ["apiId"],
  parentOf: apiId,
});

/** `apimanagement.ApiOperationPolicy`: an operation's document. */
export const apiOperationPolicy = policyDefinition({
  type: armTypes.apiOperationPolicy,
  scope: "operation",
  address: ["apiId", "operationId"],
  parentOf: (inputs) => `${apiId(inputs)}/operations/${inputs.operationId}`,
});

function policyDefinition({
  type,
  scope,
  address,
  parentOf,
}: {
  type: string;
  scope: PolicyScope;
  address: readonly string[];
  parentOf: (inputs: Properties) => string;
}): ArmDefinition {
  return {
    type,
    model: "PolicyContract",
    address: ["resourceGroupName", "serviceName", ...address, "policyId"],
    supported: ["value", "format"],
    nameInput: "policyId",
    idOf: (inputs) => `${parentOf(inputs)}/policies/${inputs.policyId}`,
    rules: (inputs) => [...requiredInputs(inputs, ["value", ...address]), ...policyFailures(inputs)],
    put: async (store, { id, inputs }) => {
      const service = resourceAt(store, serviceId(inputs));
      if (scope !== "global") assertApi(resourceAt(store, apiId(inputs)), inputs);
      const { name } = service.inputs.sku as { name: string };
      store.putPolicy(id, await parsePolicyDocument(String(inputs.value), { scope, sku: name }));
      return { type: `Microsoft.ApiManagement/service/${scope === "global" ? "" : "apis/"}policies` };
    },
  };
}

/** Reads the policy documents of a store that was kept on disk; they were checked when they were saved. */
export async function restorePolicies(store: ArmStore): Promise<void> {
  const scopes = {
    [armTypes.policy]: "global",
    [armTypes.apiPolicy]: "api",
    [armTypes.apiOperationPolicy]: "operation",
  } as const;
  for (const [type, scope] of Object.entries(scopes)) {
    for (const { id, inputs } of store.all(type)) {
      const { name } = resourceAt(store, serviceId(inputs)).inputs.sku as { name: string };
      const site = { scope, sku: name, checksConnectivity: false };
      store.putPolicy(id, await parsePolicyDocument(String(inputs.value), site));
    }
  }
}

function policyFailures({ policyId, format }: Properties): readonly CheckFailure[] {
  const failures: CheckFailure[] = [];
  if (policyId !== "policy")
    failures.push({ property: "policyId", reason: `must be "policy"; got ${JSON.stringify(policyId)}.` });
  if (format !== "rawxml" && format !== "xml") {
    failures.push({
      property: "format",
      reason: `must be "rawxml" or "xml": links are not simulated; got ${JSON.stringify(format)}.`,
    });
  }
  return failures;
}

function assertApi(api: ArmResource, { operationId }: Properties): void {
  if (operationId === undefined || operationsOf(api).some(({ id }) => id === operationId)) return;
  const names = operationsOf(api).map(({ id }) => id);
  throw new SimulatorError(
    "ResourceNotFound",
    `Operation not found: API "${api.inputs.apiId}" must have an operation "${operationId}"; it has ${names.join(", ")}. Use the name that the import gave it.`,
  );
}
