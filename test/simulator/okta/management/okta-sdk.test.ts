/** Okta's own SDK against the management API, with the org's API token. What another org would answer is not proved here. */
import type okta from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveOkta, type TestOkta } from "../../../support/okta.ts";
import { all, refusalOf, tokenClient } from "../../../support/okta-sdk.ts";

let org: TestOkta;
let client: okta.Client;
beforeAll(async () => {
  org = await serveOkta();
  client = tokenClient(org.org);
});
afterAll(() => org.close());

const server = (name: string, audience = "api://orders") => ({
  authorizationServer: { name, description: "Orders", audiences: [audience] },
});

async function makeServer(name: string): Promise<string> {
  const { id } = await client.authorizationServerApi.createAuthorizationServer(server(name));
  if (id === undefined) throw new Error("Okta must give the authorization server an id; it did not.");
  return id;
}

describe("authorization servers", () => {
  it("are made, read, changed, listed, switched off and deleted", async () => {
    const api = client.authorizationServerApi;
    const authServerId = await makeServer("orders");
    const made = await api.getAuthorizationServer({ authServerId });
    expect(made).toMatchObject({
      ...{ name: "orders", audiences: ["api://orders"], status: "ACTIVE", issuerMode: "ORG_URL" },
      issuer: `${org.origin}/oauth2/${authServerId}`,
    });
    expect(made.credentials?.signing?.rotationMode).toBe("AUTO");
    const changed = await api.replaceAuthorizationServer({
      authServerId,
      ...server("orders", "api://other"),
    });
    expect(changed.audiences).toEqual(["api://other"]);
    await api.deactivateAuthorizationServer({ authServerId });
    expect((await api.getAuthorizationServer({ authServerId })).status).toBe("INACTIVE");
    await api.activateAuthorizationServer({ authServerId });
    const listed = await all(await api.listAuthorizationServers({ q: "ord" }));
    expect(listed.map(({ id }) => id)).toEqual([authServerId]);
    await api.deleteAuthorizationServer({ authServerId });
    expect(await refusalOf(api.getAuthorizationServer({ authServerId }))).toMatchObject({
      ...{ status: 404, errorCode: "E0000007" },
      errorSummary: `Not found: Resource not found: ${authServerId} (AuthorizationServer)`,
    });
  });
});
