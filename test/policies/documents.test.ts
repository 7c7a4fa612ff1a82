/** Whole policy documents, letter by letter. Azure's acceptance of this XML is not proved here. */
import { describe, expect, it } from "vitest";
import { authenticate } from "../../policies/authenticate.ts";
import { authorize } from "../../policies/authorize.ts";
import { base } from "../../policies/base.ts";
import {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { type DeploymentFacts, type OperationToProtect, protectApi } from "../../policies/protect-api.ts";
import { returnResponse } from "../../policies/return-response.ts";
import { setBackendService } from "../../policies/set-backend-service.ts";
import { setBody } from "../../policies/set-body.ts";
import { setHeader } from "../../policies/set-header.ts";
import { setStatus } from "../../policies/set-status.ts";
import { validateJwt } from "../../policies/validate-jwt.ts";
import { expectGolden } from "../support/golden.ts";

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
  name: "getsessions",
  security: { kind: "token", anyOf: [["conference.read"]] },
  successStatus: 200,
};
const open: OperationToProtect = { name: "health", security: { kind: "public" }, successStatus: 204 };
const anyToken: OperationToProtect = {
  name: "whoami",
  security: { kind: "token", anyOf: [[]] },
  successStatus: 200,
};

function operationPolicy(operation: OperationToProtect, known: DeploymentFacts): PolicyDocument {
  const template = protectApi([operation]).operations.get(operation.name);
  if (template === undefined) throw new Error(`There is no document for "${operation.name}".`);
  return template(known);
}

describe("policy documents", () => {
  it("writes the API's authentication, after the console's cors", () => {
    expectGolden("authenticate.xml", render(protectApi([read]).api(facts)));
  });

  it("writes an operation's authorization for one scope, and the way to the backend after it", () => {
    expectGolden("authorize.xml", render(operationPolicy(read, facts)));
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
    expectGolden("authorize-claims.xml", render(operationPolicy({ ...read, requiredClaims }, facts)));
  });

  it("asks for required claims in the first of several checks, and alone where any token would do", () => {
    const requiredClaims = [{ name: "tier", match: "all", values: ["gold"] }] as const;
    const asked = (operation: OperationToProtect) =>
      operationPolicy({ ...operation, requiredClaims }, facts).inbound.flatMap((statement) =>
        statement.kind === "validate-jwt" ? [statement.args] : [],
      );
    const tier = { name: "tier", match: "all", values: ["gold"] };
    const scp = (match: string, ...values: string[]) => ({ name: "scp", match, values });
    const anyOf = [["a", "b"], ["c"]];
    expect(asked({ ...read, security: { kind: "token", anyOf } }).map((args) => args.requiredClaims)).toEqual(
      [[scp("any", "a", "c"), tier], [scp("any", "b", "c")]],
    );
    expect(asked(anyToken).map((args) => [args.failedValidationErrorMessage, args.requiredClaims])).toEqual([
      ["Forbidden. Access token must have gold in claim tier.", [tier]],
    ]);
  });

  it("refuses required claims of a public operation, and ones that any value would satisfy", () => {
    const requiring = (operation: OperationToProtect, values: string[]) => () =>
      operationPolicy({ ...operation, requiredClaims: [{ name: "tier", match: "all", values }] }, facts);
    expect(requiring(read, ["gold"])).not.toThrow();
    expect(requiring(open, ["gold"])).toThrow(
      'inbound of "health" lets everybody in, but claims are required. Remove one of the two.',
    );
    expect(requiring(read, [])).toThrow(
      'inbound/validate-jwt/required-claims/claim "tier" has no value. Name the accepted values.',
    );
    expect(() => authorize(tokens, { match: "all", scopes: [] })).toThrow(
      "inbound/validate-jwt/required-claims asks for neither a scope nor a claim. Name one.",
    );
  });

  it("writes a mock's answer after its authorization", () => {
    expectGolden("mock.xml", render(operationPolicy(read, mock)));
  });

  it("lets everybody in to a public operation alone, with cors of its own in place of the API's document", () => {
    expectGolden("public-operation.xml", render(operationPolicy(open, facts)));
  });

  it("checks the token of an operation that takes any valid one a second time, beside a public one as well", () => {
    const way = setBackendService({ backendId: "conference" });
    expect(operationPolicy(anyToken, facts).inbound).toEqual([base(), authenticate(facts), way]);
    expect(protectApi([anyToken, open]).api(mock).inbound).toEqual([base(), authenticate(mock)]);
  });

  it("leads to a backend from an operation alone, as its last statement", () => {
    const { api, operations } = protectApi([read, open, anyToken]);
    const leads = (document: PolicyDocument) =>
      document.inbound.map(({ kind }) => ["set-backend-service", "mock-response"].includes(kind));
    expect(leads(api(facts))).not.toContain(true);
    for (const template of operations.values())
      for (const known of [facts, mock])
        expect(leads(template(known)).indexOf(true)).toBe(template(known).inbound.length - 1);
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
    const twice = () => render(protectApi([read]).api(facts));
    expect(twice()).toBe(twice());
  });
});
