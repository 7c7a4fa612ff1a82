/** How the local Okta reads the parameters of its two endpoints: absent, empty, repeated, unknown. Okta itself is not asked here. */
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  assignConference,
  makeClient,
  redirectUri,
  serveOkta,
  signInLocally,
  type TestApp,
  type TestOkta,
} from "../../support/okta.ts";
import { rawRequest, sendRaw } from "../../support/raw-http.ts";

let okta: TestOkta;
let app: TestApp;
let pkceApp: TestApp;
let postApp: TestApp;
beforeAll(async () => {
  okta = await serveOkta();
  app = await makeClient(okta);
  pkceApp = await makeClient(okta, { label: "PKCE", app: { pkceRequired: true } });
  postApp = await makeClient(okta, { label: "Post", app: { tokenEndpointAuthMethod: "client_secret_post" } });
  for (const { id } of [app, pkceApp]) await assignConference(okta, id);
});
afterAll(() => okta.close());

const ada = "ada.attendee@example.com";
const basic = ({ clientId, clientSecret }: TestApp) =>
  `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
const authorizeUrl = (query: string) => new URL(`${okta.issuer}/v1/authorize?${query}`);
const good = (of: TestApp = app) => ({
  client_id: of.clientId,
  redirect_uri: redirectUri,
  response_type: "code",
  scope: "a.read",
  state: "s-1",
});
const codeOf = async (query: Record<string, string>) =>
  (await signInLocally(authorizeUrl(String(new URLSearchParams(query))), ada)).callback?.searchParams.get(
    "code",
  ) ?? "";

async function ask(
  body: string,
  { query = "", ...headers }: Record<string, string> = { authorization: basic(app) },
): Promise<{ status: number; error: unknown; description: unknown }> {
  const response = await fetch(`${okta.issuer}/v1/token${query}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body,
  });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, error: answer.error, description: answer.error_description };
}
const form = (fields: Record<string, string>) => String(new URLSearchParams(fields));
const granted = { status: 200, error: undefined, description: undefined };
const refused = (description: string, status = 400, error = "invalid_request") => ({
  status,
  error,
  description,
});
const twice = "The request contained multiple parameters with the same name.";
const severalCredentials =
  "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.";

describe("an empty parameter of a token request", () => {
  it.each<[string, string]>([
    ["redirect_uri", "The required parameter 'redirect_uri' is missing."],
    ["code", "The required parameter 'code' is missing."],
    [
      "grant_type",
      "The token request must specify a 'grant_type'. Valid values: [authorization_code, client_credentials, refresh_token]",
    ],
  ])("counts as absent when %s is needed", async (name, description) => {
    const fields = {
      grant_type: "authorization_code",
      code: await codeOf(good()),
      redirect_uri: redirectUri,
    };
    expect(await ask(form({ ...fields, [name]: "" }))).toEqual(refused(description));
  });

  it("counts as no code verifier in a browser's request", async () => {
    const fields = {
      grant_type: "authorization_code",
      code: await codeOf(good()),
      redirect_uri: redirectUri,
    };
    const { origin } = new URL(redirectUri);
    expect(await ask(form({ ...fields, code_verifier: "" }), { authorization: basic(app), origin })).toEqual(
      refused(
        "Browser requests to the token endpoint must use Proof Key for Code Exchange.",
        401,
        "invalid_client",
      ),
    );
  });

  it.each([{}, { code_verifier: "" }])(
    "counts as no code verifier where the app demands one: %j",
    async (last) => {
      const code_challenge = await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier());
      const code = await codeOf({ ...good(pkceApp), code_challenge, code_challenge_method: "S256" });
      const fields = { grant_type: "authorization_code", code, redirect_uri: redirectUri, ...last };
      expect(await ask(form(fields), { authorization: basic(pkceApp) })).toEqual(
        refused("PKCE code verifier is required by the application."),
      );
    },
  );

  it("counts as no scope", async () => {
    const { description } = await ask("grant_type=client_credentials&scope=");
    expect(description).toMatch(/does not have any configured default scopes/);
  });

  it("counts as no client secret beside an Authorization header", async () => {
    const body = "grant_type=client_credentials&scope=a.read&client_secret=&client_id=&client_assertion=";
    expect(await ask(body)).toEqual(granted);
  });

  it.each(["client_id", "client_secret"])("counts as no credentials when it is %s", async (name) => {
    const credentials = { client_id: postApp.clientId, client_secret: postApp.clientSecret, [name]: "" };
    const fields = { grant_type: "client_credentials", scope: "a.read", ...credentials };
    expect(await ask(form(fields), {})).toEqual(
      refused("No client credentials found.", 401, "invalid_client"),
    );
  });
});

describe("an empty parameter of an authorization request", () => {
  const go = (changes: Record<string, string>, of = app) =>
    signInLocally(authorizeUrl(form({ ...good(of), ...changes })), ada);

  it.each<[string, string]>([
    ["state", "The authentication request has an invalid 'state' parameter."],
    [
      "response_type",
      "The response type is not supported by the authorization server. Configured response types: [code]",
    ],
    [
      "scope",
      "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
    ],
  ])("counts as absent when %s is needed", async (name, description) => {
    const { callback } = await go({ [name]: "" });
    expect(callback?.searchParams.get("error_description")).toBe(description);
  });

  it.each<[string, string]>([
    ["client_id", "Invalid value for &#39;client_id&#39; parameter."],
    ["redirect_uri", "parameter must be a Login redirect URI in the client app settings."],
  ])("counts as absent when %s is needed, and sends nobody anywhere", async (name, text) => {
    const { status, page, callback } = await go({ [name]: "" });
    expect([status, callback]).toEqual([400, undefined]);
    expect(page).toContain(text);
  });

  it("counts as no code challenge where the app demands one", async () => {
    const { callback } = await go({ code_challenge: "", code_challenge_method: "S256" }, pkceApp);
    expect(callback?.searchParams.get("error_description")).toBe(
      "PKCE code challenge is required by the application.",
    );
  });

  it.each([
    "response_mode",
    "prompt",
    "max_age",
    "nonce",
    "login_hint",
    "code_challenge",
    "request",
    "resource",
  ])("changes nothing when %s is left empty", async (name) => {
    const { callback, posted } = await go({ [name]: "" });
    expect([callback?.searchParams.get("error"), callback?.searchParams.has("code"), posted]).toEqual([
      null,
      true,
      true,
    ]);
  });
});

describe("an authorization request", () => {
  it("without a scope asks for the default ones", async () => {
    const scope = await okta.make("okta:auth/serverScope:ServerScope", {
      authServerId: "default",
      name: "a.default",
      default: true,
    });
    const open = await makeClient(okta, { label: "Open", rule: { scopeWhitelists: ["*"] } });
    await assignConference(okta, open.id);
    const code = await codeOf({ ...good(open), scope: "" });
    const response = await fetch(`${okta.issuer}/v1/token`, {
      method: "POST",
      headers: { authorization: basic(open) },
      body: new URLSearchParams({ grant_type: "authorization_code", code, redirect_uri: redirectUri }),
    });
    const answer = await response.json();
    await okta.handler("okta:auth/serverScope:ServerScope").delete(scope.id, scope.properties);
    expect(answer).toMatchObject({ scope: "a.default" });
  });

  it("that asks for the answer in the fragment gets it there", async () => {
    const query = new URLSearchParams({ ...good(), response_mode: "fragment" });
    const { callback } = await signInLocally(authorizeUrl(String(query)), ada);
    expect([callback?.search, callback?.hash]).toEqual([
      "",
      expect.stringMatching(/^#code=[\w-]+&state=s-1/),
    ]);
  });

  it("is taken by GET and by a form alone", async () => {
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const response = await fetch(authorizeUrl(form(good())), { method, redirect: "manual" });
      expect([response.status, await response.json()]).toEqual([
        400,
        {
          error: "invalid_request",
          error_description: "The authorization endpoint takes GET, or POST with a form.",
        },
      ]);
    }
  });

  it("is refused to an app that is not registered for it", async () => {
    const { id, clientId } = await makeClient(okta, { label: "No codes" });
    const kept = okta.org.apps.get(id);
    if (kept === undefined) throw new Error("The app must be there.");
    okta.org.apps.set(id, { ...kept, grantTypes: ["client_credentials"] });
    const query = new URLSearchParams({ ...good(), client_id: clientId });
    const { callback } = await signInLocally(authorizeUrl(String(query)), ada);
    expect(callback?.searchParams.get("error_description")).toBe(
      "The client is not authorized to use the provided grant type. Configured grant types: [client_credentials].",
    );
  });

  it("that asks for consent signs in once, since a trusted app needs none", async () => {
    const query = new URLSearchParams({ ...good(), prompt: "consent" });
    const { callback } = await signInLocally(authorizeUrl(String(query)), ada);
    expect(callback?.searchParams.has("code")).toBe(true);
  });
});

describe("a repeated parameter", () => {
  const fields = { grant_type: "client_credentials", scope: "a.read" };

  it.each(["grant_type=client_credentials", "grant_type=", "scope=a.write", "scope=a.read", "scope="])(
    "is refused at the token endpoint: %s",
    async (more) => {
      expect(await ask(`${form(fields)}&${more}`)).toEqual(refused(twice));
    },
  );

  it.each(["code", "redirect_uri", "code_verifier"])(
    "is refused when a code is redeemed: %s",
    async (name) => {
      const code = await codeOf(good());
      const body = form({
        grant_type: "authorization_code",
        code,
        redirect_uri: redirectUri,
        code_verifier: "v",
      });
      expect(await ask(`${body}&${name}=x`)).toEqual(refused(twice));
    },
  );

  it("is refused where it is a secret, whichever of the two is right", async () => {
    const right = `client_secret=${postApp.clientSecret}`;
    for (const secrets of [`${right}&client_secret=x`, `client_secret=x&${right}`])
      expect(await ask(`${form(fields)}&client_id=${postApp.clientId}&${secrets}`, {})).toEqual(
        refused(twice),
      );
  });

  it.each(["scope=a.write", "response_type=code", "prompt=none", "response_mode=query", "nonce=1&nonce=2"])(
    "is told to the app by the authorization endpoint: %s",
    async (more) => {
      const { callback } = await signInLocally(authorizeUrl(`${form(good())}&${more}&${more}`), ada);
      expect([
        callback?.searchParams.get("error"),
        callback?.searchParams.get("error_description"),
        callback?.searchParams.get("state"),
      ]).toEqual(["invalid_request", twice, "s-1"]);
    },
  );

  it("is told to the app without a state when it is the state", async () => {
    const { callback } = await signInLocally(authorizeUrl(`${form(good())}&state=s-2`), ada);
    expect([...(callback?.searchParams.keys() ?? [])]).toEqual(["error", "error_description"]);
  });

  it.each(["client_id", "redirect_uri"] as const)(
    "sends nobody anywhere when it says where to go: %s",
    async (name) => {
      const again = form({ [name]: good()[name] });
      const { status, page, callback } = await signInLocally(authorizeUrl(`${form(good())}&${again}`), ada);
      expect([status, callback]).toEqual([400, undefined]);
      expect(page).toContain(twice);
    },
  );

  it("is ignored when no endpoint knows it", async () => {
    expect(await ask(`${form(fields)}&x=1&x=2&resource=urn:a&resource=urn:b`)).toEqual(granted);
    const { callback } = await signInLocally(authorizeUrl(`${form(good())}&x=1&x=2&resource=urn:a`), ada);
    expect(callback?.searchParams.has("code")).toBe(true);
  });

  it("is found however many unknown ones stand before it", async () => {
    const many = Array.from({ length: 1500 }, (_, index) => `x${index}=1`).join("&");
    expect(await ask(`${many}&${form(fields)}`)).toEqual(granted);
    expect(await ask(`${form(fields)}&${many}&scope=a.write`)).toEqual(refused(twice));
  });
});

describe("a second client authentication", () => {
  const fields = { grant_type: "client_credentials", scope: "a.read" };
  const several = refused(severalCredentials, 401);

  it.each<[string, () => string]>([
    ["a secret in the body", () => `client_id=${app.clientId}&client_secret=${app.clientSecret}`],
    ["a secret alone in the body", () => `client_secret=${app.clientSecret}`],
    ["the client id alone in the body", () => `client_id=${app.clientId}`],
    ["an assertion", () => "client_assertion_type=x&client_assertion=a.b.c"],
  ])("is refused beside the Authorization header: %s", async (_, more) => {
    expect(await ask(`${form(fields)}&${more()}`)).toEqual(several);
  });

  it("is refused beside a secret in the body", async () => {
    const both = {
      client_id: postApp.clientId,
      client_secret: postApp.clientSecret,
      client_assertion: "a.b.c",
    };
    expect(await ask(form({ ...fields, ...both }), {})).toEqual(several);
  });

  it("is refused when it is a second header, whichever of the two is right", async () => {
    const body = form(fields);
    const right = basic(app);
    for (const [first, second] of [
      [right, "Basic eDp5"],
      ["Basic eDp5", right],
      [right, right],
    ]) {
      const answer = await sendRaw(
        okta.origin,
        rawRequest(
          [
            "POST /oauth2/default/v1/token HTTP/1.1",
            `Host: ${new URL(okta.origin).host}`,
            `Authorization: ${first}`,
            `Authorization: ${second}`,
            "Content-Type: application/x-www-form-urlencoded",
            `Content-Length: ${body.length}`,
            "Connection: close",
          ],
          body,
        ),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
      expect(answer).toContain(severalCredentials);
    }
  });

  it("is refused in the query, where it would stand in logs", async () => {
    for (const query of [`?client_secret=${app.clientSecret}`, "?client_assertion=a.b.c"])
      for (const headers of [{ query }, { query, authorization: basic(app) }])
        expect(await ask(form(fields), headers)).toEqual(
          refused("Client credentials cannot be supplied via query parameters."),
        );
  });

  it("is refused when it is an assertion that cannot be read", async () => {
    const client_assertion_type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const sent = form({ ...fields, client_assertion: "a.b.c", client_assertion_type });
    expect(await ask(sent, {})).toEqual(
      refused("The parsing of the client_assertion failed.", 401, "invalid_client"),
    );
  });
});

describe("a form", () => {
  it.each([
    "application/x-www-form-urlencoded; charset=utf-16le",
    "Application/X-WWW-Form-Urlencoded;charset=nonsense",
  ])("is read as UTF-8 whatever charset it names: %s", async (type) => {
    const body = "grant_type=client_credentials&scope=a.read";
    expect(await ask(body, { authorization: basic(app), "content-type": type })).toEqual(granted);
  });

  it("starts a sign-in as a query does", async () => {
    const response = await fetch(`${okta.issuer}/v1/authorize`, {
      method: "POST",
      body: new URLSearchParams(good()),
      redirect: "manual",
    });
    expect([response.status, response.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/\/oauth2\/default\/sign-in\/[\w-]+$/),
    ]);
    expect(response.headers.getSetCookie().join()).toContain("path=/oauth2/default/v1/authorize/");
  });
});
