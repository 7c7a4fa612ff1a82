/** Policy expressions in the gateway: what they read of a request, and what a failure says. The language itself is proved in test/expressions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { internalError } from "../../../support/internal-error.ts";
import { type PolicyGateway, servePolicies } from "../../../support/policy-gateway.ts";
import { goodClaims, makeKey, serveIssuer, signToken } from "../../../support/tokens.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

const set = (name: string, value: string) =>
  `<set-header name="${name}"><value>${value}</value></set-header>`;

/** What an expression gives in inbound, as the backend sees it. */
async function given(expression: string, parts: Parameters<PolicyGateway["call"]>[0] = {}): Promise<unknown> {
  const { backend, log } = await served.call({
    ...parts,
    inbound: (parts.inbound ?? "") + set("X", expression),
  });
  return backend === undefined ? log : backend.headers.x;
}

describe("an expression", () => {
  it.each<[string, string]>([
    ['@(context.Request.Headers.GetValueOrDefault("X-A","none"))', "1"],
    ['@(context.Request.Headers.GetValueOrDefault("X-B","none"))', "none"],
    ["@(context.Request.Method)", "GET"],
    ["@(context.Request.OriginalUrl.Path)", "/things/7"],
    ["@(context.Request.OriginalUrl.QueryString)", "?q=a%20b&q=c"],
    ['@(context.Request.OriginalUrl.Query.GetValueOrDefault("q"))', "a b,c"],
    ["@(context.Request.Url.Path)", "/v1/things/7"],
    ['@(context.Request.MatchedParameters["id"])', "7"],
    ["@(context.Request.IpAddress)", "127.0.0.1"],
    ["@(context.Api.Id + context.Operation.Id + context.Operation.UrlTemplate)", "testthings/things/{id}"],
    ["@(context.Deployment.ServiceName)", "apim"],
    ['@(context.Product == null ? "none" : context.Product.Name)', "none"],
    ["@(context.RequestId.ToString().Length.ToString())", "36"],
    ['@(context.Request.Headers.GetValueOrDefault("Host","").StartsWith("127.0.0.1:"))', "True"],
    ["@{ var a = 1; return a + 1; }", "2"],
    [" @(1 + 2) ", "3"],
    ['Bearer @("t") and @(1)!', "Bearer t and 1!"],
  ])("%s gives %s", async (expression, expected) => {
    const value = await given(expression, {
      operation: { urlTemplate: "/things/{id}" },
      url: "/things/7?q=a%20b&q=c",
      request: { headers: { "X-A": "1" } },
    });
    expect(value).toBe(expected);
  });

  it.each([
    ["/%73ecret", "/secret"],
    ["/%53ecret%2Dplan", "/Secret-plan"],
    ["/caf%c3%a9", "/caf%C3%A9"],
    ["/a%2Bb", "/a%2Bb"],
  ])("reads of a request for %s the path %s", async (url, expected) => {
    expect(
      await given("@(context.Request.OriginalUrl.Path)", { operation: { urlTemplate: "/*" }, url }),
    ).toBe(expected);
  });

  it("changes bytes that it read of the body, and not the body", async () => {
    const { backend } = await served.call({
      request: { method: "POST", body: "abc" },
      inbound:
        '<set-variable name="v" value="@{ context.Request.Body.As<byte[]>(true)[0] = (byte)65; return 1; }" />',
    });
    expect(backend?.body).toBe("abc");
  });

  it("reads a variable with its type", async () => {
    const inbound = '<set-variable name="n" value="@(40 + 1)" /><set-variable name="s" value="41" />';
    expect(await given('@(((int)context.Variables["n"] + 1).ToString())', { inbound })).toBe("42");
    expect(await given('@((string)context.Variables["s"] + 1)', { inbound })).toBe("411");
  });

  it("reads the answer in outbound", async () => {
    const { headers } = await served.call({
      outbound: set("X", '@(context.Response.StatusCode + context.Response.Headers.GetValueOrDefault("Y"))'),
      answer: { status: 201, headers: { Y: "y" } },
    });
    expect(headers.get("x")).toBe("201y");
  });

  it("reads 200 without a body while nothing has answered", async () => {
    const told =
      '@($"{context.Response.StatusCode} {context.Response.StatusReason} {context.Response.Body == null}")';
    expect(await given(told)).toBe("200 OK True");
  });

  it("changes the backend for a second try alone, when it asks for the body of the first answer", async () => {
    const { status, backend } = await served.call({
      backend: `<retry condition="@(context.Response.StatusCode == 500)" count="1" interval="0">
        <choose>
          <when condition="@(context.Response.Body != null)">
            <set-backend-service base-url="${served.backendOrigin}/other" />
          </when>
        </choose>
        <forward-request />
      </retry>`,
      answer: { status: 500 },
    });
    expect([status, backend?.url]).toEqual([500, "/other/things"]);
  });
});

describe("a body that an expression reads", () => {
  const post = (body: string) => ({ request: { method: "POST", body } });

  it.each([
    ["preserveContent: true", "abc"],
    ["true", "abc"],
    ["", ""],
  ])("reaches the backend after As<string>(%s) as %j", async (argument, expected) => {
    const { backend } = await served.call({
      inbound: set("X", `@(context.Request.Body.As<string>(${argument}))`),
      ...post("abc"),
    });
    expect([backend?.headers.x, backend?.body]).toEqual(["abc", expected]);
  });

  it("is gone for a second expression, unless it was preserved", async () => {
    const read = (preserve: string) => set("X", `@(context.Request.Body.As<string>(${preserve}))`);
    const twice = await served.call({ inbound: read("true") + read("true"), ...post("abc") });
    const spent = await served.call({ inbound: read("") + read("true"), ...post("abc") });
    expect([twice.status, spent.status, spent.backend]).toEqual([200, 500, undefined]);
    expect(spent.log[0]).toContain("Object reference not set to an instance of an object.");
  });

  it("of an answer reaches the client, and is replaced by what set-body gives", async () => {
    const kept = await served.call({
      outbound: set("X", "@(context.Response.Body.As<string>(true).Length)"),
      answer: { body: "1234" },
    });
    const replaced = await served.call({
      outbound: '<set-body>@(context.Response.Body.As<string>().Replace("a", "b"))</set-body>',
      answer: { body: "aXa" },
    });
    expect([kept.headers.get("x"), kept.body, replaced.body]).toEqual(["4", "1234", "bXb"]);
  });

  it("is null when the request has none", async () => {
    expect(await given('@(context.Request.Body == null ? "none" : "some")')).toBe("none");
  });
});

describe("an expression that fails", () => {
  const failing =
    '<set-variable id="mine" name="v" value="@(1 / (context.Request.Headers.Count - context.Request.Headers.Count))" />';

  it("is Azure's 500, and the log says what and where", async () => {
    const { status, body, backend, log } = await served.call({ inbound: failing });
    expect([status, body, backend]).toEqual([500, expect.stringMatching(internalError), undefined]);
    expect(log).toEqual([
      expect.stringMatching(
        /^set-variable \(global\) refused GET \/things: Expression evaluation failed\. Attempted to divide by zero\. \(System\.DivideByZeroException in the attribute 'value', line 1, column \d+\) \(ExpressionValueEvaluationFailure\)$/,
      ),
    ]);
  });

  it("has the request's id in its answer", async () => {
    const note = '<trace source="id"><message>@(context.RequestId.ToString())</message></trace>';
    const { body, headers } = await served.call({
      inbound: note + failing,
      onError: set("X", "@(context.RequestId.ToString())"),
    });
    expect(JSON.parse(body)).toMatchObject({ activityId: headers.get("x") });
  });

  it("is what on-error reads, as in Microsoft's example", async () => {
    const fields = ["Source", "Reason", "Message", "Scope", "Section", "Path", "PolicyId"];
    const { status, headers } = await served.call({
      inbound: `<choose><when condition="false" /><when condition="true">${failing}</when></choose>`,
      onError:
        fields.map((field) => set(`Error${field}`, `@(context.LastError.${field})`)).join("") +
        set("ErrorStatusCode", "@(context.Response.StatusCode.ToString())"),
    });
    expect(status).toBe(500);
    expect(fields.map((field) => headers.get(`Error${field}`))).toEqual([
      "set-variable",
      "ExpressionValueEvaluationFailure",
      expect.stringContaining("Attempted to divide by zero."),
      "global",
      "inbound",
      "choose[1]/when[2]/set-variable[1]",
      "mine",
    ]);
    expect(headers.get("ErrorStatusCode")).toBe("500");
  });

  it("gives another kind of value than the attribute takes", async () => {
    const { log } = await served.call({ outbound: '<set-status code="@(42)" reason="x" />' });
    expect(log[0]).toContain("The attribute 'code' must be an integer from 100 to 599");
  });

  it("is stopped when it never ends, and the gateway goes on", async () => {
    const endless = await served.call({ inbound: set("X", "@{ while (true) { } return 1; }") });
    expect([endless.status, await given("@(1)")]).toEqual([500, "1"]);
  });

  it.each([
    ["an unknown member", "@(context.Request.Colour)", "Colour"],
    ["a bracket that never closes", "@(context.Request.Method", "never ends"],
    ["a type that Azure does not allow", '@(System.IO.File.ReadAllText("a"))', "File"],
    ["no C#", "@(1 +)", "column"],
  ])("is refused with %s when the policy is saved", async (_, expression, problem) => {
    await expect(served.call({ inbound: set("X", expression) })).rejects.toThrow(problem);
  });

  it("is refused with its line and column", async () => {
    const inbound = '<set-variable name="a"\n  value="@(1 +\n    context.Colour)" />';
    await expect(served.call({ inbound })).rejects.toThrow(
      /^Error in element 'set-variable' on line 3, column \d+: /,
    );
  });
});

describe("the token that validate-jwt leaves in a variable", () => {
  it("is read by its claims", async () => {
    const key = makeKey("k1");
    const issuer = await serveIssuer([key.jwk]);
    const inbound = `<validate-jwt header-name="Authorization" output-token-variable-name="jwt"><openid-config url="${issuer.configUrl}" /></validate-jwt>`;
    const subject =
      '@(((Jwt)context.Variables["jwt"]).Subject + ((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("role","none"))';
    const token = signToken(key, { ...goodClaims, sub: "ada", role: ["a", "b"] });
    const headers = { Authorization: `Bearer ${token}` };
    expect(await given(subject, { inbound, request: { headers } })).toBe("adaa,b");
    await issuer.close();
  });
});

describe("a URL amid text", () => {
  it.each([
    '"to " + context.Api.ServiceUrl',
    '$"to {context.Api.ServiceUrl}"',
    'string.Concat("to ", context.Api.ServiceUrl)',
  ])("is written as ToString() writes it: %s", async (code) => {
    const gateways = await servePolicies();
    const inbound = `<return-response><set-body>@(${code})</set-body></return-response>`;
    const { body } = await gateways.call({ inbound });
    await gateways.close();
    expect(body).toBe(`to ${gateways.backendOrigin}/v1`);
  });
});
