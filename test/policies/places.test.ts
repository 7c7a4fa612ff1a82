/** Where a refusal says that the mistake is, and the nearest value that is no mistake. That Azure refuses alike is not proved here. */
import { describe, expect, it } from "vitest";
import {
  type InboundStatement,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { type CorsArgs, cors } from "../../policies/elements/cors.ts";
import { forwardRequest } from "../../policies/elements/forward-request.ts";
import { mockResponse } from "../../policies/elements/mock-response.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { setBackendService } from "../../policies/elements/set-backend-service.ts";
import { setBody } from "../../policies/elements/set-body.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setStatus } from "../../policies/elements/set-status.ts";
import { type ValidateJwtArgs, validateJwt } from "../../policies/elements/validate-jwt.ts";
import { PolicyError } from "../../policies/policy-error.ts";

const limit = policySizeLimitBytes("Developer");
const rendered = (...inbound: InboundStatement[]) => renderPolicyDocument(policyDocument({ inbound }), limit);

/** The refusal of a document that must not be rendered. */
function refused(render: () => string): PolicyError {
  try {
    render();
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error("The document was rendered; a refusal was expected.");
}

const jwt = (args: Partial<ValidateJwtArgs>) =>
  validateJwt({ token: { headerName: "Authorization" }, ...args });
const crossOrigin = (args: Partial<CorsArgs>) =>
  cors({ terminateUnmatchedRequest: false, allowedOrigins: ["*"], allowedHeaders: ["*"], ...args });

describe("a refusal", () => {
  it.each<[string, InboundStatement, string]>([
    ["validate-jwt/@failed-validation-httpcode", jwt({ failedValidationHttpCode: 99 }), "must be an integer"],
    ["validate-jwt/@clock-skew", jwt({ clockSkewSeconds: -1 }), "must be an integer of 0 or more; got -1."],
    [
      "validate-jwt/openid-config/@url",
      jwt({ openIdConfigs: [{ url: "okta" }] }),
      'must be an http or https URL; got "okta".',
    ],
    ["validate-jwt/audiences/audience", jwt({ audiences: [""] }), "is empty. Name the accepted"],
    ["validate-jwt/issuers/issuer", jwt({ issuers: [""] }), "is empty. Name the accepted value."],
    [
      "validate-jwt/required-claims/claim/@name",
      jwt({ requiredClaims: [{ name: "", presenceOnly: true }] }),
      `is empty. Write the claim's name, for example "scp".`,
    ],
    [
      "validate-jwt/@header-name",
      validateJwt({ token: { headerName: "" } }),
      'must be an HTTP field name; got "".',
    ],
    [
      "validate-jwt/@query-parameter-name",
      validateJwt({ token: { queryParameterName: "" } }),
      "is empty. Say where the token is.",
    ],
    [
      "validate-jwt/@token-value",
      validateJwt({ token: { tokenValue: "" } }),
      "is empty. Say where the token is.",
    ],
    [
      "cors/allowed-origins/origin",
      crossOrigin({ allowedOrigins: ["a.example"] }),
      'must be "*" or a single origin such as "https://example.com"; got "a.example".',
    ],
    [
      "cors/allowed-origins",
      crossOrigin({ allowCredentials: true }),
      'allows credentials to every origin ("*"), which browsers refuse. Name each origin.',
    ],
    [
      "cors/allowed-methods/@preflight-result-max-age",
      crossOrigin({ allowedMethods: ["GET"], preflightMaxAgeSeconds: 0.5 }),
      "must be an integer of 0 or more; got 0.5.",
    ],
    ["mock-response/@status-code", mockResponse({ statusCode: 1 }), "must be an integer"],
    ["set-status/@code", setStatus({ code: 1, reason: "x" }), "must be an integer"],
    [
      "return-response/set-status/@code",
      returnResponse({ status: setStatus({ code: 1, reason: "x" }) }),
      "must be an integer",
    ],
    [
      "return-response/set-header/@name",
      returnResponse({ headers: [setHeader({ name: "", values: ["x"] })] }),
      'must be an HTTP field name; got "".',
    ],
    ["set-header/@name", setHeader({ name: "a b", values: ["x"] }), 'must be an HTTP field name; got "a b".'],
    [
      "set-backend-service/@base-url",
      setBackendService({ baseUrl: "orders" }),
      'must be an http or https URL; got "orders".',
    ],
    [
      "set-backend-service/@backend-id",
      setBackendService({ backendId: "" }),
      "is empty. Write the backendId of a Backend resource.",
    ],
  ])("names policies/inbound/%s", (place, statement, rule) => {
    const error = refused(() => rendered(statement));
    expect([error.name, error.code, error.path]).toEqual([
      "PolicyError",
      "INVALID_VALUE",
      `policies/inbound/${place}`,
    ]);
    expect(error.message.startsWith(`policies/inbound/${place} ${rule}`)).toBe(true);
  });

  it("names the timeout of forward-request", () => {
    const document = policyDocument({ backend: [forwardRequest({ timeoutSeconds: -1 })] });
    expect(refused(() => renderPolicyDocument(document, limit)).message).toContain(
      "policies/backend/forward-request/@timeout must be an integer of 0 or more; got -1.",
    );
  });

  it.each([
    ["\u0001", "0001"],
    ["\uFFFE", "FFFE"],
    ["\uD83D", "D83D"],
  ])("names the character %j by its code point", (character, code) => {
    const error = refused(() => rendered(setBody(`a${character}`)));
    expect([error.code, error.message]).toEqual([
      "PROHIBITED_CHARACTER",
      `policies/inbound/set-body must hold characters that XML 1.0 can carry; got U+${code}. Remove it from the value.`,
    ]);
  });

  it.each([
    ["@(1)", "@(", "a policy expression"],
    ["@{1}", "@{", "a policy expression"],
    ["{{name}}", "{{", "a named value"],
  ])("says as what %s would run", (text, start, what) => {
    expect(refused(() => rendered(setBody(text))).message).toBe(
      `policies/inbound/set-body must be a plain text; got "${start}", which API Management would run as ${what}. Remove it from the value.`,
    );
  });

  it("numbers a statement among those of its name", () => {
    const [good, bad] = [
      setHeader({ name: "A", values: ["1"] }),
      setHeader({ name: "B", values: ["{{b}}"] }),
    ];
    expect(refused(() => rendered(base(), good, base(), bad, good)).path).toBe(
      "policies/inbound/set-header[2]/value",
    );
  });

  it("names the document that is too large", () => {
    expect(refused(() => renderPolicyDocument(policyDocument({}), 1)).path).toBe("policies");
  });
});

describe("an order that Azure would save without a word", () => {
  it.each<[string, readonly InboundStatement[], string]>([
    [
      "cors after a validate-jwt that stands first",
      [jwt({}), crossOrigin({})],
      "policies/inbound/cors stands after validate-jwt",
    ],
    [
      "a second cors after validate-jwt",
      [crossOrigin({}), jwt({}), crossOrigin({})],
      "policies/inbound/cors[2] stands after validate-jwt",
    ],
    [
      "a statement after return-response",
      [returnResponse({}), setBody("x")],
      'policies/inbound/return-response ends the pipeline, but "set-body" follows it. Move it to the end.',
    ],
    [
      "a statement after a mock-response that stands first",
      [mockResponse(), base()],
      'policies/inbound/mock-response ends the pipeline, but "base" follows it.',
    ],
  ])("is refused with %s", (_, statements, message) => {
    const error = refused(() => rendered(...statements));
    expect(error.code).toBe("ORDER");
    expect(error.message.startsWith(message)).toBe(true);
  });

  it.each<[string, readonly InboundStatement[]]>([
    ["cors before validate-jwt", [base(), crossOrigin({}), jwt({})]],
    ["cors without validate-jwt", [base(), crossOrigin({})]],
    ["validate-jwt without cors", [base(), jwt({})]],
    ["return-response at the end", [base(), returnResponse({})]],
    ["mock-response alone", [mockResponse()]],
  ])("is not that of %s", (_, statements) => {
    expect(() => rendered(...statements)).not.toThrow();
  });
});

describe("the nearest value that is taken", () => {
  it.each<[string, InboundStatement, string]>([
    ["the last status", mockResponse({ statusCode: 599 }), 'status-code="599"'],
    ["no clock skew", jwt({ clockSkewSeconds: 0 }), 'clock-skew="0"'],
    ["a discovery document over http", jwt({ openIdConfigs: [{ url: "http://a/b" }] }), 'url="http://a/b"'],
    [
      "a placeholder for an origin",
      crossOrigin({ allowedOrigins: ["{developerPortal}"] }),
      "<origin>{developerPortal}</origin>",
    ],
    [
      "credentials for a named origin",
      crossOrigin({ allowCredentials: true, allowedOrigins: ["https://a.example"] }),
      "<origin>https://a.example</origin>",
    ],
    ["a backend by its address", setBackendService({ baseUrl: "https://a/b" }), 'base-url="https://a/b"'],
    ["a backend by its name", setBackendService({ backendId: "orders" }), 'backend-id="orders"'],
    ["an empty body", setBody(""), "<set-body />"],
    [
      "a status of its own",
      setStatus({ code: 410, reason: "Gone" }),
      '<set-status code="410" reason="Gone" />',
    ],
  ])("is %s", (_, statement, written) => {
    expect(rendered(statement)).toContain(written);
  });

  it.each(["xhttps://a.example", "x{issuer}/b", "{issuer", "https://"])("is not the URL %j", (url) => {
    expect(() => rendered(jwt({ openIdConfigs: [{ url }] }))).toThrow(PolicyError);
  });

  it.each(["{a}/path", "x{a}", "https://a.example/"])("is not the origin %j", (origin) => {
    expect(() => rendered(crossOrigin({ allowedOrigins: [origin] }))).toThrow(PolicyError);
  });
});

describe("what is not given", () => {
  it("is not written", () => {
    expect(rendered(returnResponse({}))).toContain("\n    <return-response />\n");
    expect(rendered(crossOrigin({}))).toContain(
      '<cors terminate-unmatched-request="false">\n      <allowed-origins>\n        <origin>*</origin>\n      </allowed-origins>\n      <allowed-headers>',
    );
    expect(rendered(jwt({}))).toContain('\n    <validate-jwt header-name="Authorization" />\n');
  });

  it("runs the parent's section", () => {
    const sections = ["inbound", "backend", "outbound", "on-error"].map(
      (name) => `  <${name}>\n    <base />\n  </${name}>\n`,
    );
    expect(renderPolicyDocument(policyDocument({}), limit)).toBe(
      `<policies>\n${sections.join("")}</policies>\n`,
    );
  });

  it("is written of forward-request where it is given", () => {
    const write = (statement: ReturnType<typeof forwardRequest>) =>
      renderPolicyDocument(policyDocument({ backend: [statement] }), limit);
    expect(write(forwardRequest())).toContain("<backend>\n    <forward-request />\n  </backend>");
    const everything = forwardRequest({
      timeoutSeconds: 60,
      followRedirects: false,
      bufferRequestBody: true,
      bufferResponse: false,
      failOnErrorStatusCode: true,
    });
    expect(write(everything)).toContain(
      '<forward-request timeout="60" follow-redirects="false" buffer-request-body="true" buffer-response="false" fail-on-error-status-code="true" />',
    );
  });
});
