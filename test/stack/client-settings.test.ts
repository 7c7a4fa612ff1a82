/** Which clients and claims the settings can ask for, by the program's refusals. What Okta makes of a client is not proved here. */
import { describe, expect, it } from "vitest";
import { claimsCheck, tokenClaims } from "../../stack/claim-settings.ts";
import { clientsCheck } from "../../stack/client-settings.ts";

/** What is wrong with one client's settings: `field: sentence`. */
function problemsOf(client: object, name = "app"): readonly string[] {
  const parsed = clientsCheck.safeParse(JSON.stringify({ [name]: client }), { reportInput: true });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.slice(1).join(".")}: ${message}`);
}

const scopes = ["orders.read"];
const redirectUris = ["https://app.example.com/callback"];
const browser = { kind: "browser", scopes, redirectUris };
const web = { kind: "web", scopes, redirectUris };
const native = { kind: "native", scopes, redirectUris: ["com.example.orders:/callback"] };
const service = { kind: "service", scopes };
const key = { kty: "RSA", kid: "k1", n: "AQAB", e: "AQAB" };

describe("a client of the settings", () => {
  it.each([
    ["a browser app", browser],
    ["a native app", native],
    [
      "a native app that is called back on this machine",
      { ...native, redirectUris: ["http://127.0.0.1/cb"] },
    ],
    ["a web app", { ...web, groups: ["Staff"], signOnPolicy: "Two factors" }],
    ["a page on this machine", { ...browser, redirectUris: ["http://localhost:3000/callback"] }],
    ["a service", { ...service, tokenLifetimeMinutes: 5, secretVersion: 2 }],
    [
      "a page at two paths, for two groups",
      {
        ...browser,
        redirectUris: ["https://app.example.com/A", "https://app.example.com/a"],
        groups: ["A", "B"],
      },
    ],
    [
      "a service with two keys",
      { ...service, authentication: "private_key_jwt", publicKeys: [key, { ...key, kid: "k2" }] },
    ],
    ["a service with a key", { ...service, authentication: "private_key_jwt", publicKeys: [key] }],
    ["an app that signs people in for itself too", { ...browser, scopes: ["openid", "orders.read"] }],
  ])("is taken when it is %s", (_, client) => {
    expect(problemsOf(client)).toEqual([]);
  });

  it.each([
    [
      "a service with groups",
      { ...service, groups: ["Staff"] },
      "groups: must be left out: nobody signs in through a service",
    ],
    [
      "a service with a redirect URI",
      { ...service, redirectUris },
      "redirectUris: must be left out: nobody signs in through a service",
    ],
    [
      "a service with a sign-on policy",
      { ...service, signOnPolicy: "P" },
      "signOnPolicy: must be left out: nobody signs in through a service",
    ],
    [
      "a service with openid",
      { ...service, scopes: ["openid"] },
      "scopes.0: must not be a scope of OpenID Connect: Okta refuses those for client credentials",
    ],
    [
      "a service without a proof",
      { ...service, authentication: "none" },
      'authentication: must be "client_secret_basic" or "private_key_jwt": a client of kind service has to prove who it is',
    ],
    [
      "a browser with a secret",
      { ...browser, authentication: "client_secret_basic" },
      'authentication: must be "none": whoever opens the page could read its secret or key',
    ],
    [
      "a browser with a version of a secret",
      { ...browser, secretVersion: 2 },
      "secretVersion: must be left out: a client with the authentication none has no secret",
    ],
    [
      "a browser without a redirect URI",
      { kind: "browser", scopes },
      "redirectUris: must name where Okta sends people back to: they sign in through a client of kind browser",
    ],
    [
      "a key without a use",
      { ...service, publicKeys: [key] },
      "publicKeys: must be left out: only the authentication private_key_jwt uses keys",
    ],
    [
      "no key",
      { ...service, authentication: "private_key_jwt" },
      "publicKeys: must hold the client's public key, because its authentication is private_key_jwt",
    ],
    [
      "two keys of one kid",
      { ...service, authentication: "private_key_jwt", publicKeys: [key, { ...key, n: "AQAC" }] },
      "publicKeys: must have a kid of its own for each key: it says which one signed",
    ],
    ["a group twice", { ...browser, groups: ["Staff", "Staff"] }, "groups: must name each once"],
    ["a scope twice", { ...service, scopes: [...scopes, ...scopes] }, "scopes: must name each once"],
    [
      "a redirect URI twice",
      { ...browser, redirectUris: [...redirectUris, ...redirectUris] },
      "redirectUris: must name each once",
    ],
    ["no scope", { ...service, scopes: [] }, "scopes: must name a scope: Okta gives no token without one"],
    ["an unknown kind", { ...service, kind: "spa" }, 'kind: must be "browser", "native", "web", "service"'],
    [
      "a lifetime that Okta does not have",
      { ...service, tokenLifetimeMinutes: 4 },
      "tokenLifetimeMinutes: must be an integer from 5 to 1440",
    ],
  ])("is refused when it has %s", (_, client, problem) => {
    expect(problemsOf(client)).toEqual([problem]);
  });

  it.each([
    ["a wildcard", browser, "https://*.example.com/cb", "must not have a wildcard"],
    ["a fragment", browser, "https://app.example.com/cb#here", "must not have a fragment"],
    ["no scheme", browser, "/callback", "must be an absolute URI"],
    ["a space", web, "https://app.example.com/a b", "must be an absolute URI without spaces"],
    ["a password", web, "https://ada:pw@app.example.com/cb", "must not have a name or a password in it"],
    [
      "a host in upper case",
      browser,
      "https://App.example.com/cb",
      'must have its host as browsers write it, "app.example.com"',
    ],
    [
      "http elsewhere",
      web,
      "http://app.example.com/cb",
      "must begin with https: http is for this machine alone",
    ],
    ["a scheme of its own", web, "com.example:/cb", "must begin with https: only a native client"],
    [
      "a scheme without a domain",
      native,
      "orders:/cb",
      "must have a scheme that is a domain name of yours in reverse",
    ],
  ])("is refused when a redirect URI has %s", (_, client, uri, problem) => {
    expect(problemsOf({ ...client, redirectUris: [uri] })).toEqual([
      expect.stringContaining(`redirectUris.0: ${problem}`),
    ]);
    expect(problemsOf({ ...client, postLogoutRedirectUris: [uri] })).toEqual([
      expect.stringContaining(`postLogoutRedirectUris.0: ${problem}`),
    ]);
  });

  it("is refused with a private key, which no message shows", () => {
    const settings = { ...service, authentication: "private_key_jwt", publicKeys: [{ ...key, d: "s3cret" }] };
    const parsed = clientsCheck.safeParse(JSON.stringify({ app: settings }), { reportInput: true });
    expect(parsed.error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
      ["app.publicKeys.0.d", "must be left out: it is the private half of the key"],
    ]);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain("s3cret");
  });

  it("is refused by a name that Okta and Pulumi could not carry", () => {
    expect(problemsOf(service, "Partner Batch")).toEqual([
      expect.stringContaining("must be named in lower-case"),
    ]);
    expect(problemsOf(service, "a".repeat(41))).toHaveLength(1);
  });

  it("is refused by the name that the resources of the portal's client have", () => {
    expect(problemsOf(service, "okta")).toEqual([expect.stringContaining("must have another name")]);
    expect(problemsOf(service, "okta-job")).toEqual([]);
  });

  it("is the portal's by the name portal, which takes no kind", () => {
    expect(problemsOf({ groups: ["Staff"], tokenLifetimeMinutes: 10, signOnPolicy: "P" }, "portal")).toEqual(
      [],
    );
    expect(problemsOf(service, "portal")).toEqual([
      expect.stringContaining('must not hold "kind", "scopes": the developer portal\'s client takes'),
    ]);
  });
});

describe("a claim of the settings", () => {
  const problems = (claims: object) =>
    claimsCheck.safeParse(JSON.stringify(claims)).error?.issues.map(({ path }) => path.join(".")) ?? [];

  it("becomes what Okta has", () => {
    const claims = claimsCheck.parse(
      JSON.stringify({
        groups: { groups: { startsWith: "team-" } },
        every: { groups: { startsWith: "" } },
        tier: { expression: "user.department" },
      }),
    );
    expect(tokenClaims(claims)).toEqual({
      groups: { groupFilter: "STARTS_WITH", value: "team-" },
      every: { groupFilter: "REGEX", value: ".*" },
      tier: { value: "user.department" },
    });
  });

  it.each([
    ["two comparisons", { groups: { groups: { startsWith: "a", equals: "b" } } }],
    ["no comparison", { groups: { groups: {} } }],
    ["an empty text to compare with", { groups: { groups: { contains: "" } } }],
    ["groups and an expression", { groups: { groups: { equals: "a" }, expression: "user.login" } }],
    ["an empty expression", { tier: { expression: " " } }],
    ["a name that Okta itself uses", { scp: { expression: "user.department" } }],
    ["a name that no claim has", { "my claim": { expression: "user.department" } }],
  ])("is refused when it has %s", (_, claims) => {
    expect(problems(claims)).not.toEqual([]);
  });
});
