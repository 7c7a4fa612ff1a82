/** Control of a running local cloud: what it does, and whom it does not listen to. */
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CloudControl, openCloudControl } from "../../commands/cloud-control.ts";
import { linesFor, readControlWords } from "../../commands/control-running-cloud.ts";
import { type LocalCloud, startCloud } from "../../simulator/cloud.ts";
import { CloudClock } from "../../simulator/kernel/clock.ts";

const start = Date.parse("2030-01-01T00:00:00Z");
const lines: string[] = [];
let cloud: LocalCloud;
let control: CloudControl;
beforeAll(async () => {
  cloud = await startCloud({ log: () => {}, clock: new CloudClock({ now: () => start }) });
  control = await openCloudControl(cloud, {
    issuer: `${cloud.origins.okta}/oauth2/default`,
    onAction: (line) => lines.push(line),
  });
});
beforeEach(() => {
  lines.length = 0;
});
afterAll(async () => {
  await control.close();
  await cloud.close();
});

const ask = (body: unknown, headers: Record<string, string> = {}, method = "POST") =>
  fetch(control.origin, {
    method,
    headers: { authorization: `Bearer ${control.secret}`, ...headers },
    ...(method === "POST" ? { body: JSON.stringify(body) } : {}),
  });
const done = async (body: unknown) => (await ask(body)).json();

const messageOf = async (response: Response) => ((await response.json()) as { message: string }).message;

describe("the control", () => {
  it("moves the clock, and everything that the cloud dates", async () => {
    const before = cloud.clock.now();
    expect(await done({ action: "show-clock" })).toEqual({
      ...{ now: before, aheadMilliseconds: before - start, isOktaOff: false },
    });
    expect(lines).toEqual([]);
    expect(await done({ action: "advance-clock", milliseconds: 3_600_000 })).toMatchObject({
      now: before + 3_600_000,
    });
    const response = await fetch(`${cloud.origins.okta}/oauth2/default/.well-known/openid-configuration`);
    expect(Date.parse(response.headers.get("date") ?? "")).toBe(before + 3_600_000);
    expect(lines).toEqual(["The local cloud's clock was moved forward."]);
  });

  it.each([-1000, 0])("refuses to move the clock by %d milliseconds", async (milliseconds) => {
    const before = cloud.clock.now();
    const response = await ask({ action: "advance-clock", milliseconds });
    expect([response.status, await messageOf(response), cloud.clock.now()]).toEqual([
      409,
      expect.stringContaining("only goes forward"),
      before,
    ]);
  });

  it("rotates the keys that sign the stack's tokens, and keeps the last one published", async () => {
    const { clientId, clientSecret } = cloud.org.strangerApp();
    const token = async () => {
      const response = await fetch(`${cloud.origins.okta}/oauth2/default/v1/token`, {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "client_credentials", scope: "any" }),
      });
      return ((await response.json()) as { access_token: string }).access_token;
    };
    const scope = { id: "scp1", serverId: cloud.org.findServer("default")?.id ?? "", name: "any" };
    const flags = { consent: "IMPLICIT", metadataPublish: "ALL_CLIENTS", default: false } as const;
    const texts = { displayName: "any", description: "any", optional: false, system: false };
    cloud.org.scopes.set("scp1", { ...scope, ...flags, ...texts });

    const before = await token();
    const { keys } = (await done({ action: "rotate-keys" })) as { keys: { kid: string; status: string }[] };
    const after = await token();
    expect(keys.map(({ status }) => status)).toEqual(["ACTIVE", "NEXT", "EXPIRED"]);
    const published = createRemoteJWKSet(new URL(`${cloud.origins.okta}/oauth2/default/v1/keys`));
    const verified = await Promise.all(
      [after, before].map((one) => jwtVerify(one, published, { currentDate: new Date(cloud.clock.now()) })),
    );
    expect(verified.map(({ protectedHeader }) => protectedHeader.kid)).toEqual([keys[0]?.kid, keys[2]?.kid]);
  });

  it("begins and ends an outage, in which nothing of Okta answers", async () => {
    const status = () =>
      fetch(`${cloud.origins.okta}/oauth2/default/v1/keys`).then(
        (response) => response.status,
        (error: Error) => (error.cause as { code: string }).code,
      );
    expect(await done({ action: "okta-outage", isOn: true })).toMatchObject({ isOktaOff: true });
    const during = [await status(), (await fetch(cloud.origins.gateway)).status];
    const rotation = await ask({ action: "rotate-keys" });
    expect([during, rotation.status, await messageOf(rotation)]).toEqual([
      ["ECONNRESET", 503],
      409,
      "Okta does not answer, so it cannot rotate keys. Turn it on first with `npm run local -- okta on`.",
    ]);
    expect(await done({ action: "okta-outage", isOn: false })).toMatchObject({ isOktaOff: false });
    expect(await status()).toBe(200);
  });

  it.each([
    ["without the secret", 401, { authorization: "" }],
    ["with another secret", 401, { authorization: `Bearer ${"x".repeat(43)}` }],
    ["that a page of another origin asks for", 403, { origin: "https://evil.example" }],
    ["that a page opens", 403, { "sec-fetch-site": "cross-site" }],
  ])("does not look at a request %s", async (_, status, headers) => {
    const before = cloud.clock.now();
    const response = await ask({ action: "advance-clock", milliseconds: 1000 }, headers);
    expect([response.status, cloud.clock.now()]).toEqual([status, before]);
  });

  it("does not look at a request for another host's name", async () => {
    const { port } = new URL(control.origin);
    const http = await import("node:http");
    const status = await new Promise((resolve, reject) => {
      const headers = { host: `evil.example:${port}`, authorization: `Bearer ${control.secret}` };
      http
        .request({ port, host: "127.0.0.1", method: "POST", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
        .on("error", reject)
        .end(JSON.stringify({ action: "show-clock" }));
    });
    expect(status).toBe(421);
  });

  it.each([
    ["an unknown action", { action: "format-disk" }],
    ["an action with too much in it", { action: "show-clock", more: 1 }],
    ["no JSON object", "show-clock"],
  ])("refuses %s", async (_, body) => {
    expect((await ask(body)).status).toBe(400);
  });

  it("takes no other method than POST", async () => {
    expect((await ask(undefined, {}, "GET")).status).toBe(405);
  });
});

describe("the words after npm run local", () => {
  it.each([
    ["clock", { action: "show-clock" }],
    ["clock +1h", { action: "advance-clock", milliseconds: 3_600_000 }],
    ["clock +30m", { action: "advance-clock", milliseconds: 1_800_000 }],
    ["clock +2d", { action: "advance-clock", milliseconds: 172_800_000 }],
    ["clock +1h30m5s", { action: "advance-clock", milliseconds: 5_405_000 }],
    ["rotate-keys", { action: "rotate-keys" }],
    ["okta off", { action: "okta-outage", isOn: true }],
    ["okta on", { action: "okta-outage", isOn: false }],
    ["okta apps list", undefined],
    ["okta start", undefined],
    ["npx pulumi up", undefined],
    ["clock +1h now", undefined],
  ])("%s", (words, action) => {
    expect(readControlWords(words.split(" "))).toEqual(action);
  });

  it.each(["-1h", "1h", "+", "+1", "+0h", "+1h1d", "+1.5h", "tomorrow"])("refuse the time %s", (time) => {
    expect(() => readControlWords(["clock", time])).toThrow(`The clock cannot be moved by "${time}".`);
  });
});

describe("what is printed", () => {
  const at = { now: start, aheadMilliseconds: 0, isOktaOff: false };
  it("tells how far the clock is ahead", () => {
    expect(linesFor({ action: "show-clock" }, { ...at, aheadMilliseconds: 93_605_000 })).toEqual([
      "The local cloud's clock shows 2030-01-01T00:00:00Z, 1 d 2 h 5 s ahead of this machine's time.",
    ]);
  });

  it("tells that the clock was not moved, and that Okta is off", () => {
    expect(linesFor({ action: "show-clock" }, { ...at, isOktaOff: true })).toEqual([
      "The local cloud's clock shows 2030-01-01T00:00:00Z, which is this machine's time.",
      "Okta does not answer.",
    ]);
  });
});
