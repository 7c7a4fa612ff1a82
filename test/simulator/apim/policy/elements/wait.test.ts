/** `wait` on the local gateway: two services of the tests' own answer when they are told to. */
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

let gateways: PolicyGateway;
let service: TestServer;
/** Calls that wait for their answer, by path. */
const waiting = new Map<string, ServerResponse>();
let arrived: (path: string) => void = () => {};
beforeAll(async () => {
  gateways = await servePolicies();
  service = await serve(({ url = "" }, response) => {
    waiting.set(url, response);
    arrived(url);
  });
});
afterEach(() => {
  for (const response of waiting.values()) response.end();
  waiting.clear();
});
afterAll(() => Promise.all([gateways.close(), service.close()]));

const ask = (name: string) =>
  `<send-request mode="new" response-variable-name="${name}" timeout="20"><set-url>${service.origin}/${name}</set-url></send-request>`;
const told =
  '<return-response><set-body>@(string.Join(",", new[] { "one", "two" }.Where(name => context.Variables.ContainsKey(name))))</set-body></return-response>';

/** Resolves once each of the services was asked. */
function allAsked(...paths: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    arrived = () => {
      if (paths.every((path) => waiting.has(path))) resolve();
    };
  });
}

describe("wait", () => {
  it("asks all services before any has answered, and goes on when all have", async () => {
    const asked = allAsked("/one", "/two");
    const call = gateways.call({ inbound: `<wait>${ask("one")}${ask("two")}</wait>${told}` });
    await asked;
    waiting.get("/two")?.end();
    waiting.get("/one")?.end();
    expect((await call).body).toBe("one,two");
  });

  it("goes on with the first answer where the policy says so, and runs nothing of the others", async () => {
    const asked = allAsked("/one", "/two");
    const slow = `<choose><when condition="@(true)">${ask("two")}${ask("three")}</when></choose>`;
    const call = gateways.call({ inbound: `<wait for="@("an" + "y")">${slow}${ask("one")}</wait>${told}` });
    await asked;
    waiting.get("/one")?.end();
    const { body } = await call;
    waiting.get("/two")?.end();
    const after = gateways.call({ inbound: `${ask("last")}${told}` });
    await allAsked("/last");
    waiting.get("/last")?.end();
    await after;
    expect([body, waiting.has("/three")]).toEqual(["one", false]);
  });

  it("calls the backend beside a service, and stores a value", async () => {
    const asked = allAsked("/one");
    const call = gateways.call({
      backend: `<wait>${ask("one")}<forward-request /><cache-store-value key="k" value="v" duration="60" /></wait>`,
      outbound:
        '<set-header name="Told"><value>@(context.Variables.ContainsKey("one").ToString())</value></set-header>',
    });
    await asked;
    waiting.get("/one")?.end();
    const { body, headers } = await call;
    expect([body, headers.get("told")]).toEqual(["from the backend", "True"]);
  });

  it("answers where a policy inside it does", async () => {
    const answering =
      '<choose><when condition="@(true)"><return-response><set-status code="202" /></return-response></when></choose>';
    const { status, backend } = await gateways.call({
      inbound: `<wait>${answering}<cache-lookup-value key="a" variable-name="b" /></wait>`,
    });
    expect([status, backend]).toEqual([202, undefined]);
  });

  it("fails as the policy inside it that fails, by its own name", async () => {
    const { status, log } = await gateways.call({
      inbound: `<wait><cache-lookup-value key="a" variable-name="b" /><choose><when condition="@(int.Parse("x") == 1)" /></choose></wait>`,
    });
    expect([status, log.join()]).toEqual([500, expect.stringContaining("choose")]);
  });

  it.each([
    [
      "<wait><set-variable name='a' value='b' /></wait>",
      "'wait' has invalid child element 'set-variable'. Expected: send-request, cache-lookup-value, choose, forward-request, ",
    ],
    ["<wait for='both' />", '"all", "any"'],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
