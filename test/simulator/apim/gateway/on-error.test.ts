/** The section on-error: what it reads of the failure, whose statements run, and what the client gets when it fails itself. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { internalError } from "../../../support/internal-error.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let gateway: TestGateway;
let backend: TestServer;
beforeAll(async () => {
  backend = await serve((_, response) => {
    response.setHeader("X-Backend", "1");
    response.end("from the backend");
  });
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const header = (name: string, value: string) =>
  `<set-header name="${name}"><value>${value}</value></set-header>`;
const failing = `<set-variable name="v" value='@(int.Parse("q"))' />`;
const internal = expect.stringMatching(internalError);

type Sections = Parameters<typeof policy>[1] & { readonly inbound?: string };

async function call(sections: Sections, path = "/things"): Promise<{ response: Response; text: string }> {
  gateway.refusals.length = 0;
  gateway.service = makeService({
    policy: await policy(sections?.inbound ?? "", sections),
    api: { serviceUrl: backend.origin },
  });
  const response = await fetch(gateway.origin + path);
  return { response, text: await response.text() };
}

describe("context.LastError", () => {
  const members = ["Source", "Reason", "Scope", "Section", "Path", "PolicyId"];
  const onError = members.map((name) => header(name, `@(context.LastError.${name} ?? "null")`)).join("");

  it.each<[string, Sections, readonly string[], string?]>([
    [
      "an expression in a branch",
      {
        inbound: `<choose><when condition="true"><set-variable id="mine" name="v" value='@(int.Parse("q"))' /></when></choose>`,
      },
      [
        "set-variable",
        "ExpressionValueEvaluationFailure",
        "global",
        "inbound",
        "choose[1]/when[1]/set-variable[1]",
        "mine",
      ],
    ],
    [
      "a condition",
      { inbound: `<choose><when condition='@(int.Parse("q") == 1)' /></choose>` },
      ["choose", "ExpressionValueEvaluationFailure", "global", "inbound", "choose[1]", "null"],
    ],
    [
      "a policy that refuses",
      { inbound: '<check-header id="a" name="X" failed-check-httpcode="400" />' },
      ["check-header", "HeaderNotFound", "global", "inbound", "check-header[1]", "a"],
    ],
    [
      "a backend that is not there",
      { inbound: '<set-backend-service base-url="http://127.0.0.1:1" />' },
      ["forward-request", "BackendConnectionFailure", "global", "backend", "forward-request[1]", "null"],
    ],
    [
      "a policy in outbound",
      { outbound: `<retry condition="@(false)" count="1" interval="0">${failing}</retry>` },
      [
        "set-variable",
        "ExpressionValueEvaluationFailure",
        "global",
        "outbound",
        "retry[1]/set-variable[1]",
        "null",
      ],
    ],
    [
      "a path without an operation",
      {},
      ["configuration", "OperationNotFound", "global", "inbound", "null", "null"],
      "/other",
    ],
  ])("tells all of %s", async (_, sections, expected, path) => {
    const { response } = await call({ ...sections, onError }, path);
    expect(members.map((name) => response.headers.get(name))).toEqual(expected);
  });

  it("is null where nothing has failed", async () => {
    const { text } = await call({
      inbound:
        '<return-response><set-body>@(context.LastError == null ? "null" : "there")</set-body></return-response>',
    });
    expect(text).toBe("null");
  });

  it("is the second failure's where on-error fails: nobody reads it but the log", async () => {
    await call({
      inbound: '<check-header name="X" failed-check-httpcode="400" />',
      onError: `<choose><when condition="true">${failing}</when></choose>`,
    });
    expect(gateway.refusals.map(({ source, reason }) => [source, reason])).toEqual([
      ["check-header", "HeaderNotFound"],
      ["set-variable", "ExpressionValueEvaluationFailure"],
    ]);
  });
});

describe("on-error that fails itself", () => {
  const refused = '<check-header name="X" failed-check-httpcode="401" />';

  it.each([
    ["after it had set a status", `<set-status code="200" reason="OK" />${header("X", "1")}${failing}`],
    [
      "in its return-response",
      `<return-response><set-status code="200" reason="OK" /><set-body>@(int.Parse("q").ToString())</set-body></return-response>`,
    ],
    [
      "in a branch",
      `<set-status code="200" reason="OK" /><choose><when condition='@(int.Parse("q") == 1)' /></choose>`,
    ],
    [
      "in a request of its own",
      '<set-status code="200" reason="OK" /><send-request mode="new" response-variable-name="r"><set-url>http://127.0.0.1:1/</set-url></send-request>',
    ],
  ])("lets nothing of its answer out: %s", async (_, onError) => {
    const { response, text } = await call({ inbound: refused, onError });
    expect([response.status, response.headers.get("x"), text]).toEqual([500, null, internal]);
  });

  it("lets nothing of the backend's answer out, which outbound had", async () => {
    const { response, text } = await call({ outbound: failing, onError: header("X", "1") });
    expect([response.status, response.headers.get("x-backend"), text]).toEqual([500, null, internal]);
  });
});

describe("base in on-error", () => {
  const scopes = ["global", "product", "api", "operation"] as const;
  const mark = (scope: string) =>
    `<set-header name="Ran" exists-action="append"><value>${scope}</value></set-header>`;

  /** Which scopes' on-error ran, where one of them refuses. @param without The scope whose section has no base. */
  async function ran(refusing: string, without?: string): Promise<string | null> {
    const documentOf = async (scope: (typeof scopes)[number]) => {
      const base = scope === "global" || scope === without ? "" : "<base />";
      const refusal = scope === refusing ? failing : "";
      return policy(`${scope === "global" ? "" : "<base />"}${refusal}`, {
        scope,
        onError: mark(scope) + base,
      });
    };
    const [globally, product, api, operation] = await Promise.all(scopes.map(documentOf));
    if (globally === undefined || product === undefined || api === undefined || operation === undefined)
      throw new TypeError("a scope has no document");
    gateway.service = {
      ...makeService({
        policy: globally,
        api: { serviceUrl: backend.origin, policy: api },
        operation: { policy: operation },
      }),
      products: [
        {
          ...{ id: "open", displayName: "Open", state: "published", approvalRequired: false },
          ...{ subscriptionRequired: false, apis: new Set(["test"]), policy: product },
        },
      ],
    };
    return (await fetch(`${gateway.origin}/things`)).headers.get("ran");
  }

  it.each(scopes)(
    "runs the sections of all scopes, the narrowest first, where %s refuses",
    async (refusing) => {
      expect(await ran(refusing)).toBe("operation,api,product,global");
    },
  );

  it.each<[string, string]>([
    ["operation", "operation"],
    ["api", "operation,api"],
    ["product", "operation,api,product"],
  ])(
    "switches the wider scopes' sections off where %s has none, also for what these refuse",
    async (without, expected) => {
      expect([await ran("global", without), await ran("operation", without)]).toEqual([expected, expected]);
    },
  );
});
