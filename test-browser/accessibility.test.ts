/** axe-core on every page of the local portal and the local Okta, light and dark, wide and narrow. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../simulator/cloud.ts";
import { type LocalStack, startLocalStack, startTestCloud } from "../test/support/local-stack.ts";
import { fillSignIn, launchBrowser, people } from "./support/browser.ts";

let browser: Browser;
let stack: LocalStack;
let emptyCloud: LocalCloud;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stack = await startLocalStack();
  emptyCloud = await startTestCloud();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.cloud.close();
  await emptyCloud?.close();
});

const authorize = ({ outputs, cloud }: LocalStack, redirectUri: string) => {
  const query = new URLSearchParams({
    ...{ client_id: outputs.clientId, response_type: "code", scope: "conference.read", state: "s" },
    redirect_uri: redirectUri || `${cloud.origins.developerPortal}/signin-oauth/code/callback/okta`,
  });
  return `${outputs.issuer}/v1/authorize?${query}`;
};
const portal = ({ cloud }: LocalStack, at: string) => `${cloud.origins.developerPortal}${at}`;

/** A page, and what is done on it before it is looked at. */
interface Case {
  readonly name: string;
  readonly address: (stack: LocalStack) => string;
  readonly prepare?: (page: Page, stack: LocalStack) => Promise<void>;
}

const operation = (on: LocalStack) => portal(on, "/apis/conference/operations/submitsession");
const answered = async (page: Page, heading: string) => {
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByRole("heading", { name: heading }).waitFor();
};
/** Gets a token of these scopes, and sends. */
const authorized = (scopes: readonly string[], heading: string) => async (page: Page) => {
  for (const box of await page.getByRole("group", { name: "Scopes" }).getByRole("checkbox").all())
    await box.setChecked(scopes.includes((await box.getAttribute("value")) ?? ""));
  const opened = page.waitForEvent("popup");
  await page.getByRole("button", { name: "Authorize" }).click();
  await fillSignIn(await opened, people.ada);
  await page.getByText(`Token for ${people.ada}`).waitFor();
  await answered(page, heading);
};

const pages: readonly Case[] = [
  { name: "apis", address: (on) => portal(on, "/apis") },
  { name: "api", address: (on) => portal(on, "/apis/conference") },
  { name: "operation", address: operation, prepare: (page) => answered(page, "HTTP 401") },
  { name: "forbidden", address: operation, prepare: authorized(["conference.read"], "HTTP 403") },
  {
    name: "answered",
    address: (on) => portal(on, "/apis/conference/operations/getsessions"),
    prepare: authorized(["conference.read", "conference.write"], "HTTP 200"),
  },
  {
    name: "no-cors",
    address: operation,
    prepare: async (page, { outputs }) => {
      // What a gateway without a cors policy comes down to for a browser.
      await page.route(`${outputs.gatewayUrl}/**`, (route) => route.abort());
      await answered(page, "No answer");
    },
  },
  {
    name: "refused-sign-in",
    address: (on) => portal(on, "/signin-oauth/code/callback/okta?code=c&state=s"),
  },
  {
    name: "refused-pkce",
    address: (on) => portal(on, "/signin-oauth/code-pkce/callback/okta?error=invalid_request"),
  },
  { name: "empty-pkce", address: (on) => portal(on, "/signin-oauth/code-pkce/callback/okta") },
  { name: "not-found", address: (on) => portal(on, "/none") },
  { name: "other-host", address: (on) => portal(on, "/apis").replace("127.0.0.1", "localhost") },
  { name: "no-portal", address: () => `${emptyCloud.origins.developerPortal}/apis` },
  { name: "okta-sign-in", address: (on) => authorize(on, "") },
  {
    name: "okta-refused",
    address: (on) => authorize(on, ""),
    prepare: (page) => fillSignIn(page, people.ada, "wrong"),
  },
  { name: "okta-error", address: (on) => authorize(on, "http://127.0.0.1/other") },
  { name: "okta-ended", address: (on) => `${on.outputs.issuer}/v1/authorize/none` },
  { name: "okta-other-host", address: (on) => authorize(on, "").replace("127.0.0.1", "localhost") },
  { name: "okta-signed-out", address: (on) => `${on.cloud.origins.okta}/login/signout` },
];
const looks = (["light", "dark"] as const).flatMap((colorScheme) =>
  // The console's two columns are narrowest at 800.
  [1280, 800, 390].map((width) => ({ colorScheme, width })),
);
const cases = pages.flatMap((page) => looks.map((look) => ({ ...page, ...look })));

describe("a page", () => {
  it.each(cases)(
    "$name asks nothing of elsewhere and has no violation in $colorScheme at $width px",
    async ({ name, address, prepare, colorScheme, width }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const hosts = new Set<string>();
      context.on("request", (request) => hosts.add(new URL(request.url()).hostname));
      const page = await context.newPage();
      await page.goto(address(stack));
      await prepare?.(page, stack);
      await page.evaluate(axe);
      const { violations } = await page.evaluate<AxeResults>("axe.run()");
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      // Nothing is cut off or scrolls sideways.
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      const folder = process.env.SCREENSHOTS;
      if (folder !== undefined)
        await page.screenshot({
          path: path.join(folder, `${name}-${colorScheme}-${width}.png`),
          fullPage: true,
        });
      await context.close();
      expect([...hosts].filter((host) => host !== "127.0.0.1" && host !== "localhost")).toEqual([]);
    },
  );
});
