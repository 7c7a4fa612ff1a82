/** What the portal and Okta would refuse when somebody signs in, said at preview. The browser's side is in test-browser/. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { OktaAuthorization } from "../../components/okta-authorization.ts";
import {
  type PortalSignIn,
  portalLoginProblems,
  portalLoginWarnings,
} from "../../components/portal-guards.ts";
import { PortalLogin } from "../../components/portal-login.ts";
import { ProtectedApi } from "../../components/protected-api.ts";
import { readDocument } from "../../openapi/document.ts";
import { record } from "../support/registrations.ts";

const fine = {
  serverName: "okta",
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
      { serverName: "Okta" },
      'lower-cases it in the redirect URI and Okta compares letter by letter; got "Okta". Name it "okta".',
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
      "must not hold profile beside the grant type clientCredentials",
    ],
    [
      "an empty scope",
      { defaultScopes: [""] },
      'must be one scope\'s name, since the console splits them at spaces; got "".',
    ],
    ["two scopes in one", { defaultScopes: ["openid conference.read"] }, 'got "openid conference.read"'],
    ["a scope with a quote", { defaultScopes: ['a"b'] }, "must be one scope's name"],
    [
      "a scope that nobody declares",
      { defaultScopes: ["conference.raed"] },
      'got "conference.raed". Choose among conference.read, conference.write, or declare it in a document.',
    ],
    [
      "a scope that needs refresh tokens",
      { grantTypes: ["authorizationCode"] as const, defaultScopes: ["offline_access"] },
      "must be declared by a document or be one of openid, profile, email, address, phone",
    ],
    ["no grant type", { grantTypes: [] }, "at least one grant type"],
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
  const gateway = {
    sku: "Developer",
    resourceGroupName: pulumi.output("rg"),
    serviceName: pulumi.output("apim"),
    gatewayUrl: pulumi.output("https://g.example"),
    portalOrigins: [pulumi.output("https://p.example")],
    publishesPortal: true,
    isShared: false,
  } as const;
  beforeAll(() =>
    pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) }),
  );

  it("refuse them before anything is registered, all at once", () => {
    const make = (portalSignIn: PortalSignIn | undefined) => () =>
      new PortalLogin("login", {
        gateway: { ...gateway, portalOrigins: [...gateway.portalOrigins] },
        okta: { portalSignIn, scopes: documentScopes } as Partial<OktaAuthorization> as OktaAuthorization,
      });
    expect(make(undefined)).toThrow("must have an Okta app that signs people in");
    expect(make({ ...fine, serverName: "Okta", defaultScopes: [] })).toThrow(
      /Portal login "login" must be corrected:\n {2}- The OAuth[^\n]*\n {2}- Default scopes/,
    );
  });

  it("refuse an API without the login where there is a portal", async () => {
    const document = await readDocument({ document: "apis/conference.openapi.yaml" }, ".");
    const okta = {} as OktaAuthorization;
    const args = { gateway: { ...gateway, portalOrigins: [...gateway.portalOrigins] }, okta, document };
    const make = () => new ProtectedApi("c", { ...args, portalLogin: undefined, path: "" });
    expect(make).toThrow('API "c" must have the portal login, since its instance has a developer portal');
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
    });
    const inputsOf = (type: string) => registrations.find((one) => one.type.endsWith(`:${type}`))?.inputs;
    expect(inputsOf("AuthorizationServer")).toMatchObject({
      grantTypes: ["authorizationCode"],
      defaultScope: "openid conference.read",
    });
    expect(inputsOf("ServerPolicyRule")?.scopeWhitelists).toEqual([
      "conference.read",
      "conference.write",
      "openid",
    ]);
  });

  it("registers the redirect URI of the portal's own domain too, and lets its console in", async () => {
    const { registrations, outputs } = await record("dev", {
      portalDomain: "developer.contoso.example",
      portalDomainCertificate: "https://contoso.vault.azure.net/secrets/portal",
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
