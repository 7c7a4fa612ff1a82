/** axe-core on every page of the local portal and the local Okta, light and dark, wide and narrow. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startLocalStack } from "../test/support/local-stack.ts";
import { launchBrowser } from "./support/browser.ts";

let browser: Browser;
let stack: LocalStack;
let axe: string;
beforeAll(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  stack = await startLocalStack();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.cloud.close();
});

const authorize = ({ outputs, cloud }: LocalStack, redirectUri: string) => {
  const query = new URLSearchParams({
    ...{ client_id: outputs.clientId, response_type: "code", scope: "conference.read", state: "s" },
    redirect_uri: redirectUri || `${cloud.origins.developerPortal}/signin-oauth/code/callback/okta`,
  });
  return `${outputs.issuer}/v1/authorize?${query}`;
};
const portal = ({ cloud }: LocalStack, at: string) => `${cloud.origins.developerPortal}${at}`;

const pages: readonly (readonly [name: string, address: (stack: LocalStack) => string])[] = [
  ["apis", (on) => portal(on, "/apis")],
  ["api", (on) => portal(on, "/apis/conference")],
  ["operation", (on) => portal(on, "/apis/conference/operations/submitsession")],
  ["refused-sign-in", (on) => portal(on, "/signin-oauth/code/callback/okta?code=c&state=s")],
  ["refused-pkce", (on) => portal(on, "/signin-oauth/code-pkce/callback/okta?error=invalid_request")],
  ["not-found", (on) => portal(on, "/none")],
  ["okta-sign-in", (on) => authorize(on, "")],
  ["okta-error", (on) => authorize(on, "http://127.0.0.1/other")],
];
const looks = (["light", "dark"] as const).flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, width })),
);
const cases = pages.flatMap(([name, address]) => looks.map((look) => ({ name, address, ...look })));

describe("a page", () => {
  it.each(cases)(
    "$name has no violation in $colorScheme at $width px",
    async ({ name, address, colorScheme, width }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
      const page = await context.newPage();
      await page.goto(address(stack));
      if (name === "operation") {
        await page.getByRole("button", { name: "Send" }).click();
        await page.getByRole("heading", { name: "HTTP 401" }).waitFor();
      }
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
    },
  );
});
