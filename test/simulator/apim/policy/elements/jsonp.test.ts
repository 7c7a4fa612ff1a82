/** `jsonp` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const answered = (url: string, type = "application/json") =>
  gateways.call({
    outbound: '<jsonp callback-parameter-name="cb" />',
    url,
    answer: { headers: { "content-type": type }, body: '{"a":1}' },
  });

describe("jsonp", () => {
  it("calls the function that the query names", async () => {
    const { body, headers } = await answered("/things?cb=show");
    expect([body, headers.get("content-type")]).toEqual(['show({"a":1});', "application/javascript"]);
  });

  it.each(["show_1", "$", "größe"])("calls %s, which is an identifier", async (name) => {
    expect((await answered(`/things?cb=${encodeURIComponent(name)}`)).body).toBe(`${name}({"a":1});`);
  });

  it.each(["alert(1);show", "1st", "a.b", "</script>", " show"])("refuses to call %j", async (text) => {
    const { status, body, log } = await answered(`/things?cb=${encodeURIComponent(text)}`);
    const message = "Value of callback parameter cb is not a valid JavaScript identifier.";
    expect([status, JSON.parse(body)]).toEqual([400, { statusCode: 400, message }]);
    expect(log).toEqual([expect.stringContaining(`${message} (CallbackParameterInvalid)`)]);
  });

  it("leaves an answer without the parameter, and one that is no JSON", async () => {
    expect((await answered("/things?other=show")).body).toBe('{"a":1}');
    expect((await answered("/things?cb=show", "text/plain")).body).toBe('{"a":1}');
  });

  it("refuses to be saved without the parameter's name", async () => {
    await expect(policy("", { outbound: "<jsonp />" })).rejects.toThrow(
      "'callback-parameter-name' is missing",
    );
  });
});
