/** What a local org comes with, as Okta gives it to a developer. */
import * as client from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LocalCloud } from "../../../simulator/cloud.ts";
import { OktaOrg } from "../../../simulator/okta/org.ts";
import { handlerOf, startTestCloud } from "../../support/local-stack.ts";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.close());

async function configuration({ clientId, clientSecret }: { clientId: string; clientSecret: string }) {
  return client.discovery(
    new URL(`${cloud.origins.okta}/oauth2/default`),
    clientId,
    clientSecret,
    client.ClientSecretBasic(clientSecret),
    { execute: [client.allowInsecureRequests] },
  );
}

const makeScope = (authServerId: string) =>
  handlerOf(cloud, "okta:auth/serverScope:ServerScope").create("scope", {
    authServerId,
    name: "orders.read",
  });

describe("a new org", () => {
  it("gives another team's app a token for every scope of the server default", async () => {
    await makeScope("default");
    const config = await configuration(cloud.org.strangerApp());
    const tokens = await client.clientCredentialsGrant(config, { scope: "orders.read" });
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 3600, scope: "orders.read" });
  });

  it("gives nothing to another team's app on a server of its own without a policy", async () => {
    const { id } = await cloud.org.addServer({ name: "own", description: "", audience: "api://own" });
    await makeScope(id);
    const { clientId, clientSecret } = cloud.org.strangerApp();
    const response = await fetch(`${cloud.origins.okta}/oauth2/${id}/v1/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "orders.read" }),
    });
    expect([response.status, await response.json()]).toMatchObject([401, { error: "access_denied" }]);
  });

  it("knows another team's app again when it is restored", () => {
    const restored = OktaOrg.restore(JSON.parse(JSON.stringify(cloud.org)));
    expect(restored.strangerApp()).toEqual(cloud.org.strangerApp());
  });

  it("says how to get another team's app back", () => {
    const restored = OktaOrg.restore({ ...cloud.org.toJSON(), apps: [] });
    expect(() => restored.strangerApp()).toThrow(/"Another team's app"; got none.*npm run local -- --reset/);
  });
});
