/** `json-to-xml` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const always = 'apply="always" consider-accept-header="false"';

async function answered(attributes: string, body: string, accept = "*/*") {
  return gateways.call({
    outbound: `<json-to-xml ${attributes} />`,
    answer: { headers: { "content-type": "application/json" }, body },
    request: { headers: { accept } },
  });
}

describe("json-to-xml", () => {
  it("writes the documented example", async () => {
    const json = {
      "soapenv:Envelope": {
        "xmlns:soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
        "xmlns:v1": "http://localdomain.com/core/v1",
        "soapenv:Header": {},
        "soapenv:Body": { "v1:QueryList": { "#attrs": { queryName: "test" }, name: "dummy text" } },
      },
    };
    const { body, headers } = await answered(
      `${always} parse-date="false" namespace-separator=":" namespace-prefix="xmlns" attribute-block-name="#attrs"`,
      JSON.stringify(json),
    );
    expect([body, headers.get("content-type")]).toEqual([
      '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:v1="http://localdomain.com/core/v1"><soapenv:Header /><soapenv:Body><v1:QueryList queryName="test"><name>dummy text</name></v1:QueryList></soapenv:Body></soapenv:Envelope>',
      "application/xml",
    ]);
  });

  it("writes what Azure was seen to write: a root, lists, booleans and null", async () => {
    const json =
      '{"name":"John","isAlive":true,"age":25,"id":9007199254740993,"phones":[{"type":"home"},{"type":"mobile"}],"children":[],"spouse":null}';
    expect((await answered(always, json)).body).toBe(
      '<Document><name>John</name><isAlive>True</isAlive><age>25</age><id>9007199254740993</id><phones><type>home</type></phones><phones><type>mobile</type></phones><children /><spouse xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" /></Document>',
    );
  });

  it("escapes texts, and encodes what no name may hold", async () => {
    expect((await answered(always, '{"a b":{"1":"<&>","x:y":"z"}}')).body).toBe(
      "<a_x0020_b><_x0031_>&lt;&amp;&gt;</_x0031_><x_x003A_y>z</x_x003A_y></a_x0020_b>",
    );
  });

  it("leaves what the client does not ask for as XML", async () => {
    expect((await answered('apply="always"', '{"a":1}', "application/json")).body).toBe('{"a":1}');
    expect((await answered('apply="always"', '{"a":1}', "application/xml")).body).toBe("<a>1</a>");
  });

  it("converts what the client sends, in inbound", async () => {
    const { backend } = await gateways.call({
      inbound: `<json-to-xml ${always} />`,
      request: { method: "POST", body: '{"order":{"id":7}}' },
    });
    expect(backend?.body).toBe("<order><id>7</id></order>");
  });

  it.each([
    ["no JSON", "{"],
    ["a list", "[1]"],
    ["without a name", '{"":1}'],
    ["nested too deeply", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
  ])("fails with 500 for a body that is %s", async (_, body) => {
    const { status, log } = await answered(always, body);
    expect([status, log.join()]).toEqual([500, expect.stringContaining("BodyNotConverted")]);
  });

  it.each([
    ["", "'apply' is missing"],
    ['apply="content-type-xml"', '"content-type-json"'],
    ['apply="always" null-values="a"', "not simulated"],
  ])("refuses the attributes %s when it is saved", async (attributes, problem) => {
    await expect(policy("", { outbound: `<json-to-xml ${attributes} />` })).rejects.toThrow(problem);
  });
});
