/**
 * The claims that a document requires, on a real gateway: from the document by its rendered policy to the answer, with really signed
 * tokens. How Okta comes to put a claim into a token is not proved here.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseDocument } from "../../../../openapi/document.ts";
import { policySizeLimitBytes, renderPolicyDocument } from "../../../../policies/document.ts";
import { protectApi } from "../../../../policies/protect-api.ts";
import { parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import { makeService, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { goodClaims, makeKey, serveIssuer, signToken, type TestIssuer } from "../../../support/tokens.ts";

const key = makeKey("k1");
let issuer: TestIssuer;
let gateway: TestGateway;
beforeAll(async () => {
  issuer = await serveIssuer([key.jwk]);
  gateway = await serveGateway({});
});
afterAll(() => Promise.all([issuer.close(), gateway.close()]));

/** Lets the gateway serve `GET /things` with the policy that follows from its security and claims. */
async function use(security: readonly object[], claims: readonly object[]): Promise<void> {
  const document = {
    openapi: "3.0.3",
    info: { title: "Things", version: "1" },
    paths: {
      "/things": {
        get: {
          operationId: "things",
          security,
          "x-required-claims": claims,
          responses: { "200": { description: "OK." } },
        },
      },
    },
    components: {
      securitySchemes: {
        okta: {
          type: "oauth2",
          flows: {
            clientCredentials: {
              tokenUrl: "https://okta.example.com/token",
              scopes: { "a.read": "A.", "a.write": "B.", "a.admin": "C." },
            },
          },
        },
      },
    },
  };
  const { operations } = await parseDocument(stringify(document), { source: "things.yaml" });
  const facts = {
    openIdConfigUrl: issuer.configUrl,
    issuer: "https://issuer.example",
    audience: "api://test",
    consoleOrigins: [],
  };
  const xml = renderPolicyDocument(protectApi(operations)(facts), policySizeLimitBytes("Developer"));
  const policy = await parsePolicyDocument(xml, {
    scope: "api",
    sku: "Developer",
    backendExists: () => true,
  });
  gateway.service = makeService({
    api: { policy },
    operation: { responses: [{ statusCode: 200, representations: [] }] },
  });
}

/** The answer to a token with these claims besides the good ones: status, and the reason of the log. */
async function answer(claims: object): Promise<readonly [status: number, reason?: string, message?: string]> {
  gateway.log.length = 0;
  const authorization = `Bearer ${signToken(key, { ...goodClaims, ...claims })}`;
  const response = await fetch(`${gateway.origin}/things`, { headers: { authorization } });
  const body = await response.text();
  if (response.status === 200) return [200];
  const { message } = JSON.parse(body) as { message: string };
  return [response.status, /\((\w+)\)$/.exec(gateway.log.at(-1) ?? "")?.[1] ?? "", message];
}

const read = [{ okta: ["a.read"] }];
const speakers = { name: "groups", match: "any", values: ["Speakers", "Staff"] };

describe("an operation that requires a group", () => {
  const message =
    "Forbidden. Access token must have scope a.read, and one of Speakers, Staff in claim groups.";

  it("lets in a token of one of the groups, and refuses one of other groups", async () => {
    await use(read, [speakers]);
    expect(await answer({ groups: ["Everyone", "Staff"] })).toEqual([200]);
    expect(await answer({ groups: ["Everyone", "staff"] })).toEqual([
      403,
      "TokenClaimValueNotAllowed",
      message,
    ]);
  });

  it("refuses a token without the claim, as those of client credentials are", async () => {
    await use(read, [speakers]);
    expect(await answer({})).toEqual([403, "TokenClaimNotFound", message]);
    expect(await answer({ groups: [] })).toEqual([403, "TokenClaimValueNotAllowed", message]);
  });

  it("takes a claim that is one text for one value", async () => {
    await use(read, [speakers]);
    expect(await answer({ groups: "Staff" })).toEqual([200]);
    expect(await answer({ groups: "Staff Speakers" })).toEqual([403, "TokenClaimValueNotAllowed", message]);
  });

  it("refuses the scope without the group, and the group without the scope", async () => {
    await use(read, [speakers]);
    expect(await answer({ scp: ["a.write"], groups: ["Staff"] })).toEqual([
      403,
      "TokenClaimValueNotAllowed",
      message,
    ]);
    expect(await answer({ scp: ["a.read"], groups: ["Staff"] })).toEqual([200]);
  });

  it("needs every value where all are required", async () => {
    await use(read, [{ ...speakers, match: "all" }]);
    expect(await answer({ groups: ["Staff", "Speakers"] })).toEqual([200]);
    expect(await answer({ groups: ["Staff"] })).toEqual([
      403,
      "TokenClaimValueNotAllowed",
      "Forbidden. Access token must have scope a.read, and Speakers, Staff in claim groups.",
    ]);
  });

  it("needs each of several claims", async () => {
    await use(read, [speakers, { name: "department", values: ["Program"] }]);
    expect(await answer({ groups: ["Staff"], department: "Program" })).toEqual([200]);
    expect((await answer({ groups: ["Staff"], department: "Sales" })).slice(0, 2)).toEqual([
      403,
      "TokenClaimValueNotAllowed",
    ]);
    expect((await answer({ groups: ["Staff"] })).slice(0, 2)).toEqual([403, "TokenClaimNotFound"]);
  });

  it("needs the group with every alternative of scopes", async () => {
    await use([{ okta: ["a.read", "a.write"] }, { okta: ["a.admin"] }], [speakers]);
    for (const scp of [["a.read", "a.write"], ["a.admin"]]) {
      expect(await answer({ scp, groups: ["Staff"] })).toEqual([200]);
      expect((await answer({ scp, groups: ["Everyone"] })).slice(0, 2)).toEqual([
        403,
        "TokenClaimValueNotAllowed",
      ]);
    }
    expect((await answer({ scp: ["a.read"], groups: ["Staff"] })).slice(0, 2)).toEqual([
      403,
      "TokenClaimValueNotAllowed",
    ]);
  });

  it("needs the group alone where any token would do", async () => {
    await use([{ okta: [] }], [speakers]);
    expect(await answer({ scp: ["b"], groups: ["Staff"] })).toEqual([200]);
    expect(await answer({ scp: ["b"] })).toEqual([
      403,
      "TokenClaimNotFound",
      "Forbidden. Access token must have one of Speakers, Staff in claim groups.",
    ]);
  });
});
