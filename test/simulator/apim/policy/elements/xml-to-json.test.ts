/** `xml-to-json` on the local gateway. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const always = 'kind="direct" apply="always" consider-accept-header="false"';

/** What the client gets for an XML answer of the backend. */
function answered(attributes: string, body: string, parts: { type?: string; accept?: string } = {}) {
  return gateways.call({
    outbound: `<xml-to-json ${attributes} />`,
    answer: { headers: { "content-type": parts.type ?? "text/xml; charset=utf-8" }, body },
    request: { headers: { accept: parts.accept ?? "*/*" } },
  });
}

describe("xml-to-json", () => {
  it("takes its kind from an expression, and says which one is not simulated", async () => {
    const kindOf = (kind: string) =>
      answered(`kind='@("${kind}")' apply="always" consider-accept-header="false"`, "<a>1</a>");
    expect((await kindOf("direct")).body).toBe('{"a":"1"}');
    const { status, log } = await kindOf("javascript-friendly");
    expect([status, log.join()]).toEqual([500, expect.stringContaining("is not simulated")]);
  });

  it("writes names, attributes, namespaces and the declaration as Azure was seen to", async () => {
    const xml = `<?xml version="1.0"?>
      <soap:Envelope xmlns="http://example.com/" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
        <soap:Body><GetOrders><Customer>1234567</Customer></GetOrders></soap:Body>
      </soap:Envelope>`;
    const { body, headers } = await answered(always, xml);
    expect([JSON.parse(body), headers.get("content-type")]).toEqual([
      {
        version: "1.0",
        soap$Envelope: {
          "@xmlns": "http://example.com/",
          "@xmlns$soap": "http://schemas.xmlsoap.org/soap/envelope/",
          soap$Body: { GetOrders: { Customer: "1234567" } },
        },
      },
      "application/json",
    ]);
  });

  it.each([
    ["<a><b>1</b><c/><b>2</b></a>", { a: { b: ["1", "2"], c: null } }],
    ["<a><b></b></a>", { a: { b: "" } }],
    ['<a x="1">text</a>', { a: { "@x": "1", "#text": "text" } }],
    ["<a>&lt;&#65;<![CDATA[<b>]]></a>", { a: "<A<b>" }],
    ["<a><!-- left out --></a>", { a: "" }],
    ["<__proto__>1</__proto__>", JSON.parse('{"__proto__":"1"}')],
  ])("makes JSON of %s", async (xml, expected) => {
    expect(JSON.parse((await answered(always, xml)).body)).toEqual(expected);
  });

  it("makes a list of each child where the policy says so", async () => {
    const { body } = await answered(`${always} always-array-child-elements="true"`, "<a><b>1</b></a>");
    expect(body).toBe('{"a":{"b":["1"]}}');
  });

  it("leaves what is no XML by its Content-Type, and what the client does not ask for as JSON", async () => {
    const byType = 'kind="direct" apply="content-type-xml" consider-accept-header="false"';
    const byAccept = 'kind="direct" apply="always"';
    expect((await answered(byType, "<a/>", { type: "text/plain" })).body).toBe("<a/>");
    expect((await answered(byType, "<a/>", { type: "application/soap+xml" })).body).toBe('{"a":null}');
    expect((await answered(byAccept, "<a/>", { accept: "text/html" })).body).toBe("<a/>");
    expect((await answered(byAccept, "<a/>", { accept: "text/html, application/json" })).body).toBe(
      '{"a":null}',
    );
    expect((await answered(always, "")).body).toBe("");
  });

  it("converts what the client sends, in inbound", async () => {
    const { backend } = await gateways.call({
      inbound: `<xml-to-json ${always} />`,
      request: { method: "POST", body: "<order><id>7</id></order>" },
    });
    expect([backend?.body, backend?.headers["content-type"]]).toEqual([
      '{"order":{"id":"7"}}',
      "application/json",
    ]);
  });

  it.each([
    ["no XML", "<a><b></a>"],
    ["nested too deeply", `${"<a>".repeat(50_000)}${"</a>".repeat(50_000)}`],
  ])("fails with 500 for a body that is %s", async (_, body) => {
    const { status, log } = await answered(always, body);
    expect([status, log.join()]).toEqual([500, expect.stringContaining("BodyNotConverted")]);
  });

  it.each([
    ['apply="always"', "'kind' is missing"],
    ['kind="direct"', "'apply' is missing"],
    ['kind="javascript-friendly" apply="always"', "not simulated"],
    ['kind="direct" apply="content-type-json"', '"content-type-xml"'],
  ])("refuses the attributes %s when it is saved", async (attributes, problem) => {
    await expect(policy("", { outbound: `<xml-to-json ${attributes} />` })).rejects.toThrow(problem);
  });
});
