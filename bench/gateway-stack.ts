import { createForge } from "../proof/forge.ts";
import { armTypes } from "../simulator/arm/arm-types.ts";
import type { LocalCloud } from "../simulator/cloud.ts";
import { epochSeconds } from "../simulator/kernel/clock.ts";
import { type BenchStack, openBenchStack, tokenOfClient } from "./bench-stack.ts";

/** What stands between a client and the backend in a gateway that is measured. */
export const gatewayKinds = ["open", "protected", "rotating", "expressions"] as const;

/**
 * `open`: nothing but `forward-request`. `protected`: the stack's own policies. `rotating`: the same, and each call has another token.
 * `expressions`: besides the stack's own a `choose` and five expressions.
 */
export type GatewayKind = (typeof gatewayKinds)[number];

/** A gateway to measure. */
export interface GatewayToMeasure {
  /** Of the operation that is called. */
  readonly url: string;
  /** Each is let in. */
  readonly tokens: readonly string[];
  /** Stops the local cloud. */
  close(): Promise<void>;
}

const scopes = ["conference.read"];

/**
 * Provisions the gateway before a backend.
 *
 * @param tokenCount Of `rotating`.
 */
export async function openGateway(
  kind: GatewayKind,
  backend: string,
  tokenCount: number,
): Promise<GatewayToMeasure> {
  const apis = { conference: { document: "apis/conference.openapi.yaml", path: "", serviceUrl: backend } };
  const stack = await openBenchStack({ apis, scopes });
  const { cloud, outputs } = stack;
  if (kind === "open") dropPolicies(cloud, backend);
  if (kind === "expressions") await addExpressions(cloud);
  const tokens = kind === "rotating" ? signedTokens(stack, tokenCount) : [await tokenOfClient(stack)];
  return { url: `${outputs.gatewayUrl}/sessions`, tokens, close: () => cloud.close() };
}

function dropPolicies({ store }: LocalCloud, serviceUrl: string): void {
  for (const type of [armTypes.apiPolicy, armTypes.apiOperationPolicy])
    for (const { id } of store.all(type)) store.delete(id);
  for (const { id, ...api } of store.all(armTypes.api))
    store.put({ ...api, id, body: { properties: { ...api.body.properties, serviceUrl } } });
}

const expressions = `
  <choose>
    <when condition='@(context.Request.Headers.GetValueOrDefault("X-Tenant", "") == "internal")'>
      <set-header name="X-Internal"><value>true</value></set-header>
    </when>
    <when condition='@(context.Request.Method == "GET" &amp;&amp; context.Operation.Id != "")'>
      <set-variable name="caller" value='@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject ?? "nobody")' />
      <set-header name="X-Caller"><value>@((string)context.Variables["caller"])</value></set-header>
      <set-header name="X-Correlation-Id"><value>@(context.RequestId.ToString())</value></set-header>
    </when>
  </choose>`;

async function addExpressions({ store, providerHandlers }: LocalCloud): Promise<void> {
  const type = "azure-native:apimanagement:ApiPolicy";
  const handler = providerHandlers.resources.find((one) => one.type === type);
  const [policy] = store.all(armTypes.apiPolicy);
  if (handler === undefined || policy === undefined) throw new Error(`There must be an ${type}; got none.`);
  const { inputs = {} } = (await handler.read(policy.id)) ?? {};
  const value = String(inputs.value).replace("</inbound>", `${expressions}</inbound>`);
  await handler.update(policy.id, { ...inputs, value });
}

function signedTokens({ cloud, outputs }: BenchStack, count: number): readonly string[] {
  const { key, audience } = cloud.org.signing(outputs.issuer);
  const forge = createForge(key, { ...outputs, audience }, epochSeconds(cloud.clock));
  return Array.from({ length: count }, (_, index) => forge.token({ jti: `AT.bench-${index}`, scp: scopes }));
}
