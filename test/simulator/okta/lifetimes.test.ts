/**
 * How long the local Okta keeps what it gave, how much of it, and who is asked before it gives. The clock is the test's, years ahead of
 * the machine's, which the OAuth library reads: that one stands still, or its second would change between two readings.
 */
import * as client from "openid-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { CloudClock } from "../../../simulator/kernel/clock.ts";
import {
  askToken,
  assignConference,
  authorizeUrlOf,
  codeOf,
  makeClient,
  redirectUri,
  serveOkta,
  signInLocally,
  type TestApp,
  type TestOkta,
} from "../../support/okta.ts";

const clock = new CloudClock({ now: () => Date.UTC(2030, 0, 1) });
let okta: TestOkta;
let app: TestApp;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  okta = await serveOkta(clock);
  app = await makeClient(okta);
  await assignConference(okta, app.id);
});
afterAll(async () => {
  vi.useRealTimers();
  await okta.close();
});

let start: number;
beforeEach(() => {
  start = clock.now();
});
const passTo = (seconds: number) => clock.advance(start + seconds * 1000 - clock.now());

const ada = "ada.attendee@example.com";
const authorizeUrl = (more: Record<string, string> = {}) => authorizeUrlOf(okta.issuer, app, more);
const newCode = (cookies?: Map<string, string>) => codeOf(authorizeUrl(), ada, cookies);

async function redeem(code: string, by: TestApp = app) {
  const form = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
  const { status, body } = await askToken(okta.issuer, by, form);
  return body.error_description ?? status;
}
const over = "The authorization code is invalid or has expired.";

/** A sign-in that waits for the person: its page's address and its cookies. */
async function unfinished() {
  const response = await fetch(authorizeUrl(), { redirect: "manual" });
  const cookie = response.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  return { page: new URL(response.headers.get("location") ?? "", okta.origin), cookie };
}
const open = async ({ page, cookie }: Awaited<ReturnType<typeof unfinished>>) =>
  (await fetch(page, { headers: { cookie } })).status;

describe("tokens", () => {
  it("are dated by the cloud's clock, and so is the sign-in that they come from", async () => {
    const own = await makeClient(okta, {
      label: "Dated",
      rule: { scopeWhitelists: ["openid", "a.read"] },
    });
    await assignConference(okta, own.id);
    const cookies = new Map<string, string>();
    const url = () => authorizeUrl({ client_id: own.clientId, scope: "openid a.read", max_age: "90" });
    await signInLocally(url(), ada, { cookies });
    passTo(60);
    const { callback, posted } = await signInLocally(url(), ada, { cookies });
    passTo(90);
    // A client on the same clock.
    const metadata = { [client.clockSkew]: Math.round((clock.now() - Date.now()) / 1000) };
    const method = client.ClientSecretBasic(own.clientSecret);
    const config = await client.discovery(new URL(okta.issuer), own.clientId, metadata, method, {
      execute: [client.allowInsecureRequests],
    });
    const tokens = await client.authorizationCodeGrant(config, callback ?? new URL("none:"), {
      ...{ expectedState: "s-1", maxAge: 90 },
    });
    const [, payload = ""] = tokens.access_token.split(".");
    const access = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
    const [signedIn, issued] = [start / 1000, start / 1000 + 90];
    expect(posted).toBe(false);
    expect(access).toMatchObject({ auth_time: signedIn, iat: issued, exp: issued + 600 });
    expect(tokens.claims()).toMatchObject({ auth_time: signedIn, iat: issued, exp: issued + 3600 });
  });
});

describe("a code", () => {
  it("lives 300 seconds", async () => {
    const [inTime, late] = [await newCode(), await newCode()];
    passTo(299);
    expect(await redeem(inTime)).toBe(200);
    passTo(300);
    expect(await redeem(late)).toBe(over);
  });

  it("is used up by the first who redeems it, in whatever time is left", async () => {
    const code = await newCode();
    expect([await redeem(code), await redeem(code)]).toEqual([200, over]);
    passTo(299);
    expect(await redeem(code)).toBe(over);
  });

  it("stays good when the same browser signs in again before it is redeemed", async () => {
    const cookies = new Map<string, string>();
    const codes: string[] = [];
    for (let tab = 0; tab < 2; tab += 1) codes.push(await newCode(cookies));
    expect([await redeem(codes[0] ?? ""), await redeem(codes[1] ?? "")]).toEqual([200, 200]);
  });

  it("belongs to the app that it was given to", async () => {
    const other = await makeClient(okta, { label: "Other" });
    expect(await redeem(await newCode(), other)).toBe(
      "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.",
    );
  });

  it("gives nothing once the app is inactive", async () => {
    const code = await newCode();
    const kept = okta.org.apps.get(app.id);
    if (kept === undefined) throw new Error("The app must be there.");
    okta.org.apps.set(app.id, { ...kept, status: "INACTIVE" });
    expect(await redeem(code)).toBe(
      "Client authentication failed. Either the client or the client credentials are invalid.",
    );
    okta.org.apps.set(app.id, kept);
    expect(await redeem(code)).toBe(200);
  });
});

describe("a session", () => {
  it("lives two hours after it was last used", async () => {
    const cookies = new Map<string, string>();
    await signInLocally(authorizeUrl(), ada, { cookies });
    passTo(7199);
    expect((await signInLocally(authorizeUrl(), ada, { cookies })).posted).toBe(false);
    passTo(7199 + 7200);
    expect((await signInLocally(authorizeUrl(), ada, { cookies })).posted).toBe(true);
  });
});

describe("a sign-in that nobody finishes", () => {
  it("ends after an hour", async () => {
    const [early, late] = [await unfinished(), await unfinished()];
    passTo(3599);
    expect(await open(early)).toBe(200);
    passTo(3600);
    expect(await open(late)).toBe(400);
  });

  it("gives way to a thousand others, and takes no session or code with it", async () => {
    const cookies = new Map<string, string>();
    const code = await newCode(cookies);
    const [first, second] = [await unfinished(), await unfinished()];
    for (let count = 0; count < 999; count += 1) await unfinished();
    expect([await open(first), await open(second)]).toEqual([400, 200]);
    expect((await signInLocally(authorizeUrl(), ada, { cookies })).posted).toBe(false);
    expect(await redeem(code)).toBe(200);
  });
});

describe("an inactive app", () => {
  it("gets no token, starts no sign-in and ends none", async () => {
    const idle = await makeClient(okta, { label: "Idle" });
    await assignConference(okta, idle.id);
    const kept = okta.org.apps.get(idle.id);
    if (kept === undefined) throw new Error("The app must be there.");
    const config = await client.discovery(
      new URL(okta.issuer),
      idle.clientId,
      idle.clientSecret,
      client.ClientSecretBasic(idle.clientSecret),
      { execute: [client.allowInsecureRequests] },
    );
    const ask = () => client.clientCredentialsGrant(config, { scope: "a.read" });
    expect(await ask()).toMatchObject({ scope: "a.read" });
    const cookies = new Map<string, string>();
    const begun = await fetch(authorizeUrl({ client_id: idle.clientId }), { redirect: "manual" });
    for (const one of begun.headers.getSetCookie()) {
      const [name = "", value = ""] = one.split(";")[0]?.split("=") ?? [];
      cookies.set(name, value);
    }

    okta.org.apps.set(idle.id, { ...kept, status: "INACTIVE" });
    await expect(ask()).rejects.toMatchObject({ error: "invalid_client", status: 401 });
    const started = await signInLocally(authorizeUrl({ client_id: idle.clientId }), ada);
    expect([started.status, started.callback]).toEqual([400, undefined]);
    expect(started.page).toContain("Invalid value for &#39;client_id&#39; parameter.");
    const ended = await signInLocally(new URL(begun.headers.get("location") ?? "", okta.origin), ada, {
      cookies,
    });
    expect([ended.posted, ended.status, ended.callback]).toEqual([true, 400, undefined]);
  });
});

describe("an authorization server", () => {
  const ask = async (issuer: unknown) => {
    const { status, body } = await askToken(String(issuer), app, {
      ...{ grant_type: "client_credentials", scope: "a.read" },
    });
    return [status, body.error_description];
  };

  it("asks none of another server's policies", async () => {
    const { id, properties } = await okta.make("okta:auth/server:Server", {
      name: "orders",
      audiences: ["api://orders"],
    });
    await okta.make("okta:auth/serverScope:ServerScope", { authServerId: id, name: "a.read" });
    expect((await ask(okta.issuer))[0]).toBe(200);
    expect(await ask(properties.issuer)).toEqual([401, expect.stringContaining("Policy evaluation failed")]);
  });

  it("answers nothing while it is inactive", async () => {
    const kept = okta.org.findServer("default");
    if (kept === undefined) throw new Error("The server must be there.");
    okta.org.servers.set(kept.id, { ...kept, status: "INACTIVE" });
    expect([(await ask(okta.issuer))[0], (await fetch(`${okta.issuer}/v1/keys`)).status]).toEqual([404, 404]);
    okta.org.servers.set(kept.id, kept);
    expect((await ask(okta.issuer))[0]).toBe(200);
  });
});

describe("policies", () => {
  it("reach the members of the groups that a rule names, and nobody else", async () => {
    const idOf = (group: string) => [...okta.org.groups.values()].find(({ name }) => name === group)?.id;
    const members = await makeClient(okta, {
      label: "Members",
      rule: { groupWhitelists: [idOf("Conference")] },
    });
    const everyone = { appId: members.id, groupId: idOf("Everyone") };
    await okta.make("okta:app/groupAssignment:GroupAssignment", everyone);
    const start = authorizeUrl({ client_id: members.clientId });
    expect((await signInLocally(start, ada)).callback?.searchParams.has("code")).toBe(true);
    const { callback } = await signInLocally(start, "oscar.outsider@example.com");
    expect(callback?.searchParams.get("error_description")).toContain("Policy evaluation failed");
  });

  it("are asked by ascending priority, whichever was made first", async () => {
    const clients = await makeClient(okta, {
      label: "Made first",
      policy: { priority: 2 },
      rule: { accessTokenLifetimeMinutes: 30 },
    });
    const { id: policyId } = await okta.make("okta:auth/serverPolicy:ServerPolicy", {
      authServerId: "default",
      name: "Made second",
      description: "x",
      priority: 1,
      clientWhitelists: [clients.clientId],
    });
    await okta.make("okta:auth/serverPolicyRule:ServerPolicyRule", {
      ...{ authServerId: "default", policyId, priority: 1, accessTokenLifetimeMinutes: 5 },
      ...{ grantTypeWhitelists: ["client_credentials"], scopeWhitelists: ["*"] },
    });
    const form = { grant_type: "client_credentials", scope: "a.read" };
    const { body } = await askToken(okta.issuer, clients, form);
    expect(body).toMatchObject({ expires_in: 300 });
  });
});
