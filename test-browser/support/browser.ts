import { access } from "node:fs/promises";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { LocalStack } from "../../test/support/local-stack.ts";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts the system's Chromium, or fails with how to get it: these tests are never skipped. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  // Chromium's own sandbox refuses to run as root, as containers do.
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}

async function findChromium(): Promise<string> {
  const paths = process.env.CHROMIUM === undefined ? candidates : [process.env.CHROMIUM];
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  throw new Error(
    `The browser's tests need Chromium; got none at ${paths.join(", ")}. Install it: sudo apt-get install --no-install-recommends chromium; or name another in CHROMIUM.`,
  );
}

/** A person at the developer portal, in a browser profile of their own. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Hosts that anything was asked of. */
  readonly hosts: ReadonlySet<string>;
  /** What pages said in dialogs, and what the Content-Security-Policy stopped: both stay empty. */
  readonly incidents: readonly string[];
  /** Opens an operation's page. */
  open(operation: string, api?: string): Promise<void>;
  /** Presses Authorize with a flow and these scopes, and gives the window that opens. */
  authorize(scopes: readonly string[], flow?: string): Promise<Page>;
  /** What the console says of the token. */
  authorization(): Promise<string>;
  /** Presses Send, and gives the answer: status line and text. */
  send(): Promise<{ readonly status: string; readonly text: string }>;
}

/** Comes to the stack's developer portal. */
export async function visit(browser: Browser, stack: LocalStack): Promise<Visitor> {
  const context = await browser.newContext();
  const hosts = new Set<string>();
  const incidents: string[] = [];
  context.on("request", (request) => hosts.add(new URL(request.url()).hostname));
  context.on("dialog", (dialog) => {
    incidents.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("console", (message) => {
    if (/Content Security Policy|Trusted/i.test(message.text())) incidents.push(message.text());
  });
  return { ...(await visitPage(context, stack)), context, hosts, incidents };
}

/** Comes in another tab of the same browser. */
export async function visitPage(
  context: BrowserContext,
  stack: LocalStack,
): Promise<Omit<Visitor, "context" | "hosts" | "incidents">> {
  const page = await context.newPage();
  const origin = stack.cloud.origins.developerPortal;
  return {
    page,
    open: async (operation, api = "conference") => {
      await page.goto(`${origin}/apis/${api}/operations/${operation}`);
    },
    authorize: async (scopes, flow = "authorizationCode") => {
      await page.getByLabel("Flow").selectOption(flow);
      for (const box of await page.getByRole("group", { name: "Scopes" }).getByRole("checkbox").all())
        await box.setChecked(scopes.includes((await box.getAttribute("value")) ?? ""));
      const opened = page.waitForEvent("popup");
      await page.getByRole("button", { name: "Authorize" }).click();
      return opened;
    },
    authorization: async () => (await page.getByRole("status").textContent()) ?? "",
    send: async () => {
      const response = page.getByRole("region", { name: "Response" });
      // The last answer goes first, so that it cannot be taken for the next.
      await response.evaluate((section) => {
        for (const part of section.children) part.replaceChildren();
      });
      await page.getByRole("button", { name: "Send" }).click();
      await response.getByRole("heading").waitFor();
      return {
        status: (await response.getByRole("heading").textContent()) ?? "",
        text: (await response.locator("pre").allTextContents()).join("\n\n"),
      };
    },
  };
}

/** Ada is in the group that is assigned to the app, Oscar is in none. */
export const people = { ada: "ada@example.com", oscar: "oscar@example.com" } as const;

/** Signs in on Okta's page. */
export async function fillSignIn(popup: Page, username: string, password = "local-okta"): Promise<void> {
  await popup.getByLabel("Username").fill(username);
  await popup.getByLabel("Password").fill(password);
  await popup.getByRole("button", { name: "Sign in" }).click();
}
