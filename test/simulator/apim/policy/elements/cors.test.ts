/** cors as the gateway reads and executes it, header by header. What browsers make of the answers is not proved here. */
import { describe, expect, it } from "vitest";
import { effectivePolicies } from "../../../../../simulator/apim/gateway/effective-policies.ts";
import { answerPreflight, isPreflight } from "../../../../../simulator/apim/gateway/preflight.ts";
import { parsePolicyDocument } from "../../../../../simulator/apim/policy/document.ts";
import type { Exchange, RawHeaders } from "../../../../../simulator/apim/policy/exchange.ts";

const origin = "https://a.example";
const origins = (...texts: string[]) =>
  `<allowed-origins>${texts.map((text) => `<origin>${text}</origin>`).join("")}</allowed-origins>`;
const anyHeader = "<allowed-headers><header>*</header></allowed-headers>";

const parsed = (attributes: string, children: string) =>
  parsePolicyDocument(`<policies><inbound><cors ${attributes}>${children}</cors></inbound></policies>`, {
    scope: "api",
    sku: "Developer",
  });

/** The answer to a preflight, `undefined` for one that is none of cors. */
async function preflight(attributes: string, children: string, more: RawHeaders, from = origin) {
  const policies = effectivePolicies([{ scope: "api", document: await parsed(attributes, children) }]);
  return answerPreflight(policies, ["Origin", from, ...more]);
}

/** What cors does with a request: how it goes on, and the headers of the answer. */
async function requested(
  attributes: string,
  children: string,
  { method = "GET", from = origin }: { method?: string; from?: string | undefined } = {},
) {
  const [statement] = (await parsed(attributes, children)).sections.inbound;
  if (statement === undefined || statement === "base") throw new Error("There must be a statement.");
  const exchange = {
    request: { method, headers: from === "" ? [] : ["Origin", from] },
    corsHeaders: [],
    corsDone: false,
  } as unknown as Exchange;
  const flow = await statement.run(exchange);
  const again = await statement.run(exchange);
  return {
    element: statement.element,
    flow,
    again,
    headers: exchange.corsHeaders,
    response: exchange.response,
  };
}

describe("a preflight", () => {
  const asked: RawHeaders = ["Origin", origin, "Access-Control-Request-Method", "GET"];

  it("is an OPTIONS request with an origin and a method to come", () => {
    expect(isPreflight("OPTIONS", asked)).toBe(true);
    expect([
      isPreflight("GET", asked),
      isPreflight("OPTIONS", asked.slice(0, 2)),
      isPreflight("OPTIONS", asked.slice(2)),
      isPreflight("GET", asked.slice(0, 2)),
      isPreflight("GET", asked.slice(2)),
    ]).toEqual([false, false, false, false, false]);
  });

  it.each<[string, string, string, RawHeaders, RawHeaders]>([
    [
      "all origins",
      "",
      origins("*") + anyHeader,
      ["Access-Control-Request-Method", "GET"],
      [
        "Access-Control-Allow-Origin",
        "*",
        "Access-Control-Allow-Methods",
        "GET",
        "Access-Control-Max-Age",
        "0",
      ],
    ],
    [
      "its origin, its headers and its maximal age",
      'allow-credentials="true"',
      `${origins(origin)}<allowed-methods preflight-result-max-age="60"><method>PUT</method></allowed-methods><allowed-headers><header>X-One</header><header>x-two</header></allowed-headers>`,
      ["Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", " x-one , X-TWO ,"],
      [
        "Access-Control-Allow-Origin",
        origin,
        "Vary",
        "Origin",
        "Access-Control-Allow-Credentials",
        "true",
        "Access-Control-Allow-Methods",
        "PUT",
        "Access-Control-Allow-Headers",
        " x-one , X-TWO ,",
        "Access-Control-Max-Age",
        "60",
      ],
    ],
    [
      "the methods that it has by default",
      "",
      origins(origin) + anyHeader,
      ["Access-Control-Request-Method", "POST"],
      [
        "Access-Control-Allow-Origin",
        origin,
        "Vary",
        "Origin",
        "Access-Control-Allow-Methods",
        "POST",
        "Access-Control-Max-Age",
        "0",
      ],
    ],
  ])("gets %s", async (_, attributes, children, asked, headers) => {
    expect(await preflight(attributes, children, asked)).toEqual({ statusCode: 200, headers });
  });

  it.each<[string, string, RawHeaders, string]>([
    [
      "another origin",
      origins(origin) + anyHeader,
      ["Access-Control-Request-Method", "GET"],
      "https://b.example",
    ],
    ["another method", origins(origin) + anyHeader, ["Access-Control-Request-Method", "PUT"], origin],
    [
      "one header too many",
      `${origins(origin)}<allowed-headers><header>x-one</header></allowed-headers>`,
      ["Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-one,x-two"],
      origin,
    ],
    [
      "any header where none is allowed",
      origins(origin),
      ["Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "x-one"],
      origin,
    ],
  ])("gets an empty answer for %s", async (_, children, asked, from) => {
    expect(await preflight("", children, asked, from)).toEqual({ statusCode: 200, headers: [] });
  });

  it("is not answered by cors when no cors policy is in force", () => {
    expect(answerPreflight(effectivePolicies([]), ["Origin", origin])).toBeUndefined();
  });

  it("is answered by the first cors that knows its origin, or that ends what it does not know", async () => {
    const answer = async (attributes: string) => {
      const inbound = await Promise.all([
        parsed(attributes, origins("https://b.example") + anyHeader),
        parsed("", origins(origin) + anyHeader),
      ]).then((documents) =>
        documents.flatMap((document) => effectivePolicies([{ scope: "api", document }]).inbound),
      );
      return answerPreflight({ ...effectivePolicies([]), inbound }, asked)?.headers.length;
    };
    expect([
      await answer('terminate-unmatched-request="false"'),
      await answer('terminate-unmatched-request="true"'),
    ]).toEqual([8, 0]);
  });
});

describe("a request", () => {
  const exposing = `${anyHeader}<expose-headers><header>X-One</header><header>X-Two</header></expose-headers>`;

  it("from an allowed origin goes on, with the headers that let its page read the answer", async () => {
    expect(await requested('id="console"', origins(origin) + exposing)).toEqual({
      element: "cors",
      flow: "next",
      again: "next",
      headers: [
        "Access-Control-Allow-Origin",
        origin,
        "Vary",
        "Origin",
        "Access-Control-Expose-Headers",
        "X-One,X-Two",
      ],
      response: undefined,
    });
    expect((await requested("", origins("*") + anyHeader)).headers).toEqual([
      "Access-Control-Allow-Origin",
      "*",
    ]);
  });

  it.each<[string, string, { method?: string; from?: string }, string, number | undefined]>([
    ["GET from another origin is ended", 'terminate-unmatched-request="true"', {}, "respond", 200],
    [
      "HEAD from another origin is ended",
      'terminate-unmatched-request="true"',
      { method: "HEAD" },
      "respond",
      200,
    ],
    [
      "POST from another origin goes on",
      'terminate-unmatched-request="true"',
      { method: "POST" },
      "next",
      undefined,
    ],
    ["GET from another origin goes on by default", "", {}, "next", undefined],
    ["GET from no page goes on", 'terminate-unmatched-request="true"', { from: "" }, "next", undefined],
  ])("as %s", async (_, attributes, request, flow, statusCode) => {
    const came = await requested(attributes, origins("https://b.example") + exposing, request);
    expect([came.flow, came.response?.statusCode, came.headers]).toEqual([flow, statusCode, []]);
    if (statusCode !== undefined) expect(came.response).toEqual({ statusCode, headers: [] });
  });
});

describe("the rules", () => {
  it.each([
    ["an origin with a slash at its end", "", origins(`${origin}/`) + anyHeader],
    ["an origin with its default port", "", origins(`${origin}:443`) + anyHeader],
    ["an origin among white space", "", origins(` ${origin}\n`) + anyHeader],
    ["no allowed headers", "", origins(origin)],
  ])("take %s", async (_, attributes, children) => {
    expect((await requested(attributes, children)).headers[1]).toBe(origin);
  });

  it.each([
    ["a path", "", origins(`${origin}/x`) + anyHeader, "Origin must be a valid URL"],
    ["no host", "", origins("file:///") + anyHeader, 'got "file:///".'],
    ["a wildcard host", "", origins("https://*.example") + anyHeader, 'got "https://*.example".'],
    ["no origins", "", anyHeader, "The required element 'allowed-origins' is missing."],
    ["an unknown attribute", 'x="1"', origins(origin) + anyHeader, "The attribute 'x' is not declared."],
    [
      "credentials for everybody",
      'allow-credentials="true"',
      origins("*") + anyHeader,
      'Credentials for the origin "*" are not simulated.',
    ],
  ])("refuse %s", async (_, attributes, children, message) => {
    await expect(parsed(attributes, children)).rejects.toThrow(message);
  });
});
