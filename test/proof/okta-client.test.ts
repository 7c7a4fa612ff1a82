/** What is asked of Okta, and what is told of its answers. That Okta answers so is not proved here. */
import type { IncomingHttpHeaders } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { audienceOf, readPublishedKey, requestToken, TokenRequestError } from "../../proof/okta-client.ts";
import { serve, type TestServer } from "../support/serve.ts";

let okta: TestServer;
let silent: TestServer;
let closed: string;
let answers: Readonly<Record<string, readonly [status: number, body: string]>> = {};
let asked: { method: string; headers: IncomingHttpHeaders; body: string } | undefined;
beforeAll(async () => {
  okta = await serve(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked = { method: request.method ?? "", headers: request.headers, body };
    const [status, text] = answers[request.url ?? ""] ?? [404, ""];
    response.writeHead(status).end(text.replaceAll("ORIGIN", okta.origin));
  });
  silent = await serve(() => {});
  const server = await serve(() => {});
  closed = server.origin;
  await server.close();
});
afterAll(() => Promise.all([okta.close(), silent.close()]));
afterEach(() => vi.restoreAllMocks());

const client = (origin: string) => ({
  tokenEndpoint: `${origin}/token`,
  clientId: "0oa:app",
  clientSecret: "s3c%ret",
});
const json = (value: unknown) => JSON.stringify(value);

/** The error of a token request that Okta answers so. */
async function refusal(status: number, body: string): Promise<TokenRequestError> {
  answers = { "/token": [status, body] };
  const error = await requestToken(client(okta.origin), ["a.read", "a.write"]).then(
    () => undefined,
    (refused: unknown) => refused,
  );
  if (error instanceof TokenRequestError) return error;
  throw new Error("The request must be refused as Okta's.", { cause: error });
}

describe("a token request", () => {
  it("asks by client credentials, the client in a Basic header, each part encoded", async () => {
    answers = { "/token": [200, json({ access_token: "t" })] };
    expect(await requestToken(client(okta.origin), ["a.read", "a.write"])).toBe("t");
    expect(asked).toMatchObject({
      method: "POST",
      headers: {
        authorization: `Basic ${Buffer.from("0oa%3Aapp:s3c%25ret").toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      body: "grant_type=client_credentials&scope=a.read+a.write",
    });
  });

  it("tells Okta's own words, and never the secret", async () => {
    const error = await refusal(
      400,
      json({ error: "access_denied", error_description: "Policy no. 1 says no." }),
    );
    expect([error.name, error.oktaError, error.message]).toEqual([
      "TokenRequestError",
      "access_denied",
      `Okta's token endpoint ${okta.origin}/token gave no token for "a.read a.write": 400 access_denied: Policy no. 1 says no. Compare the scopes with those of the stack's documents, and the client with Okta's access policy.`,
    ]);
  });

  it("names the client, and the client's app as what to look at where Okta does not know it", async () => {
    answers = { "/token": [401, json({ error: "invalid_client" })] };
    const named = { ...client(okta.origin), name: "batch" };
    const error = await requestToken(named, ["a"]).catch((refused: unknown) => refused);
    expect(error).toMatchObject({
      refusal: { client: "batch", oktaError: "invalid_client", words: "401 invalid_client" },
      message: `Okta's token endpoint ${okta.origin}/token gave "batch" no token for "a": 401 invalid_client. Compare the client's id, its authentication and its secret or key with its app in Okta.`,
    });
  });

  it.each([
    [500, "<html>", ": 500 without an OAuth error.", undefined],
    [500, "null", ": 500 without an OAuth error.", undefined],
    [500, '"text"', ": 500 without an OAuth error.", undefined],
    [400, json({ error: 7, error_description: "Words." }), ": 400 Words.", undefined],
    [400, json({ error: "invalid_scope" }), ": 400 invalid_scope.", "invalid_scope"],
    [200, json({ token: "t" }), ": 200 without an access token.", undefined],
    [200, json({ access_token: 7 }), ": 200 without an access token.", undefined],
    [401, json({ access_token: "t" }), ": 401 without an OAuth error.", undefined],
  ])("answered %i with %j is told as: %s", async (status, body, words, oktaError) => {
    const error = await refusal(status, body);
    expect(error.message).toContain(words);
    expect(error.oktaError).toBe(oktaError);
  });

  it("that nobody answers is reported with the reason", async () => {
    const failed = requestToken(client(closed), ["a"]);
    await expect(failed).rejects.toThrow(
      `Okta's token endpoint ${closed}/token does not answer (ECONNREFUSED). Check that it runs and is reachable.`,
    );
    await expect(failed).rejects.toMatchObject({ cause: expect.anything(), refusal: undefined });
    await expect(readPublishedKey(closed)).rejects.toThrow("does not answer (ECONNREFUSED).");
  });

  it("that is never answered is given up after half a minute", async () => {
    const timeout = vi
      .spyOn(AbortSignal, "timeout")
      .mockImplementation(() => AbortSignal.abort(new DOMException("It took too long.", "TimeoutError")));
    await expect(requestToken(client(silent.origin), ["a"])).rejects.toThrow(
      "does not answer (TimeoutError).",
    );
    await expect(readPublishedKey(silent.origin)).rejects.toThrow("does not answer (TimeoutError).");
    expect(timeout.mock.calls).toEqual([[30_000], [30_000]]);
  });
});

describe("the published key", () => {
  const discovery = [200, json({ jwks_uri: "ORIGIN/keys" })] as const;
  const path = "/.well-known/openid-configuration";
  const keys = async (body: unknown) => {
    answers = { [path]: discovery, "/keys": [200, json(body)] };
    return readPublishedKey(okta.origin);
  };

  it("is the first RSA key of the set", async () => {
    const [ec, first, second] = ["EC", "RSA", "RSA"].map((kty, at) => ({ kty, kid: `k${at}` }));
    expect(await keys({ keys: [ec, first, second] })).toEqual({ kid: "k1", jwk: first });
  });

  it.each([[{ keys: [{ kty: "EC" }] }], [{ keys: [] }], [{}], [{ keys: "none" }]])(
    "is missed in %j",
    async (set) => {
      await expect(keys(set)).rejects.toThrow(
        `${okta.origin}/keys publishes no RSA key. Check the authorization server in Okta.`,
      );
    },
  );

  it("is not to be had of an issuer that answers otherwise than 200", async () => {
    answers = {};
    await expect(readPublishedKey(okta.origin)).rejects.toThrow(
      `${okta.origin}${path} answered 404 instead of 200. Check the stack's issuer.`,
    );
  });
});

describe("the audience", () => {
  it("is read of a token as text", () => {
    const token = `e.${Buffer.from(json({ aud: "api://a" })).toString("base64url")}.s`;
    expect([audienceOf(token), audienceOf("opaque")]).toEqual(["api://a", "undefined"]);
  });
});
