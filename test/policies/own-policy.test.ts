/** Policy documents of one's own: what of them stands behind the checks, and what would switch the checks off. */
import { describe, expect, it } from "vitest";
import { readOwnPolicy } from "../../policies/own-policy.ts";
import type { OwnPolicyLevel } from "../../policies/own-sections.ts";

const rest = "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>";
const withInbound = (inbound: string) => `<policies>\n<inbound>${inbound}</inbound>\n${rest}\n</policies>`;

function problems(text: string, level: OwnPolicyLevel = "api"): readonly string[] {
  return (readOwnPolicy(text, level).problems ?? []).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

describe("a policy of one's own", () => {
  it("is taken apart as it was written, raw expressions and comments with it", () => {
    const { policy } = readOwnPolicy(
      `<policies>
  <inbound>
    <cors allow-credentials="true"><allowed-origins><origin>https://a.example</origin></allowed-origins></cors>
    <base />
    <!-- who -->
    <set-header name="X-A"><value>@(context.Request.Headers["a"][0] == "<b>&" ? "1" : "{{number}}")</value></set-header>
  </inbound>
  <backend><forward-request timeout="20" /></backend>
  <outbound><set-status code="200" reason="OK" /><base /></outbound>
  <on-error>
    <base />
  </on-error>
</policies>`,
      "api",
    );
    expect(policy).toEqual({
      cors: {
        head: expect.stringMatching(/^\s+<cors .*<\/origin>$/),
        tail: expect.stringMatching(/^<\/allowed-origins><\/cors>\s+$/),
        allowsEveryOrigin: false,
      },
      inbound: `
    <!-- who -->
    <set-header name="X-A"><value>@(context.Request.Headers["a"][0] == "<b>&" ? "1" : "{{number}}")</value></set-header>
  `,
      backend: '<forward-request timeout="20" />',
      outbound: '<set-status code="200" reason="OK" /><base />',
      onError: "\n    <base />\n  ",
      namedValues: ["number"],
    });
  });

  it("writes the expressions of what stands before the checks as XML", () => {
    const { policy } = readOwnPolicy(
      withInbound(
        `<cors allow-credentials="@(context.Request.Headers["a"][0] != "<b>&")"><allowed-origins><origin>https://a.example</origin></allowed-origins></cors><base />`,
      ),
      "api",
    );
    expect(policy?.cors?.head).toContain(
      '"@(context.Request.Headers[&quot;a&quot;][0] != &quot;&lt;b&gt;&amp;&quot;)"><allowed',
    );
  });

  it("may be empty but for its sections", () => {
    expect(readOwnPolicy(withInbound("<base/>"), "operation").policy).toMatchObject({
      inbound: "",
    });
  });

  it.each<[string, string, string[]]>([
    [
      "no base in inbound",
      withInbound('<set-header name="A"><value>b</value></set-header>'),
      [
        "2:1 <inbound> must have <base /> as its first statement: it stands for the checks of the token, which this project lets nobody leave out. Add it.",
      ],
    ],
    [
      "a policy before base",
      withInbound("\n  <set-method>GET</set-method>\n  <base />"),
      [
        "3:3 <set-method> stands before <base />, and so before the checks of the token. Move it behind <base />.",
      ],
    ],
    [
      "base within another policy alone",
      withInbound('<choose><when condition="@(true)"><base /></when></choose>'),
      [expect.stringContaining("<inbound> must have <base />") as string],
    ],
    [
      "base in a comment alone",
      withInbound("<!-- <base /> -->"),
      [expect.stringContaining("<inbound> must have <base />") as string],
    ],
    [
      "two bases",
      withInbound("<base /><base />"),
      ["2:18 <base /> stands twice in <inbound>. Keep one of them."],
    ],
    [
      "no sections",
      "<policies><inbound><base /></inbound></policies>",
      [
        "1:1 <backend>, <outbound>, <on-error> are missing: without a section, what stands above may not run. Write <backend><base /></backend> <outbound><base /></outbound> <on-error><base /></on-error>.",
      ],
    ],
    [
      "no base in outbound and on-error, and an empty backend",
      "<policies><inbound><base /></inbound><backend /><outbound></outbound><on-error /></policies>",
      [
        "1:38 <backend> must have <base />, or a policy that calls the backend: else nothing answers. Add it.",
        "1:49 <outbound> must have <base />, which stands for the policies above it. Add it.",
        "1:70 <on-error> must have <base />, which stands for the policies above it. Add it.",
      ],
    ],
    [
      "an unknown section",
      `<policies><inbound><base /></inbound>${rest}<after /></policies>`,
      [expect.stringContaining("only; got <after>") as string],
    ],
    [
      "a section twice",
      `<policies><inbound><base /></inbound><inbound><set-method>GET</set-method></inbound>${rest}</policies>`,
      [
        "1:38 <inbound> stands twice. Keep one of them.",
        expect.stringContaining("1:38 <inbound> must have <base />") as string,
      ],
    ],
    [
      "another element",
      "<fragment />",
      [
        "1:1 The document's element must be <policies>; got <fragment>. Write <policies> with its four sections.",
      ],
    ],
    [
      "no XML",
      withInbound("<base />").replace("</inbound>", ""),
      [expect.stringMatching(/^4:\d+ It is not well-formed XML/) as string],
    ],
    [
      "an expression without end",
      withInbound("<base /><set-body>@(1</set-body>"),
      [expect.stringContaining("never ends") as string],
    ],
    [
      "a document type",
      `<!DOCTYPE x>${withInbound("<base />")}`,
      [expect.stringContaining("document type") as string],
    ],
    [
      "an expression that Azure refuses",
      withInbound('<base />\n<set-header name="A"><value>@(context.Request.Nothing)</value></set-header>'),
      [
        expect.stringMatching(
          /^3:\d\d The policy expression in <value> cannot be compiled: .*Nothing/,
        ) as string,
      ],
    ],
    [
      "text in a section",
      withInbound("<base />text"),
      ["2:1 <inbound> holds text. Only policies may stand there."],
    ],
    [
      "a call in on-error, which runs when a check refuses a caller",
      withInbound("<base />").replace(
        "<on-error><base />",
        '<on-error><base /><choose><when condition="@(true)"><send-request mode="new" response-variable-name="a"><set-url>https://backend.example</set-url></send-request><return-response response-variable-name="a" /></when></choose>',
      ),
      [expect.stringMatching(/^3:\d+ <send-request> stands in <on-error>, which also runs/) as string],
    ],
    [
      "the begin of an expression in a comment before the checks",
      withInbound(
        '<!-- @(" --><cors><allowed-origins><origin>*</origin></allowed-origins></cors><base /><!-- ") -->',
      ),
      [
        '2:10 A comment or CDATA section before <base /> holds "@(" or "@{", which begin an expression. Remove them, or move it behind <base />.',
      ],
    ],
    [
      "the begin of an expression in a CDATA section before the checks",
      withInbound("<cors><allowed-origins><origin><![CDATA[@{]]></origin></allowed-origins></cors><base />"),
      [
        expect.stringContaining("A comment or CDATA section") as string,
        expect.stringContaining("cannot be compiled") as string,
      ],
    ],
  ])("is refused with %s", (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it("may have cors before base for a whole API, not for one operation", () => {
    const text = withInbound("<cors><allowed-origins><origin>*</origin></allowed-origins></cors><base />");
    expect(problems(text, "api")).toEqual([]);
    expect(problems(text, "operation")).toEqual([
      "2:10 <cors> stands before <base />, but a preflight is answered for the whole API. Move it into the policy of the API.",
    ]);
  });

  it("keeps what the local gateway alone does not know for the gateway to tell", () => {
    expect(
      problems(withInbound('<base /><set-body>@{ unsafe { } return "{{x}}"; }</set-body><nothing />')),
    ).toEqual([]);
  });

  it("may tell of a failure in on-error, and hold comments before the checks", () => {
    const text = withInbound(
      '<!-- a@b (c) --><cors><allowed-origins><origin>*</origin></allowed-origins></cors><base /><!-- @( --><send-request mode="new" response-variable-name="a" />',
    ).replace(
      "<on-error><base />",
      '<on-error><base /><send-one-way-request mode="new"><set-url>https://log.example</set-url></send-one-way-request>',
    );
    expect(problems(text)).toEqual([]);
  });

  it("tells every problem at once, in the order of their places, where sections are missing too", () => {
    expect(problems(withInbound("<set-method>GET</set-method><base /><base />"))).toHaveLength(2);
    const text = `<policies>
<on-error><base /><send-request mode="new" response-variable-name="a" /></on-error>
<inbound><set-method>@(context.Nothing)</set-method><base /><set-variable name="apim-okta-token" value="" /></inbound>
</policies>`;
    expect(problems(text).map((one) => one.split(" ", 3).join(" "))).toEqual([
      "1:1 <backend>, <outbound>",
      "2:19 <send-request> stands",
      "3:10 <set-method> stands",
      "3:32 The policy",
      "3:61 <set-variable> writes",
    ]);
  });

  it.each([
    '<set-variable name="apim-okta-token" value="@(context.User)" />',
    '<set-variable name=" Apim-Okta-Token " value="1" />',
    '<choose><when condition="@(true)"><validate-jwt header-name="A" output-token-variable-name="apim-okta-token" /></when></choose>',
    '<send-request mode="new" response-variable-name="apim-okta-token" />',
    '<cache-lookup-value key="a" variable-name="apim-okta-token" />',
    '<set-variable name="{{name}}" value="1" />',
  ])("must not write the variable of the checked token, by %s", (statement) => {
    const [told, ...others] = problems(withInbound(`<base />${statement}`));
    expect(told).toContain('"apim-okta-token"');
    expect(others).toEqual([]);
  });

  it("may read the variable of the checked token, and write others", () => {
    const text = withInbound(`<base />
      <set-variable name="mine" value="@(context.Variables.GetValueOrDefault<Jwt>("apim-okta-token", null)?.Subject)" />
      <set-header name="apim-okta-token"><value>{{name}}</value></set-header>
      <return-response response-variable-name="{{name}}" />`);
    expect(problems(text)).toEqual([]);
  });

  it.each<[string, Record<string, string>, string | undefined]>([
    ["a plain one", { site: "https://app.example" }, undefined],
    ["one that this project does not know", {}, "this project does not know its value"],
    ["one that holds XML", { site: "</origin></allowed-origins>" }, "its value holds <"],
    ["one that ends an attribute", { site: 'x"' }, 'its value holds "'],
    ["one that begins an expression", { site: "@(" }, "its value holds @("],
    ["one that names another", { site: "{{a}}" }, "its value holds {{"],
    ["one that looks like one of every object", { toString: "x" }, "does not know"],
  ])("takes %s of the named values before base by what is known of it", (_, namedValues, reason) => {
    const cors = (origin: string) =>
      withInbound(`<cors><allowed-origins><origin>${origin}</origin></allowed-origins></cors><base />`);
    const { problems: told = [] } = readOwnPolicy(cors("{{site}}"), "api", { namedValues });
    expect(told.map(({ column, message }) => [column, message])).toEqual(
      reason === undefined ? [] : [[41, expect.stringContaining(reason)]],
    );
    expect(problems(cors("{{toString}}"))).toHaveLength(1);
    expect(problems(withInbound("<base /><set-body>{{site}}</set-body>"))).toEqual([]);
  });
});
