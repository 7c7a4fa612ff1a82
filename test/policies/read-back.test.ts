/** What the typed policies write, the local gateway takes as a document, or says that it does not simulate it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base } from "../../policies/base.ts";
import { type CorsArgs, cors } from "../../policies/cors.ts";
import { type PolicyDocument, policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { forwardRequest } from "../../policies/forward-request.ts";
import { mockResponse } from "../../policies/mock-response.ts";
import { returnResponse } from "../../policies/return-response.ts";
import { setBackendService } from "../../policies/set-backend-service.ts";
import { setBody } from "../../policies/set-body.ts";
import { type SetHeaderArgs, setHeader } from "../../policies/set-header.ts";
import { setStatus } from "../../policies/set-status.ts";
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

const header = fc.oneof(
  some<SetHeaderArgs & { values: [string, ...string[]] }>(
    { name: word, values: list(ascii), existsAction: fc.constantFrom("override", "skip", "append") },
    ["name", "values"],
  ),
  fc.record({ name: word, existsAction: fc.constant("delete" as const) }),
);
const returned = fc
  .record(
    {
      status: fc.record({ code: status, reason: ascii }).map(setStatus),
      headers: fc.array(header.map(setHeader), { maxLength: 3 }),
      body: xmlText.map(setBody),
    },
    { requiredKeys: [] },
  )
  .map(returnResponse);
const mocked = fc
  .record({ statusCode: status, contentType: fc.constant("application/json") }, { requiredKeys: [] })
  .map(mockResponse);
const backend = fc
  .oneof(fc.record({ baseUrl: fc.webUrl() }), fc.record({ backendId: word }))
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

const document: fc.Arbitrary<PolicyDocument> = fc
  .record({
    cors: fc.option(corsRules, { nil: undefined }),
    checks: fc.array(jwt, { maxLength: 2 }),
    changes: fc.array(fc.oneof(header.map(setHeader), backend, xmlText.map(setBody)), { maxLength: 4 }),
    end: fc.option(fc.oneof(returned, mocked), { nil: undefined }),
    backend: fc.oneof(fc.constant([]), fc.tuple(fc.oneof(forwarded, backend, returned, fc.constant(base())))),
    outbound: fc.array(fc.oneof(header.map(setHeader), xmlText.map(setBody), returned), { maxLength: 1 }),
  })
  .map(({ cors: first, checks, changes, end, backend: calls, outbound }) => ({
    inbound: [...(first ? [first] : []), base(), ...checks, ...changes, ...(end ? [end] : [])],
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
