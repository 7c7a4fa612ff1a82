/** `llm-emit-token-metric` on the local gateway: what a trace is told. */
import { describe, expect, it } from "vitest";
import type { Exchange, PendingResponse } from "../../../../../simulator/apim/policy/exchange.ts";
import { policy } from "../../../../support/gateway.ts";

const xml = `<llm-emit-token-metric namespace="models">
  <dimension name="API ID" />
  <dimension name="Client" value="@(context.Request.Method)" />
</llm-emit-token-metric>`;

/** Runs the policy for one request, and gives what the trace is told once the model has answered. */
async function told(answer: PendingResponse): Promise<readonly (readonly [name: string, value: unknown])[]> {
  const [step] = (await policy(xml)).sections.inbound;
  if (step === undefined || step === "base") throw new TypeError("the section holds no statement");
  const lines: [string, unknown][] = [];
  const trace = {
    begin: () => {},
    end: () => {},
    value: (name: string, value: unknown) => lines.push([name, value]),
  };
  const exchange = {
    api: { id: "chat", path: "chat" },
    request: { method: "POST", target: "/", backendTarget: "/", headers: [], body: '{"input":"12345678"}' },
    client: { method: "POST", ipAddress: "127.0.0.1", host: "localhost", ownHeaders: [] },
    uponAnswer: undefined,
    response: answer,
    trace,
  } as unknown as Exchange;
  await step.run(exchange);
  for (const { run } of exchange.uponAnswer ?? []) await run(answer);
  return lines.filter(([name]) => name.startsWith("llm-emit-token-metric"));
}

const dimensions = { "API ID": "chat", Client: "POST" };

describe("llm-emit-token-metric", () => {
  it("tells the trace the tokens that the answer names, with the dimensions", async () => {
    const body = JSON.stringify({ usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 } });
    expect(await told({ statusCode: 200, headers: [], body })).toEqual([
      ["llm-emit-token-metric models/Total Tokens", { value: 12, dimensions }],
      ["llm-emit-token-metric models/Prompt Tokens", { value: 5, dimensions }],
      ["llm-emit-token-metric models/Completion Tokens", { value: 7, dimensions }],
    ]);
  });

  it("reads the names of the Responses API as well", async () => {
    const body = JSON.stringify({ usage: { input_tokens: 1, output_tokens: 2 } });
    const values = (await told({ statusCode: 200, headers: [], body })).map(([, value]) => value);
    expect(values).toEqual([3, 1, 2].map((value) => ({ value, dimensions })));
  });

  it("estimates an answer that came piece by piece", async () => {
    const body = 'data: {"delta":"1234"}\n\n';
    const headers = ["Content-Type", "text/event-stream; charset=utf-8"];
    const values = (await told({ statusCode: 200, headers, body })).map(([, value]) => value);
    expect(values).toEqual([3, 2, 1].map((value) => ({ value, dimensions })));
  });

  it.each(["", "no JSON", "[]", '{"usage":null}'])("tells nothing for the answer %j", async (body) => {
    expect(await told({ statusCode: 200, headers: [], body })).toEqual([]);
  });

  it.each([
    ['<llm-emit-token-metric><dimension name="Mine" /></llm-emit-token-metric>', "'value' is missing"],
    ['<llm-emit-token-metric value-type="total-tokens" />', "not simulated"],
    ['<llm-emit-token-metric size="1" />', "'size' is not declared"],
  ])("refuses %s when it is saved", async (wrong, problem) => {
    await expect(policy(wrong)).rejects.toThrow(problem);
  });
});
