/** `find-and-replace` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { type NotingBackend, serveNotingBackend } from "../../../../support/noting-backend.ts";

let gateway: TestGateway;
let backend: NotingBackend;
beforeAll(async () => {
  [gateway, backend] = await Promise.all([serveGateway(), serveNotingBackend()]);
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

async function call(parts: { inbound?: string; outbound?: string }): Promise<string> {
  backend.seen.length = 0;
  gateway.service = makeService({
    policy: await policy(parts.inbound ?? "", { outbound: parts.outbound ?? "" }),
    api: { serviceUrl: backend.origin },
    operation: { method: "POST" },
  });
  const response = await fetch(`${gateway.origin}/things`, { method: "POST", body: "one two one" });
  return response.text();
}

describe("find-and-replace", () => {
  it("changes the answer in outbound, everywhere", async () => {
    expect(await call({ outbound: '<find-and-replace from="blue" to="green" />' })).toBe(
      "green sky, green sea",
    );
    expect(backend.seen).toEqual(["POST /things one two one"]);
  });

  it("changes the request in inbound, and the length that is sent with it", async () => {
    expect(await call({ inbound: '<find-and-replace from="one" to="eleven" />' })).toBe("blue sky, blue sea");
    expect(backend.seen).toEqual(["POST /things eleven two eleven"]);
  });

  it("takes both texts letter by letter", async () => {
    expect(await call({ outbound: '<find-and-replace from="." to="x" />' })).toBe("blue sky, blue sea");
    expect(await call({ outbound: '<find-and-replace from="blue" to="$&amp;" />' })).toBe("$& sky, $& sea");
    expect(await call({ outbound: '<find-and-replace from="blue " to="" />' })).toBe("sky, sea");
  });

  it("fails where the body would be longer than any text", async () => {
    gateway.service = makeService({
      policy: await policy(`<find-and-replace from="a" to="${"b".repeat(200_000)}" />`),
      operation: { method: "POST" },
    });
    const response = await fetch(`${gateway.origin}/things`, { method: "POST", body: "a".repeat(3000) });
    expect([response.status, gateway.refusals.at(-1)?.reason]).toEqual([
      500,
      "ExpressionValueEvaluationFailure",
    ]);
  });

  it.each([
    ['<find-and-replace to="a" />', "'from' is missing"],
    ['<find-and-replace from="a" />', "'to' is missing"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
