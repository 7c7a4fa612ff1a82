/** What is refused when a policy is saved. Azure's own wording is imitated where it is known, not proved. */
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../../simulator/apim/policy/document.ts";
import type { PolicyScope } from "../../../../simulator/apim/policy/place.ts";
import { SimulatorError } from "../../../../simulator/kernel/error.ts";
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
const backend = (content: string) => `<policies><backend>${content}</backend></policies>`;
const jwt = (attributes: string, children = "") =>
  inbound(
    `<validate-jwt header-name="Authorization" ${attributes}><openid-config url="CONFIG" />${children}</validate-jwt>`,
  );
const cors = (attributes: string, children: string) =>
  inbound(`<cors terminate-unmatched-request="false" ${attributes}>${children}</cors>`);
function modulusKey(bits: number, exponent?: string): string {
  const { n, e } = createPublicKey(generateKeyPairSync("rsa", { modulusLength: bits }).privateKey).export({
    format: "jwk",
  });
  return `<issuer-signing-keys><key n="${n}" e="${exponent ?? e}" /></issuer-signing-keys>`;
}

const origins = "<allowed-origins><origin>https://a.example</origin></allowed-origins>";
const methods = (age: string) =>
  `<allowed-methods preflight-result-max-age="${age}"><method>GET</method></allowed-methods>`;
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
    expect(document.sections.backend).toEqual(["base"]);
  });

  it.each<[string, string, RegExp]>([
    ["that is not well-formed", "<policies>", /is not well-formed, on line 1/],
    ["with a document type", "<!DOCTYPE policies><policies />", /must not have a document type/],
    ["with another root", "<policy />", /The document's element must be 'policies'/],
    [
      "with an unknown section",
      "<policies><somewhere /></policies>",
      /'policies' has invalid child element 'somewhere'/,
    ],
    ["with a section twice", "<policies><inbound /><inbound /></policies>", /'inbound' may stand only once/],
    [
      "with a policy that Azure has and the local gateway has not",
      inbound("<cross-domain />"),
      /^Error in element 'cross-domain' on line 1, column 20: The local gateway does not simulate <cross-domain>\. docs\/policies\.md lists what it executes/,
    ],
    [
      "with a policy that only Azure's schemas know",
      inbound("<http-data-source />"),
      /The local gateway does not simulate <http-data-source>\./,
    ],
    [
      "with a policy that only Microsoft's policy toolkit knows",
      inbound("<cache-value />"),
      /The local gateway does not simulate <cache-value>\./,
    ],
    [
      "with a policy that Azure does not have",
      inbound("<rate-limits />"),
      /'inbound' has invalid child element 'rate-limits': API Management has no policy of this name/,
    ],
    [
      "with an element in another section",
      inbound("<forward-request />"),
      /'forward-request'.*Policy is not allowed in the 'inbound' section/,
    ],
    ["with base twice", inbound("<base /><base />"), /does not simulate 'base' twice in a section/],
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
    ["with text in a section", inbound("hello"), /The section holds text\. Only elements may stand here\./],
    [
      "with an attribute on a section",
      "<policies><inbound x='1' /></policies>",
      /The attribute 'x' is not declared/,
    ],
    ["with an expression", jwt('output-token-variable-name="@(1)"'), /holds a policy expression/],
    [
      "with an expression in a cors attribute, once",
      cors(
        "",
        `${origins}<allowed-methods preflight-result-max-age="@(1)"><method>GET</method></allowed-methods>${headers}`,
      ),
      /^Error in element 'allowed-methods'[^\n]*holds a policy expression[^\n]*$/,
    ],
    ["with a named value", jwt('failed-validation-error-message="{{why}}"'), /Cannot find a property 'why'/],
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
    [
      "yes for true",
      jwt('require-signed-tokens="yes"'),
      /must be one of "true", "false", "1", "0"; got "yes"/,
    ],
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
    ["decryption keys without a key", jwt("", "<decryption-keys />"), /must hold at least one key/],
    [
      "a key that is no Base64",
      jwt("", "<issuer-signing-keys><key>%%%</key></issuer-signing-keys>"),
      /one of a Base64 text, 'n' and 'e', and 'certificate-id'/,
    ],
    [
      "a named value for a key, in one line",
      jwt("", "<issuer-signing-keys><key>{{secret}}</key></issuer-signing-keys>"),
      /^[^\n]*Cannot find a property 'secret'[^\n]*$/,
    ],
    [
      "an expression for the name of a variable, in one line",
      jwt('output-token-variable-name="@("a")"'),
      /^[^\n]*holds a policy expression[^\n]*$/,
    ],
    [
      "a shared secret of 120 bits",
      jwt("", `<issuer-signing-keys><key>${Buffer.alloc(15).toString("base64")}</key></issuer-signing-keys>`),
      /The key cannot be used: it has 120 bits, and 128 are the least/,
    ],
    ["a modulus of 1024 bits", jwt("", modulusKey(1024)), /it has 1024 bits, and 2048 are the least/],
    ["an exponent of 1", jwt("", modulusKey(2048, "AQ")), /its exponent is 1, and must be odd and above 1/],
    [
      "a modulus that is no Base64url",
      jwt("", '<issuer-signing-keys><key n="%%" e="AQAB" /></issuer-signing-keys>'),
      /"n" is no Base64url text/,
    ],
    [
      "tokens for keys",
      jwt("", "<issuer-signing-tokens />"),
      /'issuer-signing-tokens'.*The element is not simulated/,
    ],
    [
      "a key of the mobile services",
      jwt("", "<issuer-signing-keys><zumo-master-key>x</zumo-master-key></issuer-signing-keys>"),
      /'zumo-master-key'.*The element is not simulated/,
    ],
    [
      "a host beside the URL",
      inbound('<validate-jwt header-name="a"><openid-config url="CONFIG" host="x" /></validate-jwt>'),
      /The attribute 'host' is not simulated/,
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
    ["no origins", cors("", headers), /The required element 'allowed-origins' is missing/],
    [
      "an element twice",
      cors("", origins + origins + headers),
      /'allowed-origins' may stand only once in 'cors'/,
    ],
    [
      "an unknown element",
      cors("", `${origins}${headers}<allow />`),
      /'cors' has invalid child element 'allow'/,
    ],
    ...[
      "https://a.example/path",
      "https://*.example",
      "a.example",
      "https://",
      "https://a.example/?b",
      "null",
    ].map((origin): [string, string, RegExp] => [
      `the origin ${origin}`,
      cors("", origins.replace("https://a.example", origin) + headers),
      /Origin must be a valid URL consisting of scheme, host, and port only; got "/,
    ]),
    [
      "a preflight age that is no unsigned integer",
      cors("", origins + methods("4294967296") + headers),
      /must be an integer from 0 to 4294967295/,
    ],
    [
      "all origins with credentials",
      cors('allow-credentials="true"', origins.replace("https://a.example", "*") + headers),
      /Credentials for the origin "\*" are not simulated/,
    ],
  ])("is refused with cors that has %s", async (_, xml, message) => {
    expect(await refusal(xml)).toMatch(message);
  });

  it.each<[string, string, RegExp]>([
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
      "forward-request that follows redirects",
      '<policies><backend><forward-request follow-redirects="true" /></backend></policies>',
      /must be false/,
    ],
    [
      "mock-response by a later example",
      inbound('<mock-response index="2" />'),
      /The attribute 'index' is not simulated for a later example than the first/,
    ],
    [
      "set-body with elements",
      inbound("<set-body><a /></set-body>"),
      /The element has child elements\. Only text may stand here\./,
    ],
    [
      "forward-request with two times",
      backend('<forward-request timeout="1" timeout-ms="1000" />'),
      /Only one of 'timeout' and 'timeout-ms' can be specified/,
    ],
    [
      "forward-request with a negative time",
      backend('<forward-request timeout="-1" />'),
      /from 0 to 2147483647/,
    ],
    [
      "forward-request by HTTP/2 alone",
      backend('<forward-request http-version="2" />'),
      /'http-version' must not be 2: HTTP\/2 alone is not simulated/,
    ],
  ])("is refused with %s", async (_, xml, message) => {
    expect(await refusal(xml)).toMatch(message);
  });

  it.each<[string, string, string]>([
    ["continue-timeout", "forward-request", backend('<forward-request continue-timeout="1" />')],
    ["html-decode-expression", "set-body", inbound('<set-body html-decode-expression="true">a</set-body>')],
    ["enabled", "mock-response", inbound('<mock-response enabled="false" />')],
  ])("is told that Azure's attribute %s of %s is not simulated", async (attribute, _, xml) => {
    expect(await refusal(xml)).toMatch(
      new RegExp(`^[^\\n]*The attribute '${attribute}' is not simulated\\. [^\\n]*$`),
    );
  });

  it.each<[string, string]>([
    ["cors children in another order", cors("", headers + methods("1") + origins)],
    ["cors without terminate-unmatched-request", inbound(`<cors>${origins}${headers}</cors>`)],
    ["the largest preflight age", cors("", origins + methods("4294967295") + headers)],
    [
      "an origin with a slash and a default port",
      cors("", origins.replace("a.example", "a.example:443/") + headers),
    ],
    [
      "an origin of an app",
      cors("", origins.replace("https://a.example", "capacitor://localhost") + headers),
    ],
    ["0 and 1 for booleans", cors('allow-credentials="1"', origins + headers)],
    ["white space around a boolean", jwt('require-signed-tokens=" true "')],
    ["a timeout of 0", backend('<forward-request timeout="0" />')],
    ["a timeout in milliseconds", backend('<forward-request timeout-ms="1500" />')],
    ["set-header in backend", backend('<set-header name="X"><value>1</value></set-header>')],
    ["set-status in backend", backend('<set-status code="200" reason="OK" />')],
    ["set-body in backend", backend("<set-body>a</set-body>")],
    ["validate-jwt without keys", inbound('<validate-jwt header-name="Authorization" />')],
    ["no issuer inside issuers", jwt("", "<issuers />")],
  ])("is saved with %s, as Azure does", async (_, xml) => {
    const text = xml.replaceAll("CONFIG", issuer.configUrl);
    await expect(parsePolicyDocument(text, { scope: "api", sku: "Developer" })).resolves.toBeDefined();
  });

  // https://learn.microsoft.com/azure/api-management/api-management-howto-policies#policy-evaluation-order
  it("is saved with base at the global scope, where it has no effect", async () => {
    const saved = parsePolicyDocument(inbound("<base />"), { scope: "global", sku: "Developer" });
    await expect(saved).resolves.toBeDefined();
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
      /^Error in element 'validate-jwt' on line 1, column \d+: Unable to obtain configuration from: '.*\/config'.*answered 500 instead of 200/,
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
