/** The management API on the wire: headers, pages, errors and targets, asked with plain requests and raw bytes. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createOktaServer } from "../../../../simulator/okta/oauth-endpoints.ts";
import { OktaOrg } from "../../../../simulator/okta/org.ts";
import { serveOkta, type TestOkta } from "../../../support/okta.ts";
import { rawRequest, sendRaw } from "../../../support/raw-http.ts";
import { serve } from "../../../support/serve.ts";

let okta: TestOkta;
let token: string;
beforeAll(async () => {
  okta = await serveOkta();
  token = `SSWS ${okta.org.identity.apiToken}`;
});
afterAll(() => okta.close());

const call = (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
  fetch(okta.origin + path, {
    ...{ method, headers: { authorization: token, "content-type": "application/json", ...headers } },
    ...(body === undefined ? {} : { body }),
  });

const error = (code: string, summary: string, causes: readonly string[] = []) => ({
  ...{ errorCode: code, errorSummary: summary, errorLink: code },
  errorId: expect.stringMatching(/^oae\w{22}$/),
  errorCauses: causes.map((errorSummary) => ({ errorSummary })),
});

describe("an answer", () => {
  it("tells of the rate limit and has an id", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    const { headers } = await call("GET", "/api/v1/users/me");
    const reset = Number(headers.get("x-rate-limit-reset")) - Date.now() / 1000;
    vi.useRealTimers();
    expect([headers.get("x-rate-limit-limit"), headers.get("x-rate-limit-remaining")]).toEqual([
      "600",
      "599",
    ]);
    expect(reset > 0 && reset <= 60).toBe(true);
    expect(headers.get("x-okta-request-id")).toMatch(/^\w{28}$/);
    expect(headers.get("content-type")).toBe("application/json");
  });

  it("to what was deleted is 204 without a body", async () => {
    const made = await call("POST", "/api/v1/groups", '{"profile":{"name":"Short-lived"}}');
    const { id } = (await made.json()) as { id: string };
    const deleted = await call("DELETE", `/api/v1/groups/${id}`);
    expect([deleted.status, await deleted.text(), deleted.headers.get("content-type")]).toEqual([
      204,
      "",
      null,
    ]);
  });
});

describe("a list", () => {
  it("comes page by page, each with the address of the next one", async () => {
    for (const name of ["Page A", "Page B", "Page C"])
      await call("POST", "/api/v1/groups", JSON.stringify({ profile: { name } }));
    const seen: string[] = [];
    let next: string | undefined = `${okta.origin}/api/v1/groups?q=page&limit=2`;
    let links = "";
    while (next !== undefined) {
      const response: Response = await fetch(next, { headers: { authorization: token } });
      const groups = (await response.json()) as { profile: { name: string } }[];
      seen.push(groups.map(({ profile }) => profile.name).join("+"));
      links = response.headers.get("link") ?? "";
      next = /<([^>]+)>; rel="next"/.exec(links)?.[1];
    }
    expect(seen).toEqual(["Page A+Page B", "Page C"]);
    expect(links).toMatch(
      /^<http:\/\/127\.0\.0\.1:\d+\/api\/v1\/groups\?q=page&limit=2&after=00g\w+>; rel="self"$/,
    );
  });

  it.each(["0", "-1", "two", "1.5"])("is refused with the limit %s", async (limit) => {
    const response = await call("GET", `/api/v1/apps?limit=${limit}`);
    expect([response.status, ((await response.json()) as { errorCode: string }).errorCode]).toEqual([
      ...[400, "E0000001"],
    ]);
  });
});

describe("a call without the right to it", () => {
  it.each<[string, string | undefined, number, string, string]>([
    ["without credentials", undefined, 403, "E0000005", "Invalid session"],
    ["of another scheme", "Basic eDp5", 403, "E0000005", "Invalid session"],
    ["with another API token", `SSWS 00${"x".repeat(40)}`, 401, "E0000011", "Invalid token provided"],
    ["with an access token that is none", "Bearer a.b.c", 401, "E0000011", "Invalid token provided"],
  ])("%s is refused", async (_, authorization, status, code, summary) => {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${okta.origin}/api/v1/apps`, { headers });
    expect([response.status, await response.json()]).toEqual([status, error(code, summary)]);
  });

  it("is let in by the API token in any spelling of its scheme", async () => {
    const headers = { authorization: token.replace("SSWS", "ssws") };
    expect((await fetch(`${okta.origin}/api/v1/apps`, { headers })).status).toBe(200);
  });

  it("is refused once the token's owner is suspended", async () => {
    const { apiTokenUserId } = okta.org.identity;
    const owner = okta.org.users.get(apiTokenUserId);
    if (owner === undefined) throw new Error("The API token must have an owner; it has none.");
    okta.org.users.set(owner.id, { ...owner, status: "SUSPENDED" });
    expect((await call("GET", "/api/v1/apps")).status).toBe(401);
    okta.org.users.set(owner.id, owner);
  });

  it("may read what the org is", async () => {
    const response = await fetch(`${okta.origin}/.well-known/okta-organization`);
    expect(await response.json()).toMatchObject({ id: okta.org.identity.id, pipeline: "idx" });
  });
});

describe("a body", () => {
  it.each([
    ["that is no JSON", "{"],
    ["of another type", "[]"],
    ["with a field of another type", '{"profile":{"name":1}}'],
  ])("%s is refused as not well-formed", async (_, body) => {
    const response = await call("POST", "/api/v1/groups", body);
    expect([response.status, await response.json()]).toEqual([
      ...[400, error("E0000003", "The request body was not well-formed.")],
    ]);
  });

  it("that is no JSON by its header is refused", async () => {
    const response = await call("POST", "/api/v1/groups", "{}", { "content-type": "text/plain" });
    expect([response.status, ((await response.json()) as { errorCode: string }).errorCode]).toEqual([
      ...[400, "E0000021"],
    ]);
  });

  it("with a value that a field does not have is refused by name", async () => {
    const body = '{"name":"a","consent":"SOMETIMES"}';
    const response = await call("POST", "/api/v1/authorizationServers/default/scopes", body);
    expect(await response.json()).toEqual(
      error("E0000001", "Api validation failed: consent", ["consent: The field has an invalid value"]),
    );
  });
});

describe("a target", () => {
  it.each<[string, number]>([
    ["GET http://HOST/api/v1/users/me HTTP/1.1", 200],
    ["GET /api/v1/users/me HTTP/1.1", 200],
    ["GET /api/v1/users/olivia.operator%40example.com HTTP/1.1", 200],
    ["GET /api/v1/users/%zz HTTP/1.1", 404],
    ["GET /api/v1/users/__proto__ HTTP/1.1", 404],
    ["GET /api/v1/apps/ HTTP/1.1", 501],
    ["GET /api/v1/meta/schemas/user/default HTTP/1.1", 501],
    ["PATCH /api/v1/apps HTTP/1.1", 405],
  ])("%s is answered", async (line, status) => {
    const { host } = new URL(okta.origin);
    const head = [
      line.replace("HOST", host),
      `Host: ${host}`,
      `Authorization: ${token}`,
      "Connection: close",
    ];
    expect(await sendRaw(okta.origin, rawRequest(head))).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it("that another name leads to is not this org", async () => {
    const head = [
      "GET /api/v1/users/me HTTP/1.1",
      "Host: evil.example",
      `Authorization: ${token}`,
      "Connection: close",
    ];
    expect(await sendRaw(okta.origin, rawRequest(head))).toMatch(/^HTTP\/1.1 421 /);
  });
});

describe("the settings of an app's ID tokens", () => {
  it("are read and written as the provider does, and not found for an app that is gone", async () => {
    const path = (id: string) => `/api/v1/internal/apps/${id}/settings/oauth/idToken`;
    const id = okta.org.strangerApp().clientId;
    expect(await (await call("GET", path(id))).json()).toEqual({
      ...{ issuer: okta.origin, orgUrl: null, customUrl: null, audience: id, issuerMode: "ORG_URL" },
    });
    expect(await (await call("POST", path(id), '{"issuerMode":"ORG_URL"}')).json()).toEqual({
      ...{ issuer: null, orgUrl: null, customUrl: null, audience: null, issuerMode: "ORG_URL" },
    });
    expect(await (await call("GET", path("0oaGone"))).json()).toEqual(
      error("E0000007", "Not found: Resource not found: 0oaGone (OAuth2AppInstance)"),
    );
  });
});

describe("an org without API Access Management", () => {
  it("has no authorization servers of its own, and apps all the same", async () => {
    let listener: ReturnType<typeof createOktaServer> | undefined;
    const server = await serve((request, response) => listener?.(request, response));
    const org = await OktaOrg.create(server.origin);
    listener = createOktaServer({ org, log: () => {}, hasApiAccessManagement: false });
    const headers = { authorization: `SSWS ${org.identity.apiToken}` };
    for (const path of ["", "/default", "/default/scopes"]) {
      const response = await fetch(`${server.origin}/api/v1/authorizationServers${path}`, { headers });
      expect([response.status, await response.json()]).toEqual([
        ...[401, error("E0000015", "You do not have permission to access the feature you are requesting")],
      ]);
    }
    expect((await fetch(`${server.origin}/api/v1/apps`, { headers })).status).toBe(200);
    await server.close();
  });
});

describe("a change", () => {
  it("is kept before it is answered, and a refusal and a read keep nothing", async () => {
    let listener: ReturnType<typeof createOktaServer> | undefined;
    const server = await serve((request, response) => listener?.(request, response));
    const org = await OktaOrg.create(server.origin);
    const kept: number[] = [];
    const onChange = async () => {
      kept.push(org.groups.size);
    };
    listener = createOktaServer({ org, log: () => {}, onChange });
    const headers = { authorization: `SSWS ${org.identity.apiToken}`, "content-type": "application/json" };
    const send = (method: string, body?: string) =>
      fetch(`${server.origin}/api/v1/groups`, { method, headers, ...(body === undefined ? {} : { body }) });
    await send("POST", '{"profile":{"name":"Kept"}}');
    expect(kept).toEqual([3]);
    await send("POST", '{"profile":{"name":"Kept"}}');
    await send("GET");
    expect(kept).toEqual([3]);
    await server.close();
  });
});
