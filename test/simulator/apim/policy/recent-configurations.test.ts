/** How long the gateway keeps a discovery document and its keys. Time is given, not waited for. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecentConfigurations } from "../../../../simulator/apim/policy/tokens/recent-configurations.ts";
import { serve, type TestServer } from "../../../support/serve.ts";

let okta: TestServer;
let fetched: number;
let status: number;
beforeEach(async () => {
  [fetched, status] = [0, 200];
  okta = await serve(({ url }, response) => {
    if (url === "/config") fetched += 1;
    const keys = { keys: [] };
    const discovery = {
      issuer: okta.origin,
      authorization_endpoint: `${okta.origin}/authorize`,
      jwks_uri: `${okta.origin}/keys`,
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
    response.writeHead(status).end(JSON.stringify(url === "/keys" ? keys : discovery));
  });
});
afterEach(() => okta.close());

const start = 1_893_456_000_000;
let now = start;
const recent = () => new RecentConfigurations({ now: () => now });
const config = () => `${okta.origin}/config`;

describe("RecentConfigurations", () => {
  it("fetches a document once for policies that are saved at the same time", async () => {
    const configurations = recent();
    const all = await Promise.all(Array.from({ length: 200 }, () => configurations.fetch(config())));
    expect(new Set(all.map(({ issuer }) => issuer))).toEqual(new Set([okta.origin]));
    expect(fetched).toBe(1);
  });

  it.each([
    [4999, 1],
    [5000, 2],
    [-1, 2],
  ])("counts one that is %i ms old, with %i fetches", async (age, fetches) => {
    now = start;
    const configurations = recent();
    await configurations.fetch(config());
    now = start + age;
    await configurations.fetch(config());
    expect(fetched).toBe(fetches);
  });

  it("fetches each URL by itself", async () => {
    const configurations = recent();
    await configurations.fetch(config());
    await expect(configurations.fetch(`${okta.origin}/keys`)).rejects.toThrow("discovery document");
    expect(fetched).toBe(1);
  });

  it("keeps no failure, so that the next policy is saved once Okta answers", async () => {
    const configurations = recent();
    status = 500;
    const both = [configurations.fetch(config()), configurations.fetch(config())];
    for (const failed of both) await expect(failed).rejects.toThrow("answered 500 instead of 200");
    expect(fetched).toBe(1);
    status = 200;
    await expect(configurations.fetch(config())).resolves.toMatchObject({ issuer: okta.origin });
  });
});
