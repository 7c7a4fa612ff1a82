/** What the portal and Okta would refuse when somebody signs in, said at preview. The browser's side is in test-browser/. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { importArgs } from "../../components/import-args.ts";
import { portalLoginProblems, portalLoginWarnings } from "../../components/portal-guards.ts";
import { PortalLogin } from "../../components/portal-login.ts";
import { ProtectedApi } from "../../components/protected-api.ts";
import { readDocument } from "../../openapi/document.ts";
import { record } from "../support/registrations.ts";

const fine = {
  loginName: "okta",
  grantTypes: ["authorizationCode", "clientCredentials"],
  defaultScopes: ["conference.read"],
} as const;

const documentScopes = ["conference.read", "conference.write"];

describe("a portal login", () => {
  it("that works has no problem", () => {
    expect(portalLoginProblems(fine, documentScopes)).toEqual([]);
  });

  it.each([
    [
      "an upper-case name",
      { loginName: "Okta" },
      'The login\'s name "Okta" has upper-case letters. The portal sends it in lower case as part of the redirect URI, and Okta compares letter by letter. Name it "okta".',
    ],
    [
      "PKCE",
      { grantTypes: ["authorizationCodeWithPkce"] as const },
      "The authentication request has an invalid 'state' parameter.",
    ],
    ["no default scope", { defaultScopes: [] }, "'scope' must be provided"],
    [
      "openid with client credentials",
      { defaultScopes: ["openid"] },
      "Cannot request 'openid' scopes using client credentials.",
    ],
    [
      "profile with client credentials",
      { defaultScopes: ["conference.read", "profile"] },
      'The default scope "profile" does not go with the grant type clientCredentials',
    ],
    [
      "an empty scope",
      { defaultScopes: [""] },
      'The default scope "" is not the name of one scope, and the console splits them at spaces.',
    ],
    [
      "two scopes in one",
      { defaultScopes: ["openid conference.read"] },
      'The default scope "openid conference.read" is not the name of one scope',
    ],
    [
      "a scope with a quote",
      { defaultScopes: ['a"b'] },
      'The default scope "a"b" is not the name of one scope',
    ],
    [
      "a scope that nobody declares",
      { defaultScopes: ["conference.raed"] },
      "Choose among conference.read, conference.write, openid, profile, email, address, phone, or declare it",
    ],
    [
      "a scope that needs refresh tokens",
      { grantTypes: ["authorizationCode"] as const, defaultScopes: ["offline_access"] },
      'The default scope "offline_access" is not declared',
    ],
    ["no grant type", { grantTypes: [] }, "The console has no grant type"],
    [
      "a grant type of another flow",
      { grantTypes: ["implicit"] },
      'The console has no grant type "implicit"',
    ],
  ])("with %s is refused with the reason", (_, change, reason) => {
    expect(portalLoginProblems({ ...fine, ...change }, documentScopes)).toEqual([
      expect.stringContaining(reason),
    ]);
  });

  it("may ask for openid where people sign in", () => {
    const people = { ...fine, grantTypes: ["authorizationCode"], defaultScopes: ["openid"] } as const;
    expect(portalLoginProblems(people, documentScopes)).toEqual([]);
  });

  it("warns of tokens for everybody, and says how to turn them off", () => {
    expect(portalLoginWarnings(fine)).toEqual([
      expect.stringContaining("Set portalGrantTypes to [authorizationCode]"),
    ]);
    expect(portalLoginWarnings({ ...fine, grantTypes: ["authorizationCode"] })).toEqual([]);
  });
});

describe("the components", () => {
  const names = { resourceGroupName: "rg", serviceName: "apim" };
  beforeAll(() =>
    pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) }),
  );

  it("refuse them before anything is registered, all at once", () => {
    const login = {
      ...fine,
      ...{ loginName: "Okta", grantTypes: [...fine.grantTypes], defaultScopes: [] },
      ...{ declaredScopes: [...documentScopes], clientId: "0oa", clientSecret: "s" },
      ...{ authorizationEndpoint: "https://o.example/authorize", tokenEndpoint: "https://o.example/token" },
    };
    expect(() => new PortalLogin("login", { ...names, ...login })).toThrow(
      /^The portal login "login" would fail when somebody signs in:\n {2}- The login's name[^\n]*\n {2}- The console has no default/,
    );
  });

  it("refuse an API without the login where there is a portal", async () => {
    const document = await readDocument({ document: "apis/conference.openapi.yaml" }, ".");
    const token = {
      issuer: "https://o.example",
      audience: "api://a",
      openIdConfigUrl: "https://o.example/c",
    };
    const args = { ...names, ...token, gatewayUrl: "https://g.example", path: "", ...importArgs(document) };
    const make = () => new ProtectedApi("c", { ...args, portalOrigins: ["https://p.example"] });
    expect(make).toThrow('API "c" has no portal login, but its instance has a developer portal');
  });
});

/** What the revision's id is kept by: another value, another id. */
async function shownIn(change: Record<string, string> = {}): Promise<unknown> {
  const { registrations } = await record("dev", change);
  const revision = registrations.find(({ name }) => name === "portal-revision");
  return revision?.inputs.keepers;
}

describe("the program", () => {
  it("takes flows and scopes of the console from the settings", async () => {
    const { registrations } = await record("dev", {
      portalGrantTypes: JSON.stringify(["authorizationCode"]),
      portalDefaultScopes: JSON.stringify(["openid", "conference.read"]),
      clients: "{}",
    });
    const inputsOf = (type: string) => registrations.find((one) => one.type.endsWith(`:${type}`))?.inputs;
    expect(inputsOf("AuthorizationServer")).toMatchObject({
      grantTypes: ["authorizationCode"],
      defaultScope: "openid conference.read",
    });
    expect(inputsOf("ServerPolicyRule")?.scopeWhitelists).toEqual(["openid", "conference.read"]);
  });

  it("registers the redirect URI of the portal's own domain too, and lets its console in", async () => {
    const { registrations, outputs } = await record("dev", {
      portalDomain: "developer.contoso.example",
      portalDomainCertificate: "https://contoso.vault.azure.net/secrets/portal",
      clients: "{}",
    });
    const only = (type: string) => registrations.find((one) => one.type.endsWith(`:${type}`))?.inputs;
    expect(only("OAuth")?.redirectUris).toEqual([
      "https://developer.contoso.example/signin-oauth/code/callback/okta",
      "https://apim-conference-abc123.developer.azure-api.net/signin-oauth/code/callback/okta",
    ]);
    expect(String(only("ApiPolicy")?.value).match(/(?<=<origin>).*(?=<)/g)).toEqual([
      "https://developer.contoso.example",
      "https://apim-conference-abc123.developer.azure-api.net",
    ]);
    // Azure serves the portal at its own domain alone.
    expect(outputs.developerPortalUrl).toBe("https://developer.contoso.example");
    expect(only("ApiManagementService")?.hostnameConfigurations).toEqual([
      {
        type: "DeveloperPortal",
        hostName: "developer.contoso.example",
        keyVaultId: "https://contoso.vault.azure.net/secrets/portal",
      },
    ]);
  });

  it("publishes after everything that the console shows, under a name that a policy does not change", async () => {
    const { registrations } = await record("dev");
    const deployment = registrations.find(({ type }) => type.endsWith(":Deployment"));
    // The mocks' random text.
    expect(JSON.stringify(deployment?.inputs)).toContain('"name":"apim-conference-abc123/abc123"');
    expect(deployment?.dependencies).toEqual(
      expect.arrayContaining(["conference", "portal-login", "portal-revision"]),
    );
    const before = await shownIn();
    expect(before).toEqual({ shown: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(await shownIn()).toEqual(before);
    // A lifetime is nothing that the console shows.
    expect(await shownIn({ accessTokenLifetimeMinutes: "5" })).toEqual(before);
    expect(await shownIn({ portalDefaultScopes: JSON.stringify(["conference.read"]) })).not.toEqual(before);
  });

  it("publishes what a document says, however it is written", async () => {
    const text = await readFile("apis/conference.openapi.yaml", "utf8");
    const folder = await mkdtemp(path.join(tmpdir(), "documents-"));
    const shownOf = async (written: string) => {
      const document = path.join(folder, "document");
      await writeFile(document, written);
      return shownIn({ apis: JSON.stringify({ conference: { document, path: "", mock: true } }) });
    };
    const before = await shownOf(text);
    const { info, ...rest } = parse(text) as { info: { title: string } };
    expect(await shownOf(`# A comment\n${text}`)).toEqual(before);
    expect(await shownOf(JSON.stringify({ ...rest, info }))).toEqual(before);
    expect(await shownOf(JSON.stringify({ ...rest, info: { ...info, title: "Other" } }))).not.toEqual(before);
    await rm(folder, { recursive: true });
  });

  it("publishes an adopted instance's portal only when asked to", async () => {
    const adopted = {
      apimExistingServiceName: "apim-ours",
      apimExistingResourceGroup: "rg-ours",
      apis: JSON.stringify({
        conference: { document: "apis/conference.openapi.yaml", path: "c", mock: true },
      }),
    };
    const deployments = async (change: object) =>
      (await record("dev", { ...adopted, ...change })).registrations.filter(({ type }) =>
        type.endsWith(":Deployment"),
      ).length;
    expect([await deployments({}), await deployments({ apimExistingPublishPortal: "true" })]).toEqual([0, 1]);
  });
});
