/** `ip-filter` on the local gateway, whose callers come from 127.0.0.1. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
beforeAll(async () => {
  backend = await serve((_, response) => response.end());
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

async function call(action: string, entries: string): Promise<number> {
  gateway.service = makeService({
    policy: await policy(`<ip-filter action="${action}">${entries}</ip-filter>`),
    api: { serviceUrl: backend.origin },
  });
  return (await fetch(`${gateway.origin}/things`)).status;
}

describe("ip-filter", () => {
  it.each([
    ["its address", "<address>127.0.0.1</address>", true],
    ["a range with its address", '<address-range from="127.0.0.0" to="127.0.0.255" />', true],
    ["a range that ends with it", '<address-range from="126.0.0.0" to="127.0.0.1" />', true],
    ["one of several", '<address-range from="10.0.0.0" to="10.0.0.9" /><address>127.0.0.1</address>', true],
    ["another address", "<address>127.0.0.2</address>", false],
    ["a range beside it", '<address-range from="127.0.0.2" to="127.0.0.9" />', false],
    ["a range from its end to its begin", '<address-range from="127.0.0.9" to="127.0.0.0" />', false],
    ["addresses of the other family", '<address-range from="::" to="ffff::" />', false],
    ["its address as one of IPv6", "<address>::ffff:127.0.0.1</address>", true],
    ["its address as one of IPv6, in hexadecimal digits", "<address>::FFFF:7f00:1</address>", true],
    ["a range of such", '<address-range from="::ffff:127.0.0.0" to="127.0.0.9" />', true],
    ["another address as one of IPv6", "<address>::ffff:127.0.0.2</address>", false],
    ["an address that an expression gives", '<address>@(" 127.0.0.1 ")</address>', true],
    ["another address that an expression gives", '<address>@("10.0.0.1")</address>', false],
  ])("knows a caller by %s", async (_, entries, isListed) => {
    expect(await call("allow", entries)).toBe(isListed ? 200 : 403);
    expect(await call("forbid", entries)).toBe(isListed ? 403 : 200);
  });

  it.each([
    '<address>@("")</address>',
    '<address>@("localhost")</address>',
    "<address>@((string)null)</address>",
    "<address-range from='@(\"127.0.0.1\")' to='@(\"\")' />",
    '<address>10.0.0.1</address><address>@("10.0.0.0/8")</address>',
  ])("lets nobody in where an expression gives no address: %s", async (entries) => {
    expect([await call("allow", entries), await call("forbid", entries)]).toEqual([500, 500]);
    expect(gateway.refusals.at(-1)).toMatchObject({
      source: "ip-filter",
      reason: "ExpressionValueEvaluationFailure",
    });
  });

  it("knows a caller by the connection, whatever a header says", async () => {
    await call("forbid", "<address>127.0.0.1</address>");
    const claims = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP", "X-Azure-ClientIP"];
    const headers = Object.fromEntries(claims.map((name) => [name, "10.0.0.1"]));
    expect((await fetch(`${gateway.origin}/things`, { headers })).status).toBe(403);
  });

  it("tells in LastError whether a caller is blocked, or not allowed", async () => {
    gateway.refusals.length = 0;
    await call("forbid", "<address>127.0.0.1</address>");
    await call("allow", "<address>10.0.0.1</address>");
    expect(gateway.refusals.map(({ reason, message }) => [reason, message])).toEqual([
      ["CallerIpBlocked", "Caller IP address is blocked. Access denied."],
      ["CallerIpNotAllowed", "Caller IP address 127.0.0.1 is not allowed. Access denied."],
    ]);
  });

  it.each([
    ['<ip-filter action="allow" />', "At least one"],
    ["<ip-filter><address>127.0.0.1</address></ip-filter>", "'action' is missing"],
    ['<ip-filter action="deny"><address>127.0.0.1</address></ip-filter>', 'must be one of "allow", "forbid"'],
    [
      '<ip-filter action="allow"><address>localhost</address></ip-filter>',
      'must be an IP address; got "localhost"',
    ],
    ['<ip-filter action="allow"><address-range from="127.0.0.1" /></ip-filter>', "'to' is missing"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
