/** `log-to-eventhub` on the local gateway: what a trace is told, and that nobody else sees it. */
import { describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { toldToTrace } from "../../../../support/told-to-trace.ts";

describe("log-to-eventhub", () => {
  it("tells the trace its text, its logger and its partition", async () => {
    const keyed = '<log-to-eventhub logger-id="contoso-logger" partition-key="a">one call</log-to-eventhub>';
    expect(await toldToTrace(keyed)).toEqual([
      ["log-to-eventhub contoso-logger", { message: "one call", partitionKey: "a" }],
    ]);
    const numbered =
      '<log-to-eventhub logger-id="contoso-logger" partition-id="0">one call</log-to-eventhub>';
    expect(await toldToTrace(numbered)).toEqual([
      ["log-to-eventhub contoso-logger", { message: "one call", partitionId: "0" }],
    ]);
  });

  it("cuts a text after 200 KB", async () => {
    const [[, told] = []] = await toldToTrace(
      `<log-to-eventhub logger-id="a">${"x".repeat(204_801)}</log-to-eventhub>`,
    );
    expect(told).toEqual({ message: "x".repeat(204_800) });
  });

  it.each([
    ["<log-to-eventhub>a</log-to-eventhub>", "'logger-id' is missing"],
    ['<log-to-eventhub logger-id="a" partition-id="0" partition-key="b">a</log-to-eventhub>', "Only one of"],
    ['<log-to-eventhub logger-id="a"><message>a</message></log-to-eventhub>', "Only text may stand here"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
