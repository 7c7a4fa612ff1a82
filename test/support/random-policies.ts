/** Random policies of every typed element, with hostile texts and with expressions, in places where API Management takes them. */
import fc from "fast-check";
import type { PolicyDocument } from "../../policies/document.ts";
import { authenticationBasic } from "../../policies/elements/authentication-basic.ts";
import { authenticationCertificate } from "../../policies/elements/authentication-certificate.ts";
import { authenticationManagedIdentity } from "../../policies/elements/authentication-managed-identity.ts";
import { base } from "../../policies/elements/base.ts";
import { cacheLookup } from "../../policies/elements/cache-lookup.ts";
import { cacheLookupValue } from "../../policies/elements/cache-lookup-value.ts";
import { cacheRemoveValue } from "../../policies/elements/cache-remove-value.ts";
import { cacheStore } from "../../policies/elements/cache-store.ts";
import { cacheStoreValue } from "../../policies/elements/cache-store-value.ts";
import { checkHeader } from "../../policies/elements/check-header.ts";
import { choose } from "../../policies/elements/choose.ts";
import { cors } from "../../policies/elements/cors.ts";
import { emitMetric } from "../../policies/elements/emit-metric.ts";
import { findAndReplace } from "../../policies/elements/find-and-replace.ts";
import { forwardRequest } from "../../policies/elements/forward-request.ts";
import { includeFragment } from "../../policies/elements/include-fragment.ts";
import { ipFilter } from "../../policies/elements/ip-filter.ts";
import { jsonToXml } from "../../policies/elements/json-to-xml.ts";
import { limitConcurrency } from "../../policies/elements/limit-concurrency.ts";
import { logToEventhub } from "../../policies/elements/log-to-eventhub.ts";
import { mockResponse } from "../../policies/elements/mock-response.ts";
import { quota } from "../../policies/elements/quota.ts";
import { quotaByKey } from "../../policies/elements/quota-by-key.ts";
import { rateLimit } from "../../policies/elements/rate-limit.ts";
import { rateLimitByKey } from "../../policies/elements/rate-limit-by-key.ts";
import { redirectContentUrls } from "../../policies/elements/redirect-content-urls.ts";
import { retry } from "../../policies/elements/retry.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { rewriteUri } from "../../policies/elements/rewrite-uri.ts";
import { sendOneWayRequest } from "../../policies/elements/send-one-way-request.ts";
import { sendRequest } from "../../policies/elements/send-request.ts";
import { setBackendService } from "../../policies/elements/set-backend-service.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setMethod } from "../../policies/elements/set-method.ts";
import { setQueryParameter } from "../../policies/elements/set-query-parameter.ts";
import { setStatus } from "../../policies/elements/set-status.ts";
import { setVariable } from "../../policies/elements/set-variable.ts";
import { trace } from "../../policies/elements/trace.ts";
import { validateAzureAdToken } from "../../policies/elements/validate-azure-ad-token.ts";
import { validateJwt } from "../../policies/elements/validate-jwt.ts";
import { type WaitBranch, wait } from "../../policies/elements/wait.ts";
import { xmlToJson } from "../../policies/elements/xml-to-json.ts";
import type { ExistingArgs } from "../../policies/exists-action.ts";
import {
  type Expression,
  expression,
  expressionBlock,
  type NamedValueReference,
  namedValue,
  type Text,
} from "../../policies/expression.ts";
import { liquid } from "../../policies/liquid.ts";
import { isOperation } from "../../policies/operation-condition.ts";
import type { OwnRequestArgs } from "../../policies/own-request.ts";
import type { Policy, PolicySection } from "../../policies/policy.ts";

type Arbitraries<T> = { readonly [K in keyof T]-?: fc.Arbitrary<NonNullable<T[K]>> };

/** Settings of which all but the required ones may be left out. A setting without an entry does not compile. */
function settings<T>(entries: Arbitraries<T>, required: readonly (keyof T)[]): fc.Arbitrary<T> {
  return fc.record(entries as { [K in keyof T]: fc.Arbitrary<T[K]> }, {
    requiredKeys: [...required],
  }) as fc.Arbitrary<T>;
}

/** Settings made of two others. */
function both<A extends object, B extends object>(
  one: fc.Arbitrary<A>,
  other: fc.Arbitrary<B>,
): fc.Arbitrary<A & B> {
  return fc.tuple(one, other).map(([a, b]) => ({ ...a, ...b }));
}

function list<T>(item: fc.Arbitrary<T>): fc.Arbitrary<[T, ...T[]]> {
  return fc.array(item, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<[T, ...T[]]>;
}

function one<const T>(...values: T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

const xmlText = fc
  .string({ unit: "grapheme" })
  .map((text) => text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]|[@{]/gu, ""));
const filled = xmlText.filter((text) => text.trim() !== "");
const ascii = fc.stringMatching(/^[!-?A-z]([ -?A-z]{0,20}[!-?A-z])?$/);
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/);
const flag = fc.boolean();
const seconds = fc.nat({ max: 240 });
const status = fc.integer({ min: 200, max: 599 });
const calls = fc.integer({ min: 1, max: 1_000_000 });
const url = word.map((host) => `https://${host.toLowerCase()}.example/a?b=c&d='e'`);
const named = one(namedValue("greeting"));

/** The values of the named values in the policies. */
export const randomNamedValues: ReadonlyMap<string, string> = new Map([
  ["greeting", "hello"],
  ["address", "192.0.2.7"],
]);

/** An expression with a text in it that came from anywhere. */
const code: fc.Arbitrary<Expression> = fc.oneof(
  xmlText.map((text) => expression`context.Request.Headers.GetValueOrDefault("A", ${text}) + "<&'"`),
  fc.string({ unit: "binary" }).map(
    (text) => expressionBlock`
    // a comment
    return ${text};`,
  ),
);
const condition = one(expression`context.Response.StatusCode < 400`, expression`true`);
const isTrue: fc.Arbitrary<boolean | Expression> = fc.oneof(flag, condition);
const sum = one(expression`1 + 2`);
/** A text, or what may stand for one. */
function textOr(literal: fc.Arbitrary<string>): fc.Arbitrary<Text> {
  return fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: code }, named);
}
/** A text where no expression may stand. */
function plain(literal: fc.Arbitrary<string>): fc.Arbitrary<string | NamedValueReference> {
  return fc.oneof({ weight: 4, arbitrary: literal }, named);
}
function orSum(literal: fc.Arbitrary<number>): fc.Arbitrary<number | Expression> {
  return fc.oneof(literal, sum);
}
function orCode<const T>(...values: T[]): fc.Arbitrary<T | Expression> {
  return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...values) }, code);
}
const text = textOr(filled);
const id = { id: plain(filled) };
const cachingType = one("prefer-external", "external", "internal");

function existing(value: fc.Arbitrary<Text>): fc.Arbitrary<ExistingArgs> {
  return fc.oneof(
    fc.record({ existsAction: one("delete") }),
    fc.record(
      { values: list(value), existsAction: orCode("override", "skip", "append") },
      { requiredKeys: ["values"] },
    ),
  );
}

const header = both(
  settings({ name: textOr(word.map((name) => `X-${name}`)), ...id }, ["name"]),
  existing(textOr(ascii)),
).map(setHeader);
const returnedStatus = settings({ code: orSum(status), reason: textOr(ascii), ...id }, [
  "code",
  "reason",
]).map(setStatus);
const template = filled.map((value) => {
  const shown = value.replace(/[{}%]|@$/g, "");
  return liquid`{"name": "{{ body.user.name | Upcase }}", "text": "${shown}"{% if body.a %}, "a": 1{% endif %}}`;
});
const body = fc
  .tuple(
    fc.oneof(textOr(xmlText), template),
    settings({ xsiNil: one("blank", "null"), parseDate: flag, ...id }, []),
  )
  .map(([written, args]) => setBody(written, args));
const certificate = both(
  settings(id, []),
  fc.oneof(
    fc.record({ thumbprint: text }),
    fc.record({ certificateId: text }),
    fc.record({ body: code, password: text }, { requiredKeys: ["body"] }),
  ),
).map(authenticationCertificate);
const identity = settings<Parameters<typeof authenticationManagedIdentity>[0]>(
  {
    resource: textOr(url),
    clientId: plain(word),
    outputTokenVariableName: plain(word),
    ignoreError: flag,
    ...id,
  },
  ["resource"],
).map(authenticationManagedIdentity);

const limitOutputs = {
  retryAfterHeaderName: plain(word),
  retryAfterVariableName: plain(word),
  remainingCallsHeaderName: plain(word),
  remainingCallsVariableName: plain(word),
  totalCallsHeaderName: plain(word),
};
const quotaAmount = fc.oneof(
  fc.record({ calls, kilobytes: calls }, { requiredKeys: ["calls"] }),
  fc.record({ kilobytes: calls }),
);
const rateAmount = fc.record({ calls, renewalPeriodSeconds: fc.integer({ min: 1, max: 300 }) });
function namedLimits<T extends object>(amount: fc.Arbitrary<T>) {
  return fc.array(
    both(fc.oneof(fc.record({ id: plain(word) }), fc.record({ name: plain(filled) })), amount),
    {
      maxLength: 2,
    },
  );
}
function apisWith<T extends object>(amount: fc.Arbitrary<T>) {
  return fc.array(
    both(
      both(fc.oneof(fc.record({ id: plain(word) }), fc.record({ name: plain(filled) })), amount),
      fc.record({ operations: namedLimits(amount) }, { requiredKeys: [] }),
    ),
    { maxLength: 2 },
  );
}

const tokenPlaces = [fc.record({ queryParameterName: text }), fc.record({ tokenValue: text })] as const;
const outcome = {
  failedValidationHttpCode: orSum(status),
  failedValidationErrorMessage: text,
  outputTokenVariableName: plain(word),
};
const claim = fc.oneof(
  fc.record(
    { name: text, separator: text, match: orCode("all", "any"), values: list(text) },
    { requiredKeys: ["name", "match", "values"] },
  ),
  fc.record({ name: text, presenceOnly: one(true) }),
);
const decryptionKey = fc.record(
  { id: plain(filled), certificateId: plain(word) },
  { requiredKeys: ["certificateId"] },
);
const base64 = fc
  .uint8Array({ minLength: 32, maxLength: 64 })
  .map((bytes) => Buffer.from(bytes).toString("base64"));
const modulus = fc
  .uint8Array({ minLength: 256, maxLength: 256 })
  .map((bytes) => Buffer.from([0xc1, ...bytes.slice(1)]).toString("base64url"));
const signingKey = fc.oneof(
  fc.record({ id: plain(filled), base64 }, { requiredKeys: ["base64"] }),
  fc.record({ id: plain(filled), n: modulus, e: one("AQAB") }, { requiredKeys: ["n", "e"] }),
  fc.record({ certificateId: plain(word) }),
);

const ownRequest: fc.Arbitrary<OwnRequestArgs> = both(
  settings(
    {
      timeoutSeconds: orSum(seconds),
      headers: fc.array(header, { maxLength: 2 }),
      body,
      certificate,
      identity,
      proxy: fc.record(
        { url: textOr(one("http://proxy.example:8080")), username: text, password: text },
        { requiredKeys: ["url"] },
      ),
      ...id,
    },
    [],
  ),
  fc.oneof(
    fc.record(
      { mode: one("new"), url: textOr(url), method: plain(word) },
      { requiredKeys: ["url", "method"] },
    ),
    fc.record({ mode: orCode("copy"), url: textOr(url), method: plain(word) }, { requiredKeys: ["mode"] }),
  ),
);
const dimension = fc.oneof(
  fc.record({ name: one("API ID", "Operation ID", "Location"), value: text }, { requiredKeys: ["name"] }),
  fc.record({ name: text, value: text }),
);

/** The elements without policies inside, by their names. */
const leaves = {
  "authentication-basic": settings<Parameters<typeof authenticationBasic>[0]>(
    { username: text, password: text, ...id },
    ["username", "password"],
  ).map(authenticationBasic),
  "authentication-certificate": certificate,
  "authentication-managed-identity": identity,
  "cache-lookup": settings<Parameters<typeof cacheLookup>[0]>(
    {
      varyByDeveloper: isTrue,
      varyByDeveloperGroups: isTrue,
      cachingType,
      downstreamCachingType: orCode("none", "private", "public"),
      mustRevalidate: isTrue,
      allowPrivateResponseCaching: isTrue,
      varyByHeaders: fc.array(textOr(word), { maxLength: 2 }),
      varyByQueryParameters: fc.array(text, { maxLength: 2 }),
      ...id,
    },
    ["varyByDeveloper", "varyByDeveloperGroups"],
  ).map(cacheLookup),
  "cache-lookup-value": settings<Parameters<typeof cacheLookupValue>[0]>(
    { key: text, variableName: plain(filled), defaultValue: textOr(xmlText), cachingType, ...id },
    ["key", "variableName"],
  ).map(cacheLookupValue),
  "cache-remove-value": settings<Parameters<typeof cacheRemoveValue>[0]>(
    { key: text, cachingType, failOnCacheRemovalError: isTrue, ...id },
    ["key"],
  ).map(cacheRemoveValue),
  "cache-store": settings<Parameters<typeof cacheStore>[0]>(
    { durationSeconds: orSum(seconds), cacheResponse: isTrue, ...id },
    ["durationSeconds"],
  ).map(cacheStore),
  "cache-store-value": settings<Parameters<typeof cacheStoreValue>[0]>(
    { key: text, value: textOr(xmlText), durationSeconds: orSum(seconds), cachingType, ...id },
    ["key", "value", "durationSeconds"],
  ).map(cacheStoreValue),
  "check-header": settings<Parameters<typeof checkHeader>[0]>(
    {
      name: textOr(word),
      failedCheckHttpCode: orSum(status),
      failedCheckErrorMessage: text,
      ignoreCase: isTrue,
      values: list(text),
      ...id,
    },
    ["name", "failedCheckHttpCode", "failedCheckErrorMessage", "ignoreCase"],
  ).map(checkHeader),
  cors: settings<Parameters<typeof cors>[0]>(
    {
      allowCredentials: isTrue,
      terminateUnmatchedRequest: isTrue,
      allowedOrigins: list(word.map((host) => `https://${host.toLowerCase()}.example`)),
      allowedMethods: list(one("GET", "POST", "PATCH", "*")),
      preflightMaxAgeSeconds: orSum(seconds),
      allowedHeaders: list(word),
      exposeHeaders: list(word),
      ...id,
    },
    ["terminateUnmatchedRequest", "allowedOrigins", "allowedHeaders", "allowedMethods"],
  ).map(cors),
  "emit-metric": settings<Parameters<typeof emitMetric>[0]>(
    {
      name: plain(filled),
      namespace: plain(filled),
      value: orSum(fc.double({ noNaN: true, noDefaultInfinity: true })),
      dimensions: list(dimension),
      ...id,
    },
    ["name", "dimensions"],
  ).map(emitMetric),
  "find-and-replace": settings<Parameters<typeof findAndReplace>[0]>(
    { from: text, to: textOr(xmlText), ...id },
    ["from", "to"],
  ).map(findAndReplace),
  "forward-request": both(
    settings(
      {
        continueTimeoutSeconds: orSum(seconds),
        httpVersion: one("1", "2or1", "2"),
        followRedirects: isTrue,
        bufferRequestBody: flag,
        bufferResponse: flag,
        failOnErrorStatusCode: flag,
        ...id,
      },
      [],
    ),
    fc.oneof(
      fc.record({ timeoutSeconds: orSum(seconds) }, { requiredKeys: [] }),
      fc.record({ timeoutMilliseconds: orSum(seconds) }),
    ),
  ).map(forwardRequest),
  "include-fragment": settings<Parameters<typeof includeFragment>[0]>({ fragmentId: plain(word), ...id }, [
    "fragmentId",
  ]).map(includeFragment),
  "ip-filter": settings<Parameters<typeof ipFilter>[0]>(
    {
      action: orCode("allow", "forbid"),
      addresses: list(fc.oneof(fc.ipV4(), code, one(namedValue("address")))),
      ranges: one([], [{ from: "192.0.2.1", to: "192.0.2.9" }]),
      ...id,
    },
    ["action", "addresses"],
  ).map(ipFilter),
  "json-to-xml": settings<Parameters<typeof jsonToXml>[0]>(
    {
      apply: orCode("always", "content-type-json"),
      considerAcceptHeader: isTrue,
      parseDate: flag,
      namespaceSeparator: text,
      namespacePrefix: text,
      attributeBlockName: text,
      ...id,
    },
    ["apply"],
  ).map(jsonToXml),
  "log-to-eventhub": both(
    settings({ loggerId: plain(word), message: textOr(xmlText), ...id }, ["loggerId", "message"]),
    fc.oneof(
      fc.record({ partitionId: plain(word) }, { requiredKeys: [] }),
      fc.record({ partitionKey: text }),
    ),
  ).map(logToEventhub),
  "mock-response": settings<NonNullable<Parameters<typeof mockResponse>[0]>>(
    { statusCode: status, contentType: plain(one("application/json")), ...id },
    [],
  ).map(mockResponse),
  quota: both(
    settings({ renewalPeriodSeconds: seconds, apis: apisWith(quotaAmount), ...id }, ["renewalPeriodSeconds"]),
    quotaAmount,
  ).map(quota),
  "quota-by-key": both(
    settings(
      {
        renewalPeriodSeconds: fc.oneof(fc.constant(0), fc.integer({ min: 300, max: 2 ** 31 - 1 })),
        counterKey: text,
        incrementCondition: isTrue,
        incrementCount: orSum(calls),
        firstPeriodStart: one("2026-01-31T00:00:00Z"),
        ...id,
      },
      ["renewalPeriodSeconds", "counterKey"],
    ),
    quotaAmount,
  ).map(quotaByKey),
  "rate-limit": settings<Parameters<typeof rateLimit>[0]>(
    {
      ...limitOutputs,
      calls,
      renewalPeriodSeconds: fc.integer({ min: 1, max: 300 }),
      apis: apisWith(rateAmount),
      operations: namedLimits(rateAmount),
      ...id,
    },
    ["calls", "renewalPeriodSeconds"],
  ).map(rateLimit),
  "rate-limit-by-key": settings<Parameters<typeof rateLimitByKey>[0]>(
    {
      ...limitOutputs,
      calls: orSum(calls),
      renewalPeriodSeconds: orSum(fc.integer({ min: 1, max: 300 })),
      counterKey: text,
      incrementCondition: isTrue,
      incrementCount: orSum(calls),
      ...id,
    },
    ["calls", "renewalPeriodSeconds", "counterKey"],
  ).map(rateLimitByKey),
  "redirect-content-urls": settings(id, []).map(redirectContentUrls),
  "return-response": settings<Parameters<typeof returnResponse>[0]>(
    {
      responseVariableName: plain(filled),
      status: returnedStatus,
      headers: fc.array(header, { maxLength: 3 }),
      body,
      ...id,
    },
    [],
  ).map(returnResponse),
  "rewrite-uri": settings<Parameters<typeof rewriteUri>[0]>(
    { template: textOr(word.map((name) => `/${name}/x`)), copyUnmatchedParams: isTrue, ...id },
    ["template"],
  ).map(rewriteUri),
  "send-one-way-request": ownRequest.map(sendOneWayRequest),
  "send-request": both(
    ownRequest,
    fc.record({ responseVariableName: text, ignoreError: flag }, { requiredKeys: [] }),
  ).map(sendRequest),
  "set-backend-service": both(
    both(
      settings(id, []),
      fc.record(
        {
          serviceFabric: fc.record(
            {
              resolveCondition: isTrue,
              serviceInstanceName: text,
              partitionKey: text,
              replicaType: orCode("primary", "secondary"),
              listenerName: text,
            },
            { requiredKeys: [] },
          ),
        },
        { requiredKeys: [] },
      ),
    ),
    fc.oneof(fc.record({ baseUrl: fc.oneof(url, code) }), fc.record({ backendId: textOr(word) })),
  ).map(setBackendService),
  "set-body": body,
  "set-header": header,
  "set-method": fc.tuple(textOr(word), settings(id, [])).map(([method, args]) => setMethod(method, args)),
  "set-query-parameter": both(settings({ name: text, ...id }, ["name"]), existing(textOr(xmlText))).map(
    setQueryParameter,
  ),
  "set-status": returnedStatus,
  "set-variable": settings<Parameters<typeof setVariable>[0]>({ name: plain(filled), value: text, ...id }, [
    "name",
    "value",
  ]).map(setVariable),
  trace: settings<Parameters<typeof trace>[0]>(
    {
      source: plain(filled),
      severity: one("verbose", "information", "error"),
      message: text,
      metadata: fc.dictionary(word, text, { maxKeys: 2 }),
      ...id,
    },
    ["source", "message"],
  ).map(trace),
  "validate-azure-ad-token": settings<Parameters<typeof validateAzureAdToken>[0]>(
    {
      ...outcome,
      tenantId: text,
      token: fc.oneof(fc.record({ headerName: textOr(word) }), ...tokenPlaces),
      authenticationEndpoint: textOr(url),
      backendApplicationIds: list(plain(filled)),
      clientApplicationIds: list(plain(filled)),
      audiences: list(text),
      requiredClaims: list(claim),
      decryptionKeys: list(decryptionKey),
      ...id,
    },
    ["tenantId"],
  ).map(validateAzureAdToken),
  "validate-jwt": settings<Parameters<typeof validateJwt>[0]>(
    {
      ...outcome,
      token: fc.oneof(
        fc.record(
          { headerName: textOr(word), requireScheme: textOr(word) },
          { requiredKeys: ["headerName"] },
        ),
        ...tokenPlaces,
      ),
      requireExpirationTime: isTrue,
      requireSignedTokens: isTrue,
      clockSkewSeconds: orSum(seconds),
      openIdConfigs: fc.array(
        fc.record({ url: fc.oneof(url, code), validateConnectivity: flag }, { requiredKeys: ["url"] }),
        { maxLength: 2 },
      ),
      issuerSigningKeys: list(signingKey),
      decryptionKeys: list(decryptionKey),
      audiences: list(text),
      issuers: list(text),
      requiredClaims: list(claim),
      ...id,
    },
    ["token", "audiences"],
  ).map(validateJwt),
  "xml-to-json": settings<Parameters<typeof xmlToJson>[0]>(
    {
      kind: orCode("direct", "javascript-friendly"),
      apply: orCode("always", "content-type-xml"),
      considerAcceptHeader: isTrue,
      alwaysArrayChildElements: isTrue,
      ...id,
    },
    ["kind", "apply"],
  ).map(xmlToJson),
} satisfies Readonly<Record<string, fc.Arbitrary<Policy>>>;

const containers = ["choose", "limit-concurrency", "retry", "wait"] as const;

/** The names of the elements that are made here. */
export const randomNames: readonly string[] = [...Object.keys(leaves), ...containers, "base"];

/** Policies of each element, by its name; those that hold others are empty. */
export function somePolicies(count: number): ReadonlyMap<string, readonly Policy[]> {
  const options = { seed: 1, numRuns: count };
  const inside = fc.constant([]);
  return new Map<string, readonly Policy[]>([
    ["base", [base()]],
    ...Object.entries<fc.Arbitrary<Policy>>(leaves).map(
      ([name, leaf]) => [name, fc.sample(leaf, options)] as const,
    ),
    ...containers.map((name) => [name, fc.sample(containerOf(name, inside), options)] as const),
  ]);
}

/** One policy of each element, for what all of them have in common. */
export function samplePolicies(): readonly Policy[] {
  return [...somePolicies(1).values()].flat();
}

function containerOf(
  name: (typeof containers)[number],
  inside: fc.Arbitrary<readonly Policy[]>,
): fc.Arbitrary<Policy> {
  const chosen = settings<Parameters<typeof choose>[0]>(
    {
      when: list(
        fc.record({
          condition: fc.oneof(
            condition,
            list(fc.record({ method: word, path: fc.string({ unit: "binary", maxLength: 20 }) })).map(
              (names) => isOperation(names),
            ),
          ),
          statements: inside,
        }),
      ),
      otherwise: inside,
      ...id,
    },
    ["when"],
  ).map((args) => choose(args));
  if (name === "choose") return chosen;
  if (name === "limit-concurrency")
    return settings<Parameters<typeof limitConcurrency>[0]>(
      { key: text, maxCount: calls, statements: inside, ...id },
      ["key", "maxCount", "statements"],
    ).map((args) => limitConcurrency(args));
  if (name === "retry")
    return settings<Parameters<typeof retry>[0]>(
      {
        condition: isTrue,
        count: orSum(fc.integer({ min: 1, max: 50 })),
        intervalSeconds: orSum(seconds),
        maxIntervalSeconds: orSum(calls),
        deltaSeconds: orSum(calls),
        firstFastRetry: isTrue,
        statements: inside.map((policies) => policies.filter((policy) => policy.name !== "wait")),
        ...id,
      },
      ["condition", "count", "intervalSeconds", "statements"],
    ).map((args) => retry(args));
  const branch: fc.Arbitrary<WaitBranch> = fc.oneof(
    leaves["send-request"],
    leaves["cache-lookup-value"],
    chosen,
  );
  return settings<Parameters<typeof wait>[0]>(
    { for: orCode("all", "any"), statements: list(branch), ...id },
    ["statements"],
  ).map((args) => wait(args));
}

const samples = new Map(samplePolicies().map((policy) => [policy.name, policy]));
const mayStandIn = (section: PolicySection) => (name: string) =>
  section in (samples.get(name)?.sections ?? {});

/** Policies that may stand one after the other in a section, with others inside them. */
function policiesIn(section: PolicySection, depth: number, most: number): fc.Arbitrary<readonly Policy[]> {
  const flat = Object.entries<fc.Arbitrary<Policy>>(leaves)
    .filter(([name]) => mayStandIn(section)(name) && (name !== "cors" || depth === maxDepth))
    .map(([, leaf]) => leaf);
  const nested =
    depth === 0
      ? []
      : containers
          .filter(mayStandIn(section))
          .map((name) => containerOf(name, policiesIn(section, depth - 1, 2)));
  return fc.array(fc.oneof(...flat, ...nested), { maxLength: most }).map(inOrder);
}

const maxDepth = 2;

/** Where API Management or this package takes a policy once, or in one place only. */
function inOrder(policies: readonly Policy[]): readonly Policy[] {
  const once = policies.filter(
    (policy, index) => !policy.onlyOnce || policies.findIndex(({ name }) => name === policy.name) === index,
  );
  const isEnd = ({ name }: Policy) => name === "mock-response" || name === "return-response";
  return [
    ...once.filter(({ name }) => name === "cors"),
    ...once.filter((policy) => policy.name !== "cors" && !isEnd(policy)),
    ...once.filter(isEnd).slice(0, 1),
  ];
}

function takenBy<S extends PolicySection>(name: S): (policy: Policy) => policy is Policy<S> {
  return (policy): policy is Policy<S> => name in policy.sections;
}

/** A section's policies behind `base`, with a `cors` before it. */
function section<S extends PolicySection>(name: S): fc.Arbitrary<readonly Policy<S>[]> {
  return policiesIn(name, maxDepth, 5).map((policies) => {
    const taken = policies.filter(takenBy(name));
    const [before, after] = [
      taken.filter((policy) => policy.name === "cors"),
      taken.filter((policy) => policy.name !== "cors"),
    ];
    return [...before, base(), ...after];
  });
}

/** A whole document. */
export const randomDocument: fc.Arbitrary<PolicyDocument> = fc.record({
  inbound: section("inbound"),
  backend: policiesIn("backend", maxDepth, 1).map((policies) => {
    const [policy] = policies.filter(takenBy("backend"));
    return policy === undefined ? ([] as const) : ([policy] as const);
  }),
  outbound: section("outbound"),
  onError: section("on-error"),
});
