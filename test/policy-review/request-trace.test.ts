import { expect, it } from "vitest";
import { RequestTrace, secretHider } from "../../policy-review/request-trace.ts";
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
  ["a token", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."],
  ["a named value", "s3cret-tenant in a text"],
  ["a subscription key", "key-of-somebody"],
  ["a key of the query", "code-of-a-function"],
])("hides %s", (_, value) => {
  const request = {
    headers: { authorization: "Basic dXNlcjpwYXNzd29yZA==", "x-own-key": "key-of-somebody" },
    url: "/orders?code=code-of-a-function",
  };
  const hide = secretHider(request, ["s3cret-tenant"], ["X-Own-Key"]);
  const shown = traced(hide, value);
  expect(shown).toMatch(/\[secret\]|\[token\]/);
  expect(shown).not.toMatch(/dXNlcjpw|eyJzdWIi|s3cret|key-of-somebody|code-of-a/);
});

it("shows what is no secret", () => {
  const hide = secretHider({ headers: {}, url: "/orders?page=1" }, ["s3cret-tenant"], []);
  expect(traced(hide, "orders of page 1")).toContain('"orders of page 1"');
});
