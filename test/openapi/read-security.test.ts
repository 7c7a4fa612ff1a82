/** Who may call: what documents say, and what settings add where they do not say it. */
import { describe, expect, it } from "vitest";
import { readSecurity, type SecuredOperation } from "../../openapi/security/read-security.ts";
import type { SecuritySettings } from "../../openapi/security/security-settings.ts";

type Json = Readonly<Record<string, unknown>>;

const flows = (scopes: Json) => ({
  clientCredentials: { tokenUrl: "https://okta.example.com/token", scopes },
});
const okta = { type: "oauth2", flows: flows({ read: "Read.", write: "Write." }) };
const bearer = { type: "http", scheme: "Bearer" };
const key = { type: "apiKey", in: "header", name: "X-Key" };
const schemes = { okta, bearer, key };

const operationOf = (operation: Json, method = "get"): SecuredOperation => ({
  method,
  path: "/orders",
  operationId: "GetOrders",
  tags: ["Orders"],
  operation,
  place: `paths./orders.${method}`,
});

function reading(
  operation: Json,
  {
    document = {},
    settings,
    declared = schemes,
  }: { document?: Json; settings?: SecuritySettings; declared?: Json } = {},
) {
  const whole = { info: { title: "Orders" }, components: { securitySchemes: declared }, ...document };
  const site = operationOf(operation);
  const { operations, findings, scopes } = readSecurity(whole, [site], settings);
  return {
    security: operations.get(site.place),
    codes: findings.map(({ rule }) => rule.code).filter((code) => code !== "key-dropped"),
    scopes: [...scopes.keys()],
  };
}

const anyOf = (...alternatives: string[][]) => ({ kind: "token", anyOf: alternatives });

describe("an operation's security", () => {
  it("is its own before the document's", () => {
    const document = { security: [{ okta: ["read"] }] };
    expect(reading({ security: [{ okta: ["write"] }] }, { document }).security).toEqual(anyOf(["write"]));
    expect(reading({}, { document }).security).toEqual(anyOf(["read"]));
    expect(reading({ security: [] }, { document }).security).toEqual({ kind: "public" });
  });

  it.each<[string, Json[], unknown, string[]]>([
    ["all scopes of an alternative", [{ okta: ["read", "write"] }], anyOf(["read", "write"]), []],
    [
      "any of several alternatives",
      [{ okta: ["read"] }, { okta: ["write"] }],
      anyOf(["read"], ["write"]),
      [],
    ],
    [
      "any of alternatives of several scopes",
      [{ okta: ["read", "write"] }, { okta: ["read"] }],
      anyOf(["read", "write"], ["read"]),
      [],
    ],
    ["any token where no scope is named", [{ okta: [] }], anyOf([]), []],
    ["any token of a bearer scheme", [{ bearer: [] }], anyOf([]), []],
    ["the token alone beside a key", [{ okta: ["read"], key: [] }], anyOf(["read"]), []],
    ["the token alone where a key would do as well", [{ okta: ["read"] }, { key: [] }], anyOf(["read"]), []],
    ["both schemes of a token", [{ okta: ["read"], bearer: [] }], anyOf(["read"]), []],
    [
      "a token where the document makes it optional",
      [{ okta: ["read"] }, {}],
      anyOf(["read"]),
      ["optional-security"],
    ],
    ["any token where only identity scopes are named", [{ okta: ["openid"] }], anyOf([]), ["identity-scope"]],
    ["a scope that no flow declares", [{ okta: ["raed"] }], anyOf(["raed"]), ["scope-undeclared"]],
    ["nobody where a key alone is asked for", [{ key: [] }], undefined, ["security-missing"]],
    [
      "nobody where the scheme is not declared",
      [{ toString: [] }],
      undefined,
      ["scheme-undeclared", "security-missing"],
    ],
  ])("asks for %s", (_, security, expected, codes) => {
    expect(reading({ security })).toMatchObject({ security: expected, codes });
  });

  it("is public by one empty alternative of its own, never by an empty list of the document", () => {
    expect(reading({ security: [{}] }).security).toEqual({ kind: "public" });
    expect(reading({}, { document: { security: [] } })).toMatchObject({
      security: undefined,
      codes: ["security-missing", "empty-document-security"],
    });
  });

  it("has any all-of list of an OpenID Connect scheme, whose scopes nobody declares", () => {
    const declared = { oidc: { type: "openIdConnect", openIdConnectUrl: "https://okta.example.com" } };
    const { security, codes, scopes } = reading({ security: [{ oidc: ["a", "b"] }] }, { declared });
    expect(security).toEqual(anyOf(["a", "b"]));
    expect(codes).toEqual([]);
    expect(scopes).toEqual(["a", "b"]);
  });
});

describe("the setting security", () => {
  const rule = { scopes: { "orders.read": ["GET"], "orders.write": "others" } } as const;

  it("names the scopes where the document names none", () => {
    expect(reading({}, { settings: rule }).security).toEqual(anyOf(["orders.read"]));
    expect(reading({ security: [{ bearer: [] }] }, { settings: rule }).security).toEqual(
      anyOf(["orders.read"]),
    );
    expect(reading({ security: [{ key: [] }] }, { settings: rule }).security).toEqual(anyOf(["orders.read"]));
  });

  it("leaves what the document says: its scopes, and that an operation is public", () => {
    expect(reading({ security: [{ okta: ["write"] }] }, { settings: rule }).security).toEqual(
      anyOf(["write"]),
    );
    expect(reading({ security: [] }, { settings: rule }).security).toEqual({ kind: "public" });
  });

  it("takes the place of all that the document says with scheme: none", () => {
    const settings = { ...rule, scheme: "none" };
    expect(reading({ security: [{ okta: ["write"] }] }, { settings }).security).toEqual(
      anyOf(["orders.read"]),
    );
    expect(reading({ security: [] }, { settings }).security).toEqual(anyOf(["orders.read"]));
    expect(reading({ security: [] }, { settings: { scheme: "none" } }).codes).toContain("security-missing");
  });

  it("makes one scheme of any type the token's", () => {
    const settings = { scheme: "key", ...rule };
    const security = [{ okta: ["read"], key: [] }];
    expect(reading({ security }, { settings })).toMatchObject({ security: anyOf(["orders.read"]) });
    expect(reading({}, { settings: { ...rule, scheme: "nope" } }).codes).toContain("scheme-missing");
  });

  it("selects by method, tag and operation, and everything else by others", () => {
    const selected = (selector: SecuritySettings["scopes"]) =>
      reading({}, { settings: { scopes: selector ?? {} } });
    expect(selected({ a: { tags: ["Orders"] }, b: "others" }).security).toEqual(anyOf(["a"]));
    expect(selected({ a: { operations: ["GetOrders"] }, b: ["GET"] }).security).toEqual(anyOf(["a", "b"]));
    expect(selected({ a: { operations: ["GET /orders"] } }).security).toEqual(anyOf(["a"]));
    expect(selected({ a: ["POST"], b: "others" }).security).toEqual(anyOf(["b"]));
    expect(selected({ a: ["POST"], b: "others" }).codes).toEqual(["scope-selects-nothing"]);
    expect(selected({ a: ["POST"] }).codes).toContain("security-missing");
  });

  it("opens the operations that it lists, and refuses one that is not there", () => {
    const settings = { ...rule, public: ["GetOrders"] };
    expect(reading({ security: [{ okta: ["read"] }] }, { settings }).security).toEqual({ kind: "public" });
    expect(reading({}, { settings: { ...rule, public: ["GET /orders"] } }).security).toEqual({
      kind: "public",
    });
    expect(reading({}, { settings: { ...rule, public: ["GetOrder"] } }).codes).toContain(
      "security-operation-missing",
    );
  });
});

describe("a scope of the settings", () => {
  const codes = (operation: Json, settings: SecuritySettings) => reading(operation, { settings }).codes;
  const named = { scopes: { admin: { operations: ["GetOrders"] } } };

  it.each<[string, Json, SecuritySettings]>([
    ["the document names a scope", { security: [{ okta: ["read"] }] }, named],
    ["the document makes it public", { security: [] }, named],
    ["the settings make it public", {}, { ...named, public: ["GetOrders"] }],
  ])("is refused for an operation that it names when %s", (_, operation, settings) => {
    expect(codes(operation, settings)).toEqual([
      "scope-selects-nothing",
      "security-operation-without-effect",
    ]);
  });

  it.each<[string, Json, SecuritySettings]>([
    ["the document says nothing", {}, named],
    ["the document asks for any token", { security: [{ bearer: [] }] }, named],
    ["the document is not looked at", { security: [{ okta: ["read"] }] }, { ...named, scheme: "none" }],
  ])("is accepted for an operation that it names when %s", (_, operation, settings) => {
    expect(codes(operation, settings)).not.toContain("security-operation-without-effect");
    expect(codes(operation, settings)).not.toContain("scope-selects-nothing");
  });

  it.each([["GET"], { tags: ["Orders"] }, "others"] as const)(
    "is noted when it has an effect nowhere: %j",
    (selector) => {
      const settings = { scopes: { admin: selector } };
      expect(codes({ security: [{ okta: ["read"] }] }, settings)).toEqual(["scope-selects-nothing"]);
      expect(codes({}, settings)).toEqual([]);
    },
  );

  it("is not noted when one of several operations that a method selects needs it", () => {
    const sites = [
      operationOf({ security: [{ okta: ["read"] }] }),
      { ...operationOf({}), path: "/parts", operationId: "GetParts", place: "paths./parts.get" },
    ];
    const { findings, operations } = readSecurity({ components: { securitySchemes: { okta } } }, sites, {
      scopes: { admin: ["GET"] },
    });
    expect(findings).toEqual([]);
    expect(operations.get("paths./parts.get")).toEqual(anyOf(["admin"]));
  });
});

describe("security that is no list of objects", () => {
  it.each([{}, "okta", null, [null], ["okta"], [[]]])("opens no operation when it is %j", (security) => {
    const { security: read, codes } = reading({ security });
    expect(read).toBeUndefined();
    expect(codes).toEqual(["security-missing"]);
  });
});

describe("a name of the settings", () => {
  const needed = { security: [{ okta: ["read"] }], operationId: "Orders" };
  const sites = (first: string, second: string): readonly SecuredOperation[] => [
    { ...operationOf(needed), operationId: first },
    { ...operationOf(needed, "delete"), operationId: second },
  ];
  const codes = (operations: readonly SecuredOperation[], settings: SecuritySettings) =>
    readSecurity({ components: { securitySchemes: { okta } } }, operations, settings).findings.map(
      ({ rule, place }) => `${rule.code} ${place}`,
    );

  it.each<[string, SecuritySettings, string]>([
    ["opens", { public: ["Orders"] }, "security.public"],
    ["gives a scope to", { scopes: { a: { operations: ["Orders"] } } }, "security.scopes.a"],
  ])("is refused when it %s two operations of one operationId", (_, settings, place) => {
    const unsaid = { ...settings, scheme: "none" };
    expect(codes(sites("Orders", "Orders"), unsaid)).toContain(`security-operation-ambiguous ${place}`);
    expect(codes(sites("Orders", "Others"), unsaid)).not.toContain(`security-operation-ambiguous ${place}`);
  });

  it("is refused when it is the operationId of one operation, and method and path of another", () => {
    const settings = { public: ["GET /orders"] };
    expect(codes(sites("Orders", "GET /orders"), settings)).toEqual([
      "security-operation-ambiguous security.public",
    ]);
    expect(codes(sites("GET /orders", "Orders"), settings)).toEqual([]);
  });
});

describe("the scopes of a document", () => {
  it("are those of every token scheme, and those that are needed", () => {
    const declared = { okta, more: { type: "oauth2", flows: flows({ admin: "Everything." }) }, key };
    expect(reading({ security: [{ okta: ["other"] }] }, { declared }).scopes).toEqual([
      "read",
      "write",
      "admin",
      "other",
    ]);
  });

  it("are not OpenID Connect's own", () => {
    const declared = { okta: { type: "oauth2", flows: flows({ read: "Read.", openid: "Sign in." }) } };
    const { scopes, codes } = reading({ security: [{ okta: ["read"] }] }, { declared });
    expect(scopes).toEqual(["read"]);
    expect(codes).toEqual(["identity-scope"]);
  });

  it("keep the first of two descriptions, with a finding", () => {
    const declared = {
      okta: {
        type: "oauth2",
        flows: { ...flows({ read: "Read." }), password: { scopes: { read: "Look." } } },
      },
    };
    expect(reading({ security: [{ okta: ["read"] }] }, { declared }).codes).toEqual([
      "scope-described-twice",
    ]);
  });

  it("are refused with white space in a name", () => {
    const declared = { okta: { type: "oauth2", flows: flows({ "read all": "Read." }) } };
    expect(reading({ security: [{ okta: ["read all"] }] }, { declared }).codes).toEqual(["scope-name"]);
  });
});

describe("a scheme that does not use Okta's tokens", () => {
  const dropped = (scheme: Json) =>
    readSecurity(
      { components: { securitySchemes: { key: scheme } } },
      [operationOf({ security: [{ key: [] }] })],
      { scopes: { a: "others" } },
    ).findings.map(({ rule: { code }, detail }) => [code, detail]);

  it.each<[string, Json, string, string]>([
    ["an API key", key, "key-dropped", 'apiKey in header "X-Key"'],
    ["basic authentication", { type: "http", scheme: "basic" }, "key-dropped", "http basic"],
    [
      "API Management's own key in a header",
      { type: "apiKey", in: "header", name: "Ocp-Apim-Subscription-Key" },
      "subscription-key-dropped",
      'apiKey in header "Ocp-Apim-Subscription-Key"',
    ],
    [
      "API Management's own key in the query",
      { type: "apiKey", in: "query", name: "subscription-key" },
      "subscription-key-dropped",
      'apiKey in query "subscription-key"',
    ],
  ])("is dropped and named: %s", (_, scheme, code, detail) => {
    expect(dropped(scheme)).toEqual([[code, detail]]);
  });
});
