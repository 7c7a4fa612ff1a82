/**
 * Examples of Microsoft's policy pages, written with types and run by the local gateway. Addresses, identifiers and waits are the tests' own.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policies
 */
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type PolicyDocument, policyDocument, renderPolicyDocument } from "../../policies/document.ts";
import { authenticationBasic } from "../../policies/elements/authentication-basic.ts";
import { authenticationCertificate } from "../../policies/elements/authentication-certificate.ts";
import { authenticationManagedIdentity } from "../../policies/elements/authentication-managed-identity.ts";
import { cacheLookup } from "../../policies/elements/cache-lookup.ts";
import { cacheLookupValue } from "../../policies/elements/cache-lookup-value.ts";
import { cacheRemoveValue } from "../../policies/elements/cache-remove-value.ts";
import { cacheStore } from "../../policies/elements/cache-store.ts";
import { cacheStoreValue } from "../../policies/elements/cache-store-value.ts";
import { choose } from "../../policies/elements/choose.ts";
import { emitMetric } from "../../policies/elements/emit-metric.ts";
import { findAndReplace } from "../../policies/elements/find-and-replace.ts";
import { forwardRequest } from "../../policies/elements/forward-request.ts";
import { includeFragment } from "../../policies/elements/include-fragment.ts";
import { jsonToXml } from "../../policies/elements/json-to-xml.ts";
import { limitConcurrency } from "../../policies/elements/limit-concurrency.ts";
import { logToEventhub } from "../../policies/elements/log-to-eventhub.ts";
import { rateLimit } from "../../policies/elements/rate-limit.ts";
import { redirectContentUrls } from "../../policies/elements/redirect-content-urls.ts";
import { type RetryArgs, retry } from "../../policies/elements/retry.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { sendOneWayRequest } from "../../policies/elements/send-one-way-request.ts";
import { sendRequest } from "../../policies/elements/send-request.ts";
import { setBackendService } from "../../policies/elements/set-backend-service.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setStatus } from "../../policies/elements/set-status.ts";
import { setVariable } from "../../policies/elements/set-variable.ts";
import { validateAzureAdToken } from "../../policies/elements/validate-azure-ad-token.ts";
import { validateJwt } from "../../policies/elements/validate-jwt.ts";
import { wait } from "../../policies/elements/wait.ts";
import { xmlToJson } from "../../policies/elements/xml-to-json.ts";
import { expression, expressionBlock, namedValue } from "../../policies/expression.ts";
import { liquid } from "../../policies/liquid.ts";
import { parsePolicyDocument } from "../../simulator/apim/policy/document.ts";
import { makeService, serveGateway, type TestGateway } from "../support/gateway.ts";
import { serve, type TestServer } from "../support/serve.ts";
import { makeKey, nowSeconds, serveIssuer, signToken, type TestIssuer } from "../support/tokens.ts";

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const key = makeKey("k1");
const secret = Buffer.from("0123456789abcdef0123456789abcdef");
const tenantId = "00000000-0000-4000-8000-000000000001";
const namedValues = new Map([
  ["jwt-signing-key", secret.toString("base64")],
  ["aad-tenant-id", tenantId],
  ["aad-client-application-id", "00000000-0000-4000-8000-000000000002"],
]);

let gateway: TestGateway;
/** The backend, below /v1, and whatever other services there are. */
let other: TestServer;
let tenant: TestIssuer;
let asked: Asked[] = [];
let answers: Answer[] = [];
let arrived: () => void = () => {};
let held: Promise<void> | undefined;
beforeAll(async () => {
  gateway = await serveGateway();
  tenant = await serveIssuer([key.jwk], { issuer: `https://sts.windows.net/${tenantId}/` });
  other = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const { method = "", url = "", headers } = request;
    asked.push({ method, url, headers, body });
    const answer = answers.shift() ?? {};
    arrived();
    await held;
    response.writeHead(answer.status ?? 200, answer.headers ?? {});
    response.end(answer.body ?? "from the backend");
  });
});
beforeEach(() => {
  [asked, answers, arrived, held] = [[], [], () => {}, undefined];
});
afterAll(() => Promise.all([gateway, other, tenant].map((server) => server.close())));

/** Saves a document for the API. */
async function save(sections: Partial<PolicyDocument>): Promise<void> {
  const xml = renderPolicyDocument(
    policyDocument({ backend: [forwardRequest()], ...sections }),
    Number.POSITIVE_INFINITY,
  );
  const policy = await parsePolicyDocument(xml, {
    ...{ scope: "api", sku: "Developer" },
    backendExists: () => true,
    namedValue: (name) => namedValues.get(name),
    fragment: (id) =>
      id === "myFragment"
        ? {
            xml: '<fragment><set-header name="X-From"><value>fragment</value></set-header></fragment>',
            format: "rawxml",
          }
        : undefined,
  });
  gateway.service = makeService({
    api: { serviceUrl: `${other.origin}/v1`, policy },
    operations: ["GET", "POST"].map((method) => ({
      ...{ id: method, method, urlTemplate: "/things", responses: [] },
    })),
    backends: {
      "primary-backend": `${other.origin}/primary`,
      "secondary-backend": `${other.origin}/secondary`,
    },
  });
}

async function call(request: RequestInit = {}) {
  const response = await fetch(`${gateway.origin}/things`, request);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** Keeps the next answers back. */
function holdAnswers(): { readonly reached: Promise<void>; readonly release: () => void } {
  let release = () => {};
  held = new Promise((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  return { reached, release };
}

async function run(sections: Partial<PolicyDocument>, request: RequestInit = {}) {
  await save(sections);
  return call(request);
}

describe("include-fragment", () => {
  it("runs the fragment in its place", async () => {
    await run({ inbound: [includeFragment({ fragmentId: "myFragment" })] });
    expect(asked[0]?.headers["x-from"]).toBe("fragment");
  });
});

describe("find-and-replace", () => {
  it("replaces a word of the answer", async () => {
    answers = [{ body: "a notebook, no Notebook" }];
    const { body } = await run({ outbound: [findAndReplace({ from: "notebook", to: "laptop" })] });
    expect(body).toBe("a laptop, no Notebook");
  });
});

describe("retry", () => {
  it("forwards the request again, with its body, for as long as the backend answers 500", async () => {
    const example = (
      waits: Pick<RetryArgs<never>, "intervalSeconds" | "maxIntervalSeconds" | "deltaSeconds">,
    ) =>
      retry({
        condition: expression`context.Response.StatusCode == 500`,
        count: 10,
        ...waits,
        firstFastRetry: false,
        statements: [forwardRequest({ bufferRequestBody: true })],
      });
    await save({ backend: [example({ intervalSeconds: 10, maxIntervalSeconds: 100, deltaSeconds: 10 })] });
    answers = [{ status: 500 }, { status: 500 }, { status: 201, body: "done" }];
    const { status, body } = await run(
      { backend: [example({ intervalSeconds: 0 })] },
      { method: "POST", body: "order" },
    );
    expect([status, body]).toEqual([201, "done"]);
    expect(asked.map((one) => one.body)).toEqual(["order", "order", "order"]);
  });

  it("sends a request of its own again while the other end is at fault", async () => {
    answers = [{ status: 503 }, { status: 200, body: "product" }];
    const { body } = await run({
      inbound: [
        retry({
          condition: expression`context.Variables["response"] == null || ((IResponse)context.Variables["response"]).StatusCode >= 500`,
          count: 3,
          intervalSeconds: 1,
          firstFastRetry: true,
          statements: [
            sendRequest({
              mode: "new",
              responseVariableName: "response",
              timeoutSeconds: 3,
              ignoreError: true,
              url: `${other.origin}/products/5`,
              method: "GET",
            }),
          ],
        }),
        returnResponse({ responseVariableName: "response" }),
      ],
    });
    expect([body, asked.map(({ url }) => url)]).toEqual(["product", ["/products/5", "/products/5"]]);
  });

  it("switches to another backend", async () => {
    answers = [{ status: 429 }, { status: 200 }];
    const attempt = expression`context.Variables.GetValueOrDefault<int>("attempt-count", 0)`;
    const { status } = await run({
      backend: [
        retry({
          condition: expression`context.Response != null && context.Response.StatusCode == 429`,
          count: 1,
          intervalSeconds: 1,
          firstFastRetry: true,
          statements: [
            setVariable({ name: "attempt-count", value: expression`${attempt} + 1` }),
            setBackendService({
              backendId: expression`${attempt} < 2 ? "primary-backend" : "secondary-backend"`,
            }),
            forwardRequest(),
          ],
        }),
      ],
    });
    expect([status, asked.map(({ url }) => url)]).toEqual([200, ["/primary/things", "/secondary/things"]]);
  });
});

describe("limit-concurrency", () => {
  const example = limitConcurrency({
    key: expression`(string)context.Variables["connectionId"]`,
    maxCount: 3,
    statements: [forwardRequest({ timeoutSeconds: 120 })],
  });

  it("lets a request in by the key of a variable", async () => {
    const inbound = [setVariable({ name: "connectionId", value: "7" })];
    expect((await run({ inbound, backend: [example] })).status).toBe(200);
  });

  it("refuses a request while as many are inside as it says", async () => {
    const one = limitConcurrency({ key: "one", maxCount: 1, statements: [forwardRequest()] });
    await save({ backend: [one] });
    const { reached, release } = holdAnswers();
    const first = call();
    await reached;
    expect((await call()).status).toBe(429);
    release();
    expect((await first).status).toBe(200);
  });
});

describe("wait", () => {
  const branch = (name: string) =>
    choose({
      when: [
        {
          condition: expression`(bool)context.Variables[${`execute-branch-${name}`}]`,
          statements: [
            cacheLookupValue({ key: `key-${name}`, variableName: `value-${name}` }),
            rateLimit({ calls: 10, renewalPeriodSeconds: 60 }),
            choose({
              when: [
                {
                  condition: expression`!context.Variables.ContainsKey(${`value-${name}`})`,
                  statements: [
                    sendRequest({
                      mode: "new",
                      responseVariableName: `value-${name}`,
                      url: `${other.origin}/backend-${name}`,
                      method: "GET",
                    }),
                  ],
                },
              ],
            }),
          ],
        },
      ],
    });

  it("asks for both values side by side, and goes on once both are there", async () => {
    const inbound = [
      ...["one", "two"].map((name) =>
        setVariable({ name: `execute-branch-${name}`, value: expression`true` }),
      ),
      wait({ for: "all", statements: [branch("one"), branch("two")] }),
      returnResponse({
        body: setBody(
          expression`string.Join("+", new[] { "value-one", "value-two" }.Select(name => ((IResponse)context.Variables[name]).Body.As<string>()))`,
        ),
      }),
    ];
    answers = [{ body: "a" }, { body: "a" }];
    expect((await run({ inbound })).body).toBe("a+a");
    expect(asked.map(({ url }) => url).sort()).toEqual(["/backend-one", "/backend-two"]);
  });
});

describe("an identity for the backend", () => {
  it("is a name and a password", async () => {
    await run({ inbound: [authenticationBasic({ username: "testuser", password: "testpassword" })] });
    expect(asked[0]?.headers.authorization).toBe(`Basic ${btoa("testuser:testpassword")}`);
  });

  it("is a certificate by its id, its thumbprint or its bytes", async () => {
    const certificates = [
      authenticationCertificate({ certificateId: "544fe9ddf3b8f30fb490d90f" }),
      authenticationCertificate({ thumbprint: "CA06F56B258B7A0D4F2B05470939478651151984" }),
      authenticationCertificate({
        body: expression`context.Variables.GetValueOrDefault<byte[]>("byteCertificate")`,
        password: "optional-certificate-password",
      }),
    ];
    for (const certificate of certificates) expect((await run({ inbound: [certificate] })).status).toBe(200);
  });

  it("is a token of the instance's identity", async () => {
    const resource = "https://graph.microsoft.com";
    await run({ inbound: [authenticationManagedIdentity({ resource })] });
    const [scheme, token = ""] = String(asked[0]?.headers.authorization).split(" ");
    expect([scheme, decodeJwt(token).aud]).toEqual(["Bearer", resource]);
  });
});

describe("send-request", () => {
  const inbound = () => [
    setVariable({
      name: "token",
      value: expression`context.Request.Headers.GetValueOrDefault("Authorization","scheme param").Split(' ').Last()`,
    }),
    sendRequest({
      mode: "new",
      responseVariableName: "tokenstate",
      timeoutSeconds: 20,
      ignoreError: true,
      url: `${other.origin}/introspection`,
      method: "POST",
      headers: [
        setHeader({
          name: "Authorization",
          existsAction: "override",
          values: ["basic dXNlcm5hbWU6cGFzc3dvcmQ="],
        }),
        setHeader({
          ...{ name: "Content-Type", existsAction: "override" },
          values: ["application/x-www-form-urlencoded"],
        }),
      ],
      body: setBody(expression`$"token={(string)context.Variables["token"]}"`),
    }),
    choose({
      when: [
        {
          condition: expression`(bool)((IResponse)context.Variables["tokenstate"]).Body.As<JObject>()["active"] == false`,
          statements: [
            returnResponse({
              status: setStatus({ code: 401, reason: "Unauthorized" }),
              headers: [
                setHeader({
                  ...{ name: "WWW-Authenticate", existsAction: "override" },
                  values: ['Bearer error="invalid_token"'],
                }),
              ],
            }),
          ],
        },
      ],
    }),
  ];
  const request = { headers: { Authorization: "Bearer abc" } };

  it("lets a token in that the authorization server calls active", async () => {
    answers = [{ body: '{"active":true}' }];
    expect((await run({ inbound: inbound() }, request)).status).toBe(200);
    expect(asked[0]).toMatchObject({ method: "POST", url: "/introspection", body: "token=abc" });
    expect(asked[0]?.headers.authorization).toBe("basic dXNlcm5hbWU6cGFzc3dvcmQ=");
  });

  it("refuses one that it does not", async () => {
    answers = [{ body: '{"active":false}' }];
    const { status, headers } = await run({ inbound: inbound() }, request);
    expect([status, headers.get("www-authenticate"), asked.length]).toEqual([
      ...[401, 'Bearer error="invalid_token"', 1],
    ]);
  });
});

describe("send-one-way-request", () => {
  it("tells a chat of an answer of 500 and more", async () => {
    const alert = choose({
      when: [
        {
          condition: expression`context.Response.StatusCode >= 500`,
          statements: [
            sendOneWayRequest({
              mode: "new",
              timeoutSeconds: 20,
              url: `${other.origin}/services/T0/B0/X`,
              method: "POST",
              body: setBody(expressionBlock`
                return new JObject(
                  new JProperty("username", "APIM Alert"),
                  new JProperty("icon_emoji", ":ghost:"),
                  new JProperty("text", String.Format("{0} {1}\n{2}",
                    context.Request.Method, context.Request.Url.Path, context.Response.StatusCode))
                ).ToString();`),
            }),
          ],
        },
      ],
    });
    const told = new Promise<void>((resolve) => {
      arrived = () => {
        if (asked.length === 2) resolve();
      };
    });
    answers = [{ status: 503 }];
    expect((await run({ outbound: [alert] })).status).toBe(503);
    await told;
    expect([asked[1]?.url, JSON.parse(asked[1]?.body ?? "")]).toEqual([
      "/services/T0/B0/X",
      { username: "APIM Alert", icon_emoji: ":ghost:", text: "GET /v1/things\n503" },
    ]);
  });
});

describe("the cache of answers", () => {
  it("answers by the version of the query", async () => {
    await save({
      inbound: [
        cacheLookup({
          ...{ varyByDeveloper: false, varyByDeveloperGroups: false, mustRevalidate: true },
          ...{ downstreamCachingType: "none", cachingType: "internal" },
          varyByQueryParameters: ["version"],
        }),
        rateLimit({ calls: 10, renewalPeriodSeconds: 60 }),
      ],
      outbound: [cacheStore({ durationSeconds: 60 })],
    });
    const get = async (query: string) => {
      const before = asked.length;
      await fetch(`${gateway.origin}/things${query}`);
      return asked.length > before;
    };
    expect([await get("?version=1"), await get("?version=1"), await get("?version=2")]).toEqual([
      ...[true, false, true],
    ]);
    gateway.now += 60;
    expect(await get("?version=1")).toBe(true);
  });
});

describe("values of the cache", () => {
  it("are stored, looked up and removed by the same key", async () => {
    const id = setVariable({ name: "enduserid", value: "7" });
    const userKey = expression`"userprofile-" + context.Variables["enduserid"]`;
    const shown = returnResponse({
      body: setBody(expression`context.Variables.GetValueOrDefault<string>("userprofile", "none")`),
    });
    const lookup = () =>
      run({ inbound: [id, cacheLookupValue({ key: userKey, variableName: "userprofile" }), shown] });
    const before = await lookup();
    await run({
      inbound: [
        id,
        setVariable({ name: "userprofile", value: "Bob" }),
        cacheStoreValue({
          key: userKey,
          value: expression`(string)context.Variables["userprofile"]`,
          durationSeconds: 100_000,
        }),
      ],
    });
    const kept = await lookup();
    await run({ inbound: [id, cacheRemoveValue({ key: userKey })] });
    const removed = await lookup();
    expect([before.body, kept.body, removed.body]).toEqual(["none", "Bob", "none"]);
  });
});

describe("logs", () => {
  it("take what expressions say of a call, and change nothing of it", async () => {
    const { status, body } = await run({
      inbound: [
        logToEventhub({
          loggerId: "contoso-logger",
          message: expression`string.Join(",", DateTime.UtcNow, context.Deployment.ServiceName, context.RequestId, context.Request.IpAddress, context.Operation.Name)`,
        }),
        emitMetric({ name: "Request", value: 1, namespace: "my-metrics", dimensions: [{ name: "API ID" }] }),
      ],
    });
    expect([status, body]).toEqual([200, "from the backend"]);
  });

  it("fail with an expression that fails", async () => {
    const message = expression`(string)context.Variables["missing"]`;
    expect((await run({ inbound: [logToEventhub({ loggerId: "a", message })] })).status).toBe(500);
  });
});

describe("a body in another format", () => {
  it("is JSON of XML", async () => {
    answers = [{ headers: { "Content-Type": "text/xml" }, body: "<order><id>7</id></order>" }];
    const { body } = await run({
      outbound: [xmlToJson({ kind: "direct", apply: "always", considerAcceptHeader: false })],
    });
    expect(JSON.parse(body)).toEqual({ order: { id: "7" } });
  });

  it("is XML of JSON, with namespaces and attributes", async () => {
    const sent = {
      "soapenv:Envelope": {
        "xmlns:soapenv": "http://schemas.xmlsoap.org/soap/envelope/",
        "xmlns:v1": "http://localdomain.com/core/v1",
        "soapenv:Header": {},
        "soapenv:Body": {
          "v1:QueryList": { "#attrs": { queryName: "test" }, "v1:QueryItem": { name: "dummy text" } },
        },
      },
    };
    answers = [{ headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) }];
    const { body } = await run({
      outbound: [
        jsonToXml({
          ...{ apply: "always", considerAcceptHeader: false, parseDate: false },
          ...{ namespaceSeparator: ":", namespacePrefix: "xmlns", attributeBlockName: "#attrs" },
        }),
      ],
    });
    expect(body).toContain(
      '<v1:QueryList queryName="test"><v1:QueryItem><name>dummy text</name></v1:QueryItem></v1:QueryList>',
    );
    expect(
      body.startsWith('<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'),
    ).toBe(true);
  });

  it("is SOAP that a template makes of JSON", async () => {
    const template = liquid`<soap:Envelope xmlns="http://tempuri.org/" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body><GetOpenOrders><cust>{{body.getOpenOrders.cust}}</cust></GetOpenOrders></soap:Body>
</soap:Envelope>`;
    await run(
      { inbound: [setBody(template)] },
      {
        method: "POST",
        body: '{"getOpenOrders":{"cust":"ALFKI"}}',
        headers: { "Content-Type": "application/json" },
      },
    );
    expect(asked[0]?.body).toContain("<GetOpenOrders><cust>ALFKI</cust></GetOpenOrders>");
  });

  it("names the gateway in place of the backend", async () => {
    answers = [{ body: `{"next":"${other.origin}/v1/things"}` }];
    const { body } = await run({ outbound: [redirectContentUrls()] });
    expect(body).toBe(`{"next":"${gateway.origin}/things"}`);
  });
});

describe("a token", () => {
  const times = { iat: nowSeconds, exp: nowSeconds + 3600 };
  const statusFor = async (token: string, method = "GET") =>
    (await call({ method, headers: { Authorization: `Bearer ${token}` } })).status;

  it("of a Microsoft Entra tenant is let in for the client, the host and the claim", async () => {
    await save({
      inbound: [
        validateAzureAdToken({
          tenantId: namedValue("aad-tenant-id"),
          authenticationEndpoint: tenant.origin,
          outputTokenVariableName: "jwt",
          clientApplicationIds: [namedValue("aad-client-application-id")],
          audiences: [expression`context.Request.OriginalUrl.Host`],
          requiredClaims: [{ name: "ctry", match: "any", values: ["US"] }],
        }),
      ],
    });
    const good = {
      ...{ iss: `https://sts.windows.net/${tenantId}/`, aud: "127.0.0.1", ver: "1.0", ctry: "US" },
      ...{ appid: namedValues.get("aad-client-application-id"), ...times },
    };
    const got = [good, { ...good, ctry: "IT" }, { ...good, aud: "a" }, { ...good, appid: "b" }].map(
      (claims) => statusFor(signToken(key, claims)),
    );
    expect(await Promise.all(got)).toEqual([200, 401, 401, 401]);
  });

  it("is asked for claims by validate-jwt, and then by its variable", async () => {
    await save({
      inbound: [
        validateJwt({
          token: { headerName: "Authorization", requireScheme: "Bearer" },
          outputTokenVariableName: "jwt",
          failedValidationHttpCode: expression`400 + 1`,
          issuerSigningKeys: [{ base64: namedValue("jwt-signing-key") }],
          audiences: [expression`context.Request.OriginalUrl.Host`],
          issuers: ["http://contoso.com/"],
          requiredClaims: [{ name: "group", match: "any", values: ["finance", "logistics"] }],
        }),
        choose({
          when: [
            {
              condition: expression`context.Request.Method == "POST" && !((Jwt)context.Variables["jwt"]).Claims["group"].Contains("finance")`,
              statements: [returnResponse({ status: setStatus({ code: 403, reason: "Forbidden" }) })],
            },
          ],
        }),
      ],
    });
    const statusOf = (group: string, method: string) =>
      statusFor(
        signToken(
          key,
          { iss: "http://contoso.com/", aud: "127.0.0.1", group, ...times },
          { alg: "HS256", secret },
        ),
        method,
      );
    expect([
      await statusOf("logistics", "GET"),
      await statusOf("logistics", "POST"),
      await statusOf("finance", "POST"),
      await statusOf("sales", "GET"),
    ]).toEqual([200, 403, 200, 401]);
  });
});
