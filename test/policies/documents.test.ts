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
import { portalCors } from "../../policies/portal-cors.ts";
import { type OperationToProtect, protectApi } from "../../policies/protect-api.ts";
import { returnResponse } from "../../policies/return-response.ts";
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

const read: OperationToProtect = {
  name: "getsessions",
  security: { kind: "token", match: "all", scopes: ["conference.read"] },
  successStatus: 200,
};
const open: OperationToProtect = { name: "health", security: { kind: "public" }, successStatus: 204 };
const anyToken: OperationToProtect = {
  name: "whoami",
  security: { kind: "token", match: "all", scopes: [] },
  successStatus: 200,
};

describe("policy documents", () => {
  it("writes the API's authentication", () => {
    const { api } = protectApi([read], { mock: false });
    expectGolden("authenticate.xml", render(api(tokens)));
  });

  it("writes an operation's authorization for one scope", () => {
    const { operations } = protectApi([read], { mock: false });
    const template = operations.get("getsessions");
    expectGolden("authorize.xml", render(template?.(tokens) ?? policyDocument({})));
  });

  it("writes an authorization for all of two scopes and for any of two", () => {
    const both = authorize(tokens, { match: "all", scopes: ["a.read", "a.write"] });
    const either = authorize(tokens, { match: "any", scopes: ["a.read", "a.write"] });
    expectGolden("authorize-all.xml", render(policyDocument({ inbound: [base(), both] })));
    expectGolden("authorize-any.xml", render(policyDocument({ inbound: [base(), either] })));
  });

  it("writes a mock's answer after its authorization", () => {
    const { operations } = protectApi([read], { mock: true });
    const template = operations.get("getsessions");
    expectGolden("mock.xml", render(template?.(tokens) ?? policyDocument({})));
  });

  it("moves the authentication into each protected operation beside a public one", () => {
    const { api, operations } = protectApi([read, open], { mock: false });
    expectGolden("beside-public-api.xml", render(api(tokens)));
    expectGolden(
      "beside-public-operation.xml",
      render(operations.get("getsessions")?.(tokens) ?? policyDocument({})),
    );
    expect([...operations.keys()]).toEqual(["getsessions"]);
  });

  it("gives an operation that any valid token may call no document of its own", () => {
    expect([...protectApi([anyToken], { mock: false }).operations.keys()]).toEqual([]);
  });

  it("authenticates an any-token operation itself beside a public one", () => {
    const { operations } = protectApi([anyToken, open], { mock: false });
    const inbound = operations.get("whoami")?.(tokens).inbound;
    expect(inbound).toEqual([base(), authenticate(tokens)]);
  });

  it("writes the portal's cors into the global document", () => {
    expectGolden("portal-cors.xml", render(portalCors(["https://contoso.developer.azure-api.net"])));
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
    const twice = () => render(protectApi([read], { mock: true }).api(tokens));
    expect(twice()).toBe(twice());
  });
});
