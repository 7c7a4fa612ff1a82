/** What is sent to whom, and what is left out. That a gateway answers so is not proved here. */
import { describe, expect, it } from "vitest";
import { renderFailure } from "../../verify/failures.ts";
import { deriveMatrix, type Matrix } from "../../verify/matrix.ts";
import { type Json, minimal, operation, read, scheme, withPaths } from "../apis/minimal-document.ts";

async function matrixOf(text: string, options = { signingKey: true, writes: true }): Promise<Matrix> {
  return deriveMatrix(
    [{ name: "orders", url: "https://gateway.example", document: await read(text) }],
    options,
  );
}

const secured = (security: readonly Json[]) => minimal({ security });
const withoutScopes = (security: readonly Json[]) =>
  minimal(
    { security },
    {
      components: {
        securitySchemes: {
          okta: {
            ...scheme,
            flows: { clientCredentials: { tokenUrl: "https://okta.example.com", scopes: {} } },
          },
        },
      },
    },
  );

/** Kind → scopes and status, of a matrix with one operation. */
const sent = ({ cells }: Matrix) =>
  Object.fromEntries(
    cells.map(({ kind, context, expected }) => [kind.name, [...kind.scopes(context), expected]]),
  );

describe("the matrix", () => {
  it("sends a token with the scopes of the operation, one with every declared scope, and one with another", async () => {
    expect(sent(await matrixOf(minimal()))).toMatchObject({
      "needed scopes": ["orders.read", 200],
      "all scopes": ["orders.read", "orders.write", 200],
      "another operation's scope": ["orders.write", 403],
      "scp missing": [403],
      "no token": [401],
      expired: ["orders.read", 401],
    });
  });

  it.each([
    ["any valid token", [{ okta: [] }], { "scp missing": [200], "no token": [401] }],
    ["nobody's token", [], { "scp missing": [200], "no token": [200] }],
  ])("proves an operation that needs %s with declared scopes", async (_, security, rest) => {
    const matrix = await matrixOf(secured(security));
    expect(sent(matrix)).toMatchObject({
      "needed scopes": ["orders.read", 200],
      "all scopes": ["orders.read", "orders.write", 200],
      "another operation's scope": ["orders.write", 200],
      ...rest,
    });
    expect(matrix).toMatchObject({ leftOut: [], cells: { length: 18 } });
  });

  it.each([[[{ okta: [] }]], [[]]])(
    "says what cannot be sent when no document declares a scope, with security %j",
    async (security) => {
      const { cells, leftOut } = await matrixOf(withoutScopes(security));
      expect(leftOut).toEqual(
        [
          "needed scopes",
          "all scopes",
          "another operation's scope",
          "Basic scheme",
          "in the query string",
          "payload changed",
        ].map((kind) => `"${kind}": no document declares a scope, and Okta gives no token without one`),
      );
      expect(cells).toHaveLength(18 - leftOut.length);
    },
  );

  it("leaves out another operation's scope where every declared scope satisfies", async () => {
    const either = [{ okta: ["orders.read"] }, { okta: ["orders.write"] }];
    const { cells, leftOut } = await matrixOf(secured(either));
    expect(leftOut).toEqual([
      `"another operation's scope" of GET /orders: every declared scope satisfies it`,
    ]);
    expect(cells).toHaveLength(17);
  });

  it("leaves out what Okta's key signs without it, and let-in calls that write unless told", async () => {
    const document = withPaths({ "/orders": { post: operation("MakeOrder") } });
    const { leftOut } = await matrixOf(document, { signingKey: false, writes: false });
    expect(leftOut).toEqual([
      ...["scp missing", "expired", "without expiry", "not yet valid", "wrong audience", "wrong issuer"].map(
        (kind) => `"${kind}": only the holder of Okta's signing key can make it`,
      ),
      "calls of POST /orders that are let in: they would change data; --writes sends them",
    ]);
  });
});

describe("a cell that differs", () => {
  it.each([
    ["needed scopes", 'token kind "needed scopes", scp ["orders.read"]'],
    ["all scopes", 'token kind "all scopes", scp ["orders.read","orders.write"]'],
    ["another operation's scope", `token kind "another operation's scope", scp ["orders.write"]`],
    ["scp missing", 'token kind "scp missing", scp []'],
    ["wrong issuer", 'token kind "wrong issuer", scp ["orders.read"]'],
  ])("is told with the scopes that were sent: %s", async (name, told) => {
    const { cells } = await matrixOf(minimal());
    const cell = cells.find(({ kind }) => kind.name === name);
    if (cell === undefined) throw new Error(`The matrix must have the kind "${name}"; got none.`);
    const failure = renderFailure({ cell, actual: 500, empty: false, passed: false });
    expect(failure.split("\n").slice(0, 2)).toEqual([
      `✗ GET /orders with "${name}": expected ${cell.expected}, got 500`,
      `  sent     GET /orders, ${told}`,
    ]);
  });

  it.each<[string, number, readonly string[]]>([
    ["needed scopes", 401, ["policies/authenticate.ts", "policies/protect-api.ts"]],
    ["needed scopes", 403, ["policies/authorize.ts", "policies/protect-api.ts"]],
    ["another operation's scope", 200, ["policies/authorize.ts", "policies/protect-api.ts"]],
    ["no token", 200, ["policies/authenticate.ts", "policies/protect-api.ts"]],
    ["needed scopes", 500, ["the serviceUrl of API"]],
  ])("with %s and %i sends to who decides over it", async (name, actual, places) => {
    const { cells } = await matrixOf(minimal());
    const cell = cells.find(({ kind }) => kind.name === name);
    if (cell === undefined) throw new Error(`The matrix must have the kind "${name}"; got none.`);
    const [, look = ""] = renderFailure({ cell, actual, empty: false, passed: false }).split("look at  ");
    for (const place of places) expect(look).toContain(place);
    for (const other of ["authenticate", "authorize"])
      expect(look.includes(other)).toBe(places.join().includes(other));
  });

  it("is told without scopes where there was no token", async () => {
    const { cells } = await matrixOf(minimal());
    const cell = cells.find(({ kind }) => kind.name === "no token");
    if (cell === undefined) throw new Error('The matrix must have the kind "no token"; got none.');
    expect(renderFailure({ cell, actual: 200, empty: false, passed: false })).toContain(
      "✗ GET /orders with no token: expected 401, got 200\n  sent     GET /orders\n",
    );
  });
});
