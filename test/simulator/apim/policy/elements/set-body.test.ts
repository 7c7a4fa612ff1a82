/** `set-body` by what the backend and the client get. Examples: learn.microsoft.com/azure/api-management/set-body-policy. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const json = { "Content-Type": "application/json" };
const liquid = (template: string, attributes = "") =>
  `<set-body template="liquid" ${attributes}>${template}</set-body>`;

/** The body that the backend gets for a template in inbound. */
async function filled(
  template: string,
  body: string,
  {
    headers = json,
    attributes = "",
    before = "",
  }: { headers?: Record<string, string>; attributes?: string; before?: string } = {},
): Promise<string | undefined> {
  const { backend, log } = await served.call({
    inbound: before + liquid(template, attributes),
    request: { method: "POST", body, headers },
  });
  if (backend === undefined) throw new Error(log.join("\n"));
  return backend.body;
}

describe("set-body", () => {
  it("replaces the request's body by the example's text", async () => {
    const { backend } = await served.call({
      inbound: "<set-body>Hello world!</set-body>",
      request: { method: "POST", body: "abc" },
    });
    expect(backend).toMatchObject({ body: "Hello world!", headers: { "content-length": "12" } });
  });

  it("replaces the response's body, and what it was encoded by", async () => {
    const { body, headers } = await served.call({
      outbound: "<set-body>Hello world!</set-body>",
      answer: { headers: { "Content-Encoding": "gzip" }, body: "xyz" },
    });
    expect([body, headers.get("content-encoding"), headers.get("content-length")]).toEqual([
      "Hello world!",
      null,
      "12",
    ]);
  });

  it.each([
    ["template", '<set-body template="razor">a</set-body>', 'must be one of "none", "liquid"; got "razor"'],
    ["xsi-nil", '<set-body xsi-nil="zero">a</set-body>', 'must be one of "blank", "null"; got "zero"'],
    ["html-decode-expression", '<set-body html-decode-expression="true">a</set-body>', "not simulated"],
    ["a child element", "<set-body><a /></set-body>", "Only text may stand here."],
  ])("is refused with %s", async (_, inbound, problem) => {
    await expect(served.call({ inbound })).rejects.toThrow(problem);
  });
});

describe("set-body with a Liquid template", () => {
  it("makes the example's SOAP of JSON", async () => {
    const body = await filled(
      '<soap:Envelope xmlns="http://tempuri.org/" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><GetOpenOrders><cust>{{body.getOpenOrders.cust}}</cust></GetOpenOrders></soap:Body></soap:Envelope>',
      '{"getOpenOrders":{"cust":"ALFKI"}}',
    );
    expect(body).toContain("<GetOpenOrders><cust>ALFKI</cust></GetOpenOrders>");
  });

  it("makes the example's other JSON of JSON", async () => {
    const body = await filled(
      '{"order": {"id": "{{body.customer.purchase.identifier}}", "summary": "{{body.customer.purchase.orderShortDesc}}"}}',
      '{"customer":{"purchase":{"identifier":7,"orderShortDesc":"a \\"b\\""}}}',
    );
    expect(body).toBe('{"order": {"id": "7", "summary": "a "b""}}');
  });

  it("makes JSON of SOAP, as an import of WSDL does", async () => {
    const { body } = await served.call({
      outbound: liquid(
        String.raw`[{% JSONArrayFor item in body.envelope.body.ListResponse.Result -%}{"name": {% if item.sName %}"{{item.sName | Replace: '\n', '\n' | Replace: '([^\\](\\\\)*)"', '$1\"'}}"{% else %} null {% endif %}}{% endJSONArrayFor %}]`,
      ),
      answer: {
        headers: { "Content-Type": "text/xml; charset=utf-8" },
        body: '<soap:Envelope xmlns:soap="s"><soap:Body><m:ListResponse xmlns:m="m"><m:Result><m:sName>a "b"</m:sName></m:Result><m:Result><m:other>1</m:other></m:Result></m:ListResponse></soap:Body></soap:Envelope>',
      },
    });
    expect(body).toBe(String.raw`[{"name": "a \"b\""},{"name":  null }]`);
  });

  it.each<[string, string]>([
    ["{{ body.a | Upcase }}", "X"],
    ["{{ body.a | Append: 'y' | Capitalize }}", "Xy"],
    ["{{ body.list | Join: '+' }}", "1+2"],
    ["{{ body.list | Size | Times: 3 }}", "6"],
    ["{{ body.none | Default: 'd' }}", "d"],
    ["{% for one in body.list %}{{ one | Plus: 1 }};{% endfor %}", "2;3;"],
    ["{% assign b = body.a %}{{ b }}{% unless b == 'y' %}!{% endunless %}", "x!"],
    ["{{ body.none }}", ""],
    ["{{ body.constructor }}{{ body.__proto__ }}", ""],
  ])("fills %s", async (template, expected) => {
    expect(await filled(template, '{"a":"x","list":[1,2]}')).toBe(expected);
  });

  it("reads the request and variables of the context", async () => {
    const body = await filled(
      '{{context.Variables["who"]}} {{context.Request.Method}} {{context.Request.OriginalMethod}} {{context.Request.Headers["X-A"]}} {{context.Request.OriginalUrl.Path}} {{context.Request.Url.Path}}{{context.Request.HasBody}}',
      "{}",
      {
        headers: { ...json, "x-a": "1" },
        before: '<set-variable name="who" value="me" /><set-method>PUT</set-method>',
      },
    );
    expect(body).toBe("me PUT POST 1 /things /v1/thingstrue");
  });

  it.each([
    ["", '"" "v"'],
    ['xsi-nil="blank"', '"" "v"'],
    ['xsi-nil="null"', 'none "v"'],
  ])("reads what is nil with %s as %s", async (attributes, expected) => {
    const headers = { "Content-Type": "application/soap+xml" };
    const body = await filled(
      '{% if body.a.b == null %}none{% else %}"{{body.a.b}}"{% endif %} "{{body.a.c}}"',
      '<a xmlns:xsi="x"><b xsi:nil="true" /><c><![CDATA[v]]></c></a>',
      { headers, attributes },
    );
    expect(body).toBe(expected);
  });

  it("has no body to read inside return-response, as Microsoft's page says", async () => {
    const { body } = await served.call({
      inbound: `<return-response>${liquid("<a>{{body.a}}</a>")}</return-response>`,
      request: { method: "POST", body: '{"a":1}', headers: json },
    });
    expect(body).toBe("<a></a>");
  });

  it("answers 500 when the body is not what its content type says", async () => {
    const { status, backend, log } = await served.call({
      inbound: liquid("{{body.a}}"),
      request: { method: "POST", body: "{", headers: json },
    });
    expect([status, backend, log]).toEqual([
      500,
      undefined,
      [
        expect.stringMatching(
          /^set-body .*The Liquid template cannot be filled: .*\(ExpressionValueEvaluationFailure\)$/,
        ),
      ],
    ]);
  });

  it("stops a template that never ends, and goes on", async () => {
    const loops = ["{% for i in (1..99999) %}".repeat(3), "x", "{% endfor %}".repeat(3)].join("");
    const { status } = await served.call({ inbound: liquid(loops), request: { method: "POST", body: "{}" } });
    expect([status, await filled("{{body.a}}", '{"a":1}')]).toEqual([500, "1"]);
  });

  it.each([
    ["a range that no memory holds", "{% for i in (1..1000000000) %}x{% endfor %}"],
    [
      "a text that doubles by filters",
      `${'{% assign a = a | Default: "xy" | Append: a %}'.repeat(40)}{{ a }}`,
    ],
    [
      "a text that doubles by captures",
      `{% assign a = "xyxyxyxy" %}${"{% capture a %}{{ a }}{{ a }}{% endcapture %}".repeat(40)}{{ a }}`,
    ],
    [
      "a text that grows by Replace",
      `{% assign a = "aaaaaaaa" %}${'{% assign a = a | Replace: "a", "aaaaaaaa" %}'.repeat(12)}{{ a }}`,
    ],
    ["a loop that writes much", `{% for i in (1..90000) %}${"x".repeat(1000)}{% endfor %}`],
    ["a loop that writes much of the body", "{% for i in (1..90000) %}{{ body.a }}{% endfor %}"],
    ["a table without end", "{% tablerow i in (1..1000000000) %}x{% endtablerow %}"],
  ])("stops %s", async (_, template) => {
    const body = JSON.stringify({ a: "x".repeat(1000) });
    const headers = { "Content-Type": "application/json" };
    const { status, log } = await served.call({
      inbound: liquid(template),
      request: { method: "POST", body, headers },
    });
    expect(status).toBe(500);
    expect(log).toEqual([expect.stringContaining("limit exceeded")]);
  });

  it("replaces by a regular expression of any kind in linear time", async () => {
    const inbound = liquid('{{ body | Replace: "(a+)+$", "b" }}');
    const body = `${"a".repeat(100_000)}!`;
    const headers = { "Content-Type": "text/plain" };
    const { backend } = await served.call({ inbound, request: { method: "POST", body, headers } });
    expect(backend?.body).toBe(body);
  });

  it.each([
    ["an unknown filter", "{{ body.a | upcase }}", "undefined filter: upcase"],
    ["a filter that is not simulated", "{{ body.a | Date: 'yyyy' }}", "undefined filter: Date"],
    ["a tag of files", "{% include 'a' %}", 'tag "include" not found'],
    ["a tag that never ends", "{% if body.a %}", "not closed"],
  ])("is refused with %s", async (_, template, problem) => {
    await expect(served.call({ inbound: liquid(template) })).rejects.toThrow(problem);
  });
});
