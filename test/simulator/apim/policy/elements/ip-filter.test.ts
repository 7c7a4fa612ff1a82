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
  ])("knows a caller by %s", async (_, entries, isListed) => {
    expect(await call("allow", entries)).toBe(isListed ? 200 : 403);
    expect(await call("forbid", entries)).toBe(isListed ? 403 : 200);
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
    ['<ip-filter action="allow"><address>localhost</address></ip-filter>', '"localhost" is no IP address'],
    ['<ip-filter action="allow"><address-range from="127.0.0.1" /></ip-filter>', "'to' is missing"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
