/** The page of an operation as a person sees and uses it: where things stand, the choices, and the `curl` line. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  azureResources,
  changeResource,
  type LocalStack,
  publishPortal,
  startLocalStack,
} from "../test/support/local-stack.ts";
import { fillSignIn, launchBrowser, people, type Visitor, visit } from "./support/browser.ts";

let browser: Browser;
let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
  // The document's day of the conference, with the days that there are.
  await changeApi((inputs) => ({
    ...inputs,
    value: String(inputs.value).replace(
      /("name":"dayno"[^}]*"schema":)\{"type":"integer"\}/,
      '$1{"enum":[1,2,3]}',
    ),
  }));
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await stack?.cloud.close();
});

async function changeApi(change: Parameters<typeof changeResource>[2]): Promise<void> {
  const [api] = azureResources(stack.cloud, "azure-native:apimanagement:Api");
  await changeResource(stack.cloud, api?.id ?? "", change);
}

async function asVisitor(
  steps: (visitor: Visitor) => Promise<void>,
  viewport = { width: 1280, height: 800 },
): Promise<void> {
  const visitor = await visit(browser, stack);
  try {
    await visitor.page.setViewportSize(viewport);
    await steps(visitor);
    expect(visitor.incidents).toEqual([]);
  } finally {
    await visitor.context.close();
  }
}

const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox();
  if (box === null) throw new Error("The element must be visible.");
  return box;
};
const authorizeAda = async ({ authorize, authorization }: Visitor, ...scopes: readonly string[]) => {
  await fillSignIn(await authorize(scopes), people.ada);
  await expect.poll(authorization).toBe(`Token for ${people.ada}: ${scopes.join(" ")}`);
};
const curlOf = ({ page }: Visitor) => page.getByRole("group", { name: "curl" });

/** Copies the line as a person does, and runs it in a shell. */
async function runCopied({ page, context }: Visitor): Promise<{ line: string; said: string; body: string }> {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy curl" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  const line = await page.evaluate<string>("navigator.clipboard.readText()");
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", line]);
  return { line, said: stderr, body: stdout };
}

describe("the page of an operation", () => {
  it.each([
    { width: 1280, height: 800 },
    { width: 800, height: 800 },
  ])("shows the answer beside the form, above the fold at $width px", (viewport) =>
    asVisitor(async (visitor) => {
      await visitor.open("getsessions");
      await authorizeAda(visitor, "conference.read", "conference.write");
      await visitor.send();
      const body = await boxOf(visitor.page.getByRole("group", { name: "Body" }));
      const form = await boxOf(visitor.page.getByRole("group", { name: "Authorization" }));
      expect(await visitor.page.evaluate("scrollY")).toBe(0);
      // Ten lines of it at least.
      expect(body.y + 220).toBeLessThan(viewport.height);
      expect(body.x).toBeGreaterThan(form.x + form.width);
    }, viewport),
  );

  it("scrolls to the answer where it is below the form", () =>
    asVisitor(
      async (visitor) => {
        await visitor.open("submitsession");
        await visitor.send();
        const { y } = await boxOf(visitor.page.getByRole("heading", { name: "HTTP 401" }));
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThan(0.75 * 600);
      },
      { width: 390, height: 600 },
    ));

  it.each([1280, 800, 390])("has methods and paths in columns on the API's page at %i px", (width) =>
    asVisitor(
      async ({ page }) => {
        await page.goto(`${stack.cloud.origins.developerPortal}/apis/conference`);
        const rows = await page.getByRole("main").getByRole("list").last().getByRole("listitem").all();
        const edges = new Set<string>();
        for (const row of rows) {
          const [method, path] = await Promise.all(
            [0, 1].map((index) => boxOf(row.locator("> code").nth(index))),
          );
          edges.add([method?.x, path?.x].map((x) => Math.round(x ?? 0)).join());
          expect(method?.y).toBe(path?.y);
        }
        expect([rows.length, edges.size]).toEqual([12, 1]);
      },
      { width, height: 800 },
    ),
  );

  it("lets choose among an enum's values, and sends the chosen one", () =>
    asVisitor(async (visitor) => {
      const { page, open, send } = visitor;
      await open("getsessions");
      const choice = page.getByLabel("dayno");
      expect(await choice.locator("option").allTextContents()).toEqual(["Select a value …", "1", "2", "3"]);
      const asked = page.waitForRequest((request) => request.url().startsWith(stack.outputs.gatewayUrl));
      await choice.selectOption("2");
      await send();
      expect(new URL((await asked).url()).search).toBe("?dayno=2");
    }));

  it("marks the scopes that the operation needs", () =>
    asVisitor(async ({ page, open }) => {
      await open("submitsession");
      const choices = page.getByRole("group", { name: "Scopes" }).locator("label");
      expect(await choices.allTextContents()).toEqual([" conference.read", " conference.write needed here"]);
    }));
});

describe("the curl line", () => {
  it("follows the form, and hides the token", () =>
    asVisitor(async (visitor) => {
      const { page, open } = visitor;
      const { gatewayUrl } = stack.outputs;
      await open("submitsession");
      const start = `curl -v -X POST '${gatewayUrl}/session/100/feedback' -H 'content-type: text/plain'`;
      const data = "--data-raw 'Clear, and it ended on time.'";
      expect(await curlOf(visitor).textContent()).toBe(`${start} ${data}`);
      await authorizeAda(visitor, "conference.write");
      expect(await curlOf(visitor).textContent()).toBe(`${start} -H 'authorization: Bearer •••' ${data}`);
      await page.getByLabel("id").fill("a b");
      expect(await curlOf(visitor).textContent()).toContain(`${gatewayUrl}/session/a%20b/feedback'`);
      await page.getByLabel("id").fill("");
      expect(await curlOf(visitor).textContent()).toContain(`${gatewayUrl}/session/{id}/feedback'`);
      await page.getByLabel("Flow").selectOption("no-auth");
      expect(await curlOf(visitor).textContent()).not.toContain("authorization");
    }));

  it("is copied with the token, and curl gets the console's answer", () =>
    asVisitor(async (visitor) => {
      await visitor.open("submitsession");
      await authorizeAda(visitor, "conference.write");
      const text = `It's "quoted", $HOME \\ and \`more\`\n!`;
      await visitor.page.getByLabel("Text").fill(text);
      const { line, said, body } = await runCopied(visitor);
      expect(line).toMatch(/ -H 'authorization: Bearer eyJ[\w.-]+' /);
      expect(said).toContain("HTTP/1.1 200 OK");
      expect(said).toContain(`> Content-Length: ${Buffer.byteLength(text)}`);
      expect(body).toBe("Clear, and it ended on time.");
      expect(await visitor.page.content()).not.toContain("eyJ");
    }));

  it("says what no URL can hold, and is not copied then", () =>
    asVisitor(async (visitor) => {
      await visitor.open("submitsession");
      await visitor.page.getByLabel("id").fill("..");
      expect(await curlOf(visitor).textContent()).toContain(
        '"id" must not be "..", which every URL resolves.',
      );
      expect(await visitor.page.getByRole("button", { name: "Copy curl" }).isDisabled()).toBe(true);
    }));
});

describe("an API's link with scopes of its own", () => {
  it("makes the console ask for them alone, and keeps their token apart", () =>
    asVisitor(async (visitor) => {
      const link = (scope?: string) =>
        changeApi((inputs) => ({
          ...inputs,
          authenticationSettings: {
            oAuth2AuthenticationSettings: [
              { authorizationServerId: "okta", ...(scope === undefined ? {} : { scope }) },
            ],
          },
        }));
      try {
        await link("conference.write");
        await publishPortal(stack, "own-scopes");
        await visitor.open("getsessions");
        const choices = visitor.page.getByRole("group", { name: "Scopes" }).getByRole("checkbox");
        expect(await choices.count()).toBe(1);
        await authorizeAda(visitor, "conference.write");
        expect((await visitor.send()).status).toBe("HTTP 403 Forbidden");
        const session = await visitor.page.evaluate<string>('sessionStorage.getItem("oauthSession")');
        expect(Object.keys(JSON.parse(session))).toEqual(["okta-conference.write"]);
      } finally {
        await link();
        await publishPortal(stack, "all-scopes");
      }
      await visitor.open("getsessions");
      expect(await visitor.authorization()).toBe("No token.");
    }));
});
