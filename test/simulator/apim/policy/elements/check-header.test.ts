/** `check-header` on the local gateway. The first document is the example of Microsoft's page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { type NotingBackend, serveNotingBackend } from "../../../../support/noting-backend.ts";

let gateway: TestGateway;
let backend: NotingBackend;
beforeAll(async () => {
  [gateway, backend] = await Promise.all([serveGateway(), serveNotingBackend()]);
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

async function call(inbound: string, headers: Record<string, string>): Promise<[number, string]> {
  backend.seen.length = 0;
  gateway.service = makeService({ policy: await policy(inbound), api: { serviceUrl: backend.origin } });
  const response = await fetch(`${gateway.origin}/things`, { headers });
  return [response.status, await response.text()];
}

const example = `<check-header name="Authorization" failed-check-httpcode="401" failed-check-error-message="Not authorized" ignore-case="false">
  <value>f6dc69a089844cf6b2019bae6d36fac8</value>
</check-header>`;

describe("check-header", () => {
  it("lets a listed value through to the backend", async () => {
    const [status] = await call(example, { Authorization: "f6dc69a089844cf6b2019bae6d36fac8" });
    expect([status, backend.seen.length]).toEqual([200, 1]);
  });

  it.each([
    ["another value", { Authorization: "F6DC69A089844CF6B2019BAE6D36FAC8" }, "HeaderValueNotAllowed"],
    ["no header", {}, "HeaderNotFound"],
  ])("refuses %s with the policy's own code and message", async (_, headers, reason) => {
    expect(await call(example, headers as Record<string, string>)).toEqual([
      401,
      '{ "statusCode": 401, "message": "Not authorized" }',
    ]);
    expect(backend.seen).toEqual([]);
    expect(gateway.refusals.at(-1)).toMatchObject({ source: "check-header", reason });
  });

  it("takes any value when none is listed, and only asks that the header is there", async () => {
    const any =
      '<check-header name="X-Any" failed-check-httpcode="400" failed-check-error-message="Missing" ignore-case="true" />';
    expect((await call(any, { "x-any": "" }))[0]).toBe(200);
    expect((await call(any, {}))[0]).toBe(400);
  });

  it("knows the header Host, which the gateway does not send on", async () => {
    const host = new URL(gateway.origin).host;
    const check = (value: string) =>
      `<check-header name="host" failed-check-httpcode="421"><value>${value}</value></check-header>`;
    expect((await call(check(host), {}))[0]).toBe(200);
    expect((await call(check("other.example"), {}))[0]).toBe(421);
  });

  it("minds no letter case with ignore-case", async () => {
    const folded = example.replace('ignore-case="false"', 'ignore-case="true"');
    expect((await call(folded, { Authorization: "F6DC69A089844CF6B2019BAE6D36FAC8" }))[0]).toBe(200);
  });

  it.each([
    ["no name", '<check-header failed-check-httpcode="400" />', "'name' is missing"],
    ["a code that is none", '<check-header name="a" failed-check-httpcode="4000" />', "from 100 to 599"],
    [
      "another attribute",
      '<check-header name="a" failed-check-httpcode="400" b="c" />',
      "'b' is not declared",
    ],
  ])("refuses %s when it is saved", async (_, xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
