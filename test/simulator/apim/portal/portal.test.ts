/** The developer portal over HTTP, on the stack local; what a browser makes of it is shown in test-browser/. */
import { request as httpRequest } from "node:http";
import { Validator } from "@seriousme/openapi-schema-validator";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  azureResources,
  changeResource,
  handlerOf,
  type LocalStack,
  publishPortal,
  startLocalStack,
} from "../../../support/local-stack.ts";
import { signInLocally } from "../../../support/okta.ts";
import { ownBranch } from "../../../support/own-branch.ts";
import { bothGrants } from "../../../support/settings.ts";

let stack: LocalStack;
let origin: string;
beforeAll(async () => {
  stack = await startLocalStack(bothGrants);
  origin = stack.cloud.origins.developerPortal;
});
afterAll(() => stack.cloud.close());

const callback = () => `${origin}/signin-oauth/code/callback/okta`;

/** Signs Ada in, up to the address that Okta sends her browser back to. */
async function signedIn(state: string, { on = stack, scope = "conference.read" } = {}): Promise<URL> {
  const start = new URL(`${on.outputs.issuer}/v1/authorize`);
  const end = `${on.cloud.origins.developerPortal}/signin-oauth/code/callback/okta`;
  const query = { client_id: on.outputs.clientId, response_type: "code", redirect_uri: end, scope, state };
  start.search = new URLSearchParams(query).toString();
  const result = await signInLocally(start, "ada@example.com", { end });
  if (result.callback === undefined) throw new Error(`Okta must send Ada back; got:\n${result.page}`);
  return result.callback;
}

/** Asks by another host name. */
const at = (host: string, path: string) =>
  new Promise<readonly [status: number | undefined, body: string]>((resolve, reject) => {
    const sent = httpRequest(`${origin}${path}`, { headers: { host } }, async (response) =>
      resolve([response.statusCode, Buffer.concat(await response.toArray()).toString()]),
    );
    sent.on("error", reject).end();
  });
const withState = (state: string) => ({ headers: { cookie: `portal-oauth-state.${state}=1` } });
const post = (path: string, headers: Record<string, string>) =>
  fetch(`${origin}${path}`, { method: "POST", headers });

describe("the developer portal", () => {
  it("lists the APIs, an API's operations, and an operation with its console", async () => {
    expect((await fetch(`${origin}/`)).url).toBe(`${origin}/apis`);
    expect(await (await fetch(`${origin}/apis`)).text()).toContain(
      '<a href="/apis/conference">Conference API</a>',
    );
    const api = await (await fetch(`${origin}/apis/conference`)).text();
    expect(api.match(/href="\/apis\/conference\/operations\//g)).toHaveLength(12);
    const operation = await (await fetch(`${origin}/apis/conference/operations/submitsession`)).text();
    expect(operation).toContain(`POST ${stack.outputs.gatewayUrl}/session/{id}/feedback`);
    expect(operation).toContain('data-name="id" required value="100"');
    expect(operation).toContain("Clear, and it ended on time.");
  });

  it.each(["/nothing", "/apis/none", "/apis/conference/operations/none", "/assets/none.js", "/apis/%E0"])(
    "has no page at %s",
    async (path) => {
      const response = await fetch(`${origin}${path}`);
      expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("Not found")]);
    },
  );

  it("loads and calls nothing but itself, the gateway and the token endpoint", async () => {
    const { headers } = await fetch(`${origin}/apis/conference/operations/getsessions`);
    const { gatewayUrl, issuer } = stack.outputs;
    expect(headers.get("content-security-policy")).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${gatewayUrl} ${new URL(issuer).origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`,
    );
  });

  it("answers at its own name alone, so that no other site's name can be made this origin", async () => {
    const [status, page] = await at("evil.example", "/apis");
    expect([status, page]).toEqual([421, expect.stringContaining(`<a href="${origin}">`)]);
    expect(page).not.toContain("Conference API");
    // That page looks like the others.
    expect((await at("evil.example", "/assets/portal.css"))[0]).toBe(200);
  });

  it("gives an API's definition to download, as valid OpenAPI 3 for the gateway without extensions and security", async () => {
    const page = await (await fetch(`${origin}/apis/conference`)).text();
    const links = [...page.matchAll(/href="([^"]+)" download/g)].map(([, href = ""]) => href);
    expect(links).toEqual(["/apis/conference/definition.json", "/apis/conference/definition.yaml"]);
    const [json, yaml] = await Promise.all(links.map((href) => fetch(`${origin}${href}`)));
    expect(json?.headers.get("content-disposition")).toBe('attachment; filename="conference.openapi.json"');
    expect(yaml?.headers.get("content-type")).toBe("application/vnd.oai.openapi; charset=utf-8");
    const text = (await json?.text()) ?? "";
    const definition = JSON.parse(text);
    expect(parse((await yaml?.text()) ?? "")).toEqual(definition);
    expect(await new Validator().validate(definition)).toMatchObject({ valid: true });
    expect(definition.servers).toEqual([{ url: stack.outputs.gatewayUrl }]);
    expect(definition.paths["/session/{id}/feedback"].post).toMatchObject({
      summary: "Give feedback on a session",
      operationId: "submitsession",
      requestBody: { content: { "text/plain": { example: "Clear, and it ended on time." } } },
    });
    expect(Object.values(definition.paths).flatMap((item) => Object.keys(item as object))).toHaveLength(12);
    expect(text).not.toMatch(/"x-|"security/);
  });

  it.each(["/apis/none/definition.json", "/apis/conference/definition.xml"])(
    "has no definition at %s",
    async (path) => {
      expect((await fetch(`${origin}${path}`)).status).toBe(404);
    },
  );

  it("says what the document says of the API", async () => {
    const page = await (await fetch(`${origin}/apis/conference`)).text();
    expect(page).toContain("<p>Sessions, speakers and topics of a three-day conference");
  });

  it("leaves an endpoint out of the policy whose host name would end a directive", async () => {
    const odd = await startLocalStack(bothGrants);
    try {
      const [server] = azureResources(odd.cloud, "azure-native:apimanagement:AuthorizationServer");
      await changeResource(odd.cloud, server?.id ?? "", (inputs) => ({
        ...inputs,
        tokenEndpoint: "https://a;script-src/token",
      }));
      await publishPortal(odd, "odd");
      const { headers } = await fetch(`${odd.cloud.origins.developerPortal}/apis`);
      expect(headers.get("content-security-policy")).not.toContain("a;script-src");
    } finally {
      await odd.cloud.close();
    }
  });
});

describe("an operation's page", () => {
  const page = async (name: string) => (await fetch(`${origin}/apis/conference/operations/${name}`)).text();
  const policy = () => azureResources(stack.cloud, "azure-native:apimanagement:ApiPolicy")[0];
  const rewrite = async (change: (xml: string) => string) =>
    changeResource(stack.cloud, policy()?.id ?? "", (inputs) => ({
      ...inputs,
      value: change(String(inputs.value)),
    }));

  it("says which scope the operation's policies ask for", async () => {
    expect(await page("getsessions")).toContain("Lets in a token with scope <code>conference.read</code>.");
    expect(await page("submitsession")).toContain(
      "Lets in a token with scope <code>conference.write</code>.",
    );
  });

  it("has a field for any value, and a choice where the document names the values", async () => {
    const [api] = azureResources(stack.cloud, "azure-native:apimanagement:Api");
    const before = String(api?.inputs.value);
    const put = (value: string) =>
      changeResource(stack.cloud, api?.id ?? "", (inputs) => ({ ...inputs, value }));
    try {
      expect(await page("getsessions")).toContain(
        '<input name="parameter" data-in="query" data-name="dayno"',
      );
      await put(before.replaceAll('"schema":{"type":"integer"}', '"schema":{"enum":["<1>",2]}'));
      expect(await page("getsessions")).toMatch(
        /<select name="parameter" data-in="query" data-name="dayno"><option value="">[^<]*<\/option><option value="&#60;1&#62;">&#60;1&#62;<\/option>\s*<option value="2">2<\/option><\/select>/,
      );
      await put(
        before.replaceAll(
          '"schema":{"type":"integer"}',
          '"required":true,"example":2,"schema":{"enum":[1,2]}',
        ),
      );
      expect(await page("getsessions")).toMatch(
        /<select [^>]* data-name="dayno" required>.*\s*<option value="2" selected>2<\/option><\/select>/,
      );
    } finally {
      await put(before);
    }
  });

  it("says what a changed policy asks for, up to what answers by itself", async () => {
    const before = String(policy()?.inputs.value);
    const rewriteBranch = (change: (statements: string) => string) =>
      rewrite(() => ownBranch(before, "GET /speakers", change));
    try {
      const claim = '<claim name="groups" match="any"><value>Staff</value></claim>';
      await rewriteBranch((xml) => xml.replace("</required-claims>", `${claim}</required-claims>`));
      expect(await page("getspeakers")).toContain(
        "scope <code>conference.read</code>, and claim <code>groups</code> <code>Staff</code>.",
      );
      expect(await page("getsessions")).toContain("Lets in a token with scope <code>conference.read</code>.");
      await rewriteBranch((xml) => xml.replace(/<required-claims>[\s\S]*<\/required-claims>/, ""));
      expect(await page("getspeakers")).toContain("Lets in any valid token.");
      await rewrite(() => before.replace("<base />", "<return-response />"));
      expect(await page("getspeakers")).toContain("Lets in everybody, without a token.");
    } finally {
      await rewrite(() => before);
    }
  });
});

describe("the callback of a sign-in", () => {
  it("redeems the code, and hands the token over once, to the portal's own page", async () => {
    const response = await fetch(await signedIn("s-1"), withState("s-1"));
    const page = await response.text();
    expect([response.status, page]).toEqual([200, expect.stringContaining("Signed in")]);
    const [ended, ticket = ""] = response.headers.getSetCookie();
    expect(ended).toMatch(/^portal-oauth-state\.s-1=; .*Max-Age=0/);
    expect(ticket).toMatch(
      /^portal-oauth-ticket\.s-1=[\w-]{36}; Path=\/signin-oauth; Max-Age=60; HttpOnly; SameSite=Strict$/,
    );
    const cookie = ticket.split(";")[0] ?? "";

    const path = "/signin-oauth/token?state=s-1";
    const foreign = await post(path, { cookie, origin: "http://evil.example" });
    expect([foreign.status, (await post(path, { cookie })).status]).toEqual([403, 403]);
    const taken = await post(path, { cookie, origin });
    expect(await taken.json()).toEqual({
      accessToken: expect.stringMatching(/^eyJ/),
      accessTokenType: "Bearer",
    });
    expect(taken.headers.getSetCookie().join()).toMatch(/^portal-oauth-ticket\.s-1=; .*Max-Age=0/);
    expect(page).not.toContain("eyJ");
    expect((await post(path, { cookie, origin })).status).toBe(400);
  });

  it("redeems the code for default scopes of Okta's own too", async () => {
    const open = await startLocalStack({
      portalGrantTypes: '["authorizationCode"]',
      portalDefaultScopes: '["openid", "conference.read"]',
    });
    try {
      const address = await signedIn("s-0", { on: open, scope: "openid conference.read" });
      expect((await fetch(address, withState("s-0"))).status).toBe(200);
    } finally {
      await open.cloud.close();
    }
  });

  it("refuses a state that this browser did not send, and one that came back before", async () => {
    const foreign = await fetch(await signedIn("s-2"), withState("another"));
    expect([foreign.status, await foreign.text()]).toEqual([
      400,
      expect.stringContaining("does not belong to a sign-in of this browser"),
    ]);
    const address = await signedIn("s-3");
    expect((await fetch(address, withState("s-3"))).status).toBe(200);
    const replayed = await fetch(address, withState("s-3"));
    expect([replayed.status, replayed.headers.getSetCookie().join()]).toEqual([
      400,
      expect.not.stringContaining("portal-oauth-ticket"),
    ]);
  });

  it("gives each of two sign-ins at once its own token", async () => {
    const tickets: string[] = [];
    for (const [state, scope] of [
      ["s-5", "conference.read"],
      ["s-6", "conference.write"],
    ] as const) {
      const response = await fetch(await signedIn(state, { scope }), withState(state));
      tickets.push(response.headers.getSetCookie()[1]?.split(";")[0] ?? "");
    }
    const cookie = tickets.join("; ");
    const scopesOf = async (state: string) => {
      const answer = await post(`/signin-oauth/token?state=${state}`, { cookie, origin });
      const { accessToken } = (await answer.json()) as { accessToken: string };
      return decodeJwt(accessToken).scp;
    };
    expect([await scopesOf("s-5"), await scopesOf("s-6")]).toEqual([
      ["conference.read"],
      ["conference.write"],
    ]);
  });

  it("tells an error of a sign-in that this browser began, and of no other", async () => {
    stack.log.length = 0;
    const refused = `${callback()}?error=access_denied&error_description=No&state=s-7`;
    const foreign = await (await fetch(refused)).text();
    expect(foreign).toContain("The answer does not belong to a sign-in of this browser.");
    expect(foreign + stack.log).not.toContain("access_denied");
    expect(await (await fetch(refused, withState("s-7"))).text()).toContain("access_denied: No.");
    expect(await (await fetch(refused, withState("s-7"))).text()).not.toContain("access_denied");
  });

  it("tells Okta's refusal of a code in its words, and logs neither code nor secret", async () => {
    stack.log.length = 0;
    const response = await fetch(`${callback()}?code=c0de-of-nobody&state=s-4`, withState("s-4"));
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("invalid_grant")]);
    expect(stack.log.join()).toContain('The portal\'s sign-in by "okta" failed: invalid_grant');
    expect(stack.log.join()).not.toMatch(new RegExp(`c0de|${stack.outputs.clientSecret}`));
  });

  it("shows any error as text", async () => {
    const response = await fetch(
      `${callback()}?error=x&error_description=${encodeURIComponent("<script>1</script>")}`,
    );
    const page = await response.text();
    expect(page).toContain("&#60;script&#62;1&#60;/script&#62;");
    expect(page).not.toContain("<script>1");
  });

  it("knows no other authorization server", async () => {
    const response = await fetch(`${origin}/signin-oauth/code/callback/other?code=c&state=s`, withState("s"));
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining("There is no authorization server of this name"),
    ]);
  });
});

describe("client credentials", () => {
  it("give the default scopes' token to the portal's pages, and to no other site", async () => {
    const answer = await post("/signin-oauth/credentials/conference", { origin });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { accessToken: expect.stringMatching(/^eyJ/), accessTokenType: "Bearer" },
    ]);
    const foreign = await post("/signin-oauth/credentials/conference", { origin: "http://evil.example" });
    expect(foreign.status).toBe(403);
  });

  it("are not there for an API without the portal's login", async () => {
    const answer = await post("/signin-oauth/credentials/none", { origin });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: "Authorization server configuration not found." },
    ]);
  });
});

describe("an API's link with scopes of its own", () => {
  it.each([
    ["conference.read", ["conference.read"]],
    ["conference.write conference.read", ["conference.write", "conference.read"]],
    ["", ["conference.read", "conference.write"]],
  ])("makes the console ask for %j", async (scope, scopes) => {
    const linked = await startLocalStack(bothGrants);
    try {
      const [api] = azureResources(linked.cloud, "azure-native:apimanagement:Api");
      await changeResource(linked.cloud, api?.id ?? "", (inputs) => ({
        ...inputs,
        authenticationSettings: { oAuth2AuthenticationSettings: [{ authorizationServerId: "okta", scope }] },
      }));
      await publishPortal(linked, "linked");
      const portal = linked.cloud.origins.developerPortal;
      const page = await (await fetch(`${portal}/apis/conference/operations/getsessions`)).text();
      const data = /data-console="([^"]*)"/.exec(page)?.[1]?.replaceAll("&#34;", '"') ?? "";
      const { logins } = JSON.parse(data) as { logins: readonly { scopes: readonly string[] }[] };
      const headers = { origin: portal };
      const path = `${portal}/signin-oauth/credentials/conference`;
      const answer = await (await fetch(path, { method: "POST", headers })).json();
      const { scp } = decodeJwt(String((answer as { accessToken?: unknown }).accessToken));
      expect([logins[0]?.scopes, scp]).toEqual([scopes, scopes]);
    } finally {
      await linked.cloud.close();
    }
  });
});

describe("client credentials of two servers", () => {
  it("are refused by name, since the real backend is asked by the API alone", async () => {
    const two = await startLocalStack(bothGrants);
    try {
      const azure = "azure-native:apimanagement";
      const [server] = azureResources(two.cloud, `${azure}:AuthorizationServer`);
      const second = { ...server?.inputs, authsid: "second" };
      await handlerOf(two.cloud, `${azure}:AuthorizationServer`).create("second", second);
      const [api] = azureResources(two.cloud, `${azure}:Api`);
      await changeResource(two.cloud, api?.id ?? "", (inputs) => ({
        ...inputs,
        authenticationSettings: {
          oAuth2AuthenticationSettings: [
            { authorizationServerId: "okta" },
            { authorizationServerId: "second" },
          ],
        },
      }));
      await publishPortal(two, "two");
      const portal = two.cloud.origins.developerPortal;
      const answer = await fetch(`${portal}/signin-oauth/credentials/conference`, {
        method: "POST",
        headers: { origin: portal },
      });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        {
          message: expect.stringContaining(
            'several authorization servers for client credentials: "okta", "second".',
          ),
        },
      ]);
    } finally {
      await two.cloud.close();
    }
  });
});

describe("publishing", () => {
  const service = () => azureResources(stack.cloud, "azure-native:apimanagement:ApiManagementService")[0];
  const publish = (revision: string) => publishPortal(stack, revision);
  const page = async (path: string) => (await fetch(`${origin}${path}`)).text();

  it("is what makes a change of the authorization server show", async () => {
    const [server] = azureResources(stack.cloud, "azure-native:apimanagement:AuthorizationServer");
    await changeResource(stack.cloud, server?.id ?? "", (inputs) => ({ ...inputs, displayName: "Renamed" }));
    expect(await page("/apis/conference/operations/getsessions")).not.toContain("Renamed");
    await publish("two");
    expect(await page("/apis/conference/operations/getsessions")).toContain("Renamed");
  });

  it("makes the newest revision the current one, and an older one again when it is put again", async () => {
    const [first] = stack.cloud.store.all("Microsoft.ApiManagement/service/portalRevisions");
    await publish(first?.id.split("/").at(-1) ?? "");
    expect(await page("/apis/conference/operations/getsessions")).not.toContain("Renamed");
    await publish("two");
  });

  it("shows titles and descriptions as text", async () => {
    const [api] = azureResources(stack.cloud, "azure-native:apimanagement:Api");
    const title = "<img src=x onerror=alert(1)>";
    await changeResource(stack.cloud, api?.id ?? "", (inputs) => ({ ...inputs, displayName: title }));
    expect(await page("/apis/conference")).toContain("<h1>&#60;img src=x onerror=alert(1)&#62;</h1>");
  });

  it("comes first: before it there is no portal, nor where it is switched off", async () => {
    for (const { id } of stack.cloud.store.all("Microsoft.ApiManagement/service/portalRevisions"))
      stack.cloud.store.delete(id);
    expect(await page("/apis")).toContain("The developer portal is not published yet.");
    await changeResource(stack.cloud, service()?.id ?? "", (inputs) => ({
      ...inputs,
      developerPortalStatus: "Disabled",
    }));
    expect(await page("/apis")).toContain("The developer portal is not enabled.");
    await expect(publish("three")).rejects.toThrow('must be enabled before it is published; got "Disabled"');
  });
});
