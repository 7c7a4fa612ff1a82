/** Claims of an authorization server's own, made by Okta's SDK, in the tokens of a client that is not ours. */
import type okta from "@okta/okta-sdk-nodejs";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  askToken,
  assignConference,
  authorizeUrlOf,
  codeOf,
  makeClient,
  redirectUri,
  serveOkta,
  type TestApp,
  type TestOkta,
} from "../../support/okta.ts";
import { oktaRefusalOf, tokenClient } from "../../support/okta-sdk.ts";

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

const answer = async (form: Record<string, string>) => (await askToken(server.issuer, app, form)).body;

async function ask(form: Record<string, string>): Promise<Record<string, unknown>> {
  return decodeJwt(String((await answer(form)).access_token));
}

/** The code that Ada's sign-in gives. */
const codeOfAda = () => codeOf(authorizeUrlOf(server.issuer, app), "ada.attendee@example.com");

/** The token of Ada, who is in the group Conference. */
async function askAsAda(): Promise<Record<string, unknown>> {
  const code = await codeOfAda();
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
    ["Time.now()", 'does not simulate the function "Time.now" in an expression. docs/local-cloud.md'],
    ["org.name", 'does not simulate "org.name" in an expression'],
  ])("is refused by name with the expression %s, which Okta knows", async (value, words) => {
    const refused = await oktaRefusalOf(make(expression("other", value)));
    expect([refused.status, refused.errorSummary]).toEqual([501, expect.stringContaining(words)]);
  });

  it.each([
    ["String.length(user.email)", 'calls "String.length", which is no function of Okta\'s'],
    ["user.email +", "The expression cannot be read at its end."],
    ["user.email = 'x'", "The expression cannot be read at \"= 'x'\"."],
  ])("is refused as Okta does with the expression %s", async (value, words) => {
    const refused = await oktaRefusalOf(make(expression("other", value)));
    expect([refused.status, refused.errorCode]).toEqual([400, "E0000001"]);
    expect(refused.errorCauses?.[0]?.errorSummary).toContain(words);
  });

  it.each(["sub", "scp", "aud"])("cannot be named %s, as a claim of Okta's is", async (name) => {
    const refused = await oktaRefusalOf(make(expression(name, '"x"')));
    expect([refused.status, refused.errorCode]).toEqual([400, "E0000001"]);
  });

  it("of groups comes through the provider with its filter, and not to a client without a person", async () => {
    const inputs = {
      ...{ authServerId: "default", name: "roles", claimType: "RESOURCE", valueType: "GROUPS" },
      ...{ value: "Conf", groupFilterType: "STARTS_WITH" },
    };
    const { id, properties } = await server.make("okta:auth/serverClaim:ServerClaim", inputs);
    expect(properties).toMatchObject({ groupFilterType: "STARTS_WITH", value: "Conf" });
    expect((await askAsAda()).roles).toEqual(["Conference"]);
    expect("roles" in (await ask({ grant_type: "client_credentials", scope: "a.read" }))).toBe(false);
    await server.handler("okta:auth/serverClaim:ServerClaim").delete(id, properties);
  });
});

describe("a token whose claims cannot be made", () => {
  /** What the token endpoint says to Ada's app. */
  async function refusal(): Promise<unknown> {
    const code = await codeOfAda();
    return answer({ grant_type: "authorization_code", code, redirect_uri: redirectUri });
  }

  it("is refused when a claim matches more than 100 groups, and given when it matches 100", async () => {
    const [ada] = server.org.users.values();
    if (ada === undefined) throw new Error("There must be a person; got none.");
    const ids = Array.from({ length: 101 }, (_, at) => server.org.addGroup(`Team ${at}`, "").id);
    const { id: claimId = "" } = await make({
      ...{ name: "teams", claimType: "RESOURCE", valueType: "GROUPS", status: "ACTIVE" },
      ...{ value: "Team ", group_filter_type: "STARTS_WITH" },
    });
    server.org.users.set(ada.id, { ...ada, groupIds: [...ada.groupIds, ...ids] });
    expect(await refusal()).toEqual({
      error: "server_error",
      error_description:
        "The groups claim matched too many groups and must be configured to match fewer groups.",
    });
    server.org.users.set(ada.id, { ...ada, groupIds: [...ada.groupIds, ...ids.slice(1)] });
    expect((await askAsAda()).teams).toHaveLength(100);
    server.org.users.set(ada.id, ada);
    server.org.claims.delete(claimId);
  });

  it("is refused when a group function asks for more than 100 groups", async () => {
    const { id = "" } = await make(expression("few", 'Groups.startsWith("OKTA", "Conf", 101)'));
    expect(await refusal()).toEqual({
      error: "server_error",
      error_description: "The 'few' user claim could not be evaluated.",
    });
    server.org.claims.delete(id);
    await make(expression("few", 'Groups.startsWith("OKTA", "Conf", 100)'));
    expect((await askAsAda()).few).toEqual(["Conference"]);
  });
});
