/** `set-header` by what the backend and the client get. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const set = (name: string, action: string, ...values: readonly string[]) =>
  `<set-header name="${name}" exists-action="${action}">${values.map((value) => `<value>${value}</value>`).join("")}</set-header>`;

describe("set-header", () => {
  it.each<[string, string, string | undefined]>([
    ["override", set("X-A", "override", "20"), "20"],
    ["override by several", set("X-A", "override", "1", "2"), "1,2"],
    ["skip", set("X-A", "skip", "20"), "old"],
    ["append", set("x-a", "append", "1", "2"), "old,1,2"],
    ["delete", set("X-A", "delete"), undefined],
  ])("changes a header that is there by %s", async (_, inbound, expected) => {
    const { backend } = await served.call({ inbound, request: { headers: { "x-a": "old" } } });
    expect(backend?.headers["x-a"]).toBe(expected);
  });

  it.each<[string, string, string | undefined]>([
    ["override", set("X-A", "override", "20"), "20"],
    ["skip", set("X-A", "skip", "20"), "20"],
    ["append", set("X-A", "append", "1", "2"), "1,2"],
    ["delete", set("X-A", "delete"), undefined],
  ])("changes a header that is not there by %s", async (_, inbound, expected) => {
    const { backend } = await served.call({ inbound });
    expect(backend?.headers["x-a"]).toBe(expected);
  });

  it("takes a header away that it overrides with no value, and else changes nothing", async () => {
    const request = { headers: { X: "1" } };
    const sent = async (action: string) =>
      (await served.call({ inbound: set("X", action), request })).backend?.headers.x;
    expect([await sent("override"), await sent("skip"), await sent("append")]).toEqual([undefined, "1", "1"]);
  });

  it("gives the backend another Host by override, and none by skip: the client sent one", async () => {
    const skipped = await served.call({ inbound: set("Host", "skip", "a.example") });
    const overridden = await served.call({ inbound: set("host", "override", "a.example") });
    expect([skipped, overridden].map(({ backend }) => backend?.headers.host)).toEqual([
      new URL(served.backendOrigin).host,
      "a.example",
    ]);
  });

  it("keeps several headers of a name whose values may hold commas", async () => {
    const { headers } = await served.call({
      outbound: set("Set-Cookie", "override", "a=1", "b=2") + set("Set-Cookie", "append", "c=3"),
    });
    expect(headers.getSetCookie()).toEqual(["a=1", "b=2", "c=3"]);
  });

  it("gives the backend another Host than that of its URL", async () => {
    const named = await served.call({ inbound: set("Host", "override", "shop.example") });
    const unnamed = await served.call({});
    expect(named.backend?.headers.host).toBe("shop.example");
    expect(unnamed.backend?.headers.host).toBe(new URL(served.backendOrigin).host);
  });

  it.each([
    ["without a name", "<set-header><value>1</value></set-header>", "'name' is missing or empty"],
    ["with a value to delete", set("x", "delete", "1"), "A header that is deleted must have no value."],
  ])("is refused %s", async (_, inbound, problem) => {
    await expect(served.call({ inbound })).rejects.toThrow(problem);
  });
});
