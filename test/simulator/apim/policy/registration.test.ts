/** What is refused when a policy is saved. Azure's own wording is imitated where it is known, not proved. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import type { PolicyScope } from "../../../../simulator/apim/policy/statement.ts";
import { SimulatorError } from "../../../../simulator/error.ts";
import { makeKey, serveIssuer, type TestIssuer } from "../../../support/tokens.ts";

let issuer: TestIssuer;
beforeAll(async () => {
  issuer = await serveIssuer([makeKey("k1").jwk]);
});
afterAll(() => issuer.close());

async function refusal(xml: string, scope: PolicyScope = "api", sku = "Developer"): Promise<string> {
  const refused = await parsePolicyDocument(xml.replaceAll("CONFIG", issuer.configUrl), { scope, sku }).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof SimulatorError)) throw new Error("The policy was saved; a refusal was expected.");
  expect(refused.code).toBe("ValidationError");
  return refused.message;
}

const inbound = (content: string) => `<policies><inbound>${content}</inbound></policies>`;
const jwt = (attributes: string, children = "") =>
  inbound(
    `<validate-jwt header-name="Authorization" ${attributes}><openid-config url="CONFIG" />${children}</validate-jwt>`,
  );
const cors = (attributes: string, children: string) =>
  inbound(`<cors terminate-unmatched-request="false" ${attributes}>${children}</cors>`);
const origins = "<allowed-origins><origin>https://a.example</origin></allowed-origins>";
const headers = "<allowed-headers><header>*</header></allowed-headers>";

describe("a policy document", () => {
  it("is saved when everything is in order", async () => {
    const xml = jwt("", "<audiences><audience>a</audience></audiences>").replaceAll(
      "CONFIG",
      issuer.configUrl,
    );
    const document = await parsePolicyDocument(xml, { scope: "api", sku: "Developer" });
    expect(document).toMatchObject({ scope: "api", xml });
    expect(document.sections.inbound).toHaveLength(1);
    expect(document.sections.backend).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ["that is not well-formed", "<policies>", /must be well-formed; got on line 1/],
    ["with a document type", "<!DOCTYPE policies><policies />", /must not have a document type/],
    ["with another root", "<policy />", /The document's element must be 'policies'/],
    [
      "with an unknown section",
      "<policies><somewhere /></policies>",
      /'policies' has invalid child element 'somewhere'/,
    ],
    ["with a section twice", "<policies><inbound /><inbound /></policies>", /'inbound' may stand only once/],
    [
      "with an unknown element",
      inbound("<rate-limit />"),
      /^Error in element 'rate-limit' on line 1, column 20: The local gateway does not execute this policy/,
    ],
    [
      "with an element in another section",
      inbound("<forward-request />"),
      /'forward-request'.*Policy is not allowed in the 'inbound' section/,
    ],
    ["with base twice", inbound("<base /><base />"), /'base' may stand only once/],
    [
      "with cors twice",
      inbound(`<cors terminate-unmatched-request="false">${origins}${headers}</cors>`.repeat(2)),
      /Policy may stand only once in a section/,
    ],
    [
      "with two policies in backend",
      "<policies><backend><base /><forward-request /></backend></policies>",
      /The backend section allows only one policy; got 2/,
    ],
    ["with text in a section", inbound("hello"), /The section must hold elements only/],
    [
      "with an attribute on a section",
      "<policies><inbound x='1' /></policies>",
      /The attribute 'x' is not declared/,
    ],
    ["with an expression", jwt('failed-validation-error-message="@(1)"'), /holds a policy expression/],
    [
      "with an expression in a cors attribute, once",
      cors(
        "",
        `${origins}<allowed-methods preflight-result-max-age="@(1)"><method>GET</method></allowed-methods>${headers}`,
      ),
      /^Error in element 'allowed-methods'[^\n]*holds a policy expression[^\n]*\n[^\n]*must be an integer[^\n]*$/,
    ],
    ["with a named value", jwt('failed-validation-error-message="{{why}}"'), /Cannot find a property 'why'/],
    [
      "with an expression in a text",
      inbound("<set-header name='x'><value>@{ return 1; }</value></set-header>"),
      /The text holds a policy expression/,
    ],
  ])("is refused %s", async (_, xml, message) => {
    expect(await refusal(xml)).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    ["an unknown attribute", jwt('colour="red"'), /The attribute 'colour' is not declared/],
    [
      "children in another order",
      jwt("", "<issuers><issuer>i</issuer></issuers><audiences><audience>a</audience></audiences>"),
      /'validate-jwt' has invalid child element 'audiences' here: the order is openid-config, /,
    ],
    ["an unknown child", jwt("", "<scopes />"), /'validate-jwt' has invalid child element 'scopes'/],
    [
      "audiences twice",
      jwt("", "<audiences><audience>a</audience></audiences><audiences><audience>b</audience></audiences>"),
      /'audiences' may stand only once/,
    ],
    ["no audience inside audiences", jwt("", "<audiences />"), /At least one 'audience' element is expected/],
    [
      "a status that is none",
      jwt('failed-validation-httpcode="9"'),
      /must be an integer from 100 to 599; got "9"/,
    ],
    ["a skew in words", jwt('clock-skew="a minute"'), /'clock-skew' must be an integer/],
    ["yes for true", jwt('require-signed-tokens="yes"'), /must be one of "true", "false"; got "yes"/],
    [
      "another match",
      jwt("", '<required-claims><claim name="a" match="some" /></required-claims>'),
      /must be one of "all", "any"/,
    ],
    [
      "a claim without a name",
      jwt("", "<required-claims><claim /></required-claims>"),
      /The required attribute 'name' is missing/,
    ],
    [
      "two token sources",
      jwt('query-parameter-name="t"'),
      /Exactly one of 'header-name', 'query-parameter-name' and 'token-value'/,
    ],
    ["no key", inbound('<validate-jwt header-name="Authorization" />'), /Signed tokens need a key/],
    [
      "decryption keys",
      jwt("", "<decryption-keys><key certificate-id='c' /></decryption-keys>"),
      /Encrypted tokens are not simulated/,
    ],
    [
      "a key by certificate",
      jwt("", "<issuer-signing-keys><key certificate-id='c' /></issuer-signing-keys>"),
      /Keys by 'certificate-id' are not simulated/,
    ],
    [
      "a key that is no Base64",
      jwt("", "<issuer-signing-keys><key>%%%</key></issuer-signing-keys>"),
      /either a Base64 text, or 'n' and 'e'/,
    ],
    [
      "a URL that is none",
      inbound('<validate-jwt header-name="a"><openid-config url="okta" /></validate-jwt>'),
      /'url' must be an http or https URL; got "okta"/,
    ],
  ])("is refused with validate-jwt that has %s", async (_, xml, message) => {
    expect(await refusal(xml)).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    [
      "no default for terminate-unmatched-request",
      inbound(`<cors>${origins}${headers}</cors>`),
      /'terminate-unmatched-request' must be written/,
    ],
    ["no origins", cors("", headers), /The required element 'allowed-origins' is missing/],
    ["no headers", cors("", origins), /The required element 'allowed-headers' is missing/],
    [
      "children in another order",
      cors("", headers + origins),
      /invalid child element 'allowed-origins' here/,
    ],
    [
      "an origin with a path",
      cors("", origins.replace("a.example", "a.example/") + headers),
      /An origin must be/,
    ],
    [
      "all origins with credentials",
      cors('allow-credentials="true"', origins.replace("https://a.example", "*") + headers),
      /Origins must be listed/,
    ],
  ])("is refused with cors that has %s", async (_, xml, message) => {
    expect(await refusal(xml)).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
    [
      "set-header without a value",
      inbound('<set-header name="x" />'),
      /At least one 'value' element is expected/,
    ],
    [
      "set-header that deletes a value",
      inbound('<set-header name="x" exists-action="delete"><value>1</value></set-header>'),
      /must have no value/,
    ],
    ["set-status without a code", inbound('<set-status reason="x" />'), /'code' is missing/],
    [
      "return-response in another order",
      inbound(
        "<return-response><set-body>x</set-body><set-status code='200' reason='x' /></return-response>",
      ),
      /invalid child element 'set-status' here/,
    ],
    [
      "return-response with a variable",
      inbound('<return-response response-variable-name="x" />'),
      /'response-variable-name' is not simulated/,
    ],
    [
      "forward-request that follows redirects",
      '<policies><backend><forward-request follow-redirects="true" /></backend></policies>',
      /must be false/,
    ],
    [
      "mock-response by a later example",
      inbound('<mock-response index="2" />'),
      /must be an integer from 1 to 1/,
    ],
    ["set-body with elements", inbound("<set-body><a /></set-body>"), /must hold a text only/],
  ])("is refused with %s", async (_, xml, message) => {
    expect(await refusal(xml)).toMatch(message);
  });

  it("is refused with base at the global scope, which has no parent", async () => {
    expect(await refusal(inbound("<base />"), "global")).toContain(
      "'base' has no meaning at the global scope",
    );
  });

  it("is refused above the tier's size", async () => {
    const xml = `<policies><!--${"x".repeat(16 * 1024)}--></policies>`;
    expect(await refusal(xml, "api", "Consumption")).toContain("must have at most 16384 bytes");
    await expect(parsePolicyDocument(xml, { scope: "api", sku: "Developer" })).resolves.toBeDefined();
  });

  it("reports every problem with its line and column", async () => {
    const lines = (
      await refusal("<policies>\n  <inbound>\n    <a />\n    <b />\n  </inbound>\n</policies>")
    ).split("\n");
    expect(lines).toEqual([
      expect.stringContaining("'a' on line 3, column 5"),
      expect.stringContaining("'b' on line 4, column 5"),
    ]);
  });
});

describe("the discovery document of a policy that is saved", () => {
  it("must answer", async () => {
    issuer.broken = true;
    const message = await refusal(jwt(""));
    issuer.broken = false;
    expect(message).toMatch(
      /^Error in element 'validate-jwt' on line 1, column \d+: Unable to obtain configuration from: '.*\/config'.*must answer 200; got 500/,
    );
  });

  it("is not asked for with validate-connectivity off", async () => {
    const xml = inbound(
      '<validate-jwt header-name="Authorization"><openid-config url="http://127.0.0.1:9/x" validate-connectivity="false" /></validate-jwt>',
    );
    await expect(parsePolicyDocument(xml, { scope: "api", sku: "Developer" })).resolves.toBeDefined();
    expect(await refusal(xml.replace(' validate-connectivity="false"', ""))).toContain(
      "Unable to obtain configuration from: 'http://127.0.0.1:9/x'",
    );
  });

  it("must have the fields of OpenID Connect Discovery", async () => {
    const slim = await serveIssuer([], { authorization_endpoint: undefined });
    expect(await refusal(jwt("").replace("CONFIG", slim.configUrl))).toContain(
      '"authorization_endpoint" missing',
    );
    await slim.close();
  });
});
