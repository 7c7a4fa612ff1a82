/** What the program makes of the settings of clients and claims, and what it says of them. That Okta takes it is not proved here. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RecordedRun, record } from "../support/registrations.ts";

const conference = { document: "apis/conference.openapi.yaml" };
const json = JSON.stringify;
const service = { kind: "service", scopes: ["conference.read"] };
const page = { kind: "browser", scopes: ["conference.read"], redirectUris: ["https://app.example.com/cb"] };

let folder: string;
/** The example's document, with a third scope that nothing needs. */
let withUnneeded: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-clients-"));
  withUnneeded = path.join(folder, "conference.openapi.yaml");
  const text = await readFile(conference.document, "utf8");
  await writeFile(
    withUnneeded,
    text.replaceAll(/( +)conference\.write: Give.*\n/g, "$&$1conference.admin: Do everything.\n"),
  );
});
afterAll(() => rm(folder, { recursive: true }));

const inputsOf = (run: RecordedRun, type: string, name?: string) =>
  run.registrations.find((one) => one.type.endsWith(`:${type}`) && (name ?? one.name) === one.name)?.inputs;
const names = (run: RecordedRun, type: string) =>
  run.registrations.flatMap((one) => (one.type.endsWith(`:${type}`) ? [one.name] : [])).sort();

describe("the program, of what is wider than it need be,", () => {
  const warnings = ({ notices }: RecordedRun) =>
    notices.flatMap(({ severity, message }) => (severity === "warning" ? [message] : []));

  it("says nothing when each scope is needed and held", async () => {
    expect(warnings(await record("dev"))).toEqual([]);
  });

  it("names a scope that no client has", async () => {
    const portalDefaultScopes = json(["conference.read"]);
    expect(warnings(await record("dev", { clients: "{}", portalDefaultScopes }))).toEqual([
      'No client may ask for the scopes "conference.write", so nobody can call what needs them. Give them to a client, or take them out of the document.',
    ]);
    expect(warnings(await record("dev", { portalDefaultScopes }))).toEqual([]);
  });

  it("names an operation that other spellings of a stricter one's path lead to", async () => {
    const document = path.join(folder, "open.json");
    const answers = { responses: { 200: { description: "Done." } } };
    const text = {
      ...{ openapi: "3.0.3", info: { title: "Open", version: "1" } },
      paths: {
        "/users/{id}": {
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" }, example: "7" }],
          get: { operationId: "getUser", security: [], ...answers },
        },
        "/users/me": { get: { operationId: "getMe", security: [{ okta: ["read"] }], ...answers } },
      },
      components: {
        securitySchemes: {
          okta: {
            type: "oauth2",
            flows: { clientCredentials: { tokenUrl: "https://o.example", scopes: { read: "Read." } } },
          },
        },
      },
    };
    await writeFile(document, json(text));
    const run = await record("dev", {
      ...{ apis: json({ users: { document, mock: true } }) },
      clients: json({ batch: { ...service, scopes: ["read"] } }),
    });
    expect(warnings(run).filter((text) => text.startsWith("API"))).toEqual([
      expect.stringMatching(
        /^API "users": GET \/users\/\{id\} lets everybody in, .* spellings of GET \/users\/me, for example \/users\/me;x\./,
      ),
    ]);
  });

  it("names a client with a scope that no operation needs, and does not give it to the portal's console", async () => {
    const apis = json({ conference: { document: withUnneeded, mock: true } });
    const clients = json({ batch: { ...service, scopes: ["conference.read", "conference.admin"] } });
    const run = await record("dev", { apis, clients });
    expect(warnings(run)).toEqual([
      'No operation needs some scopes that a client has: client "batch" (conference.admin). Take them away from the client.',
    ]);
    expect(inputsOf(run, "ServerPolicyRule", "okta-policy-rule")?.scopeWhitelists).toEqual([
      "conference.read",
      "conference.write",
    ]);
    expect(warnings(await record("dev", { apis, clients: json({ batch: service }) }))).toEqual([]);
  });

  it("names a client that nobody may sign in with, and not the portal's, which nobody asked for", async () => {
    const clients = (groups: readonly string[]) => json({ page: { ...page, groups } });
    expect(warnings(await record("dev", { clients: clients([]) }))).toEqual([
      'Nobody may sign in with client "page": it has no group. Name some as `groups`.',
    ]);
    expect(warnings(await record("dev", { clients: clients(["Staff"]) }))).toEqual([]);
  });

  it("names a client whose groups keep nobody out", async () => {
    const clients = (groups: readonly string[]) => json({ page: { ...page, groups } });
    expect(warnings(await record("dev", { clients: clients(["Staff", "Everyone"]) }))).toEqual([
      'Client "page" is for the group "Everyone", which everybody is in, so its other groups ("Staff") keep nobody out. Leave "Everyone" out, or the others.',
    ]);
    expect(warnings(await record("dev", { clients: clients(["Everyone"]) }))).toEqual([]);
  });

  it("names a required claim that no setting makes, unless Okta or an existing server may make it", async () => {
    const requiredClaims = (name: string) => ({
      "GET /sessions": [{ name, match: "any", values: ["Staff"] }],
    });
    const apis = (name: string) =>
      json({ conference: { ...conference, mock: true, requiredClaims: requiredClaims(name) } });
    expect(warnings(await record("dev", { apis: apis("groups") }))).toEqual([
      'No setting makes the claim "groups", so nobody can call GET /sessions, which ask for it. Add it to `claims`.',
    ]);
    const claims = json({ groups: { groups: { startsWith: "" } } });
    expect(warnings(await record("dev", { apis: apis("groups"), claims }))).toEqual([]);
    expect(warnings(await record("dev", { apis: apis("cid") }))).toEqual([]);
    const shared = { oktaCreateAuthorizationServer: "false", oktaAuthorizationServer: "default" };
    expect(warnings(await record("dev", { apis: apis("groups"), ...shared })).join()).not.toContain("claim");
  });

  it("refuses a scope that no document declares", async () => {
    const clients = json({ batch: { ...service, scopes: ["conference.reed"] } });
    await expect(record("dev", { clients })).rejects.toThrow(
      '"apim-okta:clients.batch.scopes" names "conference.reed", which no document declares. Choose among "conference.read", "conference.write", or declare it in a document.',
    );
  });

  it("refuses two ways to say the portal's groups", async () => {
    const clients = json({ portal: { groups: ["Staff"] } });
    await expect(record("dev", { clients, oktaGroup: "Attendees" })).rejects.toThrow(
      '"apim-okta:oktaGroup" is "Attendees", but clients.portal.groups names the groups of the same app. Remove one of them.',
    );
    expect(names(await record("dev", { clients }), "GroupAssignment")).toEqual(["okta-group-Staff"]);
  });
});

describe("a stack without a developer portal", () => {
  const consumption = { apimSku: "Consumption" };

  it("has no app of the portal's", async () => {
    const run = await record("dev", { ...consumption, clients: json({ batch: service }) });
    expect(names(run, "OAuth")).toEqual(["batch"]);
    expect([run.outputs.clientId, run.outputs.clientSecret]).toEqual(["", ""]);
  });

  it("is refused when nobody could get a token", async () => {
    await expect(record("dev", { ...consumption, clients: "{}" })).rejects.toThrow(
      '"apim-okta:clients" names no client, and there is no developer portal to sign in to, so nobody could get a token.',
    );
  });
});

describe("a browser client", () => {
  it("has its page's origin trusted once, also where another client has the same", async () => {
    const other = { ...page, redirectUris: ["https://app.example.com/other", "http://localhost:3000/cb"] };
    const run = await record("dev", { clients: json({ page, other }) });
    expect(names(run, "Origin")).toEqual(["pages-http://localhost:3000", "pages-https://app.example.com"]);
    expect(inputsOf(run, "Origin", "pages-https://app.example.com")).toEqual({
      name: "apim-okta-dev https://app.example.com",
      origin: "https://app.example.com",
      scopes: [{ type: "CORS" }, { type: "REDIRECT" }],
    });
  });

  it("has it trusted by somebody else when the settings say so", async () => {
    const run = await record("dev", { clients: json({ page }), oktaCreateTrustedOrigins: "false" });
    expect(names(run, "Origin")).toEqual([]);
    expect(names(run, "TrustedOrigins")).toEqual([]);
  });

  it("is let in by the cors of the APIs that it may call, and of no others", async () => {
    const other = { ...conference, path: "other", mock: true };
    const writing = path.join(folder, "writing.openapi.yaml");
    const text = await readFile(conference.document, "utf8");
    await writeFile(writing, text.replaceAll("okta: [conference.read]", "okta: [conference.write]"));
    const apis = json({ read: other, write: { ...other, path: "write", document: writing } });
    const run = await record("dev", { apis, clients: json({ page }) });
    const originsOf = (name: string) =>
      String(inputsOf(run, "ApiPolicy", name)?.value).match(/(?<=<origin>).*(?=<)/g);
    const portal = "https://apim-conference-abc123.developer.azure-api.net";
    expect(originsOf("read-policy")).toEqual([portal, "https://app.example.com"]);
    expect(originsOf("write-policy")).toEqual([portal]);
  });
});

describe("what a client may have besides", () => {
  it("is a refresh token by its scope, in the app and not in the rule", async () => {
    const clients = json({ page: { ...page, scopes: ["openid", "offline_access", "conference.read"] } });
    const run = await record("dev", { clients });
    expect(inputsOf(run, "OAuth", "page")).toMatchObject({
      grantTypes: ["authorization_code", "refresh_token"],
      refreshTokenRotation: "ROTATE",
    });
    expect(inputsOf(run, "ServerPolicyRule", "page-policy-rule")).toMatchObject({
      grantTypeWhitelists: ["authorization_code"],
      scopeWhitelists: ["openid", "offline_access", "conference.read"],
    });
    expect(run.outputs.clients).toMatchObject({
      page: { grantTypes: ["authorization_code", "refresh_token"] },
    });
  });

  it("is a key in place of a secret", async () => {
    const key = { kty: "RSA", kid: "k1", n: "AQAB", e: "AQAB" };
    const clients = json({
      batch: { ...service, authentication: "private_key_jwt", publicKeys: [{ ...key, use: "sig" }] },
    });
    const run = await record("dev", { clients });
    expect(inputsOf(run, "OAuth", "batch")).toMatchObject({
      tokenEndpointAuthMethod: "private_key_jwt",
      jwks: [key],
    });
    expect(inputsOf(run, "OAuth", "batch")).not.toHaveProperty("clientBasicSecret");
    expect(run.outputs.clients).toMatchObject({ batch: { authentication: "private_key_jwt" } });
    expect((run.outputs.clients as Record<string, object>).batch).not.toHaveProperty("clientSecret");
  });

  it("is a sign-on policy by its name, and a label", async () => {
    const clients = json({ page: { ...page, signOnPolicy: "Two factors", label: "Schedule" } });
    const run = await record("dev", { clients });
    expect(inputsOf(run, "OAuth", "page")).toMatchObject({
      label: "Schedule",
      authenticationPolicy: "id of ACCESS_POLICY Two factors",
    });
    expect(inputsOf(run, "ServerPolicy", "page-policy")?.name).toBe("apim-okta-dev-page");
  });
});

describe("the claims of the settings", () => {
  it("are claims of access tokens, known before any client gets one", async () => {
    const claims = json({
      groups: { groups: { startsWith: "team-" } },
      tier: { expression: "user.department" },
    });
    const run = await record("dev", { claims });
    expect(inputsOf(run, "ServerClaim", "okta-claim-groups")).toEqual({
      authServerId: "okta-id",
      name: "groups",
      claimType: "RESOURCE",
      valueType: "GROUPS",
      value: "team-",
      groupFilterType: "STARTS_WITH",
      alwaysIncludeInToken: true,
    });
    expect(inputsOf(run, "ServerClaim", "okta-claim-tier")).toMatchObject({
      valueType: "EXPRESSION",
      value: "user.department",
    });
    const policy = run.registrations.find(({ name }) => name === "mobile-policy");
    expect(policy?.dependencies).toEqual(expect.arrayContaining(["okta-claim-groups", "okta-claim-tier"]));
  });
});
