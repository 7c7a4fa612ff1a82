/** Which claims an operation requires: what documents and settings say, and what they may not say. */
import { describe, expect, it } from "vitest";
import { parseDocument } from "../../openapi/document.ts";
import { DocumentError } from "../../openapi/document-error.ts";
import type { RequiredClaimSettings } from "../../openapi/security/security-settings.ts";
import { type Json, minimal, operation, withPaths } from "./minimal-document.ts";

const key = "x-required-claims";
const staff = { name: "groups", match: "any", values: ["Staff", "Speakers"] };
const gold = { name: "tier", match: "all", values: ["gold"] };

async function required(text: string, requiredClaims?: RequiredClaimSettings) {
  const { operations } = await parseDocument(text, { source: "orders.yaml", requiredClaims });
  return Object.fromEntries(operations.map((one) => [one.operationId, one.requiredClaims]));
}

async function problems(text: string, requiredClaims?: RequiredClaimSettings): Promise<readonly string[]> {
  const refused = await required(text, requiredClaims).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof DocumentError)) throw new Error("Not refused.", { cause: refused });
  return refused.findings.map(({ rule, place, detail = "" }) => `${rule.code} ${place} ${detail}`.trim());
}

/** A GET with the claims, a POST without, and a public DELETE. */
const several = (claims: unknown, document: Json = {}) =>
  minimal(
    {},
    {
      paths: {
        "/orders": {
          get: operation("List", claims === undefined ? {} : { [key]: claims }),
          post: operation("Make"),
          delete: operation("Drop", { security: [] }),
        },
      },
      ...document,
    },
  );

describe("the claims that an operation requires", () => {
  it("are those of the operation, and none where nobody names any", async () => {
    expect(await required(several([staff, gold]))).toEqual({ List: [staff, gold], Make: [], Drop: [] });
  });

  it("need all values where match is left out", async () => {
    const claims = [{ name: "groups", values: ["A", "B"] }];
    expect((await required(several(claims))).List).toEqual([{ ...claims[0], match: "all" }]);
  });

  it("are the document's where the operation has none of its own, and never a public operation's", async () => {
    const document = { [key]: [staff] };
    expect(await required(several(undefined, document))).toEqual({ List: [staff], Make: [staff], Drop: [] });
    expect(await required(several([], document))).toEqual({ List: [], Make: [staff], Drop: [] });
    expect(await required(several([gold], document))).toEqual({ List: [gold], Make: [staff], Drop: [] });
  });

  it("are those of the settings besides the document's", async () => {
    const { values } = gold;
    const settings = { List: [{ name: "tier", values }], "POST /orders": [{ name: "tier", values }] };
    expect(await required(several([staff]), settings)).toEqual({
      List: [staff, gold],
      Make: [gold],
      Drop: [],
    });
  });

  it("come from an overlay, and stand in what is imported", async () => {
    const content = {
      overlay: "1.0.0",
      info: { title: "Ours", version: "1" },
      actions: [{ target: "$.paths['/orders'].get", update: { [key]: [gold] } }],
    };
    const overlay = { source: "o.yaml", content };
    const document = await parseDocument(minimal(), { source: "orders.yaml", overlay });
    expect(document.operations[0]?.requiredClaims).toEqual([gold]);
    expect(document.content).toMatchObject({ paths: { "/orders": { get: { [key]: [gold] } } } });
  });

  it("are read from Swagger 2.0 as well", async () => {
    const swagger = JSON.stringify({
      swagger: "2.0",
      info: { title: "Orders", version: "1" },
      securityDefinitions: {
        okta: {
          type: "oauth2",
          flow: "application",
          tokenUrl: "https://o.example.com/t",
          scopes: { r: "R" },
        },
      },
      paths: {
        "/orders": {
          get: {
            operationId: "List",
            security: [{ okta: ["r"] }],
            [key]: [gold],
            responses: { "200": { description: "OK." } },
          },
        },
      },
    });
    expect(await required(swagger)).toEqual({ List: [gold] });
  });
});

describe("required claims are refused", () => {
  const at = `paths./orders.get.${key}`;

  it.each<[string, unknown, string]>([
    ["that are no list", staff, `required-claims-list ${at}`],
    ["one of which is a text", ["Staff"], `required-claim-shape ${at}.0 no object`],
    ["with a member that nobody knows", [{ ...gold, value: "x" }], `required-claim-shape ${at}.0 "value"`],
    ["without a name", [{ values: ["x"] }], `required-claim-shape ${at}.0 name`],
    ["with another match", [gold, { ...staff, match: "one" }], `required-claim-shape ${at}.1 match`],
    ["with a number", [{ name: "level", values: [1] }], `required-claim-shape ${at}.0 values`],
    ["with an empty value", [{ name: "level", values: [""] }], `required-claim-shape ${at}.0 values`],
    ["without values", [{ name: "groups", values: [] }], `required-claim-values ${at}.0 "groups"`],
    ["that do not mention values", [{ name: "groups" }], `required-claim-values ${at}.0 "groups"`],
    ["that are scopes", [{ name: "scp", values: ["orders.read"] }], `required-claim-scopes ${at}.0`],
  ])("%s", async (_, claims, problem) => {
    expect(await problems(several(claims))).toEqual([problem]);
  });

  it("of a public operation, whoever names them", async () => {
    const open = withPaths({ "/orders": { get: operation("List", { security: [], [key]: [gold] }) } });
    expect(await problems(open)).toEqual([`required-claims-public ${at}`]);
    expect(await problems(several([gold]), { Drop: [{ name: "tier", values: ["gold"] }] })).toEqual([
      "required-claims-public requiredClaims.Drop",
    ]);
  });

  it("on a path, where nothing would become of them", async () => {
    const path = { [key]: [gold], get: operation("List"), post: operation("Make") };
    expect(await problems(withPaths({ "/orders": path }))).toEqual([
      `required-claims-place paths./orders.${key}`,
    ]);
  });

  it("of an operation that the document does not have, or has twice", async () => {
    const claims = [{ name: "tier", values: ["gold"] }];
    expect(await problems(several([gold]), { Lost: claims })).toEqual([
      'required-claims-operation-missing requiredClaims "Lost"',
    ]);
    const twice = withPaths({ "/a": { get: operation("List") }, "/b": { get: operation("List") } });
    expect(await problems(twice, { List: claims })).toContain(
      'required-claims-operation-ambiguous requiredClaims "List"',
    );
  });

  it("of the settings in the document's words, and at their place", async () => {
    expect(await problems(several([gold]), { Make: [{ name: "scp", values: ["orders.read"] }] })).toEqual([
      "required-claim-scopes requiredClaims.Make.0",
    ]);
  });
});
