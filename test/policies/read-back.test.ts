/** What the typed policies write, the local gateway takes as a document, or says that it does not simulate it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authenticationManagedIdentity } from "../../policies/authentication-managed-identity.ts";
import { base } from "../../policies/base.ts";
import { checkHeader } from "../../policies/check-header.ts";
import { choose } from "../../policies/choose.ts";
import { type CorsArgs, cors } from "../../policies/cors.ts";
import {
  type InboundStatement,
  type PolicyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { expression, expressionBlock, type Text } from "../../policies/expression.ts";
import { forwardRequest } from "../../policies/forward-request.ts";
import { ipFilter } from "../../policies/ip-filter.ts";
import { mockResponse } from "../../policies/mock-response.ts";
import { isOperation } from "../../policies/operation-condition.ts";
import { quota } from "../../policies/quota.ts";
import { quotaByKey } from "../../policies/quota-by-key.ts";
import { rateLimit } from "../../policies/rate-limit.ts";
import { rateLimitByKey } from "../../policies/rate-limit-by-key.ts";
import { returnResponse } from "../../policies/return-response.ts";
import { rewriteUri } from "../../policies/rewrite-uri.ts";
import { setBackendService } from "../../policies/set-backend-service.ts";
import { setBody } from "../../policies/set-body.ts";
import { type SetHeaderArgs, setHeader } from "../../policies/set-header.ts";
import { setMethod } from "../../policies/set-method.ts";
import { setQueryParameter } from "../../policies/set-query-parameter.ts";
import { setStatus } from "../../policies/set-status.ts";
import { setVariable } from "../../policies/set-variable.ts";
import { trace } from "../../policies/trace.ts";
import { type ValidateJwtArgs, validateJwt } from "../../policies/validate-jwt.ts";
import { parsePolicyDocument } from "../../simulator/apim/policy/document.ts";

/** A record of which any key may be left out, with the types of the arguments that it is for. */
function some<T>(
  keys: { readonly [K in keyof T]?: fc.Arbitrary<NonNullable<T[K]>> },
  required: (keyof T)[] = [],
) {
  return fc.record(keys as { [K in keyof T]: fc.Arbitrary<T[K]> }, {
    requiredKeys: required,
  }) as fc.Arbitrary<T>;
}
function list<T>(item: fc.Arbitrary<T>): fc.Arbitrary<[T, ...T[]]> {
  return fc.array(item, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<[T, ...T[]]>;
}

const xmlText = fc
  .string({ unit: "grapheme" })
  .map((text) => text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]|[@{]/gu, ""));
const text = xmlText.filter((one) => one.trim() !== "");
const ascii = fc.stringMatching(/^[!-?A-z]([ -?A-z]{0,20}[!-?A-z])?$/);
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
const flag = fc.boolean();
const seconds = fc.nat({ max: 240 });
const status = fc.integer({ min: 200, max: 599 });
const base64 = fc
  .uint8Array({ minLength: 32, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));
const modulus = fc
  .uint8Array({ minLength: 256, maxLength: 256 })
  .map((bytes) => Buffer.from([0xc1, ...bytes.slice(1)]).toString("base64url"));

/** An expression with a text in it that came from anywhere. */
const code = fc.oneof(
  xmlText.map((one) => expression`context.Request.Headers.GetValueOrDefault("A", ${one}) + "<&'"`),
  fc.string({ unit: "binary" }).map(
    (one) => expressionBlock`
    // a comment
    return ${one};`,
  ),
);
const orCode = (literal: fc.Arbitrary<string>): fc.Arbitrary<Text> => fc.oneof(literal, code);
const condition = fc.constantFrom(expression`context.Response.StatusCode < 400`, expression`true`);
const calls = fc.integer({ min: 1, max: 1_000_000 });
const number = fc.constantFrom(expression`1 + 2`);

const header = fc.oneof(
  some<SetHeaderArgs & { values: [Text, ...Text[]] }>(
    { name: word, values: list(orCode(ascii)), existsAction: fc.constantFrom("override", "skip", "append") },
    ["name", "values"],
  ),
  fc.record({ name: word, existsAction: fc.constant("delete" as const) }),
);
const returned = fc
  .record(
    {
      status: fc.record({ code: status, reason: ascii }).map(setStatus),
      headers: fc.array(header.map(setHeader), { maxLength: 3 }),
      body: orCode(xmlText).map(setBody),
    },
    { requiredKeys: [] },
  )
  .map(returnResponse);
const mocked = fc
  .record({ statusCode: status, contentType: fc.constant("application/json") }, { requiredKeys: [] })
  .map(mockResponse);
const backend = fc
  .oneof(
    fc.record({ baseUrl: fc.webUrl().filter((url) => !url.includes("@")) }),
    fc.record({ backendId: word }),
  )
  .map(setBackendService);
const forwarded = fc
  .record(
    {
      timeoutSeconds: seconds,
      followRedirects: flag,
      bufferRequestBody: flag,
      bufferResponse: flag,
      failOnErrorStatusCode: flag,
    },
    { requiredKeys: [] },
  )
  .map(forwardRequest);

const outputs = {
  retryAfterHeaderName: word,
  retryAfterVariableName: word,
  remainingCallsHeaderName: word,
  remainingCallsVariableName: word,
  totalCallsHeaderName: word,
};
/** Statements of which a section has any number. */
const anywhere = fc.oneof(
  fc.record({ name: word, value: orCode(text) }).map(setVariable),
  some<Parameters<typeof trace>[0]>(
    {
      source: orCode(text),
      severity: fc.constantFrom("verbose", "information", "error"),
      message: orCode(text),
      metadata: fc.dictionary(word, orCode(text), { maxKeys: 2 }),
    },
    ["source", "message"],
  ).map(trace),
);
const inboundOnly = fc.oneof(
  fc
    .oneof(
      fc.record({ name: word, values: list(orCode(xmlText)) }),
      fc.record({ name: word, existsAction: fc.constant("delete" as const) }),
    )
    .map(setQueryParameter),
  orCode(word).map(setMethod),
  some<Parameters<typeof rewriteUri>[0]>(
    { template: orCode(word.map((one) => `/${one}/x`)), copyUnmatchedParams: flag },
    ["template"],
  ).map(rewriteUri),
  some<Parameters<typeof checkHeader>[0]>(
    {
      name: word,
      failedCheckHttpCode: fc.oneof(status, number),
      failedCheckErrorMessage: orCode(text),
      ignoreCase: fc.oneof(flag, condition),
      values: list(orCode(text)),
    },
    ["name", "failedCheckHttpCode", "failedCheckErrorMessage", "ignoreCase"],
  ).map(checkHeader),
  fc
    .record({
      action: fc.constantFrom("allow" as const, "forbid" as const),
      addresses: list(fc.ipV4()),
      ranges: fc.constantFrom([], [{ from: "192.0.2.1", to: "192.0.2.9" }]),
    })
    .map(ipFilter),
  some<Parameters<typeof authenticationManagedIdentity>[0]>(
    {
      resource: orCode(fc.webUrl()),
      clientId: orCode(word),
      outputTokenVariableName: word,
      ignoreError: flag,
    },
    ["resource"],
  ).map(authenticationManagedIdentity),
  some<Parameters<typeof rateLimitByKey>[0]>(
    {
      ...outputs,
      calls: fc.oneof(calls, number),
      renewalPeriodSeconds: fc.oneof(fc.integer({ min: 1, max: 300 }), number),
      counterKey: orCode(text),
      incrementCondition: condition,
      incrementCount: fc.oneof(calls, number),
    },
    ["calls", "renewalPeriodSeconds", "counterKey"],
  ).map(rateLimitByKey),
  some<Parameters<typeof quotaByKey>[0]>(
    {
      calls,
      renewalPeriodSeconds: fc.oneof(seconds, number),
      counterKey: orCode(text),
      incrementCondition: condition,
      incrementCount: fc.oneof(calls, number),
      firstPeriodStart: fc.constant("2026-01-31T00:00:00Z"),
    },
    ["calls", "renewalPeriodSeconds", "counterKey"],
  ).map(quotaByKey),
);
/** Those that may stand once. */
const perSubscription = fc.tuple(
  some<Parameters<typeof rateLimit>[0]>(
    { ...outputs, calls, renewalPeriodSeconds: fc.integer({ min: 1, max: 300 }) },
    ["calls", "renewalPeriodSeconds"],
  ).map(rateLimit),
  fc.record({ calls, renewalPeriodSeconds: seconds }).map(quota),
);

const corsRules = some<CorsArgs>(
  {
    allowCredentials: flag,
    terminateUnmatchedRequest: flag,
    allowedOrigins: list(word.map((host) => `https://${host.toLowerCase()}.example`)),
    allowedMethods: list(fc.constantFrom("GET", "POST", "PATCH", "*")),
    preflightMaxAgeSeconds: seconds,
    allowedHeaders: list(word),
    exposeHeaders: list(word),
  },
  ["terminateUnmatchedRequest", "allowedOrigins", "allowedHeaders", "allowedMethods"],
).map(cors);

const token = fc.oneof(
  fc.record({ headerName: word, requireScheme: word }, { requiredKeys: ["headerName"] }),
  fc.record({ queryParameterName: text }),
  fc.record({ tokenValue: text }),
);
const claim = fc.oneof(
  fc.record(
    {
      name: text,
      separator: text,
      match: fc.constantFrom("all" as const, "any" as const),
      values: list(text),
    },
    { requiredKeys: ["name", "match", "values"] },
  ),
  fc.record({ name: text, presenceOnly: fc.constant(true as const) }),
);
const signingKey = fc.oneof(
  fc.record({ id: text, base64 }, { requiredKeys: ["base64"] }),
  fc.record({ id: text, n: modulus, e: fc.constant("AQAB") }, { requiredKeys: ["n", "e"] }),
  fc.record({ certificateId: word }),
);
const jwt = some<ValidateJwtArgs>(
  {
    token,
    failedValidationHttpCode: status,
    failedValidationErrorMessage: text,
    requireExpirationTime: flag,
    requireSignedTokens: flag,
    clockSkewSeconds: seconds,
    outputTokenVariableName: word,
    id: text,
    openIdConfigs: fc.array(
      fc.record(
        {
          url: word.map((host) => `https://${host}.example/.well-known/openid-configuration`),
          validateConnectivity: flag,
        },
        { requiredKeys: ["url"] },
      ),
      { maxLength: 2 },
    ),
    issuerSigningKeys: list(signingKey),
    decryptionKeys: list(fc.record({ id: text, certificateId: word }, { requiredKeys: ["certificateId"] })),
    audiences: list(text),
    issuers: list(text),
    requiredClaims: list(claim),
  },
  ["token", "audiences"],
).map(validateJwt);

const anything = fc.string({ unit: "binary", maxLength: 20 });
const branching = fc
  .record(
    {
      when: list(
        fc.record({
          condition: list(fc.record({ method: word, path: anything })).map((names) => isOperation(names)),
          statements: fc.array(header.map(setHeader), { maxLength: 1 }),
        }),
      ),
      otherwise: fc.tuple(returned),
    },
    { requiredKeys: ["when"] },
  )
  .map((args) => choose<InboundStatement>(args));

const document: fc.Arbitrary<PolicyDocument> = fc
  .record({
    cors: fc.option(corsRules, { nil: undefined }),
    checks: fc.array(jwt, { maxLength: 2 }),
    branches: fc.array(branching, { maxLength: 1 }),
    limits: fc.oneof(fc.constant([]), perSubscription),
    changes: fc.array(
      fc.oneof(header.map(setHeader), backend, orCode(xmlText).map(setBody), anywhere, inboundOnly),
      { maxLength: 4 },
    ),
    end: fc.option(fc.oneof(returned, mocked), { nil: undefined }),
    backend: fc.oneof(fc.constant([]), fc.tuple(fc.oneof(forwarded, backend, returned, fc.constant(base())))),
    outbound: fc.array(fc.oneof(header.map(setHeader), orCode(xmlText).map(setBody), returned, anywhere), {
      maxLength: 1,
    }),
  })
  .map(({ cors: first, checks, limits, branches, changes, end, backend: calls, outbound }) => ({
    inbound: [
      ...(first ? [first] : []),
      base(),
      ...checks,
      ...limits,
      ...branches,
      ...changes,
      ...(end ? [end] : []),
    ],
    backend: calls as PolicyDocument["backend"],
    outbound: [base(), ...outbound],
    onError: [base()],
  }));

describe("a document of typed policies", () => {
  it("is taken by the local gateway, or holds what it says that it does not simulate", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(document, async (policies) => {
        const xml = renderPolicyDocument(policies, policySizeLimitBytes("Developer"));
        const problems = await parsePolicyDocument(xml, {
          ...{ scope: "api", sku: "Developer", checksConnectivity: false },
          backendExists: () => true,
          fetchConfiguration: () => Promise.resolve({}),
        }).then(
          () => [],
          (error: Error) => error.message.split("\n"),
        );
        expect(problems.filter((line) => !/not simulate/.test(line))).toEqual([]);
        if (problems.length === 0) taken += 1;
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
