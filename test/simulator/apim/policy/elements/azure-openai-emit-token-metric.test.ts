/** `azure-openai-emit-token-metric` on the local gateway: it tells what `llm-emit-token-metric` tells, under its own name. */
import { describe, expect, it } from "vitest";
import { loadElements } from "../../../../../simulator/apim/policy/element-registry.ts";
import type { Exchange } from "../../../../../simulator/apim/policy/exchange.ts";
import { policy } from "../../../../support/gateway.ts";

describe("azure-openai-emit-token-metric", () => {
  it("tells the trace under its own name", async () => {
    const [step] = (await policy('<azure-openai-emit-token-metric namespace="a" />')).sections.inbound;
    if (step === undefined || step === "base") throw new TypeError("the section holds no statement");
    const names: string[] = [];
    const exchange = {
      request: { headers: [] },
      trace: { value: (name: string) => names.push(name) },
    } as unknown as Exchange;
    await step.run(exchange);
    const answer = { statusCode: 200, headers: [], body: '{"usage":{"total_tokens":1}}' };
    for (const { run } of exchange.uponAnswer ?? []) await run(answer);
    expect(names).toEqual(
      ["Total", "Prompt", "Completion"].map((kind) => `azure-openai-emit-token-metric a/${kind} Tokens`),
    );
  });

  it("stands where llm-emit-token-metric stands", async () => {
    const elements = await loadElements();
    expect(elements.get("azure-openai-emit-token-metric")?.sections).toEqual(
      elements.get("llm-emit-token-metric")?.sections,
    );
  });
});
