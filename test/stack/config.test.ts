/** What the settings of a stack may be. The validators are called directly: nothing is registered here. */
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { apiProblems } from "../../stack/api-settings.ts";
import { readConfig } from "../../stack/config.ts";
import { readDocuments } from "../../stack/documents.ts";
import { localVariables, withLocalPlaces } from "../../stack/local-cloud.ts";
import { withSettings } from "../support/settings.ts";

const root = path.join(import.meta.dirname, "../..");
const withApis = (apis: object) => ({ apis: JSON.stringify(apis) });
const existing = { oktaCreateAuthorizationServer: "false", oktaAuthorizationServer: "default" };
const conference = { document: "apis/conference.openapi.yaml" };

/** Reads the settings of the stack dev with single keys changed; `undefined` takes a key away. */
async function read(
  change: Readonly<Record<string, string | undefined>>,
  secretKeys: readonly string[] = [],
) {
  const settings = await readStackSettings("dev");
  await pulumi.runtime.setMocks(
    { newResource: ({ name }) => ({ id: name, state: {} }), call: () => ({}) },
    settings.project,
    "dev",
  );
  pulumi.runtime.setAllConfig({ ...withSettings(settings, change).config }, [...secretKeys]);
  const stack = readConfig();
  return { stack, documents: await readDocuments(stack, root) };
}

async function refused(
  change: Readonly<Record<string, string | undefined>>,
  secretKeys?: readonly string[],
): Promise<string> {
  const error = await read(change, secretKeys).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!pulumi.RunError.isInstance(error))
    throw new Error("The settings were accepted; a refusal was expected.");
  return error.message;
}

describe("the settings", () => {
  it("of dev and local are in order, with the defaults of Pulumi.yaml", async () => {
    const { stack, documents } = await read({});
    expect(stack).toMatchObject({
      apimSku: "Developer",
      apimCapacity: 1,
      protect: false,
      oktaAuthorizationServer: "apim-okta-dev",
      oktaAudience: "api://apim-okta",
      portalLoginName: "okta",
    });
    expect(Object.keys(documents.scopes)).toEqual(["conference.read", "conference.write"]);
  });

  it("add required claims to the operations that they name", async () => {
    const requiredClaims = { SubmitSession: [{ name: "groups", match: "any", values: ["Attendees"] }] };
    const { documents } = await read(withApis({ c: { ...conference, mock: true, requiredClaims } }));
    const required = documents.apis.get("c")?.document.operations.flatMap((one) => one.requiredClaims);
    expect(required).toEqual(requiredClaims.SubmitSession);
  });

  it("let no API hide operations of another one", async () => {
    const root = { ...conference, path: "", mock: true };
    expect(
      await refused(withApis({ root, topics: { ...conference, path: "Topics", mock: true } })),
    ).toContain('API "topics" hides GET /topics of API "root": its path "Topics" is the beginning of theirs');
    expect(
      await refused(withApis({ root, one: { ...conference, path: "session/100", mock: true } })),
    ).toContain('API "one" hides GET /session/{id} and 2 more operations of API "root"');
    await read(withApis({ root, beside: { ...conference, path: "topic-list", mock: true } }));
  });

  it("are refused all at once, each with key, rule, value and next step", async () => {
    const message = await refused({
      apimSku: "Free",
      apimCapacity: "two",
      publisherEmail: undefined,
      protect: "yes",
      colour: "red",
    });
    expect(message.split("\n")).toEqual([
      '5 settings of stack "dev" must be corrected:',
      '  - "apim-okta:colour" is not a setting of this project. Correct its name: docs/settings.md lists all settings.',
      '  - "apim-okta:publisherEmail" must be set; got nothing. Set it with `npx pulumi config set publisherEmail VALUE`.',
      expect.stringMatching(
        /^ {2}- "apim-okta:apimSku" must be one of "Consumption", .*; got "Free"\. Set it with/,
      ),
      expect.stringMatching(/^ {2}- "apim-okta:apimCapacity" must be an integer from 1 to 31; got "two"\./),
      expect.stringMatching(/^ {2}- "apim-okta:protect" must be true or false; got "yes"\./),
    ]);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ...["west-europe", "westeurope;", "(Europe) West Europe", "2westeurope", "", "a".repeat(91)].map(
      (location): [string, Record<string, string>, RegExp] => [
        `the location "${location.slice(0, 30)}"`,
        { location },
        /location" must be the name of an Azure region, letters, digits and spaces, for example "westeurope"/,
      ],
    ),
    ["two units of Developer", { apimCapacity: "2" }, /apimCapacity" must be 1 with tier "Developer"; got 2/],
    [
      "an existing server without a name",
      { oktaCreateAuthorizationServer: "false" },
      /oktaAuthorizationServer" must be set when oktaCreateAuthorizationServer is false\./,
    ],
    [
      "Okta's own server as one to create",
      { oktaAuthorizationServer: "default" },
      /oktaAuthorizationServer" is "default", Okta's own server, which the stack cannot create/,
    ],
    [
      "an audience for an existing server",
      { ...existing, oktaAudience: "api://x" },
      /oktaAudience" is "api:\/\/x", but an existing authorization server has its own/,
    ],
    [
      "other clients accepted on a server of the stack's own",
      { oktaAcceptOtherClientsOf: "default" },
      /oktaAcceptOtherClientsOf" is "default", but the stack creates its own authorization server/,
    ],
    [
      "other clients accepted of another server",
      { ...existing, oktaAcceptOtherClientsOf: "partners" },
      /oktaAcceptOtherClientsOf" is "partners", but oktaAuthorizationServer names "default"/,
    ],
    [
      "a version of the secret that is none",
      { oktaSecretVersion: "0" },
      /oktaSecretVersion" must be an integer from 1 to 1000000; got 0\./,
    ],
    [
      "a developer portal with a path",
      { developerPortalUrl: "https://{service}.developer.azure-api.net/" },
      /developerPortalUrl" must be an http or https origin without a slash at its end/,
    ],
    ["a developer portal that is no URL", { developerPortalUrl: "developer" }, /developerPortalUrl" must be/],
    [
      "upper case in the login's name",
      { portalLoginName: "Okta" },
      /portalLoginName" must hold lower-case letters/,
    ],
    [
      "a service name with an underscore",
      { apimServiceName: "a_b" },
      /apimServiceName" must be lower-case letters/,
    ],
    ["an API without a backend", withApis({ conference }), /apis\.conference" has no backend/],
    [
      "an API with backend and mock",
      withApis({ conference: { ...conference, mock: true, serviceUrl: "https://x.example" } }),
      /apis\.conference\.mock" must have either serviceUrl or mock: true/,
    ],
    [
      "an unknown word in an API",
      withApis({ conference: { ...conference, mock: true, color: 1 } }),
      /apis\.conference" must not hold "color"/,
    ],
    [
      "a required claim that is one word",
      withApis({ conference: { ...conference, mock: true, requiredClaims: { GetSessions: "Staff" } } }),
      /apis\.conference\.requiredClaims\.GetSessions" must be a list of claims; got "Staff"/,
    ],
    [
      "a required claim with one value too few",
      withApis({
        conference: { ...conference, mock: true, requiredClaims: { GetSessions: [{ name: "groups" }] } },
      }),
      /apis\.conference\.requiredClaims\.GetSessions\[0\]\.values" must be a list of texts; write a number or a boolean in quotes/,
    ],
    [
      "a required claim with an unknown word",
      withApis({
        conference: {
          ...conference,
          mock: true,
          requiredClaims: { GetSessions: [{ name: "groups", values: ["Staff"], value: "x" }] },
        },
      }),
      /requiredClaims\.GetSessions\[0\]" must not hold "value"; a required claim takes name, match and values/,
    ],
    [
      "required claims of an operation that is not there",
      withApis({
        conference: {
          ...conference,
          mock: true,
          requiredClaims: { GetSesions: [{ name: "groups", values: ["Staff"] }] },
        },
      }),
      /requiredClaims \("GetSesions"\): The setting "requiredClaims" names an operation that the document does not have/,
    ],
    [
      "an API named in upper case",
      withApis({ Conference: { ...conference, mock: true } }),
      /must be named in lower-case letters.*"Conference"|Conference" must be named in lower-case/,
    ],
    [
      "an API whose name begins with a digit",
      withApis({ "5gc-x": { ...conference, mock: true } }),
      /"apim-okta:apis\.5gc-x" must be named in lower-case letters/,
    ],
    [
      "an API whose name is no word",
      withApis({ "a.b": { ...conference, mock: true } }),
      /"apim-okta:apis\["a\.b"\]" must be named in lower-case letters/,
    ],
    [
      "an item of a list",
      { portalGrantTypes: '["authorizationCode","implict"]' },
      /"apim-okta:portalGrantTypes\[1\]" must be "authorizationCode" or "clientCredentials"; got "implict"/,
    ],
    [
      "two APIs at one path",
      withApis({ a: { ...conference, mock: true }, b: { ...conference, mock: true } }),
      /apis\.b\.path" is "", the path of API "a"/,
    ],
    [
      "half of an existing instance",
      { apimExistingServiceName: "apim-x" },
      /apimExistingResourceGroup" must be set, because apimExistingServiceName is "apim-x"/,
    ],
    [
      "an existing instance and no path",
      { apimExistingServiceName: "apim-x", apimExistingResourceGroup: "rg-x" },
      /apis\.conference\.path" is empty, but others use the root of the adopted instance too/,
    ],
    [
      "a flow that the console does not have",
      { portalGrantTypes: JSON.stringify(["implicit"]) },
      /portalGrantTypes\[0\]" must be "authorizationCode" or "clientCredentials"; got "implicit"\. Correct it in Pulumi\.dev\.yaml/,
    ],
    [
      "default scopes that are no list",
      { portalDefaultScopes: "openid" },
      /portalDefaultScopes" must be a list/,
    ],
    ["tags that are no map", { tags: "orders" }, /tags" must be a map from tag to text; got "orders"/],
    [
      "a tag that is no text",
      { tags: JSON.stringify({ team: 1 }) },
      /tags\.team" must be a text; got 1\. Correct it in Pulumi\.dev\.yaml/,
    ],
    [
      "a resource group for an instance that exists",
      {
        ...{ apimExistingServiceName: "apim-x", apimExistingResourceGroup: "rg-x" },
        ...{ apimResourceGroup: "rg-y", ...withApis({ conference: { ...conference, path: "c" } }) },
      },
      /apimResourceGroup" is "rg-y", but the stack adopts an existing instance\. Remove it\./,
    ],
    [
      "a certificate without a portal domain",
      { portalDomainCertificate: "https://kv.example/secrets/portal" },
      /portalDomainCertificate" is "https:.*", but portalDomain is not set\. Remove the certificate/,
    ],
    [
      "a portal domain with a scheme",
      { portalDomain: "https://d.contoso.example" },
      /portalDomain" must be a host name in lower case/,
    ],
    [
      "a portal domain without its certificate",
      { portalDomain: "d.contoso.example" },
      /portalDomainCertificate" must be set, because portalDomain is "d\.contoso\.example"/,
    ],
    [
      "a portal domain where there is no portal",
      { portalDomain: "d.contoso.example", apimSku: "Consumption" },
      /portalDomain" is "d\.contoso\.example", but tier Consumption has no developer portal/,
    ],
    ["no API", withApis({}), /apis" must name at least one API/],
    ["apis that are no map", { apis: "conference" }, /apis" must be a map/],
    [
      "a document that is not there",
      withApis({ conference: { document: "apis/none.yaml", mock: true } }),
      /1 problem in "apis\/none\.yaml"/,
    ],
    [
      "an ftp backend",
      withApis({ conference: { ...conference, serviceUrl: "ftp://x.example" } }),
      /serviceUrl" must be an http or https URL/,
    ],
    [
      "a path that clients shorten",
      withApis({ conference: { ...conference, path: "v1/.." } }),
      /path" must be URL path segments/,
    ],
  ])("are refused with %s", async (_, change, message) => {
    expect(await refused(change)).toMatch(message);
  });

  it("show no value that is stored as a secret", async () => {
    const message = await refused({ publisherEmail: "s3cret" }, ["apim-okta:publisherEmail"]);
    expect(message).toContain('"apim-okta:publisherEmail" must be a mail address; got [secret].');
    expect(message).not.toContain("s3cret");
  });

  it.each<[string, Record<string, string>]>([
    ["oktaAudience", { ...existing, oktaAudience: "s3cret" }],
    ["oktaAcceptOtherClientsOf", { ...existing, oktaAcceptOtherClientsOf: "s3cret" }],
    ["portalDomain", { portalDomain: "s3cret.example" }],
    ["portalDomain", { portalDomain: "s3cret.example", apimSku: "Consumption" }],
    ["portalDomainCertificate", { portalDomainCertificate: "https://kv.example/secrets/s3cret" }],
    ["apimExistingServiceName", { apimExistingServiceName: "s3cret" }],
    ["apimExistingResourceGroup", { apimExistingResourceGroup: "s3cret" }],
    ["apimServiceName", { apimServiceName: "s3cret", apimExistingServiceName: "apim-x" }],
    ["apis", withApis({ a: { ...conference, path: "s3cret" }, b: { ...conference, path: "s3cret" } })],
    ["apis", withApis({ a: { ...conference, serviceUrl: "ftp://s3cret" } })],
  ])("show no value of %s in a contradiction when it is stored as a secret", async (key, change) => {
    const message = await refused(change, [`apim-okta:${key}`]);
    expect(message).toMatch(/\[secret\]/);
    expect(message).not.toContain("s3cret");
    expect(await refused(change)).toContain("s3cret");
  });

  it.each<[string, object, string]>([
    ["name", { "a b": "x" }, "must be named in letters"],
    ["number", { a: 1 }, "must be a text, { secret: TEXT } or { keyVaultSecret: ADDRESS }"],
    [
      "two sources",
      { a: { secret: "s3cret", keyVaultSecret: "https://v.example/secrets/a" } },
      "must be a text",
    ],
    ["an empty secret", { a: { secret: " " } }, "must have 1 to 4096 characters"],
    [
      "a version of a Key Vault's secret",
      { a: { keyVaultSecret: "https://v.example/secrets/a/1" } },
      "must be the address of a Key Vault secret without a version",
    ],
  ])("are refused with a named value that has a wrong %s, which is not shown", async (_, values, rule) => {
    const message = await refused({ namedValues: JSON.stringify(values) });
    expect(message).toContain(rule);
    expect(message).not.toContain("s3cret");
  });

  it("keep the secret of a named value encrypted", async () => {
    const namedValues = JSON.stringify({ token: { secret: "s3cret" }, greeting: "hello" });
    const message = await refused({ namedValues });
    expect(message).toContain('namedValues.token.secret" must not stand in Pulumi.dev.yaml unencrypted');
    expect(message).not.toContain("s3cret");
    const { stack } = await read({ namedValues }, ["apim-okta:namedValues"]);
    expect(stack.namedValues).toEqual({ token: { secret: "s3cret" }, greeting: "hello" });
  });

  it("show no name of an authorization server that is stored as a secret beside another", async () => {
    const change = { ...existing, oktaAuthorizationServer: "s3cret", oktaAcceptOtherClientsOf: "x" };
    const message = await refused(change, ["apim-okta:oktaAuthorizationServer"]);
    expect(message).toContain('is "x", but oktaAuthorizationServer names [secret]');
    expect(message).not.toContain("s3cret");
  });

  it("are not named like what every object has", async () => {
    expect(await refused({ toString: "x" })).toContain(
      '"apim-okta:toString" is not a setting of this project.',
    );
  });
});

describe("the word local in the settings", () => {
  const apis = {
    orders: { ...conference, path: "orders", serviceUrl: "local" },
    stock: { ...conference, path: "stock", serviceUrl: "https://stock.example" },
    parts: { ...conference, path: "parts", mock: true },
  };
  const places = { backend: "http://127.0.0.1:9403", developerPortal: "http://127.0.0.1:9401" };
  const settings = { developerPortalUrl: "local", ...withApis(apis) };

  afterEach(() => vi.unstubAllEnvs());

  it("stands for addresses in the local cloud that the environment names", async () => {
    for (const [name, value] of Object.entries(localVariables(places))) vi.stubEnv(name, value);
    const { stack } = await read(settings);
    expect(stack.developerPortalUrl).toBe("http://127.0.0.1:9401");
    expect(Object.values(stack.apis).map(({ serviceUrl }) => serviceUrl)).toEqual([
      "http://127.0.0.1:9403/orders",
      "https://stock.example",
      undefined,
    ]);
  });

  it("is refused where no local cloud is", async () => {
    const message = await refused(settings);
    const words = (what: string) =>
      `must be an address here: "local" stands for the local cloud's ${what}, under \`npm start\` and \`npm run local\` alone; got "local".`;
    expect(message).toContain("2 settings");
    expect(message).toContain(`"apim-okta:developerPortalUrl" ${words("developer portal")}`);
    expect(message).toContain(`"apim-okta:apis.orders.serviceUrl" ${words("backend")}`);
  });

  it("is put in its place in the settings of a stack, and nowhere else", () => {
    const config = {
      "a:apis": JSON.stringify(apis),
      "a:oktaGroup": "local",
      "b:developerPortalUrl": "local",
    };
    expect(withLocalPlaces(config, { project: "a", places })).toEqual({
      ...config,
      "a:apis": JSON.stringify({
        ...apis,
        orders: { ...apis.orders, serviceUrl: `${places.backend}/orders` },
      }),
    });
  });

  it.each([undefined, "no JSON", "[]", "null", '{"orders":"local"}'])(
    "leaves apis that are %s alone",
    (text) => {
      const config = { "a:apis": text };
      expect(withLocalPlaces(config, { project: "a", places })).toEqual(config);
    },
  );

  it("is in order for an API that is added, in place of an address alone", () => {
    expect(apiProblems(apis.orders)).toEqual([]);
    expect(apiProblems({ ...apis.orders, mock: true })).toHaveLength(1);
    expect(apiProblems({ ...apis.orders, serviceUrl: "elsewhere" })).toHaveLength(1);
  });
});
