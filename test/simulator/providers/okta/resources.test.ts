/** What the okta provider makes of Okta's management API: outputs, ids, updates, refreshes, imports and deletions, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties, ResourceState } from "../../../../simulator/providers/resource.ts";
import { makeApp, makeClient, redirectUri, serveOkta, type TestOkta } from "../../../support/okta.ts";

let okta: TestOkta;
beforeAll(async () => {
  okta = await serveOkta();
});
afterAll(() => okta.close());

const types = {
  app: "okta:app/oAuth:OAuth",
  scope: "okta:auth/serverScope:ServerScope",
  claim: "okta:auth/serverClaim:ServerClaim",
  policy: "okta:auth/serverPolicy:ServerPolicy",
  rule: "okta:auth/serverPolicyRule:ServerPolicyRule",
  server: "okta:auth/server:Server",
  assignment: "okta:app/groupAssignment:GroupAssignment",
  group: "okta:group/group:Group",
  origin: "okta:trustedorigin/origin:Origin",
};
const web = {
  label: "App",
  type: "web",
  grantTypes: ["authorization_code"],
  responseTypes: ["code"],
  redirectUris: [redirectUri],
};
const rule = {
  authServerId: "default",
  priority: 1,
  grantTypeWhitelists: ["client_credentials"],
  scopeWhitelists: ["*"],
};
const policy = {
  authServerId: "default",
  name: "Policy",
  description: "All",
  priority: 1,
  clientWhitelists: ["ALL_CLIENTS"],
};

/** Updates as an engine does: what the provider fills in, it keeps. */
const update = async (type: string, { id, properties }: ResourceState, inputs: Properties) => {
  const filled = await okta.handler(type).fillIn?.(inputs, { name: "test", before: properties });
  const { __defaults: _, ...known } = filled ?? inputs;
  return okta.handler(type).update(id, known, properties);
};
const remove = (type: string, { id, properties }: ResourceState) => okta.handler(type).delete(id, properties);
const refresh = (type: string, { id, properties }: ResourceState) => okta.handler(type).read(id, properties);
const importOf = (type: string, id: string) => okta.handler(type).read(id, {});

describe("an app", () => {
  it("has Okta's id as its client id, and a secret of 64 characters that is secret", async () => {
    const made = await okta.make(types.app, web);
    expect([made.id, made.properties.clientId]).toEqual([expect.stringMatching(/^0oa\w{17}$/), made.id]);
    expect(made.properties.clientSecret).toMatch(/^[\w-]{64}$/);
    expect(made.secrets).toEqual(["clientSecret", "clientBasicSecret", "clientBasicSecretWo"]);
    await remove(types.app, made);
  });

  it("tells the outputs of the provider that the program does not set", async () => {
    const made = await okta.make(types.app, { label: "Defaults", type: "service" });
    expect(made.properties).toMatchObject({
      ...{ name: "oidc_client", signOnMode: "OPENID_CONNECT", status: "ACTIVE" },
      ...{
        autoKeyRotation: true,
        issuerMode: "ORG_URL",
        loginMode: "DISABLED",
        wildcardRedirect: "DISABLED",
      },
      ...{ hideIos: true, hideWeb: true, autoSubmitToolbar: false, accessibilitySelfService: false },
      ...{
        implicitAssignment: false,
        userNameTemplate: `\${source.login}`,
        userNameTemplateType: "BUILT_IN",
      },
      ...{
        consentMethod: "TRUSTED",
        pkceRequired: false,
        authenticationPolicy: expect.stringMatching(/\w+/),
      },
    });
    await remove(types.app, made);
  });

  it.each<[string, Properties, Properties]>([
    ["service", {}, { grantTypes: ["client_credentials"], responseTypes: ["token"] }],
    ["web", {}, { grantTypes: ["authorization_code"], responseTypes: ["code"] }],
    ["native", {}, { grantTypes: ["authorization_code"], responseTypes: ["code"], pkceRequired: true }],
    ["browser", { tokenEndpointAuthMethod: "none" }, { pkceRequired: true }],
  ])(
    "of type %s gets the provider's grants and response types when it has none %j",
    async (type, inputs, outputs) => {
      const redirectUris = type === "service" ? [] : [redirectUri];
      const made = await okta.make(types.app, { label: type, type, redirectUris, ...inputs });
      expect(made.properties).toMatchObject(outputs);
      await remove(types.app, made);
    },
  );

  it.each<[string, Properties, RegExp]>([
    [
      "of type service with the code grant",
      { label: "x", type: "service", grantTypes: ["authorization_code", "client_credentials"] },
      /^failed to create OAuth application: failed conditional validation for field "grant_types" of type "service", it can contain client_credentials, implicit, .* and must contain client_credentials, received authorization_code, client_credentials$/,
    ],
    [
      "of type web without the code grant",
      { ...web, grantTypes: ["client_credentials"] },
      /and must contain authorization_code, received client_credentials$/,
    ],
    [
      "of type web with the password grant",
      { ...web, grantTypes: ["authorization_code", "password"] },
      /received authorization_code, password$/,
    ],
    [
      "with private_key_jwt and no key",
      { ...web, tokenEndpointAuthMethod: "private_key_jwt" },
      /'jwks' or 'jwks_uri' is required when 'token_endpoint_auth_method' is 'private_key_jwt'$/,
    ],
    [
      "with the implicit grant and no response type for it",
      { ...web, grantTypes: ["authorization_code", "implicit"] },
      /'response_types' must contain at least one of \['token', 'id_token'\] when 'grant_types' contains 'implicit'$/,
    ],
  ])("is refused %s when it is created, in the provider's words", async (_, inputs, problem) => {
    await expect(okta.make(types.app, inputs)).rejects.toThrow(problem);
  });

  it("may have another one's label", async () => {
    const [one, two] = [await okta.make(types.app, web), await okta.make(types.app, web)];
    expect(one.id).not.toBe(two.id);
    for (const app of [one, two]) await remove(types.app, app);
  });

  it("keeps the grants and response types that the program no longer gives", async () => {
    const both = ["authorization_code", "client_credentials"];
    const made = await okta.make(types.app, { ...web, grantTypes: both });
    const { grantTypes: _, responseTypes: __, ...without } = web;
    const updated = await update(types.app, made, { ...without, label: "Renamed" });
    expect(updated.properties).toMatchObject({ label: "Renamed", grantTypes: both, responseTypes: ["code"] });
    await remove(types.app, made);
  });

  it("keeps its secret over an update and a refresh, which do not read it", async () => {
    const made = await okta.make(types.app, web);
    const imported = await importOf(types.app, made.id);
    expect(JSON.stringify(imported)).not.toContain(made.properties.clientSecret);
    const refreshed = await refresh(types.app, made);
    expect(refreshed?.properties.clientSecret).toBe(made.properties.clientSecret);
    const updated = await update(types.app, made, { ...web, label: "Renamed" });
    expect(updated.properties.clientSecret).toBe(made.properties.clientSecret);
    await remove(types.app, made);
  });

  it("gets the secret of the state at an update, whatever Okta has by then", async () => {
    const made = await okta.make(types.app, web);
    const app = okta.org.apps.get(made.id);
    if (app === undefined) throw new Error("The app must be there; got none.");
    okta.org.apps.set(made.id, { ...app, clientSecret: "made-by-hand" });
    const updated = await update(types.app, made, { ...web, label: "Renamed" });
    expect(updated.properties.clientSecret).toBe(made.properties.clientSecret);
    expect(okta.org.apps.get(made.id)?.clientSecret).toBe(made.properties.clientSecret);
    await remove(types.app, made);
  });

  it("has the secret that the program gives, at first and after a change", async () => {
    const given = { ...web, clientBasicSecret: "the-first-secret" };
    const made = await okta.make(types.app, given);
    expect(made.properties.clientSecret).toBe("the-first-secret");
    const updated = await update(types.app, made, { ...given, clientBasicSecret: "the-second-secret" });
    expect(updated.properties.clientSecret).toBe("the-second-secret");
    expect(okta.org.apps.get(made.id)?.clientSecret).toBe("the-second-secret");
    await remove(types.app, made);
  });

  it("changes its status alone by Okta's lifecycle calls, and is deleted when it is inactive", async () => {
    const made = await okta.make(types.app, web);
    const inactive = await update(types.app, made, { ...web, status: "INACTIVE" });
    expect(inactive.properties).toMatchObject({
      status: "INACTIVE",
      clientSecret: made.properties.clientSecret,
    });
    const active = await update(types.app, inactive, web);
    expect(active.properties.status).toBe("ACTIVE");
    await remove(types.app, await update(types.app, active, { ...web, status: "INACTIVE" }));
    expect(okta.org.apps.has(made.id)).toBe(false);
  });

  it("is an error at a refresh when somebody deleted it", async () => {
    const made = await okta.make(types.app, web);
    await remove(types.app, made);
    await expect(refresh(types.app, made)).rejects.toMatchObject({
      code: "E0000007",
      message: expect.stringMatching(
        /^failed to get OAuth application: 404 Not Found\. Okta says: Not found: /,
      ),
    });
    await expect(remove(types.app, made)).rejects.toThrow(
      "failed to delete OAuth application: the API returned an error: Not found: Resource not found: ",
    );
  });

  it("tells the HTTP status of Okta's refusal, as the provider does, and Okta's reason", async () => {
    await expect(okta.make(types.app, { ...web, label: "" })).rejects.toThrow(
      /^failed to create OAuth application: 400 Bad Request\. Okta says: Api validation failed: label/,
    );
  });

  it("is imported with what is not at its default", async () => {
    const made = await okta.make(types.app, web);
    const imported = await importOf(types.app, made.id);
    expect(imported?.inputs).toMatchObject({ ...web, __defaults: [] });
    expect(imported?.inputs).not.toHaveProperty("issuerMode");
    await remove(types.app, made);
  });
});

describe("a scope", () => {
  const scope = { authServerId: "default", name: "b.read" };

  it("has no display name and description when none are given", async () => {
    const made = await okta.make(types.scope, scope);
    expect(made.properties).toMatchObject({
      ...{ displayName: "", description: "", optional: false, system: false },
      ...{ default: false, consent: "IMPLICIT", metadataPublish: "ALL_CLIENTS" },
    });
    expect([...okta.org.scopes.values()].find(({ id }) => id === made.id)?.displayName).toBe("");
    await remove(types.scope, made);
  });

  it("tells the HTTP status of Okta's refusal, as the provider does, and Okta's reason", async () => {
    await expect(okta.make(types.scope, { ...scope, name: "" })).rejects.toMatchObject({
      code: "E0000001",
      message: expect.stringMatching(/^failed to create auth server scope: 400 Bad Request\. Okta says: /),
    });
  });

  it("is gone at a refresh when somebody deleted it, and its deletion is fine", async () => {
    const made = await okta.make(types.scope, scope);
    await remove(types.scope, made);
    expect(await refresh(types.scope, made)).toBeUndefined();
    await remove(types.scope, made);
  });

  it("is not found below another authorization server, where the provider looks for it", async () => {
    const { id } = await okta.make(types.server, { name: "other", audiences: ["api://other"] });
    const made = await okta.make(types.scope, scope);
    await expect(update(types.scope, made, { ...scope, authServerId: id })).rejects.toThrow(
      "failed to update auth server scope: 404 Not Found",
    );
    await remove(types.scope, made);
  });

  it("is imported by its authorization server and its own id", async () => {
    const made = await okta.make(types.scope, scope);
    expect(await importOf(types.scope, `default/${made.id}`)).toMatchObject({
      id: made.id,
      inputs: { ...scope, __defaults: [] },
    });
    await expect(importOf(types.scope, made.id)).rejects.toThrow(
      `expected 2 import fields "auth_server_id/id", got 1 fields "${made.id}"`,
    );
    await remove(types.scope, made);
  });
});

describe("a claim", () => {
  const claim = { authServerId: "default", name: "team", claimType: "RESOURCE", value: "user.team" };

  it("has the provider's defaults, is updated, imported and deleted", async () => {
    const made = await okta.make(types.claim, claim);
    expect(made.properties).toMatchObject({
      ...claim,
      ...{ status: "ACTIVE", valueType: "EXPRESSION", alwaysIncludeInToken: true },
    });
    const updated = await update(types.claim, made, { ...claim, value: "user.department" });
    expect(updated.properties.value).toBe("user.department");
    expect((await importOf(types.claim, `default/${made.id}`))?.inputs).toMatchObject({ name: "team" });
    await remove(types.claim, made);
    expect(await refresh(types.claim, made)).toBeUndefined();
    await expect(remove(types.claim, made)).rejects.toThrow(
      "failed to delete auth server claim: the API returned an error: Not found",
    );
  });
});

describe("an authorization server", () => {
  it("comes up active when it is created inactive, and its state says so", async () => {
    const inputs = { name: "inactive", audiences: ["a"], status: "INACTIVE" };
    const made = await okta.make(types.server, inputs);
    expect(made.properties.status).toBe("ACTIVE");
    expect(okta.handler(types.server).comparesState).toBe(true);
    const updated = await update(types.server, made, inputs);
    expect(updated.properties.status).toBe("INACTIVE");
    await remove(types.server, made);
  });

  it("tells its key and when it was rotated, in the provider's notation", async () => {
    const made = await okta.make(types.server, { name: "dates", audiences: ["a"] });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC$/);
    expect(made.properties).toMatchObject({
      ...{ kid: expect.stringMatching(/\w+/), issuer: `${okta.origin}/oauth2/${made.id}` },
      ...{ issuerMode: "ORG_URL", credentialsLastRotated: time, credentialsNextRotation: time },
    });
    await remove(types.server, made);
  });

  it("rotates its keys by hand when it is created so, which takes an update", async () => {
    const inputs = { name: "manual", audiences: ["a"], credentialsRotationMode: "MANUAL" };
    const made = await okta.make(types.server, inputs);
    expect(made.properties).toMatchObject({ credentialsRotationMode: "MANUAL" });
    expect(made.properties).not.toHaveProperty("credentialsNextRotation");
    await remove(types.server, made);
  });

  it("is deleted when it is gone already", async () => {
    const made = await okta.make(types.server, { name: "short-lived", audiences: ["a"] });
    await remove(types.server, made);
    expect(okta.org.scopesOf(made.id)).toEqual([]);
    await remove(types.server, made);
    expect(await refresh(types.server, made)).toBeUndefined();
  });

  it("tells Okta's refusal with its cause, in the provider's words", async () => {
    await expect(okta.make(types.server, { name: "two", audiences: ["a", "b"] })).rejects.toThrow(
      "failed to create authorization server: the API returned an error: Api validation failed: audiences. Causes: errorSummary: audiences: ",
    );
  });
});

describe("an access policy", () => {
  it("is refused when it is created inactive, in the provider's words", async () => {
    await expect(okta.make(types.policy, { ...policy, status: "INACTIVE" })).rejects.toThrow(
      /^can not create an inactive auth server policy, only existing ones can be deactivated$/,
    );
    const made = await okta.make(types.policy, policy);
    const updated = await update(types.policy, made, { ...policy, status: "INACTIVE" });
    expect(updated.properties.status).toBe("INACTIVE");
    expect(okta.org.policies.get(made.id)?.status).toBe("INACTIVE");
    await remove(types.policy, made);
  });

  it("is Okta's 404 when it is deleted twice, and gone at a refresh", async () => {
    const made = await okta.make(types.policy, policy);
    await remove(types.policy, made);
    await expect(remove(types.policy, made)).rejects.toMatchObject({
      code: "E0000007",
      message: expect.stringMatching(
        /^failed to delete auth server policy: the API returned an error: Not found: Resource not found: /,
      ),
    });
    expect(await refresh(types.policy, made)).toBeUndefined();
  });

  it("stands at the priority that Okta gives it, and others move", async () => {
    const { id: authServerId } = await okta.make(types.server, { name: "ranked", audiences: ["a"] });
    const make = (name: string, priority: number) =>
      okta.make(types.policy, { ...policy, authServerId, name, priority });
    const order = () =>
      okta.org
        .policiesOf(authServerId)
        .map(({ name, priority }) => `${priority} ${name}`)
        .sort();
    const first = await make("first", 1);
    const late = await make("late", 7);
    expect(late.properties.priority).toBe(2);
    await make("early", 1);
    expect(order()).toEqual(["1 early", "2 first", "3 late"]);
    const read = await refresh(types.policy, late);
    expect([read?.properties.priority, read?.inputs?.priority]).toEqual([3, 3]);
    await remove(types.policy, first);
    expect(order()).toEqual(["1 early", "2 late"]);
  });
});

describe("a rule", () => {
  it("has no scopes and people when none are given", async () => {
    const { id: policyId } = await okta.make(types.policy, policy);
    const { scopeWhitelists: _, ...without } = rule;
    const made = await okta.make(types.rule, { ...without, policyId });
    expect(made.properties).toMatchObject({
      ...{
        scopeWhitelists: [],
        groupWhitelists: [],
        groupBlacklists: [],
        userWhitelists: [],
        userBlacklists: [],
      },
      ...{ type: "RESOURCE_ACCESS", system: false, accessTokenLifetimeMinutes: 60 },
      ...{ refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10_080 },
    });
    await remove(types.policy, { id: policyId, properties: policy });
  });

  it.each<[Properties, RegExp]>([
    [
      { grantTypeWhitelists: ["implicit"] },
      /^at least "user_whitelist" or "group_whitelist" should be provided when using 'implicit' in "grant_type_whitelist"$/,
    ],
    [
      { refreshTokenLifetimeMinutes: 30 },
      /^'refresh_token_lifetime_minutes' must be greater than or equal to 'access_token_lifetime_minutes'$/,
    ],
    [
      { refreshTokenLifetimeMinutes: 600 },
      /^'refresh_token_window_minutes' must be between 'access_token_lifetime_minutes' and 'refresh_token_lifetime_minutes'$/,
    ],
    [
      { accessTokenLifetimeMinutes: 3 },
      /^failed to create auth server policy rule: the API returned an error: /,
    ],
  ])("is refused with %j when it is created", async (inputs, problem) => {
    const { id: policyId } = await okta.make(types.policy, policy);
    await expect(okta.make(types.rule, { ...rule, policyId, ...inputs })).rejects.toThrow(problem);
    await remove(types.policy, { id: policyId, properties: policy });
  });

  it("is Okta's to refuse when authorization_code names no people, since the provider sends it", async () => {
    const { id: policyId } = await okta.make(types.policy, policy);
    const inputs = { ...rule, policyId, grantTypeWhitelists: ["authorization_code"] };
    await expect(okta.make(types.rule, inputs)).rejects.toThrow(
      "failed to create auth server policy rule: the API returned an error: Api validation failed: conditions.people",
    );
    const made = await okta.make(types.rule, { ...inputs, groupWhitelists: ["EVERYONE"] });
    expect(made.properties.grantTypeWhitelists).toEqual(["authorization_code"]);
    await remove(types.policy, { id: policyId, properties: policy });
  });

  it("changes its status by Okta's lifecycle calls", async () => {
    const { id: policyId } = await okta.make(types.policy, policy);
    const made = await okta.make(types.rule, { ...rule, policyId });
    const updated = await update(types.rule, made, { ...rule, policyId, status: "INACTIVE" });
    expect(updated.properties.status).toBe("INACTIVE");
    expect(okta.org.rules.get(made.id)?.status).toBe("INACTIVE");
    await remove(types.policy, { id: policyId, properties: policy });
  });

  it("is imported by authorization server, policy and its own id", async () => {
    const { policyId, ruleId } = await makeClient(okta, { label: "Imported" });
    expect(await importOf(types.rule, `default/${policyId}/${ruleId}`)).toMatchObject({
      id: ruleId,
      inputs: { authServerId: "default", policyId },
    });
    await expect(importOf(types.rule, `default/${ruleId}`)).rejects.toThrow(
      'expected 3 import fields "auth_server_id/policy_id/id", got 2 fields',
    );
    expect((await importOf(types.policy, `default/${policyId}`))?.id).toBe(policyId);
  });

  it("is gone at a refresh, and Okta's 404 when it is deleted, once its policy is deleted", async () => {
    const { policyId, ruleId } = await makeClient(okta, { label: "Gone" });
    const gone = { id: ruleId, properties: { ...rule, policyId } };
    await remove(types.policy, { id: policyId, properties: policy });
    expect(await refresh(types.rule, gone)).toBeUndefined();
    await expect(remove(types.rule, gone)).rejects.toThrow("failed to delete auth server policy rule: ");
  });
});

describe("a group assignment", () => {
  it("has the group's id, is one when it is made twice, and is imported by app and group", async () => {
    const [one, two] = [await makeApp(okta, { label: "One" }), await makeApp(okta, { label: "Two" })];
    const [group] = okta.org.groups.values();
    const groupId = group?.id ?? "";
    for (const appId of [one.id, two.id, two.id])
      expect((await okta.make(types.assignment, { appId, groupId })).id).toBe(groupId);
    expect(okta.org.assignments.size).toBe(2);
    expect(await importOf(types.assignment, `${one.id}/${groupId}`)).toMatchObject({
      id: groupId,
      properties: { appId: one.id, groupId, priority: 0, profile: "{}" },
    });
    const assignment = { id: groupId, properties: { appId: one.id, groupId } };
    await remove(types.assignment, assignment);
    expect(await refresh(types.assignment, assignment)).toBeUndefined();
    await expect(remove(types.assignment, assignment)).rejects.toThrow(
      "failed to delete application group assignment: ",
    );
    const other = { id: groupId, properties: { appId: two.id, groupId } };
    expect(await refresh(types.assignment, other)).toBeDefined();
  });

  it("stays in Okta when the program wants to retain it", async () => {
    const { id: appId } = await makeApp(okta, { label: "Retained" });
    const [group] = okta.org.groups.values();
    const inputs = { appId, groupId: group?.id, retainAssignment: true };
    const made = await okta.make(types.assignment, inputs);
    await remove(types.assignment, made);
    expect(await refresh(types.assignment, made)).toBeDefined();
  });

  it("stands between an app and a group that are there", async () => {
    const { id: appId } = await makeApp(okta, { label: "Assigned" });
    await expect(okta.make(types.assignment, { appId, groupId: "00gX" })).rejects.toMatchObject({
      code: "E0000007",
      message: expect.stringContaining(
        "failed to create application group assignment: the API returned an error",
      ),
    });
  });
});

describe("a group", () => {
  it("is made, renamed, imported and deleted", async () => {
    const made = await okta.make(types.group, { description: "People" });
    expect(made.properties).toMatchObject({ name: expect.stringMatching(/^test-/), description: "People" });
    const updated = await update(types.group, made, { name: "Renamed" });
    expect(updated.properties).toMatchObject({ name: "Renamed", description: "" });
    expect((await importOf(types.group, made.id))?.inputs).toEqual({
      ...{ name: "Renamed", customProfileAttributes: "{}", __defaults: [] },
    });
    await remove(types.group, made);
    expect(await refresh(types.group, made)).toBeUndefined();
  });
});

describe("a trusted origin", () => {
  it("is made, changed, imported and deleted", async () => {
    const inputs = { name: "Page", origin: "https://page.example.com", scopes: [{ type: "CORS" }] };
    const made = await okta.make(types.origin, inputs);
    expect(made.properties).toMatchObject({ ...inputs, status: "ACTIVE" });
    const updated = await update(types.origin, made, { ...inputs, status: "INACTIVE" });
    expect(updated.properties.status).toBe("INACTIVE");
    expect((await importOf(types.origin, made.id))?.inputs).toMatchObject(inputs);
    await remove(types.origin, made);
    expect(await refresh(types.origin, made)).toBeUndefined();
  });

  it("has the Okta apps that a scope allows, as Okta has them", async () => {
    const scopes = [{ type: "IFRAME_EMBED", allowedOktaApps: ["OKTA_ENDUSER"] }, { type: "CORS" }];
    const made = await okta.make(types.origin, {
      name: "Frame",
      origin: "https://frame.example.com",
      scopes,
    });
    expect(made.properties.scopes).toEqual(scopes);
    const kept = okta.org.trustedOrigins.get(made.id);
    if (kept !== undefined)
      okta.org.trustedOrigins.set(made.id, { ...kept, scopes: [{ type: "IFRAME_EMBED" }, { type: "CORS" }] });
    expect((await refresh(types.origin, made))?.properties.scopes).toEqual([
      { type: "IFRAME_EMBED" },
      { type: "CORS" },
    ]);
    await remove(types.origin, made);
  });
});
