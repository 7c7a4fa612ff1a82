/** What a typed policy refuses at run time and at compile time. */
import { assertType, describe, expect, it } from "vitest";
import {
  type PolicyDocument,
  policyDocument,
  policySizeLimitBytes,
  renderPolicyDocument,
} from "../../policies/document.ts";
import { base } from "../../policies/elements/base.ts";
import { cors } from "../../policies/elements/cors.ts";
import { forwardRequest } from "../../policies/elements/forward-request.ts";
import { mockResponse } from "../../policies/elements/mock-response.ts";
import { quotaByKey } from "../../policies/elements/quota-by-key.ts";
import { returnResponse } from "../../policies/elements/return-response.ts";
import { setHeader } from "../../policies/elements/set-header.ts";
import { setStatus } from "../../policies/elements/set-status.ts";
import { type ValidateJwtArgs, validateJwt } from "../../policies/elements/validate-jwt.ts";
import { PolicyError } from "../../policies/policy-error.ts";

const render = (document: PolicyDocument, maxBytes = policySizeLimitBytes("Developer")) =>
  renderPolicyDocument(document, maxBytes);

function refusal(document: PolicyDocument, maxBytes?: number): { code: string; message: string } {
  try {
    render(document, maxBytes);
  } catch (error) {
    if (error instanceof PolicyError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error("The document was rendered; a refusal was expected.");
}

const jwt = (args: Partial<ValidateJwtArgs>) =>
  policyDocument({ inbound: [base(), validateJwt({ token: { headerName: "Authorization" }, ...args })] });
const crossOrigin = (origins: [string, ...string[]], allowCredentials = false) =>
  policyDocument({
    inbound: [
      cors({
        allowCredentials,
        terminateUnmatchedRequest: false,
        allowedOrigins: origins,
        allowedHeaders: ["*"],
      }),
    ],
  });

describe("a policy document", () => {
  it.each([
    ["@(context.User)", "@("],
    ["before @{ return 1; }", "@{"],
    ["{{secret}}", "{{"],
  ])("refuses %s in a text", (text, start) => {
    expect(refusal(jwt({ audiences: [text] }))).toEqual({
      code: "EXPRESSION_IN_TEXT",
      message: expect.stringMatching(
        `^policies/inbound/validate-jwt/audiences/audience must be a plain text; got "${start.replace(/[({]/g, "\\$&")}"`,
      ),
    });
  });

  it("refuses an expression in an attribute and names it", () => {
    expect(refusal(jwt({ failedValidationErrorMessage: "@(1)" })).message).toContain(
      "validate-jwt/@failed-validation-error-message",
    );
  });

  it.each(["\u0000", "\u0008", "\u001F", "\uD800", "\uFFFE", "\uFFFF"])(
    "refuses a character that XML cannot carry (%j)",
    (character) => {
      expect(refusal(jwt({ audiences: [`api://${character}`] })).code).toBe("PROHIBITED_CHARACTER");
    },
  );

  it("numbers siblings of one name in the place", () => {
    const document = jwt({ audiences: ["api://a", "{{b}}"] });
    expect(refusal(document).message).toMatch(/^policies\/inbound\/validate-jwt\/audiences\/audience\[2\] /);
  });

  it.each([99, 100, 101, 199, 600, 401.5, Number.NaN])("refuses %d as the status of an answer", (code) => {
    for (const document of [
      jwt({ failedValidationHttpCode: code }),
      policyDocument({ outbound: [setStatus({ code, reason: "x" })] }),
      policyDocument({ inbound: [mockResponse({ statusCode: code })] }),
      policyDocument({ inbound: [returnResponse({ status: setStatus({ code, reason: "x" }) })] }),
    ])
      expect(refusal(document)).toEqual({
        code: "INVALID_VALUE",
        message: expect.stringContaining(`must be an integer from 200 to 599; got ${code}.`),
      });
  });

  it.each([200, 599])("takes %d as the status of an answer", (code) => {
    expect(render(policyDocument({ outbound: [setStatus({ code, reason: "" })] }))).toContain(
      `code="${code}"`,
    );
  });

  it.each([
    ["Gesperrt – bitte warten", "U+2013"],
    ["Für immer", "U+00FC"],
    ["a\r\nSet-Cookie: b", "U+000D"],
    ["a\u007f", "U+007F"],
    ["a\ud83d\ude00", "U+1F600"],
  ])("refuses %j as a reason phrase, a header's value and a media type", (text, character) => {
    const places: [PolicyDocument, string][] = [
      [policyDocument({ outbound: [setStatus({ code: 403, reason: text })] }), "outbound/set-status/@reason"],
      [
        policyDocument({ inbound: [setHeader({ name: "X", values: ["a", text] })] }),
        "inbound/set-header/value[2]",
      ],
      [
        policyDocument({ inbound: [mockResponse({ contentType: text })] }),
        "inbound/mock-response/@content-type",
      ],
      [
        policyDocument({
          inbound: [returnResponse({ headers: [setHeader({ name: "X", values: [text] })] })],
        }),
        "inbound/return-response/set-header/value",
      ],
    ];
    for (const [document, place] of places)
      expect(refusal(document)).toEqual({
        code: "INVALID_VALUE",
        message: `policies/${place} must hold visible US-ASCII characters, spaces and tabs; got ${character}. Replace it.`,
      });
  });

  it.each([" a", "a ", "\ta"])(
    "refuses %j as a header's value, since HTTP drops white space around it",
    (value) => {
      expect(
        refusal(policyDocument({ inbound: [setHeader({ name: "X", values: [value] })] })).message,
      ).toContain("must not begin or end with white space");
    },
  );

  it("takes an empty header and one with spaces inside", () => {
    const document = policyDocument({ inbound: [setHeader({ name: "X", values: ["", "a\tb c"] })] });
    expect(render(document)).toContain("<value>a\tb c</value>");
  });

  it.each(["Connection", "content-length", "Keep-Alive", "TRANSFER-ENCODING"])(
    "refuses to change %s, which API Management leaves alone",
    (name) => {
      for (const header of [setHeader({ name, values: ["1"] }), setHeader({ name, existsAction: "delete" })])
        expect(refusal(policyDocument({ inbound: [header] }))).toEqual({
          code: "INVALID_VALUE",
          message: expect.stringContaining(
            `inbound/set-header/@name names "${name}", which API Management lets no policy change`,
          ),
        });
    },
  );

  it.each(["", "X Y", "X:", "Ü", "X\n"])("refuses %j as a name in HTTP", (name) => {
    const allowed = {
      terminateUnmatchedRequest: false,
      allowedOrigins: ["*"],
      allowedHeaders: ["*"],
    } as const;
    for (const document of [
      jwt({ token: { headerName: name } }),
      jwt({ token: { headerName: "Authorization", requireScheme: name } }),
      policyDocument({ inbound: [setHeader({ name, values: ["1"] })] }),
      policyDocument({ inbound: [cors({ ...allowed, allowedMethods: [name] })] }),
      policyDocument({ inbound: [cors({ ...allowed, allowedHeaders: [name] })] }),
      policyDocument({ inbound: [cors({ ...allowed, exposeHeaders: [name] })] }),
    ])
      expect(refusal(document)).toEqual({
        code: "INVALID_VALUE",
        message: expect.stringMatching(/ must be an HTTP (?:field name|method|authentication scheme); got "/),
      });
  });

  it.each([
    [4_294_967_296, ["GET"], "must be at most 4294967295; got 4294967296."],
    [300, undefined, "is 300, but no methods are allowed."],
    [-1, ["GET"], "must be an integer of 0 or more; got -1."],
  ] as const)(
    "refuses a preflight age of %d with the methods %j",
    (preflightMaxAgeSeconds, methods, message) => {
      const document = policyDocument({
        inbound: [
          cors({
            terminateUnmatchedRequest: false,
            allowedOrigins: ["*"],
            allowedHeaders: ["*"],
            preflightMaxAgeSeconds,
            ...(methods === undefined ? {} : { allowedMethods: methods }),
          }),
        ],
      });
      expect(refusal(document).message).toContain(message);
    },
  );

  it("refuses a quota by key of a shorter period than Azure's shortest", () => {
    const limited = (renewalPeriodSeconds: number) =>
      policyDocument({ inbound: [quotaByKey({ calls: 1, renewalPeriodSeconds, counterKey: "a" })] });
    expect(refusal(limited(299)).message).toContain("must be 0, or 300 or more; got 299.");
    for (const taken of [0, 300]) expect(() => render(limited(taken))).not.toThrow();
  });

  it.each([-1, 0.5])("refuses %d as a clock skew", (seconds) => {
    expect(refusal(jwt({ clockSkewSeconds: seconds }))).toEqual({
      code: "INVALID_VALUE",
      message: expect.stringContaining(
        `must be an integer of 0 or more; got ${seconds}. Give whole seconds.`,
      ),
    });
  });

  it.each(["", "dev-1.okta.com", "ftp://okta.example"])("refuses %j as a discovery document", (url) => {
    expect(refusal(jwt({ openIdConfigs: [{ url }] })).message).toContain("must be an http or https URL");
  });

  it("takes a placeholder in the place of a URL that only a deployment knows", () => {
    const document = jwt({ openIdConfigs: [{ url: "{issuer}/.well-known/openid-configuration" }] });
    expect(render(document)).toContain('url="{issuer}/.well-known/openid-configuration"');
  });

  it.each([
    "https://a.example/",
    "https://a.example/path",
    "a.example",
    "https://*.a.example",
    "https://a.example:443",
    "null",
  ])("refuses %j as an origin", (origin) => {
    expect(refusal(crossOrigin([origin])).message).toContain('must be "*" or a single origin');
  });

  it.each(["http://127.0.0.1:8401", "capacitor://localhost"])("takes %s as an origin", (origin) => {
    expect(render(crossOrigin([origin]))).toContain(`<origin>${origin}</origin>`);
  });

  it("refuses all origins together with credentials", () => {
    expect(refusal(crossOrigin(["*"], true)).message).toContain(
      'allows credentials to every origin ("*"), which browsers refuse.',
    );
  });

  it("refuses cors after validate-jwt", () => {
    const [first] = crossOrigin(["*"]).inbound;
    const document = policyDocument({
      inbound: [...jwt({}).inbound, ...(first === undefined ? [] : [first])],
    });
    expect(refusal(document)).toEqual({
      code: "ORDER",
      message: expect.stringContaining("policies/inbound/cors stands after validate-jwt"),
    });
  });

  it("refuses a statement after mock-response", () => {
    const document = policyDocument({ inbound: [base(), mockResponse(), ...jwt({}).inbound.slice(1)] });
    expect(refusal(document).message).toContain("policies/inbound/mock-response ends the pipeline, but");
  });

  it("refuses a header name that HTTP does not allow", () => {
    const document = policyDocument({ inbound: [setHeader({ name: "X Y", values: ["1"] })] });
    expect(refusal(document).message).toContain("must be an HTTP field name");
  });

  it("refuses one byte more than the tier takes, and no byte less", () => {
    const document = jwt({ audiences: ["ü".repeat(100)] });
    const bytes = Buffer.byteLength(render(document));
    expect(refusal(document, bytes - 1)).toEqual({
      code: "DOCUMENT_TOO_LARGE",
      message: expect.stringContaining(`got ${bytes}.`),
    });
    expect(Buffer.byteLength(render(document, bytes))).toBe(bytes);
  });

  it("knows the limits of the tiers", () => {
    expect([policySizeLimitBytes("Consumption"), policySizeLimitBytes("Developer")]).toEqual([
      16_384, 262_144,
    ]);
  });

  it("does not compile what a section, a source or a claim cannot be", () => {
    // Only the compiler reads these lines; each must be an error.
    assertType<() => unknown>(() => [
      // @ts-expect-error forward-request belongs to backend
      policyDocument({ inbound: [forwardRequest()] }),
      // @ts-expect-error validate-jwt belongs to inbound
      policyDocument({ outbound: [validateJwt({ token: { headerName: "Authorization" } })] }),
      // @ts-expect-error backend takes one statement
      policyDocument({ backend: [base(), forwardRequest()] }),
      // @ts-expect-error one token source only
      validateJwt({ token: { headerName: "Authorization", queryParameterName: "token" } }),
      // @ts-expect-error a claim without values must be asked for by name
      jwt({ requiredClaims: [{ name: "aud", match: "any", values: [] }] }),
      // @ts-expect-error audiences that are given must be at least one
      jwt({ audiences: [] }),
      // @ts-expect-error a deleted header has no values
      setHeader({ name: "Server", existsAction: "delete", values: ["x"] }),
      // @ts-expect-error terminate-unmatched-request has two documented defaults, so it is always written
      cors({ allowedOrigins: ["*"], allowedHeaders: ["*"] }),
    ]);
  });
});
