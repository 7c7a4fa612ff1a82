import { type PolicySite, parsePolicyDocument } from "../../apim/policy/document.ts";
import type { PolicyScope } from "../../apim/policy/statement.ts";
import type { RecentConfigurations } from "../../apim/policy/validate-jwt/recent-configurations.ts";
import { SimulatorError } from "../../kernel/error.ts";
import type { CheckFailure, Properties } from "../../providers/resource.ts";
import { type ArmDefinition, resourceAt } from "../arm-handler.ts";
import type { ArmResource, ArmStore } from "../arm-store.ts";
import { armTypes } from "../arm-types.ts";
import { operationsOf } from "../gateway-derivation.ts";
import { requiredInputs } from "../required-inputs.ts";
import { apiId } from "./api.ts";
import { serviceId, tierOf } from "./api-management-service.ts";

interface PolicyKind {
  readonly type: string;
  readonly scope: PolicyScope;
  /** Address inputs below the instance. */
  readonly address: readonly string[];
  readonly parentOf: (inputs: Properties) => string;
  /** What Azure makes with the parent. */
  readonly defaultBody?: Properties;
}

/**
 * The global policy of a new instance, the one text that azure-native writes over.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/issues/1729
 */
export const newInstancesPolicy = [
  "<!--",
  "    IMPORTANT:",
  "    - Policy elements can appear only within the <inbound>, <outbound>, <backend> section elements.",
  "    - Only the <forward-request> policy element can appear within the <backend> section element.",
  "    - To apply a policy to the incoming request (before it is forwarded to the backend service), place a corresponding policy element within the <inbound> section element.",
  "    - To apply a policy to the outgoing response (before it is sent back to the caller), place a corresponding policy element within the <outbound> section element.",
  "    - To add a policy position the cursor at the desired insertion point and click on the round button associated with the policy.",
  "    - To remove a policy, delete the corresponding policy statement from the policy document.",
  "    - Policies are applied in the order of their appearance, from the top down.",
  "-->",
  "<policies>",
  "\t<inbound></inbound>",
  "\t<backend>",
  "\t\t<forward-request />",
  "\t</backend>",
  "\t<outbound></outbound>",
  "</policies>",
].join("\r\n");

const kinds: readonly PolicyKind[] = [
  {
    type: armTypes.policy,
    scope: "global",
    address: [],
    parentOf: serviceId,
    defaultBody: { format: "xml", value: newInstancesPolicy },
  },
  { type: armTypes.apiPolicy, scope: "api", address: ["apiId"], parentOf: apiId },
  {
    type: armTypes.apiOperationPolicy,
    scope: "operation",
    address: ["apiId", "operationId"],
    parentOf: (inputs) => `${apiId(inputs)}/operations/${inputs.operationId}`,
  },
];

/** `apimanagement.Policy`, `ApiPolicy` and `ApiOperationPolicy`: the documents of the instance, an API and an operation. */
export function policies(configurations: RecentConfigurations): readonly ArmDefinition[] {
  const fetchConfiguration = (url: string) => configurations.fetch(url);
  return kinds.map(({ type, scope, address, parentOf, ...more }) => ({
    ...more,
    type,
    model: "PolicyContract",
    address: ["resourceGroupName", "serviceName", ...address, "policyId"],
    supported: ["value", "format"],
    nameInput: "policyId",
    idOf: (inputs) => `${parentOf(inputs)}/policies/${inputs.policyId}`,
    rules: (inputs) => [...requiredInputs(inputs, ["value", ...address]), ...policyFailures(inputs)],
    put: async (store, { id, inputs }) => {
      if (scope !== "global") assertOperation(resourceAt(store, apiId(inputs)), inputs);
      await keepDocument(store, { id, inputs, scope, fetchConfiguration });
      return { type: `Microsoft.ApiManagement/service/${scope === "global" ? "" : "apis/"}policies` };
    },
  }));
}

/** Reads the policy documents of a store that was kept on disk; they were checked when they were saved. */
export async function restorePolicies(store: ArmStore): Promise<void> {
  for (const { type, scope } of kinds) {
    for (const { id, inputs } of store.all(type))
      await keepDocument(store, { id, inputs, scope, checksConnectivity: false });
  }
}

async function keepDocument(
  store: ArmStore,
  {
    id,
    inputs,
    ...site
  }: { id: string; inputs: Properties } & Pick<
    PolicySite,
    "scope" | "checksConnectivity" | "fetchConfiguration"
  >,
): Promise<void> {
  const { name: sku } = tierOf(resourceAt(store, serviceId(inputs)).inputs);
  const backendExists = (name: string) => store.get(`${serviceId(inputs)}/backends/${name}`) !== undefined;
  store.putPolicy(id, await parsePolicyDocument(String(inputs.value), { ...site, sku, backendExists }));
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

function assertOperation(api: ArmResource, { operationId }: Properties): void {
  if (operationId === undefined || operationsOf(api).some(({ id }) => id === operationId)) return;
  const names = operationsOf(api).map(({ id }) => id);
  throw new SimulatorError(
    "ResourceNotFound",
    `Operation not found: API "${api.inputs.apiId}" must have an operation "${operationId}"; it has ${names.join(", ")}. Use the name that the import gave it.`,
  );
}
