/** Okta's own SDK against the management API, with the org's API token. What another org would answer is not proved here. */
import type okta from "@okta/okta-sdk-nodejs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveOkta, type TestOkta } from "../../../support/okta.ts";
import { all, oktaRefusalOf, tokenClient } from "../../../support/okta-sdk.ts";

let org: TestOkta;
let client: okta.Client;
let api: okta.Client["authorizationServerApi"];
beforeAll(async () => {
  org = await serveOkta();
  client = tokenClient(org.org);
  api = client.authorizationServerApi;
});
afterAll(() => org.close());

/** The id that Okta gave. */
function idOf({ id }: { id?: string }): string {
  if (id === undefined) throw new Error("Okta must give an id; it did not.");
  return id;
}

const server = (name: string, audience = "api://orders") => ({
  authorizationServer: { name, description: "Orders", audiences: [audience] },
});

const notFound = (id: string, kind: string) => ({
  ...{ status: 404, errorCode: "E0000007", errorLink: "E0000007", errorCauses: [] },
  ...{ errorId: expect.stringMatching(/^oae\w{22}$/) },
  errorSummary: `Not found: Resource not found: ${id} (${kind})`,
});

const makeServer = async (name: string) => idOf(await api.createAuthorizationServer(server(name)));

describe("authorization servers", () => {
  it("are made, read, changed, listed, switched off and deleted", async () => {
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
    expect(await oktaRefusalOf(api.getAuthorizationServer({ authServerId }))).toMatchObject(
      notFound(authServerId, "AuthorizationServer"),
    );
  });

  it("have one audience", async () => {
    const two = { name: "two", audiences: ["api://a", "api://b"] };
    expect(await oktaRefusalOf(api.createAuthorizationServer({ authorizationServer: two }))).toMatchObject({
      ...{ status: 400, errorCode: "E0000001", errorSummary: "Api validation failed: audiences" },
      errorCauses: [{ errorSummary: "audiences: Only one audience is supported" }],
    });
  });

  it("are reached as default, where they are the org's own", async () => {
    const own = await api.getAuthorizationServer({ authServerId: "default" });
    expect(own).toMatchObject({
      ...{ id: expect.stringMatching(/^aus\w{17}$/), issuer: `${org.origin}/oauth2/default` },
    });
    expect(await api.getAuthorizationServer({ authServerId: idOf(own) })).toEqual(own);
  });

  it("sign with the next key when their keys are rotated", async () => {
    const authServerId = await makeServer("rotating");
    const [before] = await all(await api.listAuthorizationServerKeys({ authServerId }));
    await all(await api.rotateAuthorizationServerKeys({ authServerId, use: { use: "sig" } }));
    const [active, next, expired] = await all(await api.listAuthorizationServerKeys({ authServerId }));
    expect([active?.status, next?.status, expired?.status]).toEqual(["ACTIVE", "NEXT", "EXPIRED"]);
    expect(expired?.kid).toBe(before?.kid);
    const key = await api.getAuthorizationServerKey({ authServerId, keyId: active?.kid ?? "" });
    expect(key).toMatchObject({ kty: "RSA", alg: "RS256", use: "sig", n: active?.n });
    const published = await (await fetch(`${org.origin}/oauth2/${authServerId}/v1/keys`)).json();
    expect((published as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)).toEqual([
      ...[active?.kid, next?.kid, expired?.kid],
    ]);
  });
});

describe("scopes", () => {
  it("are made, read, changed, listed and deleted", async () => {
    const authServerId = await makeServer("with scopes");
    const oAuth2Scope = { name: "orders.read", consent: "IMPLICIT", displayName: "" } as const;
    const scopeId = idOf(await api.createOAuth2Scope({ authServerId, oAuth2Scope }));
    expect(await api.getOAuth2Scope({ authServerId, scopeId })).toMatchObject({
      ...{ name: "orders.read", displayName: "", system: false, _default: false },
    });
    const changed = { ...oAuth2Scope, description: "Reads orders" };
    await api.replaceOAuth2Scope({ authServerId, scopeId, oAuth2Scope: changed });
    const named = await all(await api.listOAuth2Scopes({ authServerId, q: "orders" }));
    expect(named.map(({ description }) => description)).toEqual(["Reads orders"]);
    expect((await all(await api.listOAuth2Scopes({ authServerId }))).map(({ name }) => name)).toContain(
      "openid",
    );
    await api.deleteOAuth2Scope({ authServerId, scopeId });
    expect(await oktaRefusalOf(api.getOAuth2Scope({ authServerId, scopeId }))).toMatchObject(
      notFound(scopeId, "OAuth2Scope"),
    );
  });

  it("of another authorization server are not found", async () => {
    const [authServerId, other] = [await makeServer("one"), await makeServer("another")];
    const scopeId = idOf(await api.createOAuth2Scope({ authServerId, oAuth2Scope: { name: "a" } }));
    expect(await oktaRefusalOf(api.deleteOAuth2Scope({ authServerId: other, scopeId }))).toMatchObject(
      notFound(scopeId, "OAuth2Scope"),
    );
    await api.deleteOAuth2Scope({ authServerId, scopeId });
  });

  it("need a name", async () => {
    const call = api.createOAuth2Scope({ authServerId: "default", oAuth2Scope: {} as okta.OAuth2Scope });
    expect(await oktaRefusalOf(call)).toMatchObject({
      ...{ status: 400, errorSummary: "Api validation failed: name" },
      errorCauses: [{ errorSummary: "name: The field cannot be left blank" }],
    });
  });
});

describe("claims", () => {
  it("are made, read, changed, listed and deleted", async () => {
    const authServerId = await makeServer("with claims");
    const oAuth2Claim: okta.OAuth2Claim = {
      ...{ name: "groups", value: "Conf", alwaysIncludeInToken: true },
      claimType: "RESOURCE",
      valueType: "GROUPS",
      group_filter_type: "STARTS_WITH",
      status: "ACTIVE",
    };
    const claimId = idOf(await api.createOAuth2Claim({ authServerId, oAuth2Claim }));
    expect(await api.getOAuth2Claim({ authServerId, claimId })).toMatchObject(oAuth2Claim);
    const changed = { ...oAuth2Claim, value: "Conference" };
    await api.replaceOAuth2Claim({ authServerId, claimId, oAuth2Claim: changed });
    const listed = await all(await api.listOAuth2Claims({ authServerId }));
    expect(listed.filter(({ system }) => !system).map(({ value }) => value)).toEqual(["Conference"]);
    expect(listed.map(({ name }) => name)).toContain("sub");
    await api.deleteOAuth2Claim({ authServerId, claimId });
    expect(await oktaRefusalOf(api.getOAuth2Claim({ authServerId, claimId }))).toMatchObject(
      notFound(claimId, "OAuth2Claim"),
    );
  });
});

const policy = (name: string, priority: number): okta.AuthorizationServerPolicy => ({
  type: "OAUTH_AUTHORIZATION_POLICY",
  ...{ name, description: name, priority },
  conditions: { clients: { include: ["ALL_CLIENTS"] } },
});

const rule = (
  name: string,
  priority: number,
  grants: readonly string[] = ["client_credentials"],
): okta.AuthorizationServerPolicyRuleRequest => ({
  type: "RESOURCE_ACCESS",
  ...{ name, priority },
  conditions: { grantTypes: { include: [...grants] }, scopes: { include: ["*"] } },
});

describe("access policies", () => {
  it("are made, read, changed, switched off and deleted, and stay in order", async () => {
    const authServerId = await makeServer("with policies");
    const make = async (name: string, priority: number) =>
      idOf(await api.createAuthorizationServerPolicy({ authServerId, policy: policy(name, priority) }));
    const names = async () =>
      (await all(await api.listAuthorizationServerPolicies({ authServerId }))).map(
        ({ name, priority }) => `${priority} ${name}`,
      );
    const policyId = await make("first", 1);
    await make("second", 1);
    expect(await names()).toEqual(["1 second", "2 first"]);
    const before = { authServerId, policyId };
    const moved = await api.replaceAuthorizationServerPolicy({ ...before, policy: policy("moved", 1) });
    expect(moved).toMatchObject({ id: policyId, priority: 1, status: "ACTIVE", system: false });
    expect(await names()).toEqual(["1 moved", "2 second"]);
    await api.deactivateAuthorizationServerPolicy(before);
    expect((await api.getAuthorizationServerPolicy(before)).status).toBe("INACTIVE");
    await api.activateAuthorizationServerPolicy(before);
    expect((await api.getAuthorizationServerPolicy(before)).status).toBe("ACTIVE");
    await api.deleteAuthorizationServerPolicy(before);
    expect(await names()).toEqual(["1 second"]);
    expect(await oktaRefusalOf(api.getAuthorizationServerPolicy(before))).toMatchObject(
      notFound(policyId, "Policy"),
    );
  });

  it.each(["0oaNobody", "Orders"])("are refused for %s, which is no app's client id", async (include) => {
    await makeApp("Orders");
    const authServerId = await makeServer(`for ${include}`);
    const conditions = { clients: { include: [include] } };
    const none = { ...policy("for nobody", 1), conditions };
    const call = api.createAuthorizationServerPolicy({ authServerId, policy: none });
    expect(await oktaRefusalOf(call)).toMatchObject({
      ...{ status: 400, errorCode: "E0000001" },
      errorSummary: "Api validation failed: conditions.clients.include",
      errorCauses: [{ errorSummary: "conditions.clients.include: Resource not found" }],
    });
    expect(await all(await api.listAuthorizationServerPolicies({ authServerId }))).toEqual([]);
  });

  it("outlive an app that they name, which they cannot name again", async () => {
    const appId = idOf(await makeApp("Named"));
    const authServerId = await makeServer("naming an app");
    const named = { ...policy("naming", 1), conditions: { clients: { include: [appId] } } };
    const policyId = idOf(await api.createAuthorizationServerPolicy({ authServerId, policy: named }));
    await client.applicationApi.deactivateApplication({ appId });
    await client.applicationApi.deleteApplication({ appId });
    const left = await api.getAuthorizationServerPolicy({ authServerId, policyId });
    expect(left).toMatchObject({ status: "ACTIVE", conditions: { clients: { include: [appId] } } });
    // Sent again, it names what is not there.
    const again = api.replaceAuthorizationServerPolicy({ authServerId, policyId, policy: named });
    expect(await oktaRefusalOf(again)).toMatchObject({ status: 400, errorCode: "E0000001" });
    const other = { ...named, conditions: { clients: { include: ["ALL_CLIENTS"] } } };
    const mended = api.replaceAuthorizationServerPolicy({ authServerId, policyId, policy: other });
    expect(await mended).toMatchObject({ conditions: { clients: { include: ["ALL_CLIENTS"] } } });
  });

  it("and their rules have a priority of 1 or more", async () => {
    const authServerId = await makeServer("with priorities");
    const refused = {
      ...{ status: 400, errorCode: "E0000001", errorSummary: "Api validation failed: priority" },
      errorCauses: [{ errorSummary: "priority: The priority must be 1 or more" }],
    };
    const make = (priority: number) =>
      api.createAuthorizationServerPolicy({ authServerId, policy: policy("ranked", priority) });
    expect(await oktaRefusalOf(make(0))).toMatchObject(refused);
    const policyId = idOf(await make(1));
    const here = { authServerId, policyId };
    const move = api.replaceAuthorizationServerPolicy({ ...here, policy: policy("ranked", 0) });
    expect(await oktaRefusalOf(move)).toMatchObject(refused);
    const makeRule = (priority: number) =>
      api.createAuthorizationServerPolicyRule({ ...here, policyRule: rule("ranked", priority) });
    expect(await oktaRefusalOf(makeRule(0))).toMatchObject(refused);
    expect(await makeRule(1)).toMatchObject({ priority: 1 });
  });
});

describe("rules", () => {
  const parents = async (name: string) => {
    const authServerId = await makeServer(name);
    const made = await api.createAuthorizationServerPolicy({ authServerId, policy: policy(name, 1) });
    return { authServerId, policyId: idOf(made) };
  };

  it("are made, read, changed, switched off and deleted, and stay in order", async () => {
    const above = await parents("with rules");
    const make = (name: string, priority: number) =>
      api.createAuthorizationServerPolicyRule({ ...above, policyRule: rule(name, priority) });
    const ruleId = idOf(await make("first", 1));
    await make("second", 5);
    const here = { ...above, ruleId };
    expect(await api.getAuthorizationServerPolicyRule(here)).toMatchObject({
      ...{ name: "first", priority: 1, status: "ACTIVE", type: "RESOURCE_ACCESS" },
      conditions: { grantTypes: { include: ["client_credentials"] }, scopes: { include: ["*"] } },
      actions: { token: { accessTokenLifetimeMinutes: 60, refreshTokenWindowMinutes: 10_080 } },
    });
    await api.replaceAuthorizationServerPolicyRule({ ...here, policyRule: rule("last", 2) });
    const listed = await all(await api.listAuthorizationServerPolicyRules(above));
    expect(listed.map(({ name, priority }) => `${priority} ${name}`)).toEqual(["1 second", "2 last"]);
    await api.deactivateAuthorizationServerPolicyRule(here);
    expect((await api.getAuthorizationServerPolicyRule(here)).status).toBe("INACTIVE");
    await api.activateAuthorizationServerPolicyRule(here);
    await api.deleteAuthorizationServerPolicyRule(here);
    expect(await oktaRefusalOf(api.getAuthorizationServerPolicyRule(here))).toMatchObject(
      notFound(ruleId, "PolicyRule"),
    );
  });

  it("name people when somebody signs in, and need no scopes", async () => {
    const above = await parents("with people");
    const policyRule = rule("people", 1, ["authorization_code"]);
    expect(
      await oktaRefusalOf(api.createAuthorizationServerPolicyRule({ ...above, policyRule })),
    ).toMatchObject({
      ...{ status: 400, errorCode: "E0000001", errorSummary: "Api validation failed: conditions.people" },
      errorCauses: [{ errorSummary: expect.stringContaining("must contain a valid user or group when") }],
    });
    const conditions = {
      ...{ grantTypes: { include: ["authorization_code"] }, scopes: {} },
      people: { groups: { include: ["EVERYONE"] } },
    };
    const made = { ...policyRule, conditions };
    expect(await api.createAuthorizationServerPolicyRule({ ...above, policyRule: made })).toMatchObject({
      conditions: { scopes: { include: [] }, people: { groups: { include: ["EVERYONE"] } } },
    });
  });

  it.each([
    [4, false],
    [5, true],
    [1440, true],
    [1441, false],
  ])("give tokens for 5 to 1440 minutes: %i", async (minutes, isFine) => {
    const above = await parents(`for ${minutes} minutes`);
    const actions = { token: { accessTokenLifetimeMinutes: minutes } };
    const call = api.createAuthorizationServerPolicyRule({
      ...above,
      policyRule: { ...rule("r", 1), actions },
    });
    const outcome = await call.then(
      () => "made",
      ({ errorSummary }: { errorSummary: string }) => errorSummary,
    );
    expect(outcome).toBe(isFine ? "made" : "Api validation failed: actions.token.accessTokenLifetimeMinutes");
  });
});

const app = (label: string, oauthClient: object = {}, credentials: object = {}) =>
  ({
    ...{ name: "oidc_client", label, signOnMode: "OPENID_CONNECT" },
    credentials: { oauthClient: { token_endpoint_auth_method: "client_secret_basic", ...credentials } },
    settings: {
      oauthClient: {
        ...{ application_type: "web", grant_types: ["authorization_code"], response_types: ["code"] },
        ...{ redirect_uris: ["https://orders.example/callback"], ...oauthClient },
      },
    },
  }) as unknown as okta.OpenIdConnectApplication;

const makeApp = async (...settings: Parameters<typeof app>) =>
  (await client.applicationApi.createApplication({
    application: app(...settings),
  })) as okta.OpenIdConnectApplication;

describe("apps", () => {
  it("are made, read, changed, listed, switched off and deleted", async () => {
    const made = await makeApp("Orders", { client_uri: "https://orders.example" });
    const appId = idOf(made);
    const credentials = made.credentials?.oauthClient;
    expect(credentials).toMatchObject({ client_id: appId, client_secret: expect.stringMatching(/^\w{64}$/) });
    const read = (await client.applicationApi.getApplication({ appId })) as okta.OpenIdConnectApplication;
    expect(read).toMatchObject({ label: "Orders", status: "ACTIVE", name: "oidc_client" });
    expect(read.settings?.oauthClient).toMatchObject({
      ...{ application_type: "web", grant_types: ["authorization_code"], issuer_mode: "ORG_URL" },
      client_uri: "https://orders.example",
    });
    expect(read.credentials?.oauthClient?.client_secret).toBeUndefined();
    const changed = await client.applicationApi.replaceApplication({ appId, application: app("Sales") });
    expect(changed.label).toBe("Sales");
    const secrets = await client.applicationSSOPublicKeysApi.listOAuth2ClientSecrets({ appId });
    expect((await all(secrets)).map(({ client_secret }) => client_secret)).toEqual([
      credentials?.client_secret,
    ]);
    const found = await all(await client.applicationApi.listApplications({ q: "Sal" }));
    expect(found.map(({ id }) => id)).toEqual([appId]);
    expect(await oktaRefusalOf(client.applicationApi.deleteApplication({ appId }))).toMatchObject({
      ...{ status: 403, errorCode: "E0000056", errorSummary: "Delete application forbidden." },
    });
    await client.applicationApi.deactivateApplication({ appId });
    await client.applicationApi.activateApplication({ appId });
    await client.applicationApi.deactivateApplication({ appId });
    await client.applicationApi.deleteApplication({ appId });
    expect(await oktaRefusalOf(client.applicationApi.getApplication({ appId }))).toMatchObject(
      notFound(appId, "AppInstance"),
    );
  });

  it("may have equal labels, and be inactive from the first", async () => {
    const application = app("Twice");
    const first = await client.applicationApi.createApplication({ application, activate: false });
    const second = await client.applicationApi.createApplication({ application });
    expect([first.status, second.status]).toEqual(["INACTIVE", "ACTIVE"]);
  });

  it.each([
    ["browser", "none", "https://orders.example/"],
    ["native", "none", "com.example.orders:/callback"],
  ])("of type %s sign in with PKCE and keep no secret", async (application_type, method, uri) => {
    const made = await makeApp(
      application_type,
      { application_type, redirect_uris: [uri] },
      { token_endpoint_auth_method: method },
    );
    expect(made.credentials?.oauthClient).toMatchObject({ pkce_required: true });
    expect(made.credentials?.oauthClient?.client_secret).toBeUndefined();
    expect(made.settings?.oauthClient?.redirect_uris).toEqual([uri]);
  });

  it("need a redirect URI for people's grants, and none for a service", async () => {
    expect(await oktaRefusalOf(makeApp("No URI", { redirect_uris: [] }))).toMatchObject({
      ...{ status: 400, errorSummary: "Api validation failed: redirect_uris" },
    });
    const service = { application_type: "service", grant_types: ["client_credentials"], redirect_uris: [] };
    expect((await makeApp("Service", { ...service, response_types: ["token"] })).status).toBe("ACTIVE");
  });

  it("keep a secret of 14 characters or more", async () => {
    expect(await oktaRefusalOf(makeApp("Short", {}, { client_secret: "x".repeat(13) }))).toMatchObject({
      errorCauses: [
        { errorSummary: "client_secret: 'client_secret' must be at least '14' characters long." },
      ],
    });
    const made = await makeApp("Long", {}, { client_secret: "x".repeat(14) });
    expect(made.credentials?.oauthClient?.client_secret).toBe("x".repeat(14));
  });

  it("are refused by name when the local Okta does not simulate them", async () => {
    expect(await oktaRefusalOf(makeApp("Bound", { dpop_bound_access_tokens: true }))).toMatchObject({
      ...{ status: 501, errorCode: "E0000060" },
      errorSummary: expect.stringContaining("the local Okta does not simulate dpop_bound_access_tokens"),
    });
  });

  it("are under the org's sign-on policy", async () => {
    const appId = idOf(await makeApp("Under a policy"));
    const policies = await all(await client.policyApi.listPolicies({ type: "ACCESS_POLICY" }));
    const [own] = policies;
    expect(policies.map(({ name, system }) => [name, system])).toEqual([
      ["Any two factors", true],
      ["Seamless access based on network context", false],
      ["Password only", false],
      ["One factor access", false],
    ]);
    await client.applicationApi.assignApplicationPolicy({ appId, policyId: own?.id ?? "" });
    const call = client.applicationApi.assignApplicationPolicy({ appId, policyId: "rstNone" });
    expect(await oktaRefusalOf(call)).toMatchObject(notFound("rstNone", "Policy"));
  });

  it("are under the org's own policy again when theirs is deleted, which that one cannot be", async () => {
    const appId = idOf(await makeApp("Under a policy of its own"));
    const policy = { type: "ACCESS_POLICY", name: "Partners" } as never;
    const { id: policyId = "" } = await client.policyApi.createPolicy({ policy });
    await client.applicationApi.assignApplicationPolicy({ appId, policyId });
    const renamed = { type: "ACCESS_POLICY", name: "Partners of old" } as never;
    expect(await client.policyApi.replacePolicy({ policyId, policy: renamed })).toMatchObject({
      ...{ id: policyId, name: "Partners of old", status: "ACTIVE" },
    });
    const [rule] = await all(await client.policyApi.listPolicyRules({ policyId }));
    expect(rule).toMatchObject({ name: "Catch-all Rule", system: true });
    await client.policyApi.deletePolicy({ policyId });
    const [own] = await all(await client.policyApi.listPolicies({ type: "ACCESS_POLICY" }));
    const app = await client.applicationApi.getApplication({ appId });
    expect(app._links?.accessPolicy?.href).toMatch(new RegExp(`/${own?.id}$`));
    const refused = await oktaRefusalOf(client.policyApi.deletePolicy({ policyId: own?.id ?? "" }));
    expect(refused).toMatchObject({ status: 403, errorCode: "E0000006" });
  });
});

describe("group assignments", () => {
  it("are made once or twice, read, listed and taken away", async () => {
    const appId = idOf(await makeApp("Assigned"));
    const [group] = await all(await client.groupApi.listGroups({ q: "Conf" }));
    const groupId = group?.id ?? "";
    const assign = () => client.applicationApi.assignGroupToApplication({ appId, groupId });
    expect(await assign()).toMatchObject({ id: groupId, priority: 0, profile: {} });
    expect(await assign()).toMatchObject({ id: groupId, priority: 0 });
    expect(await client.applicationApi.getApplicationGroupAssignment({ appId, groupId })).toMatchObject({
      id: groupId,
    });
    const listed = await all(await client.applicationApi.listApplicationGroupAssignments({ appId }));
    expect(listed.map(({ id }) => id)).toEqual([groupId]);
    await client.applicationApi.unassignApplicationFromGroup({ appId, groupId });
    const gone = client.applicationApi.getApplicationGroupAssignment({ appId, groupId });
    expect(await oktaRefusalOf(gone)).toMatchObject({ status: 404, errorCode: "E0000007" });
  });

  it("of a group that is not there are refused", async () => {
    const appId = idOf(await makeApp("Unassigned"));
    const call = client.applicationApi.assignGroupToApplication({ appId, groupId: "00gNone" });
    expect(await oktaRefusalOf(call)).toMatchObject(notFound("00gNone", "UserGroup"));
  });
});

describe("groups", () => {
  it("are made, read, changed, listed and deleted, with their members", async () => {
    const profile = { name: "Reviewers", description: "" };
    const groupId = idOf(await client.groupApi.createGroup({ group: { profile } }));
    expect(await client.groupApi.getGroup({ groupId })).toMatchObject({ type: "OKTA_GROUP", profile });
    const taken = await oktaRefusalOf(client.groupApi.createGroup({ group: { profile } }));
    expect(taken.errorCauses).toEqual([
      { errorSummary: "name: An object with this field already exists in the current organization" },
    ]);
    await client.groupApi.replaceGroup({ groupId, group: { profile: { ...profile, description: "All" } } });
    const ada = await client.userApi.getUser({ userId: "ada.attendee@example.com" });
    await client.groupApi.assignUserToGroup({ groupId, userId: idOf(ada) });
    const members = await all(await client.groupApi.listGroupUsers({ groupId }));
    expect(members.map(({ id }) => id)).toEqual([ada.id]);
    await client.groupApi.unassignUserFromGroup({ groupId, userId: idOf(ada) });
    expect(await all(await client.groupApi.listGroupUsers({ groupId }))).toEqual([]);
    await client.groupApi.deleteGroup({ groupId });
    expect(await oktaRefusalOf(client.groupApi.getGroup({ groupId }))).toMatchObject(
      notFound(groupId, "UserGroup"),
    );
  });

  it("are found by the beginning of their name", async () => {
    const found = async (q: string) => (await all(await client.groupApi.listGroups({ q }))).length;
    expect([await found("conf"), await found("Everyone"), await found("onference")]).toEqual([1, 1, 0]);
  });
});

describe("people", () => {
  const profile = {
    login: "mia@example.com",
    email: "mia@example.com",
    firstName: "Mia",
    lastName: "Miller",
  };

  it("are made, read, changed, listed, switched off and deleted", async () => {
    const body = { profile, credentials: { password: { value: "correct horse battery" } } };
    const made = await client.userApi.createUser({ body, activate: true });
    const userId = idOf(made);
    expect(made).toMatchObject({ status: "ACTIVE", profile });
    const taken = await oktaRefusalOf(client.userApi.createUser({ body }));
    expect(taken).toMatchObject({ errorSummary: "Api validation failed: login" });
    const user = { profile: { ...profile, lastName: "Moore", city: "Bern" } };
    await client.userApi.replaceUser({ userId, user });
    expect((await client.userApi.getUser({ userId })).profile).toMatchObject({
      lastName: "Moore",
      city: "Bern",
    });
    const search = 'profile.lastName eq "Moore"';
    expect((await all(await client.userApi.listUsers({ search }))).map(({ id }) => id)).toEqual([userId]);
    const groups = await all(await client.userApi.listUserGroups({ userId }));
    expect(groups.map((group) => group.profile?.name)).toEqual(["Everyone"]);
    await client.userApi.deactivateUser({ userId });
    await client.userApi.deleteUser({ userId });
    expect(await oktaRefusalOf(client.userApi.getUser({ userId }))).toMatchObject(notFound(userId, "User"));
  });

  it("have the attributes of Okta's own profile alone", async () => {
    const body = { profile: { ...profile, notValid: "x" } };
    expect(await oktaRefusalOf(client.userApi.createUser({ body }))).toMatchObject({
      errorSummary: "Api validation failed: newUser",
      errorCauses: [{ errorSummary: "Property name 'notValid' is not defined in profile" }],
    });
  });

  it("are told whose API token it is", async () => {
    expect((await client.userApi.getUser({ userId: "me" })).profile?.login).toBe(
      "olivia.operator@example.com",
    );
  });
});

describe("trusted origins", () => {
  it("are made, read, changed, listed, switched off and deleted", async () => {
    const trusted = client.trustedOriginApi;
    const trustedOrigin = {
      name: "Shop",
      origin: "https://shop.example",
      scopes: [{ type: "CORS" }],
    } as const;
    const body = { ...trustedOrigin, scopes: [...trustedOrigin.scopes] };
    const trustedOriginId = idOf(await trusted.createTrustedOrigin({ trustedOrigin: body }));
    expect(await trusted.getTrustedOrigin({ trustedOriginId })).toMatchObject({ ...body, status: "ACTIVE" });
    const moved = { ...body, origin: "https://store.example" };
    await trusted.replaceTrustedOrigin({ trustedOriginId, trustedOrigin: moved });
    expect((await all(await trusted.listTrustedOrigins())).map(({ origin }) => origin)).toEqual([
      moved.origin,
    ]);
    expect((await trusted.deactivateTrustedOrigin({ trustedOriginId })).status).toBe("INACTIVE");
    expect((await trusted.activateTrustedOrigin({ trustedOriginId })).status).toBe("ACTIVE");
    await trusted.deleteTrustedOrigin({ trustedOriginId });
    expect(await oktaRefusalOf(trusted.getTrustedOrigin({ trustedOriginId }))).toMatchObject(
      notFound(trustedOriginId, "TrustedOrigin"),
    );
  });

  it("are refused when another one has the name or the origin, and changed when none but itself has", async () => {
    const trusted = client.trustedOriginApi;
    const one = { name: "One", origin: "https://one.example", scopes: [{ type: "CORS" as const }] };
    const other = { ...one, name: "Other", origin: "https://other.example" };
    const trustedOriginId = idOf(await trusted.createTrustedOrigin({ trustedOrigin: one }));
    const otherId = idOf(await trusted.createTrustedOrigin({ trustedOrigin: other }));
    const taken = (field: string) => ({
      status: 400,
      errorCauses: [
        { errorSummary: `${field}: An object with this field already exists in the current organization` },
      ],
    });
    const sameOrigin = { ...other, name: "Third", origin: one.origin };
    const refusedOrigin = await oktaRefusalOf(trusted.createTrustedOrigin({ trustedOrigin: sameOrigin }));
    expect(refusedOrigin).toMatchObject(taken("origin"));
    const sameName = { ...one, origin: "https://third.example" };
    const refusedName = await oktaRefusalOf(trusted.createTrustedOrigin({ trustedOrigin: sameName }));
    expect(refusedName).toMatchObject(taken("name"));
    const moved = trusted.replaceTrustedOrigin({ trustedOriginId: otherId, trustedOrigin: sameOrigin });
    expect(await oktaRefusalOf(moved)).toMatchObject(taken("origin"));
    const kept = { ...one, scopes: [{ type: "REDIRECT" as const }] };
    expect(await trusted.replaceTrustedOrigin({ trustedOriginId, trustedOrigin: kept })).toMatchObject(kept);
    for (const id of [trustedOriginId, otherId]) await trusted.deleteTrustedOrigin({ trustedOriginId: id });
  });
});

describe("the org", () => {
  it("says that it runs on the Identity Engine", async () => {
    expect(await client.orgSettingApi.getWellknownOrgMetadata()).toMatchObject({ pipeline: "idx" });
  });
});
