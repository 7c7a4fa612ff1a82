/** `authentication-managed-identity` on the local gateway, by the token that the backend is sent. */

import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

async function tokenOf(attributes: string): Promise<string> {
  const { backend } = await served.call({
    inbound: `<authentication-managed-identity ${attributes} />`,
    request: { headers: { Authorization: "Bearer of.the.client" } },
  });
  const [, token = ""] = /^Bearer (.*)$/.exec(String(backend?.headers.authorization)) ?? [];
  return token;
}

describe("authentication-managed-identity", () => {
  it.each([
    "https://graph.microsoft.com",
    "https://cognitiveservices.azure.com",
    "https://management.azure.com/",
    "AD_application_id",
  ])("gives the backend a token for %s in place of the client's", async (resource) => {
    const token = await tokenOf(`resource="${resource}"`);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "RS256", typ: "JWT" });
    const { now } = served.gateway;
    expect(decodeJwt(token)).toMatchObject({ aud: resource, iat: now, exp: now + 86_400, idtyp: "app" });
  });

  it("keeps a token until it expires, one for each resource and identity", async () => {
    const first = await tokenOf('resource="a"');
    served.gateway.now += 86_399;
    expect(await tokenOf('resource="a"')).toBe(first);
    expect(decodeJwt(await tokenOf('resource="a" client-id="b"')).appid).toBe("b");
    expect(await tokenOf('resource="b"')).not.toBe(first);
    served.gateway.now += 1;
    expect(await tokenOf('resource="a"')).not.toBe(first);
  });

  it("puts the token into a variable and leaves the client's header", async () => {
    const { body, backend } = await served.call({
      inbound: `<authentication-managed-identity resource="a" output-token-variable-name="msi-access-token" ignore-error="false" />`,
      outbound: '<set-body template="liquid">{{context.Variables["msi-access-token"]}}</set-body>',
      request: { headers: { Authorization: "Bearer of.the.client" } },
    });
    expect(decodeJwt(body).aud).toBe("a");
    expect(backend?.headers.authorization).toBe("Bearer of.the.client");
  });

  it("puts the token into a variable in outbound as well, for requests after the answer", async () => {
    const { body } = await served.call({
      outbound: `<authentication-managed-identity resource="a" output-token-variable-name="token" /><set-body>@((string)context.Variables["token"])</set-body>`,
    });
    expect(decodeJwt(body).aud).toBe("a");
  });

  it("gives send-request a token, and leaves the client's header", async () => {
    const { body, backend } = await served.call({
      inbound: `<send-request response-variable-name="a">
        <set-url>${served.backendOrigin}/other</set-url>
        <authentication-managed-identity resource="ResourceID" />
      </send-request><return-response response-variable-name="a" />`,
      request: { headers: { Authorization: "Bearer of.the.client" } },
    });
    expect(body).toBe("from the backend");
    expect(backend?.url).toBe("/other");
    const [, token = ""] = /^Bearer (.*)$/.exec(String(backend?.headers.authorization)) ?? [];
    expect(decodeJwt(token).aud).toBe("ResourceID");
  });

  it.each([
    ["<authentication-managed-identity />", "'resource' is missing"],
    ['<authentication-managed-identity resource="a" ignore-error="maybe" />', "must be one of"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
