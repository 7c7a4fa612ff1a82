import { type PolicySite, parsePolicyDocument } from "../../apim/policy/document.ts";
import type { PolicyScope } from "../../apim/policy/place.ts";
import type { RecentConfigurations } from "../../apim/policy/tokens/recent-configurations.ts";
import { type PolicyFormat, wellFormedXml } from "../../apim/policy/xml-reader.ts";
import type { BodyProblem } from "../arm-error.ts";
import type { ArmBody, ArmResource, ArmStore } from "../arm-store.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { policyText } from "../policy-text.ts";
import { resourceAt, serviceIdOf } from "../resource-ids.ts";
import { serviceTier } from "./tiers.ts";

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

const scopes: readonly (readonly [type: string, scope: PolicyScope])[] = [
  [armTypes.policy, "global"],
  [armTypes.productPolicy, "product"],
  [armTypes.apiPolicy, "api"],
  [armTypes.apiOperationPolicy, "operation"],
];

/** The policy documents of the instance, of a product, of an API and of an operation. */
export function policies(configurations: RecentConfigurations): readonly ArmType[] {
  const fetchConfiguration = (url: string) => configurations.fetch(url);
  return scopes.map(([type, scope]) => ({
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
  return value === newInstancesPolicy ? value : policyText(wellFormedXml(value, formatOf(body)));
}

function formatOf({ properties }: ArmBody): PolicyFormat {
  return properties.format === "rawxml" ? "rawxml" : "xml";
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

/** Reads the policy documents of a store that was kept on disk; they were checked when they were saved. */
export async function restorePolicies(store: ArmStore): Promise<void> {
  for (const [type, scope] of scopes) {
    for (const resource of store.all(type))
      await keepDocument(store, resource, { scope, checksConnectivity: false });
  }
}

async function keepDocument(
  store: ArmStore,
  { id, body }: Pick<ArmResource, "id" | "body">,
  site: Pick<PolicySite, "scope" | "checksConnectivity" | "fetchConfiguration">,
): Promise<void> {
  const service = resourceAt(store, serviceIdOf(id));
  const { name: sku } = serviceTier(service.body);
  const backendExists = (name: string) => store.get(`${service.id}/backends/${name}`) !== undefined;
  const written = { sku, format: formatOf(body), backendExists };
  const document = await parsePolicyDocument(String(body.properties.value), { ...site, ...written });
  store.putPolicy(id, document);
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
