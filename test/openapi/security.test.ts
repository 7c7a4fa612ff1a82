/** Who may call, as OpenAPI means it, and what one required claim cannot say. */
import { describe, expect, it } from "vitest";
import { type Json, minimal, problems, read, scheme, scopes } from "./minimal-document.ts";

const securityOf = async (operation: Json, document: Json = {}) =>
  (await read(minimal(operation, document))).operations[0]?.security;
const token = (...anyOf: string[][]) => ({ kind: "token", anyOf });

describe("an operation's security", () => {
  it("is its own before the document's", async () => {
    const document = { security: [{ okta: ["orders.read"] }] };
    const own = { security: [{ okta: ["orders.write"] }] };
    expect(await securityOf(own, document)).toEqual(token(["orders.write"]));
    expect(await securityOf({ security: undefined }, document)).toEqual(token(["orders.read"]));
    expect(await securityOf({ security: [] }, document)).toEqual({ kind: "public" });
  });

  it("is public when it is an empty list or one empty alternative", async () => {
    expect(await securityOf({ security: [] })).toEqual({ kind: "public" });
    expect(await securityOf({ security: [{}] })).toEqual({ kind: "public" });
  });

  it("means all of the scopes inside an alternative, any of several alternatives", async () => {
    expect(await securityOf({ security: [{ okta: ["orders.read", "orders.write"] }] })).toEqual(
      token(["orders.read", "orders.write"]),
    );
    expect(await securityOf({ security: [{ okta: ["orders.read"] }, { okta: ["orders.write"] }] })).toEqual(
      token(["orders.read"], ["orders.write"]),
    );
  });

  it("lets any valid token in when no scope is named", async () => {
    expect(await securityOf({ security: [{ okta: [] }] })).toEqual(token([]));
  });

  it.each<[string, unknown, RegExp]>([
    ["is nowhere", undefined, /must say who may call; got none, and the document has none/],
    ["names an undeclared scope", [{ okta: ["orders.delete"] }], /must name scopes.*got "orders\.delete"/],
    ["names an undeclared scheme", [{ entra: [] }], /must name a scheme.*got "entra"/],
    ["names what every object inherits", [{ toString: [] }], /must name a scheme.*got "toString"/],
    ["joins two schemes", [{ okta: [], entra: [] }], /must name one security scheme.*got "okta", "entra"/],
    [
      "has an empty alternative beside others",
      [{}, { okta: ["orders.read"] }],
      /must not hold an empty alternative beside others/,
    ],
    ["has empty alternatives only", [{}, {}], /must not hold an empty alternative beside others/],
  ])("is refused when it %s", async (_, security, problem) => {
    const [first, ...others] = await problems(minimal({ security }));
    expect(first).toMatch(/^paths\.\/orders\.get\.security: /);
    expect([first, ...others]).toContainEqual(expect.stringMatching(problem));
  });

  it("is refused at the document's place, even when each operation has its own", async () => {
    expect(await problems(minimal({}, { security: [{ okta: ["nope"] }] }))).toEqual([
      expect.stringMatching(/^security: must name scopes/),
    ]);
  });
});

describe("the security schemes", () => {
  const flow = (declared: Json) => ({ tokenUrl: "https://okta.example.com/token", scopes: declared });
  const withSchemes = (securitySchemes: Json) => minimal({}, { components: { securitySchemes } });
  const withFlows = (flows: Json) => withSchemes({ okta: { type: "oauth2", flows } });

  it("may give one oauth2 scheme several flows, described alike", async () => {
    const text = withFlows({ clientCredentials: flow(scopes), password: flow(scopes) });
    expect([...(await read(text)).scopes.keys()]).toEqual(Object.keys(scopes));
  });

  it.each<[string, string, string]>([
    [
      "of another kind",
      withSchemes({ key: { type: "apiKey", name: "k", in: "header" }, okta: scheme }),
      'components.securitySchemes.key: must be of type "oauth2", since Okta\'s tokens are the only way in; got "apiKey". Change or remove it.',
    ],
    [
      "of no kind",
      withSchemes({ okta: scheme, key: {} }),
      'components.securitySchemes.key: must be of type "oauth2", since Okta\'s tokens are the only way in; got none. Change or remove it.',
    ],
    [
      "beside another oauth2 scheme",
      withSchemes({ okta: scheme, second: scheme }),
      'components.securitySchemes.second: must be the only security scheme; got it beside "okta". Keep one oauth2 scheme.',
    ],
    [
      "with one of Okta's own scopes",
      withFlows({ clientCredentials: flow({ ...scopes, openid: "Sign in." }) }),
      'components.securitySchemes.okta.flows.clientCredentials.scopes.openid: must not be one of Okta\'s own scopes; got "openid". Rename it.',
    ],
    [
      "with white space in a scope",
      withFlows({ clientCredentials: flow({ ...scopes, "orders all": "All." }) }),
      'components.securitySchemes.okta.flows.clientCredentials.scopes.orders all: must be a scope name without white space and quotes; got "orders all". Rename it.',
    ],
    [
      "with a scope that its flows describe differently",
      withFlows({ clientCredentials: flow(scopes), password: flow({ "orders.read": "Other." }) }),
      'components.securitySchemes.okta.flows.password.scopes.orders.read: must be described as in the other flow, "Read orders."; got "Other.". Use one description.',
    ],
  ])("are refused %s", async (_, text, problem) => {
    expect(await problems(text)).toEqual([problem]);
  });
});
