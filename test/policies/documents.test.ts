/** Whole policy documents, letter by letter. Azure's acceptance of this XML is not proved here. */
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../expressions/compile.ts";
import { authorize } from "../../policies/authorize.ts";
import {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { setBackendService } from "../../policies/elements/set-backend-service.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setStatus } from "../../policies/elements/set-status.ts";
import { validateJwt } from "../../policies/elements/validate-jwt.ts";
import type { Expression } from "../../policies/expression.ts";
import type { OperationPlace } from "../../policies/operation-condition.ts";
import { readOwnPolicy } from "../../policies/own-policy.ts";
import {
  type DeploymentFacts,
  type OperationToProtect,
  ownOperationPolicy,
  protectApi,
} from "../../policies/protect-api.ts";
import type { XmlElement } from "../../policies/xml.ts";
import { expressionContextOf } from "../support/expression.ts";
import { expectGolden } from "../support/golden.ts";
import { elementsInside, elementsOf, requiredClaimsOf } from "../support/policy-tree.ts";

const render = (document: PolicyDocument) =>
  renderPolicyDocument(document, policySizeLimitBytes("Developer"));

const tokens = {
  openIdConfigUrl: "https://dev-1.okta.com/oauth2/default/.well-known/openid-configuration",
  issuer: "https://dev-1.okta.com/oauth2/default",
  audience: "api://default",
};
const facts = {
  ...tokens,
  consoleOrigins: ["https://contoso.developer.azure-api.net"],
  backendId: "conference",
};
const mock = { ...tokens, consoleOrigins: [] };

const read: OperationToProtect = {
  ...{ method: "GET", path: "/sessions", successStatus: 200 },
  security: { kind: "token", anyOf: [["conference.read"]] },
};
const write: OperationToProtect = {
  ...{ method: "POST", path: "/session/{id}/feedback", successStatus: 201 },
  security: { kind: "token", anyOf: [["conference.write"]] },
};
const open: OperationToProtect = {
  ...{ method: "GET", path: "/health", successStatus: 200 },
  security: { kind: "public" },
};
const anyToken: OperationToProtect = {
  ...{ method: "GET", path: "/me", successStatus: 200 },
  security: { kind: "token", anyOf: [[]] },
};
const all = [read, write, { ...read, path: "/speakers" }, open, anyToken];

/** The statements that run for a call of an operation, by their names. */
function runFor({ method, path }: OperationPlace, { inbound }: PolicyDocument): readonly string[] {
  const context = expressionContextOf({ operation: { id: "x", name: "x", method, urlTemplate: path } });
  const isTrue = ({ attributes: { condition } }: XmlElement) =>
    condition === undefined ||
    compileExpression((condition as Expression).text.slice(2, -1), { form: "expression" }).evaluate(
      context,
    ) === true;
  const run = (statements: readonly XmlElement[]): readonly string[] =>
    statements.flatMap((statement) => {
      if (statement.name !== "choose") return [statement.name];
      const branch = elementsInside(statement).find(isTrue);
      return branch === undefined ? [] : run(elementsInside(branch));
    });
  const ran = run(inbound);
  const end = ran.indexOf("return-response") + 1;
  return end > 0 ? ran.slice(0, end) : ran;
}

/** The checks of a token for an operation, besides the one that all tokens must pass. */
function checksOf(operation: OperationToProtect): readonly XmlElement[] {
  const { inbound } = protectApi([operation])(facts);
  return elementsOf(elementsOf(inbound, "when"), "validate-jwt");
}

describe("policy documents", () => {
  it("writes who may call what, grouped by what it takes, and the way to the backend behind each check", () => {
    expectGolden("api.xml", render(protectApi(all)(facts)));
  });

  it("writes a mock's answers behind everything else, by the operation where they differ", () => {
    expectGolden("mock.xml", render(protectApi(all)(mock)));
    expect(render(protectApi([read, open])(mock)).match(/<mock-response.*>/g)).toEqual([
      '<mock-response status-code="200" />',
    ]);
  });

  it("authenticates first where nothing is public, and lets nobody in to an API without operations", () => {
    expect(protectApi([read])(mock).inbound.map(({ name }) => name)).toEqual([
      "base",
      "validate-jwt",
      "choose",
      "mock-response",
    ]);
    expect(protectApi([])(mock).inbound.map(({ name }) => name)).toEqual([
      "base",
      "validate-jwt",
      "return-response",
    ]);
  });

  it("runs for each operation its checks, and only then leads on", () => {
    const document = protectApi(all)(facts);
    const [token, scope, way] = ["validate-jwt", "validate-jwt", "set-backend-service"];
    const ran = (operation: OperationPlace) => runFor(operation, document).slice(2);
    expect([ran(read), ran(write)]).toEqual([
      [token, scope, way],
      [token, scope, way],
    ]);
    expect([ran(open), ran(anyToken)]).toEqual([[way], [token, way]]);
  });

  it.each([
    ["another path", { method: "GET", path: "/added" }],
    ["another method", { method: "DELETE", path: "/sessions" }],
    ["a path in other letters", { method: "GET", path: "/Sessions" }],
    ["a longer path", { method: "GET", path: "/sessions/{id}" }],
    ["a path of which a name is a part", { method: "GET", path: "/session" }],
    ["no path", { method: "GET", path: "" }],
  ])("refuses an operation that it does not name, by %s", (_, operation) => {
    const ran = [facts, mock].map((known) => runFor(operation, protectApi(all)(known)));
    const refused = ["validate-jwt", "return-response"];
    expect(ran).toEqual([
      ["cors", "base", ...refused],
      ["base", ...refused],
    ]);
  });

  it("runs sections of one's own once a caller is let in, and before a mock answers", () => {
    const header = '<set-header name="X-Ours"><value>1</value></set-header>';
    const { policy } = readOwnPolicy(
      `<policies><inbound><base />${header}</inbound><backend><base /></backend><outbound><base />${header}</outbound><on-error><base /></on-error></policies>`,
      "api",
    );
    const kinds = (known: DeploymentFacts) => runFor(read, protectApi(all, policy)(known));
    expect(kinds(facts).slice(-2)).toEqual(["set-backend-service", "verbatim"]);
    expect(kinds(mock).slice(-2)).toEqual(["verbatim", "mock-response"]);
    const xml = render(protectApi(all, policy)(facts));
    expect(xml.slice(xml.indexOf("<outbound>"))).toContain(`<base />${header}\n  </outbound>`);
  });

  it("lets the mock of an operation with a document of its own answer there, at its end", () => {
    const { policy } = readOwnPolicy(
      "<policies><inbound><base /><set-method>GET</set-method></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>",
      "operation",
    );
    if (policy === undefined) throw new Error("The document was refused; it should have been taken.");
    const own = { ...read, hasOwnPolicy: true };
    const others = all.filter((one) => one !== read);
    expect(runFor(read, protectApi([own, ...others])(mock)).at(-1)).toBe("validate-jwt");
    expect(runFor(write, protectApi([own, ...others])(mock)).at(-1)).toBe("mock-response");
    const kinds = (known: DeploymentFacts) =>
      ownOperationPolicy(policy, own)(known).inbound.map(({ name }) => name);
    expect(kinds(mock)).toEqual(["base", "verbatim", "mock-response"]);
    expect(kinds(facts)).toEqual(["base", "verbatim"]);
  });

  it("lets the console's origins in by a cors of one's own", () => {
    const { policy } = readOwnPolicy(
      "<policies><inbound><cors><allowed-origins><origin>https://own.example</origin></allowed-origins></cors><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>",
      "api",
    );
    const xml = render(protectApi(all, policy)(facts));
    expect(xml.match(/<cors/g)).toHaveLength(1);
    for (const origin of ["https://own.example", ...facts.consoleOrigins])
      expect(xml).toContain(`<origin>${origin}</origin>`);
  });

  it("has room for 1,000 operations in most tiers; where it has not, it says what to do", () => {
    const many = Array.from({ length: 1000 }, (_, index): OperationToProtect => {
      const scope = `department.${index % 25}.${index % 2 === 0 ? "read" : "write"}`;
      const path = `/departments/{departmentId}/records/{recordId}/part-${index}`;
      return { ...read, path, security: { kind: "token", anyOf: [[scope]] } };
    });
    const written = (sku: string) => renderPolicyDocument(protectApi(many)(facts), policySizeLimitBytes(sku));
    const bytes = Buffer.byteLength(written("BasicV2"));
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(policySizeLimitBytes("BasicV2") * 0.7);
    expect(() => written("Consumption")).toThrow(
      `policies must have at most 16384 bytes; got ${bytes}. Shorten it, split the API into several, or choose a tier with a higher limit.`,
    );
  });

  it("writes an authorization for all of two scopes and for any of two", () => {
    const both = authorize(tokens, { match: "all", scopes: ["a.read", "a.write"] });
    const either = authorize(tokens, { match: "any", scopes: ["a.read", "a.write"] });
    expectGolden("authorize-all.xml", render(policyDocument({ inbound: [base(), both] })));
    expectGolden("authorize-any.xml", render(policyDocument({ inbound: [base(), either] })));
  });

  it("writes an operation's required claims beside its scopes, in one check", () => {
    const requiredClaims = [
      { name: "groups", match: "any", values: ["Speakers", "Staff"] },
      { name: "tier", match: "all", values: ["gold"] },
    ] as const;
    expectGolden("authorize-claims.xml", render(protectApi([{ ...read, requiredClaims }])(facts)));
  });

  it("asks for required claims in the first of several checks, and alone where any token would do", () => {
    const requiredClaims = [{ name: "tier", match: "all", values: ["gold"] }] as const;
    const tier = { name: "tier", match: "all", values: ["gold"] };
    const scp = (match: string, ...values: string[]) => ({ name: "scp", match, values });
    const anyOf = [["a", "b"], ["c"]];
    const several = checksOf({ ...read, security: { kind: "token", anyOf }, requiredClaims });
    expect(several.map(requiredClaimsOf)).toEqual([[scp("any", "a", "c"), tier], [scp("any", "b", "c")]]);
    expect(
      checksOf({ ...anyToken, requiredClaims }).map((check) => [
        check.attributes["failed-validation-error-message"],
        requiredClaimsOf(check),
      ]),
    ).toEqual([["Forbidden. Access token must have gold in claim tier.", [tier]]]);
  });

  it("refuses required claims of a public operation, and ones that any value would satisfy", () => {
    const requiring = (operation: OperationToProtect, values: string[]) => () =>
      protectApi([{ ...operation, requiredClaims: [{ name: "tier", match: "all", values }] }])(facts);
    expect(requiring(read, ["gold"])).not.toThrow();
    expect(requiring(open, ["gold"])).toThrow(
      "inbound lets everybody in to GET /health, but claims are required. Remove one of the two.",
    );
    expect(requiring(read, [])).toThrow(
      'inbound/validate-jwt/required-claims/claim "tier" has no value. Name the accepted values.',
    );
    expect(() => authorize(tokens, { match: "all", scopes: [] })).toThrow(
      "inbound/validate-jwt/required-claims asks for neither a scope nor a claim. Name one.",
    );
  });

  it("writes a backend by its name or by its address", () => {
    const inbound = [
      setBackendService({ backendId: "b" }),
      setBackendService({ baseUrl: "https://b.example/v1" }),
    ];
    const xml = render(policyDocument({ inbound }));
    expect(xml).toContain('<set-backend-service backend-id="b" />');
    expect(xml).toContain('<set-backend-service base-url="https://b.example/v1" />');
  });

  it("writes every attribute and child of validate-jwt in the order of the schema", () => {
    const everything = validateJwt({
      token: { headerName: "Authorization", requireScheme: "Bearer" },
      failedValidationHttpCode: 418,
      failedValidationErrorMessage: 'Tea & "biscuits" <only>',
      requireExpirationTime: false,
      requireSignedTokens: true,
      clockSkewSeconds: 60,
      outputTokenVariableName: "jwt",
      id: "check",
      openIdConfigs: [
        { url: "https://a.example/config" },
        { url: "https://b.example/config", validateConnectivity: false },
      ],
      issuerSigningKeys: [
        { id: "k1", base64: "c2VjcmV0" },
        { certificateId: "cert" },
        { n: "AQAB", e: "AQAB" },
      ],
      decryptionKeys: [{ id: "d1", certificateId: "decrypt" }],
      audiences: ["api://a", "api://b"],
      issuers: ["https://a.example"],
      requiredClaims: [
        { name: "scp", match: "any", values: ["a", "b"], separator: " " },
        { name: "email", presenceOnly: true },
      ],
    });
    expectGolden("validate-jwt.xml", render(policyDocument({ inbound: [base(), everything] })));
  });

  it("writes a response of our own with its children in the order of the schema", () => {
    const gone = returnResponse({
      status: setStatus({ code: 410, reason: "Gone" }),
      headers: [
        setHeader({ name: "X-Why", values: ["moved", "for good"] }),
        setHeader({ name: "Server", existsAction: "delete" }),
      ],
      body: setBody("  gone\n"),
    });
    expectGolden("return-response.xml", render(policyDocument({ inbound: [base(), gone] })));
  });

  it("gives the same bytes for the same input", () => {
    const twice = () => render(protectApi(all)(facts));
    expect(twice()).toBe(twice());
  });
});
