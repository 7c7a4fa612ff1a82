/** What is read from an OpenAPI document, and what is refused. That Azure's import accepts it is not proved here. */
import * as path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type ApiDocument, collectScopes, parseDocument, readDocument } from "../../apis/document.ts";
import { DocumentError } from "../../apis/document-error.ts";
import { operationName } from "../../apis/operation-name.ts";

type Json = Record<string, unknown>;

/** The least document that is accepted, with its first operation replaced or changed. */
function minimal(operation: Json = {}, document: Json = {}): string {
  return stringify({
    openapi: "3.0.3",
    info: { title: "Orders", version: "1" },
    paths: {
      "/orders": {
        get: { operationId: "GetOrders", security: [{ okta: ["orders.read"] }], responses: ok, ...operation },
      },
    },
    components: { securitySchemes: { okta: scheme } },
    ...document,
  });
}

const ok = { "200": { description: "Orders." } };
const scopes = { "orders.read": "Read orders.", "orders.write": "Write orders." };
const scheme = {
  type: "oauth2",
  flows: { clientCredentials: { tokenUrl: "https://okta.example.com/token", scopes } },
};
const read = (text: string) => parseDocument(text, "orders.yaml");
const paths = (entries: Json) => minimal({}, { paths: entries });
const operation = (operationId: string, more: Json = {}) => ({
  operationId,
  security: [{ okta: ["orders.read"] }],
  responses: ok,
  ...more,
});

async function problems(text: string): Promise<readonly string[]> {
  const refused = await read(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof DocumentError))
    throw new Error("The document was accepted; a refusal was expected.");
  return refused.problems;
}

async function securityOf(operation: Json, document: Json = {}): Promise<unknown> {
  return (await read(minimal(operation, document))).operations[0]?.security;
}

describe("an OpenAPI document", () => {
  it("is read with its scopes and operations", async () => {
    const document = await read(minimal());
    expect(document).toMatchObject({ title: "Orders", source: "orders.yaml", format: "openapi" });
    expect(Object.fromEntries(document.scopes)).toEqual(scopes);
    expect(document.operations).toEqual([
      {
        operationId: "GetOrders",
        name: "getorders",
        method: "GET",
        path: "/orders",
        security: { kind: "token", match: "all", scopes: ["orders.read"] },
        successStatus: 200,
        successHasBody: false,
        example: { path: "/orders", headers: {} },
      },
    ]);
  });

  it("is accepted as JSON and keeps its text", async () => {
    const text = JSON.stringify(JSON.parse(JSON.stringify((await import("yaml")).parse(minimal()))));
    expect(await read(text)).toMatchObject({ format: "openapi+json", value: text });
  });

  it("gives its first https server", async () => {
    const servers = [
      { url: "http://plain.example" },
      { url: "https://{host}.example" },
      { url: "https://orders.example/v1" },
    ];
    expect((await read(minimal({}, { servers }))).serverUrl).toBe("https://orders.example/v1");
  });

  it.each([
    ["swagger: '2.0'\ninfo: {}", /^swagger: must be an OpenAPI 3.0 document; got Swagger 2.0\. Convert it/],
    ["openapi: 3.1.0", /^openapi: must be 3\.0\.x.*got 3\.1\.0\. Write it as 3\.0\.3/],
    ["openapi: 4.0.0", /^openapi: must be 3\.0\.x; got 4\.0\.0/],
    ["hello", /^openapi: must be 3\.0\.x; got nothing/],
    ["a: 1\na: 2", /^document: must be YAML or JSON; got: Map keys must be unique at line 2/],
    ["openapi: [", /^document: must be YAML or JSON; got: .*at line 1/],
  ])("refuses %j", async (text, problem) => {
    expect(await problems(text)).toEqual([expect.stringMatching(problem)]);
  });

  it.each<[string, string, RegExp]>([
    ["an unknown field", minimal({ bogus: 1 }), /^paths\.\/orders\.get: .*additional properties \("bogus"\)/],
    [
      "a missing version",
      minimal({}, { info: { title: "x" } }),
      /^info: must have required property "version"/,
    ],
    [
      "an external reference",
      minimal({ responses: { "200": { $ref: "other.yaml#/x" } } }),
      /responses\.200\.\$ref: must point into the document/,
    ],
    [
      "a reference to nothing",
      minimal({ responses: { "200": { $ref: "#/components/responses/No" } } }),
      /must point to something; got "#\/components\/responses\/No"/,
    ],
    [
      "a recursive schema",
      minimal(
        {},
        {
          components: {
            securitySchemes: { okta: scheme },
            schemas: {
              Tree: { type: "object", properties: { child: { $ref: "#/components/schemas/Tree" } } },
            },
          },
        },
      ),
      /^components\.schemas\.Tree: must not refer to itself/,
    ],
    [
      "a body on GET",
      minimal({ requestBody: { content: { "text/plain": {} } } }),
      /^paths\.\/orders\.get\.requestBody: must not be there: API Management drops the body of GET/,
    ],
    [
      "no operationId",
      minimal({ operationId: undefined }),
      /^paths\.\/orders\.get\.operationId: must hold a letter or a digit/,
    ],
    [
      "an operationId without letters",
      minimal({ operationId: "!!" }),
      /operationId: must hold a letter or a digit.*got "!!"/,
    ],
    [
      "two operations that become one name",
      paths({ "/a": { get: operation("Get-Order") }, "/b": { get: operation("get.order") } }),
      /^paths\.\/b\.get\.operationId: must give another name than "Get-Order": API Management names both "get-order"/,
    ],
    [
      "two paths that differ in parameter names only",
      paths({
        "/a/{x}": {
          get: operation("A", {
            parameters: [{ name: "x", in: "path", required: true, example: 1, schema: {} }],
          }),
        },
        "/A/{y}": {
          get: operation("B", {
            parameters: [{ name: "y", in: "path", required: true, example: 1, schema: {} }],
          }),
        },
      }),
      /^paths\.\/A\/\{y\}: must differ from "\/a\/\{x\}"/,
    ],
    [
      "a required parameter without an example",
      minimal({ parameters: [{ name: "q", in: "query", required: true, schema: { type: "string" } }] }),
      /^paths\.\/orders\.get\.parameters\.0: must have an example.*"q" is required/,
    ],
    [
      "a required body without an example",
      paths({
        "/a": {
          post: operation("A", { requestBody: { required: true, content: { "application/json": {} } } }),
        },
      }),
      /^paths\.\/a\.post\.requestBody: must have an example/,
    ],
    [
      "a required body that cannot be sent as text",
      paths({
        "/a": {
          post: operation("A", {
            requestBody: { required: true, content: { "multipart/form-data": { example: { a: 1 } } } },
          }),
        },
      }),
      /requestBody: must have a media type whose example can be sent/,
    ],
    [
      "a path parameter that is not declared",
      paths({ "/a/{id}": { get: operation("A") } }),
      /^paths\.\/a\/\{id\}\.get\.parameters: must declare the path's parameter "id"/,
    ],
    [
      "no success",
      minimal({ responses: { "404": { description: "No." } } }),
      /^paths\.\/orders\.get\.responses: must describe a success/,
    ],
    ["no operation", minimal({}, { paths: {} }), /^paths: must hold an operation/],
    [
      "no security at all",
      minimal({ security: undefined }),
      /^paths\.\/orders\.get\.security: must say who may call/,
    ],
    [
      "an undeclared scope",
      minimal({ security: [{ okta: ["orders.delete"] }] }),
      /security: must name scopes that the security scheme declares; got "orders.delete"/,
    ],
    [
      "an undeclared scheme",
      minimal({ security: [{ entra: [] }] }),
      /must name a scheme of components.securitySchemes; got "entra"/,
    ],
    [
      "an empty alternative beside others",
      minimal({ security: [{}, { okta: ["orders.read"] }] }),
      /must not hold an empty alternative beside others/,
    ],
    [
      "alternatives of several scopes",
      minimal({ security: [{ okta: ["orders.read", "orders.write"] }, { okta: ["orders.read"] }] }),
      /must be one list of scopes, or alternatives of one scope each/,
    ],
    [
      "another kind of scheme",
      minimal(
        {},
        {
          components: { securitySchemes: { okta: scheme, key: { type: "apiKey", name: "k", in: "header" } } },
        },
      ),
      /^components\.securitySchemes\.key: must be of type oauth2; got "apiKey"/,
    ],
    [
      "a second oauth2 scheme",
      minimal({}, { components: { securitySchemes: { okta: scheme, second: scheme } } }),
      /^components\.securitySchemes\.second: must be the only security scheme/,
    ],
    [
      "one of Okta's own scopes",
      minimal(
        {},
        {
          components: {
            securitySchemes: {
              okta: {
                type: "oauth2",
                flows: {
                  clientCredentials: { tokenUrl: "https://x.example", scopes: { ...scopes, openid: "x" } },
                },
              },
            },
          },
        },
      ),
      /scopes\.openid: must not be one of Okta's own scopes/,
    ],
    [
      "a scope described differently in two flows",
      minimal(
        {},
        {
          components: {
            securitySchemes: {
              okta: {
                type: "oauth2",
                flows: {
                  clientCredentials: { tokenUrl: "https://x.example", scopes },
                  password: { tokenUrl: "https://x.example", scopes: { "orders.read": "Something else." } },
                },
              },
            },
          },
        },
      ),
      /flows\.password\.scopes\.orders\.read: must be described as in the other flow/,
    ],
  ])("refuses %s", async (_, text, problem) => {
    expect(await problems(text)).toContainEqual(expect.stringMatching(problem));
  });

  it("refuses a document above 4 MB", async () => {
    expect(await problems(`${minimal()}#${"x".repeat(4 * 1024 * 1024)}`)).toEqual([
      expect.stringContaining("must have at most 4194304 bytes"),
    ]);
  });

  it("reports all problems at once, one line each", async () => {
    const text = minimal({ operationId: "", security: undefined, responses: {}, requestBody: {} });
    const found = await problems(text);
    expect(found.length).toBeGreaterThanOrEqual(4);
    expect(found.every((line) => !line.includes("\n"))).toBe(true);
  });

  it("names the file that cannot be read", async () => {
    await expect(readDocument("/no/such.yaml")).rejects.toThrow(
      /such\.yaml":\n {2}- file: must be readable; got ENOENT/,
    );
  });
});

describe("an operation's security", () => {
  it("is its own before the document's", async () => {
    const document = { security: [{ okta: ["orders.read"] }] };
    expect(await securityOf({ security: [{ okta: ["orders.write"] }] }, document)).toEqual({
      kind: "token",
      match: "all",
      scopes: ["orders.write"],
    });
    expect(await securityOf({ security: undefined }, document)).toEqual({
      kind: "token",
      match: "all",
      scopes: ["orders.read"],
    });
  });

  it("is public when it is an empty list", async () => {
    expect(await securityOf({ security: [] })).toEqual({ kind: "public" });
    expect(await securityOf({ security: [{}] })).toEqual({ kind: "public" });
  });

  it("means all of the scopes inside an alternative, any of several alternatives", async () => {
    expect(await securityOf({ security: [{ okta: ["orders.read", "orders.write"] }] })).toMatchObject({
      match: "all",
      scopes: ["orders.read", "orders.write"],
    });
    expect(
      await securityOf({ security: [{ okta: ["orders.read"] }, { okta: ["orders.write"] }] }),
    ).toMatchObject({ match: "any", scopes: ["orders.read", "orders.write"] });
  });

  it("lets any valid token in when no scope is named", async () => {
    expect(await securityOf({ security: [{ okta: [] }] })).toEqual({
      kind: "token",
      match: "all",
      scopes: [],
    });
  });
});

describe("an example call", () => {
  it("fills required parameters of path, query, header and cookie, and the body", async () => {
    const text = paths({
      "/orders/{id}": {
        parameters: [{ name: "id", in: "path", required: true, schema: {}, example: "a/b" }],
        put: operation("Put", {
          parameters: [
            {
              name: "q",
              in: "query",
              required: true,
              schema: {},
              examples: { one: { value: ["x", "y z"] } },
            },
            { name: "optional", in: "query", schema: {}, example: "no" },
            { name: "X-Trace", in: "header", required: true, schema: { default: 7 } },
            { name: "session", in: "cookie", required: true, schema: { example: "s1" } },
          ],
          requestBody: { required: true, content: { "application/json": { example: { amount: 1 } } } },
          responses: { "201": { description: "Made.", content: { "application/json": {} } } },
        }),
      },
    });
    const [first] = (await read(text)).operations;
    expect(first?.example).toEqual({
      path: "/orders/a%2Fb?q=x%2Cy%20z",
      headers: {
        accept: "application/json",
        "x-trace": "7",
        cookie: "session=s1",
        "content-type": "application/json",
      },
      body: '{"amount":1}',
    });
  });

  it("lets an operation's parameter stand for the path's of the same name", async () => {
    const parameter = (example: number) => ({ name: "id", in: "path", required: true, schema: {}, example });
    const text = paths({
      "/a/{id}": { parameters: [parameter(1)], get: operation("A", { parameters: [parameter(2)] }) },
    });
    expect((await read(text)).operations[0]?.example.path).toBe("/a/2");
  });
});

describe("scopes of several documents", () => {
  const document = (source: string, declared: Record<string, string>) =>
    ({ source, scopes: new Map(Object.entries(declared)) }) as unknown as ApiDocument;

  it("are joined", () => {
    expect([...collectScopes([document("a", { x: "X." }), document("b", { x: "X.", y: "Y." })])]).toEqual([
      ["x", "X."],
      ["y", "Y."],
    ]);
  });

  it("must be described alike", () => {
    expect(() => collectScopes([document("a", { x: "X." }), document("b", { x: "Z." })])).toThrow(
      'scope "x": must have one description; got "X." in "a" and "Z." in "b"',
    );
  });
});

describe("an operation's name", () => {
  it.each([
    ["GetSessions", "getsessions"],
    ["Get  Sessions!", "get-sessions"],
    ["GET-/foo/{bar}?buzz={quix}", "get-foo-bar-buzz-quix"],
    ["--a--", "a"],
  ])("of %j is %j", (operationId, name) => {
    expect(operationName(operationId)).toBe(name);
  });

  it("has at most 76 lower-case letters, digits and single hyphens", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (operationId) => {
        const name = operationName(operationId);
        expect(name).toMatch(/^[a-z0-9-]{0,76}$/);
        expect(name).not.toMatch(/^-|--/);
      }),
      { seed: 4 },
    );
  });
});

describe("conference.openapi.yaml", () => {
  it("has the twelve operations of the walkthrough, one of which writes", async () => {
    const { operations } = await readDocument(
      path.join(import.meta.dirname, "../../apis/conference.openapi.yaml"),
    );
    expect(operations).toHaveLength(12);
    const writing = operations.filter(
      ({ security }) => security.kind === "token" && security.scopes.includes("conference.write"),
    );
    expect(writing.map(({ operationId }) => operationId)).toEqual(["SubmitSession"]);
  });
});
