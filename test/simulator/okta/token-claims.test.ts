/** Claims of an authorization server's own, made by Okta's SDK, in the tokens of a client that is not ours. */
import type okta from "@okta/okta-sdk-nodejs";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  assignConference,
  makeClient,
  redirectUri,
  serveOkta,
  signIn,
  type TestApp,
  type TestOkta,
} from "../../support/okta.ts";
import { refusalOf, tokenClient } from "../../support/okta-sdk.ts";

let server: TestOkta;
let app: TestApp;
beforeAll(async () => {
  server = await serveOkta();
  app = await makeClient(server);
  await assignConference(server, app.id);
});
afterAll(() => server.close());

const make = (oAuth2Claim: okta.OAuth2Claim) =>
  tokenClient(server.org).authorizationServerApi.createOAuth2Claim({ authServerId: "default", oAuth2Claim });

const expression = (name: string, value: string, scopes: string[] = []): okta.OAuth2Claim => ({
  claimType: "RESOURCE",
  valueType: "EXPRESSION",
  status: "ACTIVE",
  ...{ name, value, conditions: { scopes } },
});

async function ask(form: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(`${server.issuer}/v1/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${app.clientId}:${app.clientSecret}`)}` },
    body: new URLSearchParams(form),
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return decodeJwt(access_token);
}

/** The token of Ada, who is in the group Conference. */
async function askAsAda(): Promise<Record<string, unknown>> {
  const start = new URL(`${server.issuer}/v1/authorize`);
  const query = {
    client_id: app.clientId,
    response_type: "code",
    redirect_uri: redirectUri,
    scope: "a.read",
  };
  start.search = new URLSearchParams({ ...query, state: "s" }).toString();
  const { callback } = await signIn(start, "ada.attendee@example.com");
  const code = callback?.searchParams.get("code") ?? "";
  return ask({ grant_type: "authorization_code", code, redirect_uri: redirectUri });
}

describe("a claim of an authorization server's own", () => {
  it("comes into a person's token with its value", async () => {
    await make(expression("tier", '"gold"'));
    await make(expression("mail", "user.email"));
    await make(expression("caller", "app.clientId"));
    expect(await askAsAda()).toMatchObject({
      ...{ tier: "gold", mail: "ada.attendee@example.com", caller: app.clientId },
    });
  });

  it("comes with its scopes alone, and without a person when it needs none", async () => {
    await make(expression("writes", '"yes"', ["a.write"]));
    const claims = (scope: string) => ask({ grant_type: "client_credentials", scope });
    expect(await claims("a.write")).toMatchObject({ writes: "yes", tier: "gold" });
    const reading = await claims("a.read");
    expect([reading.tier, "writes" in reading, "mail" in reading]).toEqual(["gold", false, false]);
  });

  it.each([
    ["STARTS_WITH", "Conf", ["Conference"]],
    ["EQUALS", "Everyone", ["Everyone"]],
    ["CONTAINS", "er", ["Everyone", "Conference"]],
    ["REGEX", ".*one", ["Everyone"]],
    ["EQUALS", "Conf", undefined],
  ] as const)("names the person's groups by %s %s", async (filter, value, groups) => {
    const name = `groups_${filter}_${value}`;
    await make({
      claimType: "RESOURCE",
      valueType: "GROUPS",
      status: "ACTIVE",
      ...{ name, value, group_filter_type: filter },
    });
    expect((await askAsAda())[name]).toEqual(groups);
  });

  it("stays out of tokens when it is inactive or for ID tokens", async () => {
    await make({ ...expression("off", '"x"'), status: "INACTIVE" });
    await make({ ...expression("identity", '"x"'), claimType: "IDENTITY" });
    const claims = await askAsAda();
    expect(["off" in claims, "identity" in claims]).toEqual([false, false]);
  });

  it.each([
    ["cool", 'the expression "cool"'],
    ["String.len(user.email)", 'the expression "String.len(user.email)"'],
  ])("is refused by name with the expression %s", async (value, words) => {
    const refused = await refusalOf(make(expression("other", value)));
    expect([refused.status, refused.errorSummary]).toEqual([501, expect.stringContaining(words)]);
  });
});
