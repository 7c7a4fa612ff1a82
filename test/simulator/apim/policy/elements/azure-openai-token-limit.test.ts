/** `azure-openai-token-limit` on the local gateway: it counts as `llm-token-limit` does, by counters of its own. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const answer = { body: JSON.stringify({ usage: { prompt_tokens: 8, total_tokens: 8 } }) };
const ask = (element: string) =>
  gateways.call({
    inbound: `<${element} counter-key="@(context.Request.IpAddress)" tokens-per-minute="8" estimate-prompt-tokens="false" />`,
    answer,
  });

describe("azure-openai-token-limit", () => {
  it("refuses the call after the limit is reached, and leaves the counters of llm-token-limit alone", async () => {
    const statuses = [
      (await ask("azure-openai-token-limit")).status,
      (await ask("azure-openai-token-limit")).status,
      (await ask("llm-token-limit")).status,
    ];
    expect(statuses).toEqual([200, 429, 200]);
  });
});
