/**
 * `context` and API Management's own types.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
 */
import { describe, expect, it } from "vitest";
import { compileExpression } from "../../expressions/compile.ts";
import type { ExpressionContext, ResponseContext } from "../../expressions/context.ts";
import { bodyOf, evaluated, expressionContextOf, namedValues, outcome } from "../support/expression.ts";

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

const token = `${base64url({ alg: "RS256", typ: "JWT" })}.${base64url({
  iss: "https://id.test",
  sub: "ann",
  aud: ["one", "two"],
  jti: "t1",
  exp: 1704164645,
  nbf: 1704161045,
  scp: ["read", "write"],
  admin: true,
  level: 3,
})}.c2ln`;

/** A token without `exp`. */
const endless = `${base64url({ alg: "none" })}.${base64url({ sub: "ann" })}.`;

const response: ResponseContext = {
  kind: "response",
  statusCode: 404,
  statusReason: "Not Found",
  headers: namedValues({ "Retry-After": ["3"] }),
  body: bodyOf('{"error":"none"}'),
};

const full = (): ExpressionContext =>
  expressionContextOf({
    response,
    lastError: {
      kind: "last-error",
      source: "validate-jwt",
      reason: "TokenExpired",
      message: "JWT is expired.",
      scope: "api",
      section: "inbound",
      path: "validate-jwt",
      policyId: null,
    },
    product: {
      approvalRequired: false,
      groups: [{ id: "g1", name: "Developers" }],
      id: "starter",
      name: "Starter",
      state: "Published",
      subscriptionRequired: true,
      subscriptionsLimit: null,
    },
    subscription: {
      createdDate: Date.UTC(2024, 0, 1),
      endDate: null,
      id: "sub1",
      key: "key1",
      name: "Sub",
      primaryKey: "key1",
      secondaryKey: "key2",
      startDate: null,
    },
    user: {
      email: "ann@example.test",
      firstName: "Ann",
      groups: [
        { id: "g1", name: "Developers" },
        { id: "g2", name: "Admins" },
      ],
      id: "u1",
      identities: [{ id: "ann", provider: "Aad" }],
      lastName: "Lee",
      note: null,
      registrationDate: Date.UTC(2023, 5, 1),
    },
    variables: new Map<string, unknown>([
      ["text", "hello"],
      ["number", 5],
      ["token", token],
      ["answer", response],
    ]),
  });

const rows: readonly (readonly [source: string, result: string])[] = [
  ["context.Request.Method", '"GET"'],
  ["context.Request.IpAddress", '"192.0.2.1"'],
  ['context.Request.Headers.GetValueOrDefault("accept", "")', '"text/html,text/plain"'],
  ['context.Request.Headers.GetValueOrDefault("X-None", "d")', '"d"'],
  ['context.Request.Headers.GetValueOrDefault("X-None")', "null"],
  ['context.Request.Headers["X-Id"][0]', '"42"'],
  ['context.Request.Headers["Accept"].Length', "2"],
  [
    'context.Request.Headers["X-None"]',
    "System.Collections.Generic.KeyNotFoundException: The given key was not present in the dictionary.",
  ],
  ['context.Request.Headers.ContainsKey("x-id")', "True"],
  ['{ string[] v; return context.Request.Headers.TryGetValue("X-Id", out v) ? v[0] : null; }', '"42"'],
  [
    'string.Join(";", context.Request.Headers.Select(h => h.Key + "=" + h.Value[0]))',
    '"Accept=text/html;X-Id=42;Authorization=Basic YW5uOnNlY3JldA=="',
  ],
  ["context.Request.Headers.Count", "3"],
  ['context.Request.MatchedParameters["id"]', '"7"'],
  ['context.Request.MatchedParameters.GetValueOrDefault("none", "d")', '"d"'],
  ["context.Request.Url.Path", '"/orders/7"'],
  ["context.Request.Url.Host + context.Request.Url.Port", '"api.test443"'],
  ['context.Request.Url.Query.GetValueOrDefault("q", "")', '"1,2"'],
  ['context.Request.Url.Query["q"][1]', '"2"'],
  ["context.Request.Url.QueryString", '"?q=1&q=2"'],
  ["context.Request.OriginalUrl.Scheme", '"https"'],
  ["context.Request.OriginalUrl.ToString()", '"https://api.test/orders/7?q=1&q=2"'],
  ["context.Request.OriginalUrl.ToUri().Host", '"api.test"'],
  ["context.Request.Certificate == null", "True"],
  ["context.Request.Body.As<string>()", '"{"name":"Ann","tags":["a","b"],"total":12.50}"'],
  ['(string)context.Request.Body.As<JObject>(true)["name"]', '"Ann"'],
  ['context.Request.Body.As<JObject>(preserveContent: true)["tags"].Count()', "2"],
  ["context.Request.Body.As<byte[]>(true).Length", "45"],
  ["context.Response.StatusCode", "404"],
  ["context.Response.StatusReason", '"Not Found"'],
  ['int.Parse(context.Response.Headers.GetValueOrDefault("Retry-After", "0")) + 1', "4"],
  ['context.Response.Body.As<JObject>(true)["error"].ToString()', '"none"'],
  ['((IResponse)context.Variables["answer"]).StatusCode', "404"],
  ['((IResponse)context.Variables["answer"]).Body.As<JObject>(true)["error"].ToString()', '"none"'],
  ['context.Variables.GetValueOrDefault<IResponse>("answer").StatusReason', '"Not Found"'],
  [
    '((IResponse)context.Variables["text"]).StatusCode',
    "System.InvalidCastException: Unable to cast object of type 'System.String' to type 'Microsoft.Azure.ApiManagement.IResponse'.",
  ],
  ['context.Variables.ContainsKey("text")', "True"],
  ['context.Variables.GetValueOrDefault<string>("text")', '"hello"'],
  ['context.Variables.GetValueOrDefault("text", "d")', '"hello"'],
  ['context.Variables.GetValueOrDefault("none", "d")', '"d"'],
  ['context.Variables.GetValueOrDefault<int>("none")', "0"],
  ['context.Variables.GetValueOrDefault<string>("none")', "null"],
  ['context.Variables.GetValueOrDefault<bool>("none", true)', "True"],
  ['context.Variables.GetValueOrDefault("none")', "null"],
  [
    'context.Variables.GetValueOrDefault<string>("number")',
    "System.InvalidCastException: Unable to cast object of type 'System.Int32' to type 'System.String'.",
  ],
  [
    'context.Variables["none"]',
    "System.Collections.Generic.KeyNotFoundException: The given key was not present in the dictionary.",
  ],
  ['context.Variables["text"].ToString().Length', "5"],
  ["context.Api.Id + context.Api.Name + context.Api.Path", '"ordersOrdersorders"'],
  ["context.Api.ServiceUrl.Host", '"backend.test"'],
  ["context.Api.Version == null", "True"],
  ["context.Api.Protocols.First()", '"https"'],
  ["context.Api.SubscriptionKeyParameterNames.Header", '"Ocp-Apim-Subscription-Key"'],
  [
    "context.Operation.Id + context.Operation.Method + context.Operation.UrlTemplate",
    '"getOrderGET/orders/{id}"',
  ],
  ["context.Product.Name", '"Starter"'],
  ["context.Product.SubscriptionsLimit == null", "True"],
  ["context.Product.State == ProductState.Published", "True"],
  ["context.Product.State.ToString()", '"Published"'],
  ["context.Subscription.Id + context.Subscription.Key", '"sub1key1"'],
  ["context.Subscription.EndDate == null", "True"],
  ["context.Subscription.CreatedDate.Year", "2024"],
  ["context.User.Email", '"ann@example.test"'],
  ['context.User.Groups.Any(g => g.Name == "Admins")', "True"],
  ['string.Join(";", context.User.Groups.Select(g => g.Id))', '"g1;g2"'],
  ["context.User.Identities.First().Provider", '"Aad"'],
  ['context.LastError.Source + ": " + context.LastError.Reason', '"validate-jwt: TokenExpired"'],
  ['context.LastError?.PolicyId ?? "none"', '"none"'],
  [
    "JsonConvert.SerializeObject(context.LastError)",
    '"{"Source":"validate-jwt","Reason":"TokenExpired","Message":"JWT is expired.","Scope":"api","Section":"inbound","Path":"validate-jwt","PolicyId":null}"',
  ],
  [
    "JsonConvert.SerializeObject(context.Request)",
    "NotSimulated: The local gateway does not simulate the JSON text of a System.Object.",
  ],
  ["context.Deployment.Region", '"West Europe"'],
  ["context.Deployment.Gateway.IsManaged", "True"],
  ["context.Deployment.Certificates.Count", "0"],
  ["context.RequestId", "00112233-4455-6677-8899-aabbccddeeff"],
  ['context.RequestId.ToString("N")', '"00112233445566778899aabbccddeeff"'],
  ['context.Timestamp.ToString("o")', '"2024-01-02T03:04:05.0000000Z"'],
  ["context.Elapsed.TotalMilliseconds", "1500"],
  ["context.Tracing", "False"],
  ["context.Workspace == null", "True"],
  ['((string)context.Variables["token"]).AsJwt().Subject', '"ann"'],
  ['((string)context.Variables["token"]).AsJwt().ExpirationTime.GetValueOrDefault().Year', "2024"],
  [`"${endless}".AsJwt().ExpirationTime.GetValueOrDefault() < DateTime.UtcNow`, "True"],
  ['("Bearer " + (string)context.Variables["token"]).AsJwt()?.Issuer', '"https://id.test"'],
  ['((string)context.Variables["token"]).AsJwt().Audiences.Last()', '"two"'],
  ['((string)context.Variables["token"]).AsJwt().Claims.GetValueOrDefault("scp", "")', '"read,write"'],
  ['((string)context.Variables["token"]).AsJwt().Claims["scp"][1]', '"write"'],
  ['((string)context.Variables["token"]).AsJwt().Claims.GetValueOrDefault("admin", "")', '"true"'],
  ['((string)context.Variables["token"]).AsJwt().Claims.ContainsKey("roles")', "False"],
  ['((string)context.Variables["token"]).AsJwt().Algorithm', '"RS256"'],
  ['((string)context.Variables["token"]).AsJwt().Id', '"t1"'],
  ['((string)context.Variables["token"]).AsJwt().ExpirationTime > context.Timestamp', "False"],
  ['((string)context.Variables["token"]).AsJwt().IssuedAt == null', "True"],
  ['"no.token".AsJwt() == null', "True"],
  [
    '{ Jwt jwt; return ((string)context.Variables["token"]).TryParseJwt(out jwt) ? jwt.Subject : "none"; }',
    '"ann"',
  ],
  ['"x".TryParseJwt(out var jwt)', "False"],
  ['context.Request.Headers.GetValueOrDefault("Authorization", "").AsBasic().UserId', '"ann"'],
  [
    '{ BasicAuthCredentials b; return context.Request.Headers.GetValueOrDefault("Authorization", "").TryParseBasic(out b) ? b.Password : ""; }',
    '"secret"',
  ],
  ['"Basic !".AsBasic() == null', "True"],
  [
    'BitConverter.ToString(new byte[] { 1 }.Encrypt("Aes", new byte[16], new byte[16]).Decrypt("Aes", new byte[16], new byte[16]))',
    '"01"',
  ],
  [
    'new byte[16].Decrypt("Aes", new byte[16], new byte[16])',
    "System.Security.Cryptography.CryptographicException: Padding is invalid and cannot be removed.",
  ],
  [
    'new byte[1].Encrypt("Aes", new byte[5], new byte[16])',
    "System.Security.Cryptography.CryptographicException: Specified key is not a valid size for this algorithm.",
  ],
  [
    '{ using (var aes = SymmetricAlgorithm.Create("aes")) { aes.KeySize = 128; aes.Mode = CipherMode.CBC; aes.Padding = PaddingMode.PKCS7; aes.Key = new byte[16]; aes.IV = new byte[16]; return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes("text").Encrypt("Aes", aes.Key, aes.IV).Decrypt(aes)); } }',
    '"text"',
  ],
  [
    '{ var aes = SymmetricAlgorithm.Create("AES"); return new byte[3].Encrypt(aes).Decrypt(aes).Length; }',
    "3",
  ],
  [
    '{ var aes = SymmetricAlgorithm.Create("aes"); return aes.KeySize + " " + aes.BlockSize + " " + aes.Mode + " " + aes.Padding; }',
    '"256 128 CBC PKCS7"',
  ],
  ['SymmetricAlgorithm.Create("TripleDES").KeySize', "192"],
  ['SymmetricAlgorithm.Create("rot13") == null', "True"],
  [
    '{ var aes = SymmetricAlgorithm.Create("aes"); aes.IV = new byte[8]; return 0; }',
    "System.Security.Cryptography.CryptographicException: Specified initialization vector (IV) does not match the block size for this algorithm.",
  ],
  [
    '{ var aes = SymmetricAlgorithm.Create("aes"); aes.Padding = PaddingMode.None; return new byte[3].Encrypt(aes); }',
    "System.Security.Cryptography.CryptographicException: Length of the data to encrypt is invalid.",
  ],
];

/** NIST SP 800-38A, F.1.1 and F.2.1: the first block of AES-128 in ECB and in CBC. */
const published = (mode: string) => `{
  var aes = SymmetricAlgorithm.Create("aes");
  aes.Mode = CipherMode.${mode};
  aes.Padding = PaddingMode.None;
  var key = Convert.FromBase64String("${Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex").toString("base64")}");
  var iv = Convert.FromBase64String("${Buffer.from("000102030405060708090a0b0c0d0e0f", "hex").toString("base64")}");
  var text = Convert.FromBase64String("${Buffer.from("6bc1bee22e409f96e93d7e117393172a", "hex").toString("base64")}");
  return BitConverter.ToString(text.Encrypt(aes, key, iv)).Replace("-", "").ToLower();
}`;

describe("context", () => {
  it.each([
    ["ECB", "3ad77bb40d7a3660a89ecaf32466ef97"],
    ["CBC", "7649abac8119b246cee98e9b12e9197d"],
  ])("encrypts as the published example of %s does", (mode, cipherText) => {
    expect(outcome(published(mode), full())).toBe(`"${cipherText}"`);
  });

  it.each(rows)("gives %s → %s", (source, result) => {
    expect(outcome(source, full())).toBe(result);
  });

  it("is null where a request has no such part", () => {
    expect(outcome('context.User?.Email ?? "nobody"')).toBe('"nobody"');
    expect(outcome("context.User.Email")).toBe(
      "System.NullReferenceException: Object reference not set to an instance of an object.",
    );
  });

  it("takes a body away unless its content is preserved", () => {
    const kept = bodyOf("a=1&b=2&a=3");
    const context = expressionContextOf();
    const preserved = evaluated('context.Request.Body.AsFormUrlEncodedContent(true)["a"][1]', {
      ...context,
      request: { ...context.request, body: kept },
    });
    const isGoneBefore = kept.isGone();
    const text = evaluated("context.Request.Body.As<string>()", {
      ...context,
      request: { ...context.request, body: kept },
    });
    expect([preserved, isGoneBefore, text, kept.isGone()]).toEqual(["3", false, "a=1&b=2&a=3", true]);
  });

  it("hands messages to the trace", () => {
    const messages: string[] = [];
    evaluated(
      '{ context.Trace("one"); return null; }',
      expressionContextOf({ trace: (message) => messages.push(message) }),
    );
    expect(messages).toEqual(["one"]);
  });

  const needs: readonly (readonly [source: string, request: boolean, response: boolean])[] = [
    ['context.Request.Headers.GetValueOrDefault("a", "")', false, false],
    ["context.Request.Body.As<string>()", true, false],
    ["context.Request?.Body?.As<string>()", true, false],
    ["context.Response.StatusCode == 200", false, false],
    ["context.Response?.StatusCode", false, false],
    ["context.Response.Body.As<string>()", false, true],
    ['((IResponse)context.Variables["r"]).Body.As<string>()', false, false],
    ["new[] { context.Response }.First().StatusCode", false, true],
  ];
  it.each(needs)("tells which bodies %s reads", (source, requestBody, responseBody) => {
    expect(compileExpression(source, { form: "expression" }).needs).toEqual({ requestBody, responseBody });
  });

  const operationAlone: readonly (readonly [source: string, alone: boolean])[] = [
    [
      'new [] { "GET /a", "GET /b" }.Contains(context.Operation.Method + " " + context.Operation.UrlTemplate)',
      true,
    ],
    ['context.Operation?.UrlTemplate.Split("?".ToCharArray())[0] == "/a" ? "x" : "y"', true],
    ['context.Operation.Id == "a" && context.Request.Method == "GET"', false],
    ['context.Operation.Id == "a" && context.Api.Id == "a"', false],
    ['context.Operation.Id == (string)context.Variables["a"]', false],
    ["context.Operation.Id == Guid.NewGuid().ToString()", false],
    ['context.Operation.Id == "a" && new Random().Next(2) == 0', false],
    ["context.Operation.Id == DateTime.UtcNow.ToString()", false],
    ["new[] { context }.First().Operation.Id", false],
  ];
  it.each(operationAlone)("tells whether %s is the same for an operation's calls", (source, alone) => {
    expect(compileExpression(source, { form: "expression" }).readsOperationAlone).toBe(alone);
  });

  it("counts both bodies as read when the context hides behind a variable", () => {
    const { needs } = compileExpression("var c = context; return c.Request.Method;", { form: "block" });
    expect(needs).toEqual({ requestBody: true, responseBody: true });
  });
});
