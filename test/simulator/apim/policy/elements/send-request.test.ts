/** `send-request` on the local gateway, by what the other end is sent, and by what `return-response` makes of its answer. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BackendConnections } from "../../../../../simulator/apim/gateway/backend-connections.ts";
import { makeService, policy, serveGateway } from "../../../../support/gateway.ts";
import { type Exchanged, type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

let served: PolicyGateway;
let target: TestServer;
let sent: Sent[] = [];
beforeAll(async () => {
  served = await servePolicies();
  target = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    sent.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    if (url === "/silent") return;
    if (url === "/switches")
      return void request.socket.end(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n",
      );
    if (url === "/broken") return void request.socket.destroy();
    response.writeHead(203, "Told", { "Content-Type": "application/json", "X-From": "the target" });
    response.end('{"active":true}');
  });
});
afterAll(() => Promise.all([served.close(), target.close()]));

const answer = '<return-response response-variable-name="tokenstate" />';

async function call(attributes: string, children: string, parts = {}): Promise<Exchanged> {
  sent = [];
  const inbound = `<send-request response-variable-name="tokenstate" ${attributes}>${children}</send-request>${answer}`;
  return served.call({ inbound, ...parts });
}
const url = (path: string) => `<set-url>${target.origin}${path}</set-url>`;

describe("send-request", () => {
  it("verifies a token with an authorization server, as its page's example does", async () => {
    const got = await call(
      'mode="new" timeout="20" ignore-error="true"',
      `${url("/introspection")}
      <set-method>POST</set-method>
      <set-header name="Authorization" exists-action="override"><value>basic dXNlcm5hbWU6cGFzc3dvcmQ=</value></set-header>
      <set-header name="Content-Type" exists-action="override"><value>application/x-www-form-urlencoded</value></set-header>
      <set-body>token=abc</set-body>`,
      { request: { headers: { "X-Client": "1" } } },
    );
    expect(sent).toMatchObject([{ method: "POST", url: "/introspection", body: "token=abc" }]);
    expect(sent[0]?.headers).toEqual({
      host: new URL(target.origin).host,
      authorization: "basic dXNlcm5hbWU6cGFzc3dvcmQ=",
      "content-type": "application/x-www-form-urlencoded",
      "content-length": "9",
      connection: "keep-alive",
    });
    expect([got.status, got.reason, got.body]).toEqual([203, "Told", '{"active":true}']);
    expect([got.headers.get("content-type"), got.headers.get("x-from")]).toEqual([
      "application/json",
      "the target",
    ]);
    expect(got.backend).toBeUndefined();
  });

  it("lets expressions make the request and read the answer", async () => {
    const inbound = `<set-variable name="token" value="@(context.Request.Headers.GetValueOrDefault("Authorization","scheme param").Split(' ').Last())" />
      <send-request mode="new" response-variable-name="tokenstate" timeout="20" ignore-error="true">
        ${url("/introspection")}
        <set-method>POST</set-method>
        <set-body>@($"token={(string)context.Variables["token"]}")</set-body>
      </send-request>
      <choose><when condition="@((bool)((IResponse)context.Variables["tokenstate"]).Body.As<JObject>()["active"] == true)">
        <return-response><set-status code="202" reason="Active" /></return-response>
      </when></choose>`;
    sent = [];
    const { status, reason } = await served.call({
      inbound,
      request: { headers: { Authorization: "Bearer abc" } },
    });
    expect(sent).toMatchObject([{ method: "POST", url: "/introspection", body: "token=abc" }]);
    expect([status, reason]).toEqual([202, "Active"]);
  });

  it("keeps the answer in a variable whose name an expression gives", async () => {
    const inbound = `<send-request response-variable-name='@("token" + "state")'>${url("/")}</send-request>${answer}`;
    expect(await served.call({ inbound })).toMatchObject({ status: 203, body: '{"active":true}' });
  });

  it("fails as a call that does not reach the other end when that one switches protocols", async () => {
    const { status } = await call("", url("/switches"));
    expect(status).toBe(500);
    expect(served.gateway.refusals.at(-1)).toMatchObject({
      source: "send-request",
      reason: "BackendConnectionFailure",
    });
  });

  it("sends a GET without a body when mode is new and nothing else is said", async () => {
    await call("", url("/a?b=c"), { request: { method: "POST", body: "from the client" } });
    expect(sent).toMatchObject([{ method: "GET", url: "/a?b=c", body: "" }]);
  });

  it("sends the client's request elsewhere with mode copy, and leaves the body for the backend", async () => {
    sent = [];
    const { backend } = await served.call({
      inbound: `<send-request mode="copy" response-variable-name="a">${url("/copied")}</send-request>`,
      request: { method: "POST", body: "from the client", headers: { "X-Client": "1" } },
    });
    expect(sent).toMatchObject([{ method: "POST", url: "/copied", body: "from the client" }]);
    expect(sent[0]?.headers["x-client"]).toBe("1");
    expect(backend?.body).toBe("from the client");
  });

  it("sends a copy to the API's backend without set-url", async () => {
    const { backend } = await served.call({
      inbound: `<send-request mode="copy" response-variable-name="tokenstate" />${answer}`,
      url: "/things?a=b",
    });
    expect(backend).toMatchObject({ method: "GET", url: "/v1/things?a=b" });
  });

  it("copies no body in outbound", async () => {
    sent = [];
    await served.call({
      outbound: `<send-request mode="copy" response-variable-name="a">${url("/later")}</send-request>`,
      request: { method: "POST", body: "from the client" },
    });
    expect(sent).toMatchObject([{ method: "POST", url: "/later", body: "" }]);
  });

  it.each([
    ["ends in on-error with 500 when the other end breaks off", "/broken", "", "BackendConnectionFailure"],
    ["ends in on-error with 500 when the time is over", "/silent", 'timeout-ms="50"', "Timeout"],
  ])("%s", async (_, path, attributes, reason) => {
    const { status } = await call(attributes, url(path));
    expect(status).toBe(500);
    expect(served.gateway.refusals.at(-1)).toMatchObject({ source: "send-request", reason });
  });

  it("keeps the answer in the variable that an expression names", async () => {
    const inbound = `<send-request response-variable-name="@("of" + context.Request.Method)">${url("/a")}</send-request>
      <return-response response-variable-name="ofGET" />`;
    expect((await served.call({ inbound })).body).toBe('{"active":true}');
  });

  it("goes on with null in the variable when ignore-error is true", async () => {
    const inbound = `<set-variable name="a" value="before" />
      <send-request response-variable-name="a" ignore-error="true">${url("/broken")}</send-request>
      <return-response><set-body template="liquid">[{{context.Variables["a"]}}]</set-body></return-response>`;
    const { status, body } = await served.call({ inbound });
    expect([status, body]).toEqual([200, "[]"]);
    const returned = await call('ignore-error="true"', url("/broken"));
    expect([returned.status, returned.body]).toEqual([200, ""]);
  });

  it("reaches no host beyond this machine, and says how to let it", async () => {
    const { status, body } = await call("", "<set-url>http://192.0.2.1/token</set-url>");
    expect([status, JSON.parse(body).message]).toEqual([
      500,
      "The local gateway does not send requests of send-request to 192.0.2.1, which is not on this machine. Start it with --reach 192.0.2.1.",
    ]);
    expect(served.gateway.refusals.at(-1)).toMatchObject({ source: "send-request", reason: "NotSent" });
  });

  it("reaches a host beyond this machine that is named", async () => {
    sent = [];
    const isOnThisMachine = () => false;
    const named = new BackendConnections({ isOnThisMachine, reach: ["127.0.0.1"] });
    const inbound = `<send-request response-variable-name="tokenstate">${url("/named")}</send-request>${answer}`;
    const statusThrough = async (connections: BackendConnections) => {
      const gateway = await serveGateway({}, connections);
      gateway.service = makeService({ policy: await policy(inbound) });
      const { status } = await fetch(`${gateway.origin}/things`);
      await gateway.close();
      return status;
    };
    expect(await statusThrough(named)).toBe(203);
    expect(await statusThrough(new BackendConnections({ isOnThisMachine }))).toBe(500);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ["<send-request />", "'set-url' is missing"],
    ['<send-request mode="old" />', 'one of "new", "copy"'],
    ["<send-request><set-url>a</set-url><proxy /></send-request>", "The element is not simulated here"],
    ["<send-request><set-method>GET</set-method><set-url>a</set-url></send-request>", "the order is"],
    ["<send-request><set-status /></send-request>", "invalid child element 'set-status'"],
    ['<send-request fail-on-error-status-code="true"><set-url>a</set-url></send-request>', "not simulated"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });

  it("is refused for an expression of set-url alone, which is not missing", async () => {
    const xml = '<send-request response-variable-name="a"><set-url>@(nothing)</set-url></send-request>';
    await expect(policy(xml)).rejects.toThrow(/^(?!.*missing)/s);
    await expect(policy(xml)).rejects.toThrow("nothing");
  });
});
