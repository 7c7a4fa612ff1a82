/** Where a policy may stand: by the compiler, and for a program without one, when it is written. */
import { assertType, describe, expect, it } from "vitest";
import { type PolicyDocument, policyDocument, renderPolicyDocument } from "../../policies/document.ts";
import { authenticationBasic } from "../../policies/elements/authentication-basic.ts";
import { base } from "../../policies/elements/base.ts";
import { cacheLookup } from "../../policies/elements/cache-lookup.ts";
import { cacheLookupValue } from "../../policies/elements/cache-lookup-value.ts";
import { cacheStore } from "../../policies/elements/cache-store.ts";
import { choose } from "../../policies/elements/choose.ts";
import { cors } from "../../policies/elements/cors.ts";
import { emitMetric } from "../../policies/elements/emit-metric.ts";
import { findAndReplace } from "../../policies/elements/find-and-replace.ts";
import { forwardRequest } from "../../policies/elements/forward-request.ts";
import { limitConcurrency } from "../../policies/elements/limit-concurrency.ts";
import { logToEventhub } from "../../policies/elements/log-to-eventhub.ts";
import { quota } from "../../policies/elements/quota.ts";
import { quotaByKey } from "../../policies/elements/quota-by-key.ts";
import { rateLimit } from "../../policies/elements/rate-limit.ts";
import { redirectContentUrls } from "../../policies/elements/redirect-content-urls.ts";
import { retry } from "../../policies/elements/retry.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { sendRequest } from "../../policies/elements/send-request.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setVariable } from "../../policies/elements/set-variable.ts";
import { validateJwt } from "../../policies/elements/validate-jwt.ts";
import { wait } from "../../policies/elements/wait.ts";
import { expression } from "../../policies/expression.ts";
import type { Policy, PolicySection } from "../../policies/policy.ts";

const render = (sections: Partial<PolicyDocument>) =>
  renderPolicyDocument(policyDocument(sections), Number.POSITIVE_INFINITY);
/** As a program writes it that no compiler has read. */
const untyped = (policy: Policy) => policy as Policy<PolicySection>;
const when = <P extends readonly Policy[]>(...statements: P) =>
  choose<P[number]>({ when: [{ condition: expression`true`, statements }] });
const again = <P extends readonly Policy[]>(...statements: P) =>
  retry<P[number]>({ condition: true, count: 1, intervalSeconds: 1, statements });
const variable = setVariable({ name: "a", value: "b" });
const lookup = cacheLookup({ varyByDeveloper: false, varyByDeveloperGroups: false });
const token = validateJwt({ token: { headerName: "Authorization" } });
const crossOrigin = cors({
  terminateUnmatchedRequest: false,
  allowedOrigins: ["https://a.example"],
  allowedHeaders: ["*"],
});

describe("a policy", () => {
  it("does not compile in a section that does not take it, however deep it stands", () => {
    // Only the compiler reads these lines; each must be an error.
    assertType<() => unknown>(() => [
      // @ts-expect-error forward-request belongs to backend
      policyDocument({ inbound: [when(forwardRequest())] }),
      // @ts-expect-error cache-store belongs to outbound
      policyDocument({ inbound: [cacheStore({ durationSeconds: 1 })] }),
      // @ts-expect-error cache-lookup belongs to inbound
      policyDocument({ outbound: [again(when(lookup))] }),
      // @ts-expect-error the two of them belong nowhere together
      policyDocument({ backend: [when(forwardRequest(), token)] }),
      // @ts-expect-error wait does not belong to on-error
      policyDocument({ onError: [wait({ statements: [sendRequest({ mode: "copy" })] })] }),
      // @ts-expect-error wait takes three policies only
      wait({ statements: [variable] }),
      // @ts-expect-error backend takes one policy
      policyDocument({ backend: [variable, forwardRequest()] }),
    ]);
  });

  it("does not compile with settings that Azure does not take", () => {
    assertType<() => unknown>(() => [
      // @ts-expect-error no expression as an id
      emitMetric({ name: expression`"a"`, dimensions: [{ name: "API ID" }] }),
      // @ts-expect-error only known dimensions have a value of their own
      emitMetric({ name: "a", dimensions: [{ name: "My ID" }] }),
      // @ts-expect-error no expression as a number of requests
      limitConcurrency({ key: "a", maxCount: expression`1`, statements: [] }),
      // @ts-expect-error a partition by its index or by a key
      logToEventhub({ loggerId: "a", message: "b", partitionId: "0", partitionKey: "c" }),
      // @ts-expect-error a new request has an address
      sendRequest({ method: "GET" }),
      // @ts-expect-error a time in seconds or milliseconds
      forwardRequest({ timeoutSeconds: 1, timeoutMilliseconds: 1 }),
      // @ts-expect-error a quota of calls, kilobytes or both
      quota({ renewalPeriodSeconds: 1 }),
      // @ts-expect-error an API by its id or its name
      rateLimit({ calls: 1, renewalPeriodSeconds: 1, apis: [{ calls: 1, renewalPeriodSeconds: 1 }] }),
      // @ts-expect-error parts of an answer are not policies of any kind
      returnResponse({ headers: [variable] }),
    ]);
  });

  it("stands wherever all of what it holds may", () => {
    const policies = (["inbound", "outbound", "on-error"] as const).map((name) => {
      const section = name === "on-error" ? "onError" : name;
      return render({ [section]: [base(), when(again(variable, setHeader({ name: "A", values: ["b"] })))] });
    });
    expect(policies.filter((xml) => xml.includes('<set-variable name="a" value="b" />'))).toHaveLength(3);
    const backend = [
      again(limitConcurrency({ key: "a", maxCount: 1, statements: [forwardRequest()] })),
    ] as const;
    expect(render({ backend })).toContain("<forward-request />");
  });

  it.each<[string, Partial<PolicyDocument>, string]>([
    [
      "in another section",
      { inbound: [untyped(forwardRequest())] },
      "policies/inbound/forward-request may stand in backend only. Move it there.",
    ],
    [
      "in another section, inside other policies",
      { outbound: [base(), again(when(untyped(lookup)))] },
      "policies/outbound/retry/choose/when/cache-lookup may stand in inbound only.",
    ],
    [
      "a second time",
      { outbound: [redirectContentUrls(), redirectContentUrls()] },
      "policies/outbound/redirect-content-urls[2] may stand only once. Keep one of them.",
    ],
    [
      "a second time, inside another policy",
      { inbound: [when(lookup, lookup)] },
      "policies/inbound/choose/when/cache-lookup[2] may stand only once.",
    ],
    [
      "base inside a policy",
      { inbound: [when(base())] },
      "policies/inbound/choose/when/base must stand in inbound itself. Move it out of the policy.",
    ],
    [
      "wait inside retry",
      { inbound: [again(wait({ statements: [cacheLookupValue({ key: "a", variableName: "b" })] }))] },
      "policies/inbound/retry/wait may not stand in retry.",
    ],
    [
      "a cors inside a policy behind a token's check",
      { inbound: [token, when(crossOrigin)] },
      "policies/inbound/choose stands after validate-jwt",
    ],
    [
      "a policy behind the end, inside another one",
      { inbound: [again(returnResponse({}), variable)] },
      'policies/inbound/retry/return-response ends the pipeline, but "set-variable" follows it.',
    ],
  ])("is refused %s", (_, sections, message) => {
    expect(() => render(sections)).toThrow(message);
  });

  it.each<[string, Partial<PolicyDocument>]>([
    ["once in each section", { inbound: [redirectContentUrls()], outbound: [redirectContentUrls()] }],
    ["once in each branch", { inbound: [when(lookup), when(lookup)] }],
    ["retry inside a branch of wait", { inbound: [wait({ statements: [when(again(variable))] })] }],
    ["a cors inside a policy before a token's check", { inbound: [when(crossOrigin), token] }],
    ["nothing inside", { inbound: [limitConcurrency({ key: "a", maxCount: 1, statements: [] })] }],
  ])("is taken with %s", (_, sections) => {
    expect(() => render(sections)).not.toThrow();
  });

  it("is refused when it was read from a file as it is, wherever it stands", () => {
    const forged = JSON.parse(JSON.stringify(variable)) as typeof variable;
    expect(() => render({ inbound: [base(), forged] })).toThrow(
      "policies/inbound/set-variable must be made by this package. Write the policies with its functions.",
    );
    for (const hold of [when, again])
      expect(() => hold(variable, forged)).toThrow("set-variable[2] must be made by this package.");
  });
});

describe("a setting", () => {
  it.each<[string, Policy]>([
    ["find-and-replace/@from is empty.", findAndReplace({ from: "", to: "" })],
    ["retry/@count must be an integer from 1 to 50; got 51.", retryOf({ count: 51 })],
    ["retry/@interval must be an integer of 0 or more; got -1.", retryOf({ intervalSeconds: -1 })],
    ["retry/@interval must be at most 2147483647; got 2147483648.", retryOf({ intervalSeconds: 2 ** 31 })],
    ["retry/@delta must be an integer from 1 to 2147483647; got 0.", retryOf({ deltaSeconds: 0 })],
    [
      "limit-concurrency/@max-count must be an integer from 1 to 2147483647; got 0.",
      limitConcurrency({ key: "a", maxCount: 0, statements: [] }),
    ],
    ["authentication-basic/@password is empty.", authenticationBasic({ username: "a", password: "" })],
    ['send-request/set-url must be an http or https URL; got "a".', sendRequest({ url: "a", method: "GET" })],
    [
      'send-request/set-method must be an HTTP method; got "a b".',
      sendRequest({ mode: "copy", method: "a b" }),
    ],
    [
      'send-request/proxy/@url must be an http or https URL; got "a".',
      sendRequest({ mode: "copy", proxy: { url: "a" } }),
    ],
    [
      "emit-metric takes 10 dimensions at most; got 11.",
      emitMetric({ name: "a", dimensions: [{ name: "API ID" }, ...Array(10).fill({ name: "Location" })] }),
    ],
    [
      "emit-metric/@value must be a number; got Infinity.",
      emitMetric({ name: "a", value: Number.POSITIVE_INFINITY, dimensions: [{ name: "API ID" }] }),
    ],
    [
      "rate-limit/api/operation/@calls must be an integer from 1 to 2147483647; got 0.",
      rateLimit({
        ...{ calls: 1, renewalPeriodSeconds: 1 },
        apis: [
          {
            ...{ id: "a", calls: 1, renewalPeriodSeconds: 1 },
            operations: [{ name: "b", calls: 0, renewalPeriodSeconds: 1 }],
          },
        ],
      }),
    ],
    [
      "quota-by-key/@renewal-period must be 0, or 300 or more; got 299.",
      quotaByKey({ calls: 1, renewalPeriodSeconds: 299, counterKey: "a" }),
    ],
    ["quota/@bandwidth must be an integer from 0", quota({ kilobytes: -1, renewalPeriodSeconds: 0 })],
  ])("is refused with its place: %s", (message, policy) => {
    expect(() => render({ inbound: [untyped(policy)] })).toThrow(`policies/inbound/${message}`);
  });

  it.each<[string, Policy]>([
    ['<find-and-replace from="a" to="" />', findAndReplace({ from: "a", to: "" })],
    [
      'count="50" interval="2147483647" delta="1"',
      retryOf({ count: 50, intervalSeconds: 2 ** 31 - 1, deltaSeconds: 1 }),
    ],
    ['max-count="1"', limitConcurrency({ key: "a", maxCount: 1, statements: [] })],
    ["<set-url>http://a/</set-url>", sendRequest({ url: "http://a/", method: "GET" })],
    ['renewal-period="300"', quotaByKey({ calls: 1, renewalPeriodSeconds: 300, counterKey: "a" })],
    ['renewal-period="0"', quotaByKey({ calls: 1, renewalPeriodSeconds: 0, counterKey: "a" })],
    ['bandwidth="0"', quota({ kilobytes: 0, renewalPeriodSeconds: 0 })],
    ['value="-1.5"', emitMetric({ name: "a", value: -1.5, dimensions: [{ name: "API ID" }] })],
  ])("is written with the nearest value that is taken: %s", (written, policy) => {
    expect(render({ inbound: [untyped(policy)] })).toContain(written);
  });
});

function retryOf(args: { count?: number; intervalSeconds?: number; deltaSeconds?: number }) {
  return retry({ condition: true, count: 1, intervalSeconds: 1, statements: [variable], ...args });
}
