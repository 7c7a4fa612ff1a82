/** What the okta provider does with inputs before it calls Okta: checks, defaults, names and differences. Nothing is sent here. */
import { describe, expect, it } from "vitest";
import { oktaHandlers } from "../../../../simulator/providers/okta/okta-handlers.ts";
import type { Properties } from "../../../../simulator/providers/resource.ts";
import { handlerFor } from "../../../support/handler-for.ts";

const { resources } = oktaHandlers({ origin: "http://127.0.0.1:1", token: "none" });
const handler = (type: string) => handlerFor(resources, type);
const check = (type: string, inputs: Properties) =>
  handler(type)
    .check(inputs, "logical")
    .map(({ reason }) => reason);
const filled = async (type: string, inputs: Properties, before?: Properties) =>
  (await handler(type).fillIn?.(inputs, { name: "logical", before })) ?? {};
const isSame = (type: string, ...values: [input: string, before: unknown, after: unknown]) =>
  handler(type).isSame?.(...values);

const web = { label: "App", type: "web" };
const policy = {
  authServerId: "default",
  description: "All",
  priority: 1,
  clientWhitelists: ["ALL_CLIENTS"],
};
const rule = {
  authServerId: "default",
  policyId: "00p1",
  priority: 1,
  grantTypeWhitelists: ["client_credentials"],
};

describe("the check of an input", () => {
  it("refuses an unknown key in the provider's words", () => {
    expect(check("Server", { audiences: ["a"], nonsense: 1 })).toEqual([
      "Invalid or unknown key. Examine values at 'logical.nonsense'.",
    ]);
  });

  it("refuses a missing input in the provider's words, by the provider's own name", () => {
    expect(check("ServerPolicy", { ...policy, clientWhitelists: undefined })).toEqual([
      "Missing required argument. The argument \"client_whitelist\" is required, but no definition was found.. Examine values at 'logical.clientWhitelists'.",
    ]);
    expect(check("ServerPolicy", policy)).toEqual([]);
  });

  it("names the missing input, which a preview may not know yet", () => {
    expect(handler("Server").check({}, "logical")).toMatchObject([{ property: "audiences" }]);
  });

  it("refuses a response type that OAuth does not have, in the provider's words", () => {
    expect(check("OAuth", { ...web, responseTypes: ["foo"] })).toEqual([
      'expected response_types.0 to be one of ["code" "token" "id_token"], got foo. Examine values at \'logical.responseTypes\'.',
    ]);
    expect(check("OAuth", { ...web, responseTypes: ["code", "token", "id_token"] })).toEqual([]);
  });

  it("refuses a note above 250 characters, counted in code points", () => {
    expect(check("OAuth", { ...web, adminNote: "x".repeat(251) })).toEqual([
      "[{{} admin_note}] cannot be longer than 250 runes. Examine values at 'logical.adminNote'.",
    ]);
    expect(check("OAuth", { ...web, adminNote: "😀".repeat(250) })).toEqual([]);
  });

  it("refuses a group's name above 255 characters", () => {
    expect(check("Group", { name: "x".repeat(256) })).toEqual([
      expect.stringContaining("cannot be longer than 255 runes"),
    ]);
    expect(check("Group", { name: "x".repeat(255) })).toEqual([]);
  });

  it("refuses a profile that is no JSON", () => {
    expect(check("OAuth", { ...web, profile: "{" })).toEqual([
      expect.stringContaining('"profile" contains an invalid JSON'),
    ]);
    expect(check("OAuth", { ...web, profile: "{}" })).toEqual([]);
  });

  it("refuses a value of another type", () => {
    expect(check("ServerPolicy", { ...policy, clientWhitelists: "ALL_CLIENTS" })).toEqual([
      expect.stringContaining('The input "clientWhitelists" must be a list'),
    ]);
  });

  it("says what the local cloud does not simulate in words of its own", () => {
    expect(check("OAuth", { ...web, logo: "x.png" })).toEqual([
      '"logo" is not simulated by the local cloud. Remove it for the stack local, or deploy to Okta.',
    ]);
    expect(check("OAuth", { ...web, consentMethod: "REQUIRED" })).toEqual([
      'This value of "consentMethod" is not simulated by the local cloud. Leave it out or give "TRUSTED" for the stack local, or deploy to Okta.',
    ]);
    expect(check("ServerPolicyRule", { ...rule, inlineHookId: "cal1" })).toEqual([
      expect.stringContaining('"inlineHookId" is not simulated by the local cloud.'),
    ]);
  });

  it.each<[string, Properties]>([
    ["OAuth", { ...web, issuerMode: "ORG_URL", hideWeb: true, wildcardRedirect: "DISABLED" }],
    ["Server", { audiences: ["a"], issuerMode: "ORG_URL" }],
    ["ServerScope", { authServerId: "default", optional: false, default: false }],
    ["ServerPolicyRule", { ...rule, refreshTokenWindowMinutes: 10_080, type: "RESOURCE_ACCESS" }],
  ])("accepts a default that is written out: %s %j", (type, inputs) => {
    expect(check(type, inputs)).toEqual([]);
  });

  it.each<[string, string, Properties]>([
    ["an app of type web without a redirect URI", "OAuth", web],
    ["a wildcard in a redirect URI", "OAuth", { ...web, redirectUris: ["https://*.example.com/cb"] }],
    ["a native scheme", "OAuth", { label: "x", type: "native", redirectUris: ["com.example:/cb"] }],
    ["a type of app that Okta does not have", "OAuth", { label: "x", type: "spa" }],
    [
      "authorization_code without people",
      "ServerPolicyRule",
      { ...rule, grantTypeWhitelists: ["authorization_code"] },
    ],
    ["a rule without scopes", "ServerPolicyRule", rule],
    [
      "a life of 3 minutes and a priority of 0",
      "ServerPolicyRule",
      { ...rule, priority: 0, accessTokenLifetimeMinutes: 3 },
    ],
    ["no client", "ServerPolicy", { ...policy, clientWhitelists: [] }],
    ["two audiences", "Server", { audiences: ["a", "b"] }],
    ["a scope's name with a space", "ServerScope", { authServerId: "default", name: "a b" }],
    [
      "an inactive policy, which only its creation refuses",
      "ServerPolicy",
      { ...policy, status: "INACTIVE" },
    ],
  ])("leaves %s to Okta, as the provider does", (_, type, inputs) => {
    expect(check(type, inputs)).toEqual([]);
  });
});

describe("what the provider fills in", async () => {
  it.each<[string, Properties, readonly string[]]>([
    ["Server", { audiences: ["a"] }, ["credentialsRotationMode", "issuerMode", "name", "status"]],
    ["ServerScope", { authServerId: "default" }, ["consent", "metadataPublish", "name"]],
    ["ServerPolicy", policy, ["name", "status"]],
    [
      "ServerPolicyRule",
      rule,
      ["accessTokenLifetimeMinutes", "name", "refreshTokenWindowMinutes", "status", "type"],
    ],
    [
      "OAuth",
      web,
      [
        ...["autoKeyRotation", "consentMethod", "hideIos", "hideWeb", "issuerMode", "loginMode"],
        ...["refreshTokenRotation", "status", "tokenEndpointAuthMethod"],
        ...["userNameTemplate", "userNameTemplateType", "wildcardRedirect"],
      ],
    ],
    ["GroupAssignment", { appId: "0oa1", groupId: "00g1" }, []],
    ["Group", {}, ["name"]],
  ])("is listed in the inputs of %s", async (type, inputs, defaults) => {
    const kept = await filled(type, inputs);
    expect(kept.__defaults).toEqual(defaults);
    expect(Object.keys(kept).sort()).toEqual([...Object.keys(inputs), ...defaults, "__defaults"].sort());
  });

  it("has the provider's values", async () => {
    expect(await filled("ServerPolicyRule", rule)).toMatchObject({
      ...{ accessTokenLifetimeMinutes: 60, refreshTokenWindowMinutes: 10_080 },
      ...{ status: "ACTIVE", type: "RESOURCE_ACCESS" },
    });
    expect(await filled("OAuth", web)).toMatchObject({
      ...{ autoKeyRotation: true, issuerMode: "ORG_URL", loginMode: "DISABLED" },
      ...{ userNameTemplate: `\${source.login}`, wildcardRedirect: "DISABLED", hideWeb: true },
    });
  });

  it.each(["Server", "ServerScope", "ServerPolicy", "ServerPolicyRule", "ServerClaim", "Group", "Origin"])(
    "is a name with a hyphen and seven hexadecimal digits for %s",
    async (type) => {
      const [one, two] = [await filled(type, {}), await filled(type, {})];
      expect(one.name).toMatch(/^logical-[0-9a-f]{7}$/);
      expect(one.name).not.toBe(two.name);
    },
  );

  it("keeps the name of the last update", async () => {
    const before = await filled("Server", { audiences: ["a"] });
    expect(await filled("Server", { audiences: ["b"] }, before)).toMatchObject({ name: before.name });
    expect(await filled("Server", { audiences: ["b"], name: "own" }, before)).toMatchObject({
      name: "own",
      __defaults: ["credentialsRotationMode", "issuerMode", "status"],
    });
  });

  it("gives an app no name", async () => {
    expect(await filled("OAuth", web)).not.toHaveProperty("name");
  });
});

describe("a difference", () => {
  it.each([
    ["Server", "audiences"],
    ["ServerPolicy", "clientWhitelists"],
    ["ServerPolicyRule", "grantTypeWhitelists"],
    ["ServerPolicyRule", "scopeWhitelists"],
    ["ServerPolicyRule", "groupWhitelists"],
    ["ServerPolicyRule", "userWhitelists"],
    ["OAuth", "grantTypes"],
    ["OAuth", "responseTypes"],
  ])("is not the order of a set: %s.%s", (type, input) => {
    expect(isSame(type, input, ["a", "b"], ["b", "a"])).toBe(true);
    expect(isSame(type, input, ["a", "b"], ["a", "c"])).toBe(false);
  });

  it("is the order of redirect URIs, which are a list", () => {
    expect(isSame("OAuth", "redirectUris", ["a", "b"], ["b", "a"])).toBe(false);
  });

  it("is not a default that is written out or left out", () => {
    expect(isSame("ServerPolicyRule", "status", undefined, "ACTIVE")).toBe(true);
    expect(isSame("ServerPolicyRule", "status", "ACTIVE", undefined)).toBe(true);
    expect(isSame("ServerPolicyRule", "status", undefined, "INACTIVE")).toBe(false);
    expect(isSame("ServerPolicyRule", "accessTokenLifetimeMinutes", 60, undefined)).toBe(true);
    expect(isSame("ServerPolicyRule", "accessTokenLifetimeMinutes", 30, undefined)).toBe(false);
    expect(isSame("ServerScope", "default", undefined, false)).toBe(true);
    expect(isSame("ServerScope", "default", undefined, true)).toBe(false);
    expect(isSame("Server", "description", "", undefined)).toBe(true);
  });

  it("is not what Okta decides and the program leaves out", () => {
    const both = ["authorization_code", "client_credentials"];
    expect(isSame("OAuth", "grantTypes", both, undefined)).toBe(true);
    expect(isSame("OAuth", "responseTypes", ["code"], undefined)).toBe(true);
    expect(isSame("OAuth", "grantTypes", both, ["authorization_code"])).toBe(false);
  });

  it("is what somebody set in Okta and the program leaves to its default, and not an output alone", () => {
    expect(isSame("Server", "description", "by hand", undefined)).toBe(false);
    expect(isSame("ServerPolicyRule", "groupBlacklists", ["00g1"], undefined)).toBe(false);
    expect(isSame("ServerPolicyRule", "groupBlacklists", [], undefined)).toBe(true);
    expect(isSame("Server", "kid", "key-1", undefined)).toBe(true);
  });

  it("is not the spelling of a JSON document", () => {
    expect(isSame("OAuth", "profile", '{"a":1}', '{ "a": 1 }')).toBe(true);
    expect(isSame("OAuth", "profile", '{"a":1}', '{"a":2}')).toBe(false);
  });

  it.each<[string, readonly string[]]>([
    ["Server", []],
    ["ServerScope", []],
    ["ServerPolicy", []],
    ["ServerPolicyRule", []],
    ["OAuth", ["type", "clientId"]],
    ["GroupAssignment", ["appId", "groupId"]],
  ])("replaces %s for %j alone", (type, inputs) => {
    expect(handler(type).replaceOnChanges).toEqual(inputs);
  });
});

describe("a refresh", () => {
  const refreshed = (type: string, inputs: Properties, properties: Properties) =>
    handler(type).refresh?.(inputs, {}, { id: "1", properties });

  it("takes over what somebody changed in Okta, which is then no default any more", () => {
    const inputs = { audiences: ["a"], status: "ACTIVE", name: "s-1", __defaults: ["name", "status"] };
    expect(
      refreshed("Server", inputs, { audiences: ["b"], status: "INACTIVE", name: "s-1", kid: "k" }),
    ).toEqual({
      ...{ audiences: ["b"], status: "INACTIVE", name: "s-1", __defaults: ["name"] },
    });
  });

  it("leaves a set as the program wrote it when its items are the same", () => {
    expect(refreshed("OAuth", { grantTypes: ["b", "a"] }, { grantTypes: ["a", "b"], label: "x" })).toEqual({
      grantTypes: ["b", "a"],
    });
  });

  it("leaves an input out that the program does not give", () => {
    expect(refreshed("Server", { audiences: ["a"] }, { audiences: ["a"], description: "by hand" })).toEqual({
      audiences: ["a"],
    });
  });
});
