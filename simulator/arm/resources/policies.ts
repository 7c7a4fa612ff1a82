import type { RecentConfigurations } from "../../apim/policy/tokens/recent-configurations.ts";
import { wellFormedXml } from "../../apim/policy/xml-reader.ts";
import type { BodyProblem } from "../arm-error.ts";
import type { ArmBody, ArmResource, ArmStore } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { keepDocument, policyFormat, policyScopes } from "../policy-documents.ts";
import { policyText } from "../policy-text.ts";
import { serviceIdOf } from "../resource-ids.ts";

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

/** The policy documents of the instance, of a product, of an API and of an operation. */
export function policies(configurations: RecentConfigurations): readonly ArmType[] {
  const fetchConfiguration = (url: string) => configurations.fetch(url);
  return policyScopes.map(([type, scope]) => ({
    type,
    nameParameter: "policyId",
    model: "PolicyContract",
    required: ["value"],
    canPatch: false,
    rules: policyProblems,
    put: async ({ store, id, body }) => {
      await keepDocument(store, { id, body }, { scope, fetchConfiguration });
      return { body };
    },
    view: ({ body }) => ({ properties: { value: shownText(body) } }),
    ...(scope === "global"
      ? { afterDelete: (store: ArmStore, { id }: ArmResource) => putDefaultPolicy(store, serviceIdOf(id)) }
      : {}),
  }));
}

/** Azure keeps the text alone, and writes it anew; that of a new instance it has never read. */
function shownText(body: ArmBody): string {
  const value = String(body.properties.value);
  return value === newInstancesPolicy ? value : policyText(wellFormedXml(value, policyFormat(body)));
}

/**
 * Gives an instance the global policy that it comes with.
 *
 * Assumed of Azure: an instance whose global document was deleted has the one that it came with.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export async function putDefaultPolicy(store: ArmStore, serviceId: string): Promise<void> {
  const service = store.get(serviceId);
  if (service === undefined) return;
  const id = `${service.id}/policies/policy`;
  const body = { properties: { value: newInstancesPolicy, format: "xml" } };
  store.put({ id, type: armTypes.policy, body, hidden: {} });
  await keepDocument(store, { id, body }, { scope: "global", checksConnectivity: false });
}

function policyProblems({ properties }: ArmBody, name: string): readonly BodyProblem[] {
  const { format = "xml" } = properties;
  const problems: BodyProblem[] = [];
  if (name !== "policy") problems.push({ target: "policyId", reason: `must be "policy"; got "${name}".` });
  if (format !== "rawxml" && format !== "xml") {
    problems.push({
      target: "format",
      reason: `must be "rawxml" or "xml": links are not simulated; got ${JSON.stringify(format)}.`,
      isNotSimulated: true,
    });
  }
  return problems;
}
