/** `return-response` by what the client gets. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

describe("return-response", () => {
  it("answers as Microsoft's example", async () => {
    const { status, reason, headers, body, backend } = await served.call({
      inbound:
        '<return-response><set-status code="401" reason="Unauthorized"/><set-header name="WWW-Authenticate" exists-action="override"><value>Bearer error="invalid_token"</value></set-header></return-response>',
    });
    expect([status, reason, headers.get("www-authenticate"), body, backend]).toEqual([
      401,
      "Unauthorized",
      'Bearer error="invalid_token"',
      "",
      undefined,
    ]);
  });

  it("answers 200 without a body by itself, also with a variable that holds no response", async () => {
    const empty = await served.call({ inbound: "<return-response />" });
    const text = await served.call({
      inbound: '<set-variable name="v" value="a" /><return-response response-variable-name="v" />',
    });
    expect([empty, text]).toMatchObject([
      { status: 200, body: "", backend: undefined },
      { status: 200, body: "", backend: undefined },
    ]);
  });

  it("says in its children what an expression gives", async () => {
    const { status, headers, body } = await served.call({
      inbound:
        '<return-response><set-status code="@(400 + 18)" reason="Tea" /><set-header name="X"><value>@(context.Request.Method)</value></set-header><set-body>@("body of " + context.Request.OriginalUrl.Path)</set-body></return-response>',
    });
    expect([status, headers.get("x"), body]).toEqual([418, "GET", "body of /things"]);
  });

  it("reads the request's body in its own set-body", async () => {
    const { body } = await served.call({
      inbound: "<return-response><set-body>@(context.Request.Body.As<string>())</set-body></return-response>",
      request: { method: "POST", body: "echo" },
    });
    expect(body).toBe("echo");
  });

  it("is refused with an expression for the variable's name", async () => {
    await expect(
      served.call({ inbound: '<return-response response-variable-name="@(1)" />' }),
    ).rejects.toThrow("holds a policy expression");
  });
});
