/** The walkthrough's middle third in a browser: the developer portal, Okta's sign-in, and the calls. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../test/support/local-stack.ts";
import { bothGrants } from "../test/support/settings.ts";
import { fillSignIn, launchBrowser, people, type Visitor, visit, visitPage } from "./support/browser.ts";

let browser: Browser;
let stack: LocalStack;
beforeAll(async () => {
  const conference = { document: "apis/conference.openapi.yaml" };
  stack = await startLocalStack({
    ...bothGrants,
    apis: JSON.stringify({
      conference: { ...conference, path: "", serviceUrl: "local" },
      second: { ...conference, path: "second", mock: true },
    }),
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.cloud.close();
});

/** Runs with a new visitor; whatever happens, nothing but this machine was asked and no page broke out. */
async function asVisitor(steps: (visitor: Visitor) => Promise<void>): Promise<void> {
  const visitor = await visit(browser, stack);
  try {
    await steps(visitor);
    expect([[...visitor.hosts], visitor.incidents]).toEqual([["127.0.0.1"], []]);
  } finally {
    await visitor.context.close();
  }
}

const shown = (answer: object) => JSON.stringify(answer, null, 2);
const unauthorized = shown({
  statusCode: 401,
  message: "Unauthorized. Access token is missing or invalid.",
});
const forbidden = shown({
  statusCode: 403,
  message: "Forbidden. Access token must have scope conference.write.",
});

describe("a person at the developer portal", () => {
  it("reads, is refused, signs in, calls, is forbidden to write, and asks for more", () =>
    asVisitor(async (visitor) => {
      const { page, authorize, authorization, send } = visitor;
      await page.goto(stack.cloud.origins.developerPortal);
      await page.getByRole("link", { name: "Conference API" }).first().click();
      await page.getByRole("link", { name: "List the sessions", exact: true }).click();
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("List the sessions");

      const refused = await send();
      expect(refused).toEqual({
        status: "HTTP 401 Unauthorized",
        text: expect.stringContaining(unauthorized),
      });

      const popup = await authorize(["conference.read"]);
      expect(await popup.textContent("main")).toContain("to continue to Conference API");
      const closed = popup.waitForEvent("close");
      await fillSignIn(popup, people.ada);
      await closed;
      await expect.poll(authorization).toBe(`Token for ${people.ada}: conference.read`);
      const answered = await send();
      expect(answered).toEqual({ status: "HTTP 200 OK", text: expect.stringContaining('"collection"') });

      await visitor.open("submitsession");
      expect(await authorization()).toBe(`Token for ${people.ada}: conference.read`);
      expect(await send()).toEqual({
        status: "HTTP 403 Forbidden",
        text: expect.stringContaining(forbidden),
      });
      // Okta remembers the person, so its window closes by itself.
      await authorize(["conference.read", "conference.write"]);
      await expect.poll(authorization).toContain("conference.read conference.write");
      expect(await send()).toEqual({
        status: "HTTP 200 OK",
        text: expect.stringContaining("Clear, and it ended on time."),
      });
    }));

  it("gets a token without anybody signing in by client credentials", () =>
    asVisitor(async ({ open, page, authorization, send }) => {
      await open("getsessions");
      await page.getByLabel("Flow").selectOption("clientCredentials");
      // The portal's backend decides which scopes are asked for.
      expect(await page.getByRole("group", { name: "Scopes" }).isVisible()).toBe(false);
      await page.getByRole("button", { name: "Authorize" }).click();
      await expect
        .poll(authorization)
        .toBe(`Token for ${stack.outputs.clientId}: conference.read conference.write`);
      expect((await send()).status).toBe("HTTP 200 OK");
      // Another choice forgets the token at once.
      await page.getByLabel("Flow").selectOption("no-auth");
      expect(await authorization()).toBe("No token.");
      expect(await page.getByRole("button", { name: "Authorize" }).isVisible()).toBe(false);
      expect((await send()).status).toBe("HTTP 401 Unauthorized");
    }));

  it("signs out of Okta to try the other person", () =>
    asVisitor(async ({ open, page, authorize, authorization }) => {
      await open("getsessions");
      const notAssigned = "access_denied: User is not assigned to the client application.";
      await fillSignIn(await authorize(["conference.read"]), people.oscar);
      await expect.poll(authorization).toContain(notAssigned);
      // Okta remembers Oscar, and would refuse him again without asking.
      const opened = page.waitForEvent("popup");
      await page.getByRole("link", { name: "sign out of Okta" }).click();
      await (await opened).getByRole("heading", { name: "Signed out" }).waitFor();
      await fillSignIn(await authorize(["conference.read"]), people.ada);
      await expect.poll(authorization).toBe(`Token for ${people.ada}: conference.read`);
    }));

  it("signs in in two tabs at once", () =>
    asVisitor(async (first) => {
      const second = await visitPage(first.context, stack);
      await first.open("getsessions");
      await second.open("getsessions");
      const popups = [
        await first.authorize(["conference.read"]),
        await second.authorize(["conference.read", "conference.write"]),
      ] as const;
      await fillSignIn(popups[0], people.ada);
      await expect.poll(first.authorization).toBe(`Token for ${people.ada}: conference.read`);
      await fillSignIn(popups[1], people.ada);
      await expect.poll(second.authorization).toContain("conference.read conference.write");
    }));

  it("is told what of a request no browser sends, and not of CORS", () =>
    asVisitor(async ({ open, page, send }) => {
      await open("submitsession");
      await page.getByLabel("id").fill("..");
      expect(await send()).toEqual({
        status: "Not sent",
        text: expect.stringContaining('"id" must not be "..", which every URL resolves.'),
      });
      await page.getByLabel("id").fill("100");
      await page.getByLabel("Content-Type").fill("té€xt");
      const { status, text } = await send();
      expect([status, text]).toEqual(["Not sent", expect.not.stringContaining("CORS")]);
    }));

  it("uses the token for a second API of the same server", () =>
    asVisitor(async ({ open, authorize, authorization, send }) => {
      await open("getsessions", "second");
      await fillSignIn(await authorize(["conference.read"]), people.ada);
      await expect.poll(authorization).toContain("conference.read");
      expect((await send()).status).toBe("HTTP 200 OK");
      await open("getsessions");
      expect((await send()).status).toBe("HTTP 200 OK");
    }));

  it("is told of a wrong password, and can try again", () =>
    asVisitor(async ({ open, authorize, authorization }) => {
      await open("getsessions");
      const popup = await authorize(["conference.read"]);
      await fillSignIn(popup, people.ada, "wrong");
      expect(await popup.getByRole("alert").textContent()).toBe("Unable to sign in");
      await fillSignIn(popup, people.ada);
      await expect.poll(authorization).toContain("conference.read");
    }));

  it("is not let in without being assigned to the app", () =>
    asVisitor(async ({ open, authorize, authorization, send }) => {
      await open("getsessions");
      await fillSignIn(await authorize(["conference.read"]), people.oscar);
      await expect
        .poll(authorization)
        .toBe(
          "Unable to authenticate due to internal error. access_denied: User is not assigned to the client application.",
        );
      expect((await send()).status).toBe("HTTP 401 Unauthorized");
    }));

  it("closes the window half-way and stays where they were", () =>
    asVisitor(async ({ open, authorize, authorization }) => {
      await open("getsessions");
      await (await authorize(["conference.read"])).close();
      await expect.poll(authorization).toBe("The sign-in window was closed before the sign-in ended.");
    }));

  it("loses the token when it has expired", () =>
    asVisitor(async ({ open, page, authorize, authorization, send }) => {
      await open("getsessions");
      await fillSignIn(await authorize(["conference.read"]), people.ada);
      await expect.poll(authorization).toContain("conference.read");
      await page.clock.setFixedTime(Date.now() + 2 * 60 * 60 * 1000);
      await page.reload();
      expect(await authorization()).toBe("No token.");
      expect((await send()).status).toBe("HTTP 401 Unauthorized");
    }));
});

describe("the console", () => {
  it("takes a token from the window that it opened, and from no other", () =>
    asVisitor(async ({ open, page, authorize, authorization }) => {
      await open("getsessions");
      const popup = await authorize(["conference.read"]);
      const forged = JSON.stringify({ accessToken: "forged", accessTokenType: "Bearer" });
      await page.evaluate(`window.postMessage(${forged}, location.origin)`);
      // Okta's page is the right window on the wrong origin.
      await popup.evaluate(`window.opener.postMessage(${forged}, "*")`);
      await fillSignIn(popup, people.ada);
      await expect.poll(authorization).toBe(`Token for ${people.ada}: conference.read`);
      expect(await page.evaluate<string>('sessionStorage.getItem("oauthSession")')).not.toContain("forged");
    }));

  it("keeps the token in the tab's session storage alone", () =>
    asVisitor(async ({ open, page, context, authorize, authorization }) => {
      await open("getsessions");
      const popup = await authorize(["conference.read"]);
      const urls: string[] = [];
      context.on("request", (request) => urls.push(request.url()));
      await fillSignIn(popup, people.ada);
      await expect.poll(authorization).toContain("conference.read");
      const session = await page.evaluate<string>('sessionStorage.getItem("oauthSession")');
      const token = /Bearer (eyJ[\w.-]+)/.exec(session)?.[1] ?? "none";
      expect(token).toMatch(/^eyJ/);
      expect(await page.content()).not.toContain(token);
      expect(await page.evaluate("document.cookie + JSON.stringify(localStorage)")).not.toContain(token);
      expect(urls.join()).not.toContain(token);
      expect(stack.log.join()).not.toContain(token);
    }));

  it("may load and call nothing from elsewhere", async () => {
    const { open, page, context, incidents } = await visit(browser, stack);
    await open("getsessions");
    const blocked = await page.evaluate(() =>
      fetch("http://127.0.0.1:1/").then(
        () => "sent",
        () => "refused",
      ),
    );
    expect(blocked).toBe("refused");
    await expect.poll(() => incidents.join()).toContain("connect-src");
    await context.close();
  });
});
