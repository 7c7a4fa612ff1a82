/** What is sent to whom, and what is left out. That a gateway answers so is not proved here. */
import { describe, expect, it } from "vitest";
import { callerOf } from "../../proof/caller.ts";
import { type Cell, deriveMatrix, type Matrix, type MatrixOptions } from "../../proof/matrix.ts";
import { tokenKinds } from "../../proof/token-kinds.ts";
import { type Json, minimal, operation, read, scheme, withPaths } from "../openapi/minimal-document.ts";
import { batch, batchClient } from "../support/callers.ts";

const everything: MatrixOptions = { signingKey: true, writes: true, callers: [batch], otherApp: "refused" };

async function matrixOf(text: string, options: MatrixOptions = everything): Promise<Matrix> {
  const { cells, leftOut } = deriveMatrix(
    [{ name: "orders", url: "https://gateway.example", document: await read(text) }],
    options,
  );
  // The clients' own columns have tests of their own, in clients.test.ts.
  return {
    cells: cells.filter(({ kind }) => kind.caller === undefined),
    leftOut: leftOut.filter((line) => !line.startsWith('"batch')),
  };
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

/** Id of the kind → scopes, what must come of it and why, of a matrix with one operation. */
const sent = ({ cells }: Matrix) =>
  Object.fromEntries(
    cells.map(({ kind, context, expected, reason }) => [
      kind.id,
      [...kind.scopes(context), expected, ...(reason === undefined ? [] : [reason])],
    ]),
  );

function cellOf({ cells }: Matrix, id: string): Cell {
  const cell = cells.find(({ kind }) => kind.id === id);
  if (cell === undefined) throw new Error(`The matrix must have the kind "${id}"; got none.`);
  return cell;
}

const inShop = minimal();
const post = withPaths({ "/orders": { post: operation("MakeOrder") } });

describe("the matrix", () => {
  it("demands of each kind of token its own outcome, for its own reason", async () => {
    expect(sent(await matrixOf(inShop))).toEqual({
      "needed-scopes": ["orders.read", 200],
      "all-scopes": ["orders.read", "orders.write", 200],
      "other-scopes": ["orders.write", 403, "TokenClaimValueNotAllowed"],
      "scp-missing": [403, "TokenClaimNotFound"],
      "other-app": ["orders.read", "no token"],
      "no-token": [401, "TokenNotPresent"],
      "not-a-token": [401, "JwtInvalid"],
      "basic-scheme": ["orders.read", 401, "TokenNotPresent"],
      "query-string": ["orders.read", 401, "TokenNotPresent"],
      "payload-changed": ["orders.read", 401, "TokenSignatureInvalid"],
      expired: ["orders.read", 401, "TokenExpired"],
      "without-expiry": ["orders.read", 401, "JwtInvalid"],
      "not-yet-valid": ["orders.read", 401, "JwtInvalid"],
      "wrong-audience": ["orders.read", 401, "TokenAudienceNotAllowed"],
      "wrong-issuer": ["orders.read", 401, "TokenIssuerNotAllowed"],
      "unknown-key": ["orders.read", 401, "TokenSignatureInvalid"],
      "unknown-kid": ["orders.read", 401, "TokenSignatureKeyNotFound"],
      "alg-none": ["orders.read", 401, "TokenSignatureInvalid"],
      "hs256-public-key": ["orders.read", 401, "TokenSignatureKeyNotFound"],
    });
  });

  it("names no two kinds alike", () => {
    for (const names of [tokenKinds.map(({ id }) => id), tokenKinds.map(({ name }) => name)])
      expect(new Set(names).size).toBe(names.length);
  });

  it("lets in whoever has a valid token where any valid token will do", async () => {
    expect(sent(await matrixOf(secured([{ okta: [] }])))).toMatchObject({
      "needed-scopes": ["orders.read", 200],
      "all-scopes": ["orders.read", "orders.write", 200],
      "other-scopes": ["orders.write", 200],
      "scp-missing": [200],
      "other-app": ["orders.read", "no token"],
      "no-token": [401, "TokenNotPresent"],
      expired: ["orders.read", 401, "TokenExpired"],
    });
  });

  it("lets everybody into a public operation", async () => {
    const matrix = await matrixOf(secured([]));
    expect(matrix.leftOut).toEqual([]);
    expect(matrix.cells).toHaveLength(19);
    for (const cell of matrix.cells) {
      expect(cell).toMatchObject({ expected: 200, letsIn: true, accepted: [], stopsAtToken: false });
      expect(cell).not.toHaveProperty("reason");
    }
  });

  it("knows which cells let somebody in", async () => {
    const { cells } = await matrixOf(inShop);
    expect(cells.filter(({ letsIn }) => letsIn).map(({ kind }) => kind.id)).toEqual([
      "needed-scopes",
      "all-scopes",
    ]);
  });

  it("sends for each scope that is needed a token with all others", async () => {
    const security = [{ okta: ["orders.read", "orders.write"] }];
    const { cells } = await matrixOf(secured(security));
    expect(sent(await matrixOf(secured(security)))).toMatchObject({
      "needed-scopes": ["orders.read", "orders.write", 200],
      "other-scopes": ["orders.write", 403, "TokenClaimValueNotAllowed"],
      "other-scopes-2": ["orders.read", 403, "TokenClaimValueNotAllowed"],
    });
    expect(cells).toHaveLength(20);
  });

  it("says where a token lacks a needed scope in more ways than are sent", async () => {
    const names = Array.from({ length: 17 }, (_, index) => `s${index}`);
    const matrixFor = async (needed: readonly string[]) => {
      const scopes = Object.fromEntries(names.map((name) => [name, name]));
      const flows = { clientCredentials: { tokenUrl: "https://okta.example.com/token", scopes } };
      const components = { securitySchemes: { okta: { ...scheme, flows } } };
      const callers = [callerOf(batchClient({ scopes: names }))];
      return matrixOf(minimal({ security: [{ okta: needed }] }, { components }), { ...everything, callers });
    };
    const all = await matrixFor(names.slice(0, 16));
    expect([all.cells.length, all.leftOut]).toEqual([18 + 16, []]);
    const cut = await matrixFor(names);
    expect([cut.cells.length, cut.leftOut]).toEqual([
      18 + 16,
      ["tokens of GET /orders that lack a needed scope: 16 are sent, and there are more alternatives"],
    ]);
  });

  it("takes no scopes of another operation that needs none", async () => {
    const document = withPaths({
      "/open": { get: { ...operation("Open"), security: [] } },
      "/any": { get: { ...operation("Any"), security: [{ okta: [] }] } },
      "/orders": { get: operation("GetOrders") },
    });
    const { cells } = await matrixOf(document);
    expect(
      cells.filter(({ kind }) => kind.id === "other-scopes").map(({ context }) => context.lacking),
    ).toEqual([[["orders.write"]], [["orders.write"]], [["orders.write"]]]);
  });

  it("shows by the last declared scope that any valid token will do", async () => {
    const scopes = { "a.one": "One.", "b.two": "Two.", "c.three": "Three." };
    const flows = { clientCredentials: { tokenUrl: "https://okta.example.com/token", scopes } };
    const text = minimal(
      { security: [{ okta: [] }] },
      { components: { securitySchemes: { okta: { ...scheme, flows } } } },
    );
    const callers = [callerOf(batchClient({ scopes: Object.keys(scopes) }))];
    expect(cellOf(await matrixOf(text, { ...everything, callers }), "other-scopes").context.lacking).toEqual([
      ["c.three"],
    ]);
  });

  it.each([[[{ okta: [] }]], [[]]])(
    "says what cannot be sent when no document declares a scope, with security %j",
    async (security) => {
      const { cells, leftOut } = await matrixOf(withoutScopes(security));
      expect(leftOut).toEqual(
        [
          "a stranger's app",
          "needed scopes",
          "all scopes",
          "all scopes but a needed one",
          "Basic scheme",
          "in the query string",
          "payload changed",
        ].map((kind) => `"${kind}": no document declares a scope, and Okta gives no token without one`),
      );
      expect(cells).toHaveLength(19 - leftOut.length);
    },
  );

  it("leaves out tokens that lack a needed scope where every declared scope satisfies", async () => {
    const either = [{ okta: ["orders.read"] }, { okta: ["orders.write"] }];
    const { cells, leftOut } = await matrixOf(secured(either));
    expect(leftOut).toEqual([
      `"all scopes but a needed one" of GET /orders: every declared scope satisfies it`,
    ]);
    expect(cells.map(({ kind }) => kind.id)).not.toContain("other-scopes");
    expect(cells).toHaveLength(18);
  });

  it("leaves out what only the holder of Okta's key can sign", async () => {
    const { cells, leftOut } = await matrixOf(inShop, { ...everything, signingKey: false });
    const names = [
      "scp missing",
      "expired",
      "without expiry",
      "not yet valid",
      "wrong audience",
      "wrong issuer",
    ];
    expect(leftOut).toEqual(
      names.map((name) => `"${name}": only the holder of Okta's signing key can make it`),
    );
    expect(cells).toHaveLength(19 - names.length);
  });

  it("leaves out the token of another app where no app's credentials are at hand", async () => {
    const { cells, leftOut } = await matrixOf(inShop, { ...everything, otherApp: "unavailable" });
    expect(leftOut).toEqual([
      `"a stranger's app": OTHER_CLIENT_ID and OTHER_CLIENT_SECRET, the credentials of another app of the org, are not set`,
    ]);
    expect(cells).toHaveLength(18);
  });

  it.each(["post", "put", "patch", "delete"])("leaves out let-in calls of %s unless told", async (method) => {
    const document = withPaths({ "/orders": { [method]: operation("Change") } });
    const { cells, leftOut } = await matrixOf(document, { ...everything, writes: false });
    expect(leftOut).toEqual([
      `calls of ${method.toUpperCase()} /orders that are let in: they would change data; --writes sends them`,
    ]);
    expect(cells).toHaveLength(17);
    expect((await matrixOf(document)).cells).toHaveLength(19);
  });

  it.each(["get", "head", "options"])("sends calls of %s without being told", async (method) => {
    const document = withPaths({ "/orders": { [method]: operation("Look") } });
    expect((await matrixOf(document, { ...everything, writes: false })).cells).toHaveLength(19);
  });

  it("only asks for another app's token where a call with it would change data", async () => {
    const stops = async (document: string, writes: boolean) =>
      cellOf(await matrixOf(document, { ...everything, writes }), "other-app").stopsAtToken;
    expect([await stops(post, false), await stops(post, true), await stops(inShop, false)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("takes what another app gets where the settings accept it", async () => {
    const matrix = await matrixOf(inShop, { ...everything, otherApp: "accepted" });
    expect(cellOf(matrix, "other-app")).toMatchObject({ expected: "no token", accepted: [200, "a token"] });
    for (const { kind, accepted } of matrix.cells) if (kind.id !== "other-app") expect(accepted).toEqual([]);
    expect(cellOf(await matrixOf(inShop), "other-app").accepted).toEqual([]);
  });
});
