/** `send-one-way-request` on the local gateway. */
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
let target: Server;
let origin: string;
beforeAll(async () => {
  served = await servePolicies();
  target = createServer().listen(0, "127.0.0.1");
  await once(target, "listening");
  origin = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
});
afterAll(() => {
  target.closeAllConnections();
  target.close();
  return served.close();
});

describe("send-one-way-request", () => {
  it("tells another service and answers the client before that one does", async () => {
    const arrival = once(target, "request");
    const { status } = await served.call({
      answer: { status: 503 },
      outbound: `<send-one-way-request mode="new" timeout="20">
        <set-url>${origin}/services/T00000000</set-url>
        <set-method>POST</set-method>
        <set-body>{"text":"down"}</set-body>
      </send-one-way-request>`,
    });
    const [{ method, url }, response] = (await arrival) as [{ method: string; url: string }, ServerResponse];
    expect([status, method, url, response.headersSent]).toEqual([503, "POST", "/services/T00000000", false]);
    response.end();
  });

  it("answers the client as ever when nobody is there to be told", async () => {
    const inbound = "<send-one-way-request><set-url>http://192.0.2.1/</set-url></send-one-way-request>";
    expect((await served.call({ inbound })).status).toBe(200);
    expect(served.gateway.log).toEqual([]);
  });

  it.each([
    ["<send-one-way-request />", "'set-url' is missing"],
    [
      '<send-one-way-request response-variable-name="a"><set-url>a</set-url></send-one-way-request>',
      "'response-variable-name' is not declared",
    ],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
