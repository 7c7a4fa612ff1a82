/**
 * A browser app with Okta's own library, `@okta/okta-auth-js`: from the sign-in at the local Okta to an answer of the gateway, the
 * renewal of its tokens, and the logout. That the real Okta answers alike is not proved here.
 */
import { decodeJwt } from "jose";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../test/support/local-stack.ts";
import type { TestServer } from "../test/support/serve.ts";
import { fillSignIn, launchBrowser, people } from "./support/browser.ts";
import { type SinglePageAppSettings, serveSinglePageApp } from "./support/single-page-app.ts";

const scopes = ["openid", "profile", "offline_access", "conference.read"];

let browser: Browser;
let stack: LocalStack;
let spa: TestServer;
let settings: SinglePageAppSettings;
beforeAll(async () => {
  spa = await serveSinglePageApp(() => settings);
  stack = await startLocalStack({
    clients: JSON.stringify({
      spa: {
        ...{ kind: "browser", scopes, groups: ["Attendees"] },
        redirectUris: [`${spa.origin}/callback`],
        postLogoutRedirectUris: [`${spa.origin}/`],
      },
    }),
  });
  const { issuer, gatewayUrl, clients } = stack.outputs;
  const clientId = clients?.spa?.clientId ?? "";
  settings = { issuer, clientId, scopes, apiUrl: `${gatewayUrl}/sessions` };
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await spa?.close();
  await stack?.cloud.close();
});

interface Visit {
  readonly page: Page;
  press(button: string): Promise<void>;
  answer(): Promise<string | null>;
  person(): Promise<string | null>;
  signIn(username: string): Promise<void>;
  /** The tokens that the library keeps. */
  tokens(): Promise<{ readonly access: string; readonly refresh: string }>;
}

async function asVisitor(steps: (visit: Visit) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();
  try {
    await page.goto(`${spa.origin}/`);
    await steps({
      page,
      press,
      answer: () => page.locator("#answer").textContent(),
      person: () => page.locator("#person").textContent(),
      signIn: async (username) => {
        await press("Sign in");
        await fillSignIn(page, username);
        await page.waitForURL(`${spa.origin}/**`);
      },
      tokens: () =>
        page.evaluate(
          "(({ accessToken, refreshToken }) => ({ access: accessToken?.accessToken ?? '', refresh: refreshToken?.refreshToken ?? '' }))(okta.tokenManager.getTokensSync())",
        ),
    });
  } finally {
    await context.close();
  }
}

/** The status and error of the token endpoint for a refresh token. */
async function redeem(refreshToken: string): Promise<readonly [status: number, error: unknown]> {
  const body = { grant_type: "refresh_token", refresh_token: refreshToken, client_id: settings.clientId };
  const response = await fetch(`${settings.issuer}/v1/token`, {
    method: "POST",
    headers: { origin: spa.origin },
    body: new URLSearchParams(body),
  });
  return [response.status, ((await response.json()) as { error?: unknown }).error];
}

describe("okta-auth-js in a browser", () => {
  it("signs in with PKCE, and the gateway lets its token in", () =>
    asVisitor(async ({ page, press, answer, person, signIn, tokens }) => {
      expect(await person()).toBe("nobody");
      const asked = page.waitForRequest((request) => request.url().includes("/v1/authorize?"));
      await signIn(people.ada);
      expect(new URL((await asked).url()).searchParams.get("code_challenge_method")).toBe("S256");
      await expect.poll(person).toBe(people.ada);
      await press("Call");
      await expect.poll(answer).toMatch(/^200 .*"collection"/s);
      expect(decodeJwt((await tokens()).access)).toMatchObject({ cid: settings.clientId, scp: scopes });
    }));

  it("is told of the gateway's refusal, which it may read", () =>
    asVisitor(async ({ press, answer }) => {
      await press("Call");
      await expect.poll(answer).toMatch(/^401 .*Access token is missing or invalid/s);
    }));

  it("is told that a person is not assigned", () =>
    asVisitor(async ({ answer, person, signIn }) => {
      await signIn(people.oscar);
      await expect.poll(answer).toContain("User is not assigned to the client application.");
      expect(await person()).toBe("");
    }));

  it("renews its tokens with a refresh token that works once", () =>
    asVisitor(async ({ press, answer, person, signIn, tokens }) => {
      await signIn(people.ada);
      await expect.poll(person).toBe(people.ada);
      const before = await tokens();
      await press("Renew");
      await expect.poll(answer).toBe("Renewed");
      const after = await tokens();
      expect([after.access === before.access, after.refresh === before.refresh]).toEqual([false, false]);
      await press("Call");
      await expect.poll(answer).toMatch(/^200 /);
      expect(await redeem(before.refresh)).toEqual([400, "invalid_grant"]);
      // Who uses an old one may have stolen it, so that the new one ends too.
      expect(await redeem(after.refresh)).toEqual([400, "invalid_grant"]);
    }));

  it("signs out of Okta and comes back, and its refresh token is no longer good", () =>
    asVisitor(async ({ page, press, person, signIn, tokens }) => {
      await signIn(people.ada);
      await expect.poll(person).toBe(people.ada);
      const { refresh } = await tokens();
      const left = page.waitForRequest((request) => request.url().includes("/v1/logout?"));
      await press("Sign out");
      await left;
      await page.waitForURL(`${spa.origin}/`);
      await expect.poll(person).toBe("nobody");
      expect(await redeem(refresh)).toEqual([400, "invalid_grant"]);
      // Okta asks anew who it is.
      await press("Sign in");
      await page.getByLabel("Password").waitFor();
    }));

  it("gets nothing from Okta at an origin that the org does not trust", async () => {
    const { trustedOrigins } = stack.cloud.org;
    const trusted = [...trustedOrigins];
    trustedOrigins.clear();
    try {
      await asVisitor(async ({ press, answer }) => {
        await press("Sign in");
        await expect.poll(answer).toMatch(/^AuthApiError|^TypeError/);
      });
    } finally {
      for (const [id, one] of trusted) trustedOrigins.set(id, one);
    }
  });
});
