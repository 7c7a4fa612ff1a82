/**
 * The mistakes that people report of the portal and Okta, each planted in the resources of the local cloud: what the browser shows,
 * and what the program would have said at preview. Where there is no guard, the components' arguments cannot express the mistake.
 */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importArgs } from "../components/import-args.ts";
import { ProtectedApi } from "../components/protected-api.ts";
import { readDocument } from "../openapi/document.ts";
import type { Properties } from "../simulator/providers/resource.ts";
import {
  azureResources,
  changeResource,
  handlerOf,
  type LocalStack,
  publishPortal,
  startLocalStack,
} from "../test/support/local-stack.ts";
import { stackApp } from "../test/support/okta.ts";
import { bothGrants } from "../test/support/settings.ts";
import { fillSignIn, launchBrowser, people, type Visitor, visit } from "./support/browser.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const azure = "azure-native:apimanagement";

/** Changes the first resource of a type behind Pulumi's back. */
async function change(
  stack: LocalStack,
  type: string,
  to: (inputs: Properties) => Properties,
): Promise<void> {
  const [resource] = azureResources(stack.cloud, `${azure}:${type}`);
  await changeResource(stack.cloud, resource?.id ?? "", to);
}

async function addRedirectUri({ cloud }: LocalStack, uri: string): Promise<void> {
  const app = stackApp(cloud.org);
  cloud.org.apps.set(app.id, { ...app, redirectUris: [...app.redirectUris, uri] });
}

const publish = (stack: LocalStack) => publishPortal(stack, "after-the-mistake");

/** Lets the console ask for these scopes: an API's link has scopes of its own, before the default ones of the authorization server. */
async function askFor(stack: LocalStack, scopes: string): Promise<void> {
  await change(stack, "AuthorizationServer", (inputs) => ({ ...inputs, defaultScope: scopes }));
  const link = { authorizationServerId: "okta", scope: scopes };
  const authenticationSettings = { oAuth2AuthenticationSettings: [link] };
  await change(stack, "Api", (inputs) => ({ ...inputs, authenticationSettings }));
  await publish(stack);
}

interface Mistake {
  readonly name: string;
  readonly plant: (stack: LocalStack) => Promise<void>;
  /** What a person sees who tries it. */
  readonly sees: (visitor: Visitor, stack: LocalStack) => Promise<string | null>;
  readonly failure: string;
  /** What the program says of the same mistake before anything is deployed. */
  readonly guard?: readonly [said: () => Promise<string>, message: string];
}

/** What the program says of a setting of the portal's login. */
const saidOf = (key: string, value: string) => () =>
  startLocalStack({ ...bothGrants, [key]: value }).then(
    async ({ cloud }) => {
      await cloud.close();
      return "nothing";
    },
    (error: Error) => error.message,
  );

/** What an API says that was given no portal login beside a gateway with a portal. */
async function saidWithoutLogin(): Promise<string> {
  const document = await readDocument({ document: "apis/conference.openapi.yaml" }, ".");
  const instance = { resourceGroupName: "x", serviceName: "x", gatewayUrl: "x", portalOrigins: ["x"] };
  const token = { issuer: "x", audience: "x", openIdConfigUrl: "x" };
  try {
    new ProtectedApi("conference", { ...instance, ...token, ...importArgs(document), path: "" });
    return "nothing";
  } catch (error) {
    return String(error);
  }
}

const tryCode = async ({ authorize, authorization }: Visitor): Promise<string> => {
  const popup = await authorize(["conference.read"]);
  await popup.waitForEvent("close", { timeout: 500 }).catch(() => {});
  await expect.poll(authorization).not.toBe("No token.");
  return authorization();
};
const signInAndTell = async (visitor: Visitor): Promise<string> => {
  await fillSignIn(await visitor.authorize(["conference.read"]), people.ada);
  await expect.poll(visitor.authorization).not.toBe("No token.");
  return visitor.authorization();
};
const sendAndTell = async ({ send }: Visitor): Promise<string> => {
  const { status, text } = await send();
  return `${status} ${text}`;
};
const oktasPage = async ({ authorize }: Visitor): Promise<string | null> =>
  (await authorize(["conference.read"])).getByRole("alert").textContent();

const mistakes: readonly Mistake[] = [
  {
    name: "an upper-case name of the authorization server, registered in Okta as it is written",
    plant: async (stack) => {
      const [server] = azureResources(stack.cloud, `${azure}:AuthorizationServer`);
      await handlerOf(stack.cloud, `${azure}:AuthorizationServer`).create("upper", {
        ...server?.inputs,
        authsid: "Okta-Portal",
      });
      await addRedirectUri(
        stack,
        `${stack.cloud.origins.developerPortal}/signin-oauth/code/callback/Okta-Portal`,
      );
      await change(stack, "Api", (inputs) => ({
        ...inputs,
        authenticationSettings: {
          oAuth2AuthenticationSettings: [{ authorizationServerId: "Okta-Portal" }],
        },
      }));
      await publish(stack);
    },
    sees: oktasPage,
    failure: "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
    guard: [
      saidOf("portalLoginName", "Okta-Portal"),
      "must hold lower-case letters, digits and hyphens only",
    ],
  },
  {
    name: "PKCE",
    plant: async (stack) => {
      await addRedirectUri(
        stack,
        `${stack.cloud.origins.developerPortal}/signin-oauth/code-pkce/callback/okta`,
      );
      await change(stack, "AuthorizationServer", (inputs) => ({
        ...inputs,
        grantTypes: ["authorizationCodeWithPkce"],
      }));
      await publish(stack);
    },
    sees: async (visitor) => {
      await visitor.authorize(["conference.read"], "authorizationCodeWithPkce");
      await expect.poll(visitor.authorization).not.toBe("No token.");
      return visitor.authorization();
    },
    failure: "invalid_request: The authentication request has an invalid 'state' parameter.",
    guard: [
      saidOf("portalGrantTypes", '["authorizationCodeWithPkce"]'),
      "The authentication request has an invalid 'state' parameter.",
    ],
  },
  {
    name: "openid in the default scope with client credentials",
    plant: (stack) => askFor(stack, "openid conference.read"),
    sees: async ({ page, authorization }) => {
      await page.getByLabel("Flow").selectOption("clientCredentials");
      await page.getByRole("button", { name: "Authorize" }).click();
      await expect.poll(authorization).not.toBe("No token.");
      return authorization();
    },
    failure: "Cannot request 'openid' scopes using client credentials.",
    guard: [
      saidOf("portalDefaultScopes", '["openid", "conference.read"]'),
      "Cannot request 'openid' scopes using client credentials.",
    ],
  },
  {
    name: "an empty default scope",
    plant: (stack) => askFor(stack, ""),
    sees: tryCode,
    failure: "does not have any configured default scopes, 'scope' must be provided.",
    guard: [
      saidOf("portalDefaultScopes", '[""]'),
      "is not the name of one scope, and the console splits them",
    ],
  },
  {
    name: "the client authentication by body that Okta's app does not have",
    plant: (stack) =>
      change(stack, "AuthorizationServer", (inputs) => ({ ...inputs, clientAuthenticationMethod: ["Body"] })),
    sees: signInAndTell,
    failure: "invalid_client: Client authentication failed.",
  },
  {
    name: "no cors for the portal's origin",
    plant: async ({ cloud }) => {
      const [policy] = azureResources(cloud, `${azure}:ApiPolicy`);
      await changeResource(cloud, policy?.id ?? "", (inputs) => ({
        ...inputs,
        value: String(inputs.value).replace(/<origin>.*<\/origin>/, "<origin>https://other.example</origin>"),
      }));
    },
    sees: sendAndTell,
    failure: "it requires Cross-Origin Resource Sharing (CORS) enabled on the server.",
  },
  {
    name: "validate-jwt before cors, which hides the 401",
    plant: async ({ cloud }) => {
      const [policy] = azureResources(cloud, `${azure}:ApiPolicy`);
      const cors = /<cors[\s\S]*<\/cors>/.exec(String(policy?.inputs.value))?.[0] ?? "";
      await changeResource(cloud, policy?.id ?? "", (inputs) => ({
        ...inputs,
        value: String(inputs.value).replace(cors, "").replace("</validate-jwt>", `</validate-jwt>${cors}`),
      }));
    },
    sees: sendAndTell,
    failure: "it requires Cross-Origin Resource Sharing (CORS) enabled on the server.",
  },
  {
    name: "an API that is not linked to the authorization server",
    plant: async (stack) => {
      await change(stack, "Api", ({ authenticationSettings: _, ...inputs }) => inputs);
      await publish(stack);
    },
    sees: async (visitor) => {
      expect(await visitor.page.getByRole("button", { name: "Authorize" }).count()).toBe(0);
      return sendAndTell(visitor);
    },
    failure: "Unauthorized. Access token is missing or invalid.",
    guard: [saidWithoutLogin, 'API "conference" has no portal login'],
  },
  {
    name: "a link to the authorization server that was not published",
    plant: async (stack) => {
      const settingsOf = (inputs: Properties) => inputs.authenticationSettings;
      const [api] = azureResources(stack.cloud, `${azure}:Api`);
      const linked = api === undefined ? undefined : settingsOf(api.inputs);
      await change(stack, "Api", ({ authenticationSettings: _, ...inputs }) => inputs);
      await publish(stack);
      await change(stack, "Api", (inputs) => ({ ...inputs, authenticationSettings: linked }));
    },
    sees: async (visitor) => {
      expect(await visitor.page.getByRole("button", { name: "Authorize" }).count()).toBe(0);
      return sendAndTell(visitor);
    },
    failure: "Unauthorized. Access token is missing or invalid.",
  },
  {
    name: "the redirect URI of the legacy portal",
    plant: async ({ cloud }) => {
      const app = stackApp(cloud.org);
      const uri = "http://127.0.0.1/docs/services/okta/console/oauth2/authorizationcode/callback";
      cloud.org.apps.set(app.id, { ...app, redirectUris: [uri] });
    },
    sees: oktasPage,
    failure: "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
  },
  {
    name: "an app whose policy was forgotten",
    plant: async ({ cloud }) => cloud.org.policies.clear(),
    sees: signInAndTell,
    failure:
      "access_denied: Policy evaluation failed for this request, please check the policy configurations.",
  },
];

describe("a mistake shows in the browser, and the guard would have said it first", () => {
  it.each(mistakes)("$name", async ({ plant, sees, failure, guard }) => {
    const stack = await startLocalStack(bothGrants);
    try {
      await plant(stack);
      const visitor = await visit(browser, stack);
      await visitor.open("getsessions");
      expect(await sees(visitor, stack)).toContain(failure);
      await visitor.context.close();
    } finally {
      await stack.cloud.close();
    }
    if (guard !== undefined) expect(await guard[0]()).toContain(guard[1]);
  });

  it.each(["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"])(
    "the title %s is text",
    async (title) => {
      const stack = await startLocalStack(bothGrants);
      const visitor = await visit(browser, stack);
      try {
        await change(stack, "Api", (inputs) => ({ ...inputs, displayName: title }));
        await change(stack, "AuthorizationServer", (inputs) => ({
          ...inputs,
          displayName: title.slice(0, 50),
        }));
        await askFor(stack, title.replaceAll(" ", ""));
        const [user] = stack.cloud.org.users.values();
        if (user !== undefined) stack.cloud.org.users.set(user.id, { ...user, login: title });
        await visitor.page.goto(`${stack.cloud.origins.developerPortal}/apis/conference`);
        expect(await visitor.page.getByRole("heading", { level: 1 }).textContent()).toBe(title);
        await visitor.open("getsessions");
        expect(await visitor.page.getByLabel("Server").locator("option").textContent()).toBe(
          title.slice(0, 50),
        );
        expect(await visitor.page.getByRole("group", { name: "Scopes" }).textContent()).toContain(
          title.replaceAll(" ", ""),
        );
        const query = new URLSearchParams({
          ...{
            client_id: stack.outputs.clientId,
            response_type: "code",
            scope: "conference.read",
            state: "s",
          },
          redirect_uri: `${stack.cloud.origins.developerPortal}/signin-oauth/code/callback/okta`,
        });
        await visitor.page.goto(`${stack.outputs.issuer}/v1/authorize?${query}`);
        expect(await visitor.page.getByRole("listitem").first().textContent()).toBe(title);
        await fillSignIn(visitor.page, title, "wrong");
        expect(await visitor.page.getByLabel("Username").inputValue()).toBe(title);
        expect(visitor.incidents).toEqual([]);
      } finally {
        await visitor.context.close();
        await stack.cloud.close();
      }
    },
  );
});
