/** `authentication-certificate` on a gateway that knows of no certificates: it is read, and nothing is shown. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let served: PolicyGateway;
beforeAll(async () => {
  served = await servePolicies();
});
afterAll(() => served.close());

describe("authentication-certificate", () => {
  it.each([
    'certificate-id="544fe9ddf3b8f30fb490d90f"',
    'thumbprint="CA06F56B258B7A0D4F2B05470939478651151984"',
    'body="MIIB" password="optional-certificate-password"',
  ])("leaves the request as it is with %s", async (attributes) => {
    const headers = { "X-Client": "1" };
    const plain = await served.call({ request: { headers } });
    const { backend } = await served.call({
      inbound: `<authentication-certificate ${attributes} />`,
      request: { headers },
    });
    expect(backend).toEqual(plain.backend);
    expect(backend).toBeDefined();
  });

  it.each([
    ['<authentication-certificate thumbprint="a" certificate-id="b" />', "Only one of"],
    ['<authentication-certificate thumbprint="a" name="b" />', "'name' is not declared"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
