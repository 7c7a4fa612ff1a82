/** `cache-store-value` on the local gateway: what is kept, and for whom. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

async function lookUp(key: string): Promise<string> {
  const inbound = `<cache-lookup-value key="${key}" default-value="nothing" variable-name="found" caching-type="internal" />
    <return-response><set-body template="liquid">{{context.Variables["found"]}}</set-body></return-response>`;
  return (await served.call({ inbound })).body;
}

describe("cache-store-value", () => {
  it("keeps the last value of a key, from whatever section and whatever method", async () => {
    await served.call({
      request: { method: "POST" },
      inbound: '<cache-store-value key="a" value="1" duration="60" />',
      outbound:
        '<cache-store-value key="a" value="2" duration="60" /><cache-store-value key="b" value="3" duration="60" />',
    });
    expect([await lookUp("a"), await lookUp("b"), await lookUp("A")]).toEqual(["2", "3", "nothing"]);
  });

  it("keeps what expressions give, of their types, under a key that one makes", async () => {
    await served.call({
      inbound: `<set-variable name="enduserid" value="7" />
        <cache-store-value key="@("userprofile-" + context.Variables["enduserid"])" value="@(new JObject(new JProperty("a", 1)))" duration="100000" />`,
    });
    const { body } = await served.call({
      inbound: `<cache-lookup-value key="userprofile-7" variable-name="userprofile" />
        <return-response><set-body>@(((JObject)context.Variables["userprofile"])["a"].ToString())</set-body></return-response>`,
    });
    expect(body).toBe("1");
  });

  it.each([
    [
      "a JObject",
      'new JObject(new JProperty("n", 1))',
      '((JObject)V)["n"] = 2',
      '((JObject)V)["n"].ToString()',
    ],
    ["an XElement", 'new XElement("n", "1")', '((XElement)V).Value = "2"', "((XElement)V).Value"],
    ["a list", 'new List<string> { "1" }', '((List<string>)V)[0] = "2"', "((List<string>)V)[0]"],
    [
      "a list in a dictionary",
      'new Dictionary<string, object> { { "n", new List<string> { "1" } } }',
      '((List<string>)((Dictionary<string, object>)V)["n"])[0] = "2"',
      '((List<string>)((Dictionary<string, object>)V)["n"])[0]',
    ],
    ["an array", 'new string[] { "1" }', '((string[])V)[0] = "2"', "((string[])V)[0]"],
    ["bytes", "new byte[] { 1 }", "((byte[])V)[0] = (byte)2", "((byte[])V)[0].ToString()"],
    [
      "a builder",
      'new StringBuilder("1")',
      '((StringBuilder)V).Clear().Append("2")',
      "((StringBuilder)V).ToString()",
    ],
  ])("keeps %s as it is, whatever the request or a later one does to it", async (_, made, change, read) => {
    const there = (text: string) => text.replaceAll("V)", 'context.Variables["v"])');
    const changed = `<set-variable name="gone" value="@{ ${there(change)}; return true; }" />`;
    const store = '<cache-store-value key="mutable" value="@(context.Variables["v"])" duration="60" />';
    await served.call({ inbound: `<set-variable name="v" value="@(${made})" />${store}${changed}` });
    const lookUpAndChange = `<cache-lookup-value key="mutable" variable-name="v" />
      <set-variable name="read" value="@(${there(read)})" />${changed}
      <return-response><set-body>@((string)context.Variables["read"])</set-body></return-response>`;
    const first = await served.call({ inbound: lookUpAndChange });
    const second = await served.call({ inbound: lookUpAndChange });
    expect([first.body, second.body]).toEqual(["1", "1"]);
  });

  it("keeps the body of an answer for each request that reads it up", async () => {
    const inbound = `<send-request mode="new" response-variable-name="v"><set-url>${served.backendOrigin}</set-url></send-request>
      <cache-store-value key="answer" value="@(context.Variables["v"])" duration="60" />
      <set-variable name="gone" value="@(((IResponse)context.Variables["v"]).Body.As<string>())" />`;
    await served.call({ inbound });
    const read = `<cache-lookup-value key="answer" variable-name="v" />
      <return-response><set-body>@(((IResponse)context.Variables["v"]).Body.As<string>())</set-body></return-response>`;
    const first = await served.call({ inbound: read });
    const second = await served.call({ inbound: read });
    expect([first.body, second.body]).toEqual(["from the backend", "from the backend"]);
  });

  it("keeps what a sequence gives for each request that changes it", async () => {
    const value = 'new [] { new JObject(new JProperty("n", 1)) }.Where(one => true)';
    await served.call({ inbound: `<cache-store-value key="lazy" value="@(${value})" duration="60" />` });
    const inbound = `<cache-lookup-value key="lazy" variable-name="v" /><return-response><set-body>@{
      var first = ((IEnumerable<JObject>)context.Variables["v"]).First();
      first["n"] = (int)first["n"] + 1;
      return first["n"].ToString();
    }</set-body></return-response>`;
    const bodies = [(await served.call({ inbound })).body, (await served.call({ inbound })).body];
    expect(bodies).toEqual(["2", "2"]);
  });

  it("keeps what is for the external cache apart from the internal one", async () => {
    await served.call({
      inbound: '<cache-store-value key="x" value="1" duration="60" caching-type="external" />',
    });
    const { body } = await served.call({
      inbound: `<cache-lookup-value key="x" variable-name="found" caching-type="external" />
        <cache-remove-value key="x" /><cache-lookup-value key="x" variable-name="again" caching-type="external" />
        <cache-remove-value key="x" caching-type="external" /><cache-lookup-value key="x" variable-name="gone" caching-type="external" />
        <return-response><set-body template="liquid">{{context.Variables["found"]}}{{context.Variables["again"]}}{{context.Variables["gone"]}}</set-body></return-response>`,
    });
    expect([await lookUp("x"), body]).toEqual(["nothing", "11"]);
  });

  it("keeps what stands there twice, or holds itself", async () => {
    const value = "@{ var l = new List<object>(); l.Add(l); l.Add(l); return l; }";
    const { body } = await served.call({
      inbound: `<cache-store-value key="own" value="${value}" duration="60" />
        <cache-lookup-value key="own" variable-name="v" />
        <return-response><set-body>@(((List<object>)((List<object>)context.Variables["v"])[1]).Count.ToString())</set-body></return-response>`,
    });
    expect(body).toBe("2");
  });

  it("fails with what is nested too deep", async () => {
    const value = `@{ object l = 1; for (int i = 0; i < 20000; i++) { l = new List<object> { l }; } return l; }`;
    const { status, log } = await served.call({
      inbound: `<cache-store-value key="deep" value="${value}" duration="60" />`,
    });
    expect([status, log]).toEqual([500, [expect.stringContaining("a value that is too large")]]);
  });

  it("keeps nothing for a duration of 0", async () => {
    await served.call({ inbound: '<cache-store-value key="c" value="1" duration="0" />' });
    expect(await lookUp("c")).toBe("nothing");
  });

  it.each([
    ['<cache-store-value key="a" duration="1" />', "'value' is missing"],
    ['<cache-store-value key="a" value="b" />', "'duration' is missing"],
    ['<cache-store-value key="a" value="b" duration="soon" />', "must be an integer"],
    ['<cache-store-value value="b" duration="1" />', "'key' is missing"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
