import { expect, it } from "vitest";
import { RequestTrace } from "../../policy-review/request-trace.ts";
import { secretHider } from "../../policy-review/secret-texts.ts";
import { PolicyFailure } from "../../simulator/apim/policy/exchange.ts";

const plain = (text: string) => text;

function traced(hide: (text: string) => string, value: unknown): string {
  const trace = new RequestTrace(hide);
  trace.enter("api", "inbound");
  trace.begin({ element: "set-variable", path: "set-variable[1]" });
  trace.value("attribute 'value'", value);
  trace.end({ element: "set-variable" }, "next");
  return trace.lines().join("\n");
}

it("shows statements below those that they stand in, with their values", () => {
  const trace = new RequestTrace(plain);
  trace.enter("operation", "inbound");
  trace.begin({ element: "choose", path: "choose[1]" });
  trace.value("attribute 'condition'", true);
  trace.begin({ element: "return-response", path: "choose[1]/when[1]/return-response[1]" });
  trace.end({ element: "return-response" }, "respond");
  trace.end({ element: "choose" }, "respond");
  const lines = trace.lines().map((line) => line.replace(/\d+\.\d\d ms/, "0 ms").replace(/ +/g, " "));
  expect(lines).toEqual([
    " inbound operation choose[1] 0 ms answered",
    " attribute 'condition' = True",
    " inbound operation return-response[1] 0 ms answered",
  ]);
});

it("says why a statement stopped", () => {
  const trace = new RequestTrace(plain);
  trace.begin({ element: "validate-jwt", path: "validate-jwt[1]" });
  const failure = { source: "validate-jwt", reason: "TokenNotPresent", message: "JWT not present." };
  trace.end({ element: "validate-jwt" }, new PolicyFailure(failure, { statusCode: 401, message: "" }));
  expect(trace.lines()[0]).toContain("stopped, 401: JWT not present. (TokenNotPresent)");
});

it.each([
  ["the header Authorization", "Basic dXNlcjpwYXNzd29yZA=="],
  ["the password in it", "the password: pa55word-of-user"],
  ["a token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."],
  ["the beginning of a token", "eyJhbGciOiJub25l"],
  ["a named value", "s3cret-tenant in a text"],
  ["a named value in other letters", "S3CRET-TENANT"],
  ["a named value in base64", Buffer.from("svc:s3cret-tenant").toString("base64")],
  ["a named value in an address", "a%2Fs3cret%2Fb"],
  ["a subscription key", "key-of-somebody"],
  ["a key of the query", "code-of-a-function"],
  ["a short signature of the query", "s1gn"],
  ["a header of the client's own", "own-t0ken-of-ada"],
  ["a member of a body", '{"client_secret": "0paque"}'],
  ["a field of a form", "grant_type=password&client_secret=0paque"],
])("hides %s", (_, value) => {
  const request = {
    headers: {
      ...{ authorization: "Basic dXNlcjpwYTU1d29yZC1vZi11c2Vy", "x-own": "key-of-somebody" },
      "x-auth-token": "own-t0ken-of-ada",
    },
    url: "/orders?code=code-of-a-function&sig=s1gn",
  };
  const hide = secretHider(request, ["s3cret-tenant", "a/s3cret/b"], ["X-Own"]);
  const shown = traced(hide, value);
  expect(shown).toMatch(/\[secret\]|\[token\]/);
  expect(shown).not.toMatch(
    /dXNlcjpw|pa55|eyJ|s3cret|S3CRET|bmFudA|c3Zj|key-of-somebody|code-of-a|s1gn|own-t0ken|0paque/,
  );
});

it.each([
  "orders of page 1",
  "/orders?page=1&sort=name",
  '{"name": "ada", "count": 3}',
  "svc:another-tenant",
])("shows what is no secret: %s", (value) => {
  const hide = secretHider({ headers: {}, url: "/orders?page=1" }, ["s3cret-tenant"], []);
  expect(traced(hide, value)).toContain(JSON.stringify(value));
});
