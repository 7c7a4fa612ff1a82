/**
 * The predefined errors of Microsoft's page on error handling, read as its example reads them: by headers that `on-error` sets. Texts that
 * the page leaves open ("multiple", "message from jwt library") are the local gateway's own.
 *
 * Not here: `FailedToParseCallerIP`, since a connection to the local gateway always has an address.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { serve, type TestServer } from "../../../support/serve.ts";
import { keyNames, subscriptionWithKeys } from "../../../support/subscriptions.ts";
import { goodClaims, makeKey, nowSeconds, signToken } from "../../../support/tokens.ts";

let gateway: TestGateway;
let backend: TestServer;
beforeAll(async () => {
  backend = await serve(({ url }, response) => {
    if (url === "/silent") return;
    response.setHeader("Content-Type", "application/json");
    response.end("{}");
  });
  gateway = await serveGateway();
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const header = (name: string, code: string) =>
  `<set-header name="${name}" exists-action="override"><value>@(${code})</value></set-header>`;
const onError = [
  ...["Source", "Reason", "Message", "Scope", "Section", "Path", "PolicyId"].map((name) =>
    header(`Error${name}`, `context.LastError.${name}`),
  ),
  header("ErrorStatusCode", "context.Response.StatusCode.ToString()"),
  "<base />",
].join("");

interface Called {
  readonly inbound?: string;
  readonly outbound?: string;
  readonly backend?: string;
  readonly serviceUrl?: string;
  /** Whether the API asks for a key. */
  readonly takesKey?: boolean;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How often. @defaultValue 1 */
  readonly times?: number;
}

/** What the headers of the example say of the last call. */
async function told(called: Called): Promise<Readonly<Record<string, string | null>>> {
  const { inbound = "", outbound = "", serviceUrl = backend.origin, takesKey = false, times = 1 } = called;
  gateway.service = {
    ...makeService({
      policy: await policy(inbound, {
        ...{ scope: "product", outbound, onError },
        backend: called.backend ?? "<forward-request />",
      }),
      api: { serviceUrl, ...(takesKey ? { keyNames } : {}) },
    }),
    subscriptions: [subscriptionWithKeys("one", { kind: "all" })],
  };
  let answer: Response | undefined;
  for (let at = 0; at < times; at += 1) {
    answer = await fetch(`${gateway.origin}${called.path ?? "/things"}`, { headers: called.headers ?? {} });
    await answer.text();
  }
  const of = (name: string) => answer?.headers.get(`Error${name}`) ?? null;
  return { source: of("Source"), reason: of("Reason"), message: of("Message"), status: of("StatusCode") };
}

const withKey = { takesKey: true, headers: { [keyNames.header]: "one-1" } };

describe("a predefined error", () => {
  it.each<[string, string, string, number, Called]>([
    [
      "configuration",
      "OperationNotFound",
      "Unable to match incoming request to an operation.",
      404,
      { path: "/nowhere" },
    ],
    [
      "authorization",
      "SubscriptionKeyNotFound",
      // The page says "this API"; clients get "an API":
      // https://learn.microsoft.com/troubleshoot/azure/api-mgmt/availability/unauthorized-errors-invoke-apis
      "Access denied due to missing subscription key. Make sure to include subscription key when making requests to an API.",
      401,
      { takesKey: true },
    ],
    [
      "authorization",
      "SubscriptionKeyInvalid",
      "Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.",
      401,
      { takesKey: true, headers: { [keyNames.header]: "another" } },
    ],
    [
      "rate-limit",
      "RateLimitExceeded",
      // The page ends after "exceeded"; clients are told when to come back.
      "Rate limit is exceeded. Try again in 60 seconds.",
      429,
      { ...withKey, times: 2, inbound: '<rate-limit calls="1" renewal-period="60" />' },
    ],
    [
      "quota",
      "QuotaExceeded",
      "Out of bandwidth quota. Quota will be replenished in 00:05:00.",
      403,
      { ...withKey, inbound: '<quota bandwidth="0" renewal-period="300" />' },
    ],
    [
      "jsonp",
      "CallbackParameterInvalid",
      "Value of callback parameter cb is not a valid JavaScript identifier.",
      400,
      { outbound: '<jsonp callback-parameter-name="cb" />', path: "/things?cb=1" },
    ],
    [
      "ip-filter",
      "CallerIpNotAllowed",
      "Caller IP address 127.0.0.1 is not allowed. Access denied.",
      403,
      { inbound: '<ip-filter action="allow"><address>10.0.0.1</address></ip-filter>' },
    ],
    [
      "ip-filter",
      "CallerIpBlocked",
      "Caller IP address is blocked. Access denied.",
      403,
      { inbound: '<ip-filter action="forbid"><address>127.0.0.1</address></ip-filter>' },
    ],
    [
      "check-header",
      "HeaderNotFound",
      "Header X was not found in the request. Access denied.",
      400,
      { inbound: '<check-header name="X" failed-check-httpcode="400" />' },
    ],
    [
      "check-header",
      "HeaderValueNotAllowed",
      "Header X value of 2 is not allowed. Access denied.",
      400,
      {
        inbound: '<check-header name="X" failed-check-httpcode="400"><value>1</value></check-header>',
        headers: { X: "2" },
      },
    ],
  ])("of %s is %s with the page's words: %s", async (source, reason, message, status, called) => {
    expect(await told(called)).toEqual({ source, reason, message, status: String(status) });
  });

  it("of quota tells when there are calls again", async () => {
    const inbound = '<quota calls="1" renewal-period="300" />';
    expect(await told({ ...withKey, times: 2, inbound })).toMatchObject({
      reason: "QuotaExceeded",
      message: expect.stringMatching(
        /^Out of call volume quota\. Quota will be replenished in \d\d:\d\d:\d\d\.$/,
      ),
    });
  });

  it.each<[string, string, Called]>([
    [
      "set-variable",
      "ExpressionValueEvaluationFailure",
      { inbound: '<set-variable name="v" value="@(int.Parse("x"))" />' },
    ],
    ["forward-request", "BackendConnectionFailure", { serviceUrl: "http://127.0.0.1:1" }],
    ["forward-request", "Timeout", { backend: '<forward-request timeout="0" />' }],
    [
      "send-request",
      "Timeout",
      {
        inbound:
          '<send-request timeout="0"><set-url>@(context.Api.ServiceUrl.ToString() + "silent")</set-url></send-request>',
      },
    ],
  ])("of %s is %s, whose words the page leaves open", async (source, reason, called) => {
    expect(await told(called)).toMatchObject({ source, reason, status: "500" });
  });
});

describe("a predefined error of validate-jwt", () => {
  const key = makeKey("k1");
  const modulus = `<key id="k1" n="${key.jwk.n}" e="${key.jwk.e}" />`;
  const validated = (children = "") =>
    `<validate-jwt header-name="Authorization"><issuer-signing-keys>${modulus}</issuer-signing-keys>${children}</validate-jwt>`;
  const claim = (name: string, value: string) =>
    `<claim name="${name}" match="all"><value>${value}</value></claim>`;
  const bearer = (claims: object, by = key) => ({ Authorization: `Bearer ${signToken(by, claims)}` });

  it.each<[string, string | RegExp, Called]>([
    ["TokenNotPresent", "JWT not present.", { inbound: validated() }],
    [
      "TokenSignatureInvalid",
      /Access denied\.$/,
      { inbound: validated(), headers: bearer(goodClaims, makeKey("k1")) },
    ],
    [
      "TokenAudienceNotAllowed",
      /Access denied\.$/,
      {
        inbound: validated("<audiences><audience>api://other</audience></audiences>"),
        headers: bearer(goodClaims),
      },
    ],
    [
      "TokenIssuerNotAllowed",
      /Access denied\.$/,
      {
        inbound: validated("<issuers><issuer>https://other.example</issuer></issuers>"),
        headers: bearer(goodClaims),
      },
    ],
    [
      "TokenExpired",
      /Access denied\.$/,
      { inbound: validated(), headers: bearer({ ...goodClaims, exp: nowSeconds - 1 }) },
    ],
    [
      "TokenSignatureKeyNotFound",
      /Access denied\.$/,
      { inbound: validated(), headers: bearer(goodClaims, makeKey("k2")) },
    ],
    [
      "TokenClaimNotFound",
      "JWT token is missing the following claims: group, unit Access denied.",
      {
        inbound: validated(
          `<required-claims>${claim("group", "a")}${claim("scp", "a.read")}${claim("unit", "b")}</required-claims>`,
        ),
        headers: bearer(goodClaims),
      },
    ],
    [
      "TokenClaimValueNotAllowed",
      "Claim group value of sales is not allowed. Access denied.",
      {
        inbound: validated(`<required-claims>${claim("group", "finance")}</required-claims>`),
        headers: bearer({ ...goodClaims, group: "sales" }),
      },
    ],
    ["JwtInvalid", /./, { inbound: validated(), headers: { Authorization: "Bearer none" } }],
  ])("is %s: %s", async (reason, message, called) => {
    const { source, status, ...rest } = await told(called);
    expect([source, rest.reason, status]).toEqual(["validate-jwt", reason, "401"]);
    expect(rest.message).toMatch(message);
    if (typeof message === "string") expect(rest.message).toBe(message);
  });
});
