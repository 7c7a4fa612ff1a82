/** `emit-metric` on the local gateway: what a trace is told. */
import { describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { toldToTrace } from "../../../../support/told-to-trace.ts";

describe("emit-metric", () => {
  it("tells the trace the number and its dimensions, those without a value by their names", async () => {
    const xml = `<emit-metric name="Request" value="2.5" namespace="my-metrics">
      <dimension name="User ID" />
      <dimension name="Client IP" value="10.0.0.1" />
      <dimension name="API ID" />
      <dimension name="Location" />
    </emit-metric>`;
    const api = { id: "conference", path: "conference" };
    expect(await toldToTrace(xml, { api, service: { name: "apim", region: "westeurope" } })).toEqual([
      [
        "emit-metric my-metrics/Request",
        {
          value: 2.5,
          dimensions: {
            "User ID": "",
            "Client IP": "10.0.0.1",
            "API ID": "conference",
            Location: "westeurope",
          },
        },
      ],
    ]);
  });

  it("tells the backend that a policy names, when a dimension asks for it", async () => {
    const metric = '<emit-metric name="Request"><dimension name="Backend ID" /></emit-metric>';
    const told = (backendId: string) => [
      ["emit-metric API Management/Request", { value: 1, dimensions: { "Backend ID": backendId } }],
    ];
    expect(await toldToTrace(metric, { backend: { id: "pool" } })).toEqual(told("pool"));
    expect(await toldToTrace(metric)).toEqual(told(""));
  });

  it("counts 1 in the namespace API Management when nothing else is said", async () => {
    expect(
      await toldToTrace('<emit-metric name="Request"><dimension name="a" value="b" /></emit-metric>'),
    ).toEqual([["emit-metric API Management/Request", { value: 1, dimensions: { a: "b" } }]]);
  });

  it.each([
    ["<emit-metric />", "'name' is missing"],
    ['<emit-metric name="a" value="many" />', "must be a number"],
    ['<emit-metric name="a"><dimension name="Mine" /></emit-metric>', "'value' is missing"],
    [
      `<emit-metric name="a">${'<dimension name="API ID" />'.repeat(11)}</emit-metric>`,
      "'dimension' may stand only 10 times in 'emit-metric'.",
    ],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
