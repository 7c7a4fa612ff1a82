/**
 * A gateway and an Okta over hours of one clock: expiry, rotation of keys and an outage. How long Azure's gateway keeps keys is
 * documented ("every 1 hour", "at most once per 5 min", subject to change); that it does so is not proved here.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGateway } from "../../simulator/apim/gateway.ts";
import { CloudClock } from "../../simulator/kernel/clock.ts";
import { Outage } from "../../simulator/kernel/outage.ts";
import { makeService, policy } from "../support/gateway.ts";
import { makeClient, serveOkta, type TestApp, type TestOkta } from "../support/okta.ts";
import { serve, type TestServer } from "../support/serve.ts";

const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** A gateway before an Okta, on a clock of their own. */
interface Pair {
  readonly clock: CloudClock;
  readonly outage: Outage;
  readonly okta: TestOkta;
  /** Lets tokens live a day. */
  readonly app: TestApp;
  /** When the gateway asked for keys, answered or not, in milliseconds since the pair began. */
  readonly fetches: readonly number[];
  /** Milliseconds since the pair began. */
  elapsed(): number;
  token(client?: TestApp): Promise<string>;
  rotate(): Promise<void>;
  /** The status of a call, or the reason of a refusal. */
  call(token: string): Promise<number | string>;
  close(): Promise<unknown>;
}

const start = Date.UTC(2030, 0, 1);

async function servePair(): Promise<Pair> {
  const clock = new CloudClock({ now: () => start });
  const [outage, fetches, log] = [new Outage(), [] as number[], [] as string[]];
  const elapsed = () => clock.now() - start;
  const okta = await serveOkta(clock, (listener) => (request, response) => {
    // Each fetch begins with it.
    if (request.url?.endsWith("/.well-known/openid-configuration")) fetches.push(elapsed());
    outage.around(listener)(request, response);
  });
  const app = await makeClient(okta, { label: "Day", rule: { accessTokenLifetimeMinutes: 1440 } });
  const backend: TestServer = await serve((_, response) => response.end());
  const config = `<openid-config url="${okta.issuer}/.well-known/openid-configuration" />`;
  const document = await policy(
    `<validate-jwt header-name="Authorization">${config}<audiences><audience>api://default</audience></audiences></validate-jwt>`,
  );
  // Of the policy's check when it is saved.
  fetches.length = 0;
  const service = makeService({ policy: document, api: { serviceUrl: backend.origin } });
  const gateway = await serve(
    createGateway({ service: () => service, log: (line) => log.push(line), clock }),
  );
  return {
    ...{ clock, outage, okta, app, fetches, elapsed },
    token: async ({ clientId, clientSecret } = app) => {
      const response = await fetch(`${okta.issuer}/v1/token`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "a.read" }),
      });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    rotate: async () => {
      const url = `${okta.origin}/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate`;
      const headers = {
        authorization: `SSWS ${okta.org.identity.apiToken}`,
        "content-type": "application/json",
      };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ use: "sig" }) });
      expect(response.status).toBe(200);
    },
    call: async (token) => {
      const { status } = await fetch(`${gateway.origin}/things`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return status === 200 ? status : (/\((\w+)\)$/.exec(log.at(-1) ?? "")?.[1] ?? status);
    },
    close: () => Promise.all([gateway.close(), backend.close(), okta.close()]),
  };
}

/** 600 calls over 60 seconds, every other one with a token from before, and a rotation in their middle. */
async function loadOverRotation(pair: Pair, before: string) {
  const answers = { before: new Map<unknown, number>(), fresh: new Map<unknown, number>() };
  const count = (kind: keyof typeof answers, answer: unknown) =>
    answers[kind].set(answer, (answers[kind].get(answer) ?? 0) + 1);
  let fresh = await pair.token();
  for (let sent = 0; sent < 600; sent += 1) {
    if (sent === 300) await pair.rotate();
    // Right after the rotation, and every five seconds.
    if (sent % 50 === 0) fresh = await pair.token();
    if (sent % 2 === 0) count("before", await pair.call(before));
    else count("fresh", await pair.call(fresh));
    pair.clock.advance(100);
  }
  return { before: Object.fromEntries(answers.before), fresh: Object.fromEntries(answers.fresh) };
}

describe("rotations under load", () => {
  let pair: Pair;
  let first: string;
  beforeAll(async () => {
    pair = await servePair();
    first = await pair.token();
  });
  afterAll(() => pair.close());

  it("refuse new tokens alone, when Okta had not published their key at the last fetch", async () => {
    const answers = await loadOverRotation(pair, first);
    expect(answers).toEqual({
      before: { 200: 300 },
      fresh: { 200: 150, TokenSignatureKeyNotFound: 150 },
    });
    expect([pair.elapsed(), pair.fetches]).toEqual([60 * second, [0]]);
  });

  it("refuse them no longer than five minutes after that fetch", async () => {
    const fresh = await pair.token();
    pair.clock.advance(5 * minute - 100 - pair.elapsed());
    expect([await pair.call(fresh), await pair.call(first)]).toEqual(["TokenSignatureKeyNotFound", 200]);
    pair.clock.advance(100);
    expect([await pair.call(fresh), await pair.call(first), pair.fetches]).toEqual([
      200,
      200,
      [0, 5 * minute],
    ]);
  });

  it("refuse nothing when Okta had published the next key", async () => {
    const answers = await loadOverRotation(pair, first);
    expect(answers).toEqual({ before: { 200: 300 }, fresh: { 200: 300 } });
    expect(pair.fetches).toEqual([0, 5 * minute]);
  });

  it("end the tokens of a key that is no longer published with the next hourly fetch", async () => {
    const lastKey = await pair.token();
    pair.clock.advance(5 * minute + hour - 100 - pair.elapsed());
    expect(await pair.call(first)).toBe(200);
    pair.clock.advance(100);
    expect([await pair.call(first), await pair.call(lastKey)]).toEqual(["TokenSignatureKeyNotFound", 200]);
    expect(pair.fetches).toEqual([0, 5 * minute, 65 * minute]);
  });
});

describe("a token", () => {
  it("lives as long as its rule says, to the second", async () => {
    const pair = await servePair();
    const short = await makeClient(pair.okta, { label: "Short", rule: { accessTokenLifetimeMinutes: 5 } });
    const token = await pair.token(short);
    pair.clock.advance(5 * minute - 1);
    const last = await pair.call(token);
    pair.clock.advance(1);
    expect([last, await pair.call(token), await pair.call(await pair.token(short))]).toEqual([
      200,
      "TokenExpired",
      200,
    ]);
    await pair.close();
  });
});

describe("an outage of Okta", () => {
  it("takes no token away, however long it lasts, and is asked about at most every five minutes", async () => {
    const pair = await servePair();
    const token = await pair.token();
    expect(await pair.call(token)).toBe(200);
    pair.outage.isOn = true;
    const answers = new Set<unknown>();
    while (pair.elapsed() < 2 * hour) {
      pair.clock.advance(10 * second);
      answers.add(await pair.call(token));
    }
    const attempts = [...Array(13).keys()].map((count) => hour + count * 5 * minute);
    expect([[...answers], pair.fetches]).toEqual([[200], [0, ...attempts]]);
    await pair.close();
  });

  it("leaves a gateway without keys until five minutes after its last attempt", async () => {
    const pair = await servePair();
    const token = await pair.token();
    pair.outage.isOn = true;
    const during = await pair.call(token);
    pair.outage.isOn = false;
    pair.clock.advance(5 * minute - 1);
    const after = await pair.call(token);
    pair.clock.advance(1);
    expect([during, after, await pair.call(token)]).toEqual([
      "TokenSignatureKeyNotFound",
      "TokenSignatureKeyNotFound",
      200,
    ]);
    await pair.close();
  });

  it("keeps new keys from the gateway: it goes on refusing their tokens", async () => {
    const pair = await servePair();
    const before = await pair.token();
    await pair.call(before);
    await pair.rotate();
    const fresh = await pair.token();
    pair.outage.isOn = true;
    pair.clock.advance(6 * minute);
    expect([await pair.call(fresh), await pair.call(before)]).toEqual(["TokenSignatureKeyNotFound", 200]);
    pair.outage.isOn = false;
    pair.clock.advance(5 * minute);
    expect([await pair.call(fresh), await pair.call(before)]).toEqual([200, 200]);
    await pair.close();
  });
});
