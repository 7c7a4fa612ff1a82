/** The rules of the okta provider and of Okta's management plane, as far as the facts are documented. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oktaHandlers } from "../../../simulator/okta/okta-handlers.ts";
import type { Properties } from "../../../simulator/providers/resource.ts";
import { makeApp, makeClient, redirectUri, serveOkta, type TestOkta } from "../../support/okta.ts";

let okta: TestOkta;
beforeAll(async () => {
  okta = await serveOkta();
});
afterAll(() => okta.close());

const types = {
  app: "okta:app/oAuth:OAuth",
  scope: "okta:auth/serverScope:ServerScope",
  policy: "okta:auth/serverPolicy:ServerPolicy",
  rule: "okta:auth/serverPolicyRule:ServerPolicyRule",
  server: "okta:auth/server:Server",
  assignment: "okta:app/groupAssignment:GroupAssignment",
};
const check = (type: string, inputs: Properties) =>
  okta
    .handler(type)
    .check(inputs)
    .map(({ property, reason }) => (property === undefined ? reason : `${property}: ${reason}`));
const web = {
  label: "App",
  type: "web",
  grantTypes: ["authorization_code"],
  responseTypes: ["code"],
  redirectUris: [redirectUri],
};
const rule = {
  authServerId: "default",
  policyId: "x",
  priority: 1,
  grantTypeWhitelists: ["client_credentials"],
  scopeWhitelists: ["*"],
};

describe("an app", () => {
  it("is accepted with both grants when it is of type web", () => {
    expect(check(types.app, { ...web, grantTypes: ["authorization_code", "client_credentials"] })).toEqual(
      [],
    );
  });

  it.each<[string, Properties, RegExp]>([
    [
      "of type service with the code grant",
      { label: "x", type: "service", grantTypes: ["authorization_code", "client_credentials"] },
      /^grantTypes: failed conditional validation for field "grant_types" of type "service": it can contain "client_credentials"; got "authorization_code"/,
    ],
    [
      "of type web without the code grant",
      { ...web, grantTypes: ["client_credentials"] },
      /it must contain at least "authorization_code"/,
    ],
    [
      "of type web with the password grant",
      { ...web, grantTypes: ["authorization_code", "password"] },
      /got "password"/,
    ],
    [
      "of type web without a redirect URI",
      { ...web, redirectUris: [] },
      /^redirectUris: must name at least one URI/,
    ],
    [
      "with a relative redirect URI",
      { ...web, redirectUris: ["/callback"] },
      /^redirectUris\.0: must be an absolute http or https URL/,
    ],
    ["with a wildcard redirect URI", { ...web, redirectUris: ["https://*.example.com"] }, /without wildcard/],
    [
      "with the implicit response type",
      { ...web, responseTypes: ["code", "token"] },
      /^responseTypes: must be \["code"\]/,
    ],
    ["of type browser", { ...web, type: "browser" }, /^type: must be "web" or "service"/],
    ["with a consent page", { ...web, consentMethod: "REQUIRED" }, /^consentMethod: must be "TRUSTED"/],
    [
      "with private_key_jwt",
      { ...web, tokenEndpointAuthMethod: "private_key_jwt" },
      /^tokenEndpointAuthMethod: must be/,
    ],
    [
      "with an input that is not simulated",
      { ...web, logo: "x.png" },
      /^"logo" is not simulated by the local Okta\. Remove it/,
    ],
  ])("is refused %s", (_, inputs, problem) => {
    expect(check(types.app, inputs)).toContainEqual(expect.stringMatching(problem));
  });

  it("gets id and secret in Okta's shape and keeps the secret over an update", async () => {
    const { id, properties, secrets } = await okta.make(types.app, web);
    expect([id, properties.clientId, secrets]).toEqual([
      expect.stringMatching(/^0oa\w{17}$/),
      id,
      ["clientSecret", "clientBasicSecret"],
    ]);
    expect(properties.clientSecret).toMatch(/^\w{64}$/);
    const updated = await okta.handler(types.app).update(id, { ...web, label: "Renamed" });
    expect(updated.properties).toMatchObject({ label: "Renamed", clientSecret: properties.clientSecret });
    await okta.handler(types.app).delete(id);
    expect(await okta.handler(types.app).read(id)).toBeUndefined();
  });

  it("gets the response types that the provider computes when none are given", async () => {
    const { id, properties } = await okta.make(types.app, {
      label: "Service",
      type: "service",
      grantTypes: ["client_credentials"],
    });
    expect(properties.responseTypes).toEqual(["token"]);
    await okta.handler(types.app).delete(id);
  });

  it("tells its secret when it is made or changed, and never when it is read", async () => {
    const { id, properties } = await okta.make(types.app, web);
    const read = await okta.handler(types.app).read(id);
    expect(read?.properties).toMatchObject({ clientId: id, label: "App" });
    expect(JSON.stringify(read)).not.toContain(properties.clientSecret);
    await okta.handler(types.app).delete(id);
  });

  it("gets the secret of the engine's state back at an update, whatever Okta has by then", async () => {
    const { id, properties } = await okta.make(types.app, web);
    const app = okta.org.apps.get(id);
    if (app === undefined) throw new Error("The app must be there; got none.");
    okta.org.apps.set(id, { ...app, clientSecret: "rotated-by-hand" });
    const updated = await okta.handler(types.app).update(id, web, properties);
    expect(updated.properties.clientSecret).toBe(properties.clientSecret);
    expect(okta.org.apps.get(id)?.clientSecret).toBe(properties.clientSecret);
    await okta.handler(types.app).delete(id);
  });

  it("has the secret that it is given, from the start and in the place of another", async () => {
    const given = { ...web, clientBasicSecret: "first-secret" };
    const { id, properties, secrets } = await okta.make(types.app, given);
    expect([properties.clientSecret, secrets]).toEqual([
      "first-secret",
      ["clientSecret", "clientBasicSecret"],
    ]);
    const rotated = { ...given, clientBasicSecret: "second-secret" };
    const updated = await okta.handler(types.app).update(id, rotated, properties);
    expect(updated.properties.clientSecret).toBe("second-secret");
    expect(okta.org.apps.get(id)?.clientSecret).toBe("second-secret");
    await okta.handler(types.app).delete(id);
  });

  it("may have another one's label", async () => {
    const [one, two] = [await makeApp(okta, { label: "Twice" }), await makeApp(okta, { label: "Twice" })];
    expect(one.id).not.toBe(two.id);
    for (const { id } of [one, two]) await okta.handler(types.app).delete(id);
  });

  it("stays while a policy names it", async () => {
    const client = await makeClient(okta, { label: "Named" });
    await expect(okta.handler(types.app).delete(client.id)).rejects.toThrow(
      'is named by the access policy "Named"',
    );
    await okta.handler(types.policy).delete(client.policyId);
    expect(await okta.handler(types.rule).read(client.ruleId)).toBeUndefined();
    await okta.handler(types.app).delete(client.id);
  });
});

describe("a scope", () => {
  it("is Okta's own or new, never twice", async () => {
    const scope = { authServerId: "default", name: "b.read" };
    const { id } = await okta.make(types.scope, scope);
    await expect(okta.make(types.scope, scope)).rejects.toThrow(
      'Api validation failed: name. A scope named "b.read" exists already',
    );
    await expect(okta.make(types.scope, { ...scope, name: "openid" })).rejects.toThrow("exists already");
    await okta.handler(types.scope).delete(id);
  });

  it("cannot be deleted when it is a system scope", async () => {
    const openid = okta.org.scopesOf("default").find(({ name }) => name === "openid");
    await expect(okta.handler(types.scope).delete(openid?.id ?? "")).rejects.toThrow(
      'The system scope "openid" cannot be deleted',
    );
  });

  it.each([
    [{ name: "b read" }, /^name: must be a scope name/],
    [{ name: "b", consent: "MAYBE" }, /^consent: /],
    [{ name: "b", optional: true }, /^"optional" is not simulated/],
  ])("is refused with %j", (inputs, problem) => {
    expect(check(types.scope, { authServerId: "default", ...inputs })).toContainEqual(
      expect.stringMatching(problem),
    );
  });

  it("needs its authorization server", async () => {
    await expect(okta.make(types.scope, { authServerId: "nothing", name: "b" })).rejects.toMatchObject({
      code: "E0000007",
    });
  });
});

describe("an update that names another authorization server", () => {
  it("is refused, since the provider looks there for what is elsewhere", async () => {
    const { id } = await okta.make(types.server, { name: "other", audiences: ["api://other"] });
    const scope = { authServerId: "default", name: "moves.read" };
    const made = await okta.make(types.scope, scope);
    expect(okta.handler(types.scope).replaceOnChanges).toEqual([]);
    await expect(
      okta.handler(types.scope).update(made.id, { ...scope, authServerId: id }),
    ).rejects.toMatchObject({
      code: "E0000007",
      message: expect.stringContaining(
        `${made.id} below ${id}; it is below ${okta.org.findServer("default")?.id}.`,
      ),
    });
    expect((await okta.handler(types.scope).update(made.id, scope)).id).toBe(made.id);
  });
});

describe("a deletion of what is gone", () => {
  it("is fine for a scope, and Okta's 404 for a policy", async () => {
    await okta.handler(types.scope).delete("scpGone");
    await expect(okta.handler(types.policy).delete("00pGone")).rejects.toMatchObject({ code: "E0000007" });
  });
});

describe("a policy and its rules", () => {
  it.each<[string, string, Properties, RegExp]>([
    [
      "policy without a client",
      types.policy,
      { authServerId: "default", description: "x", priority: 1, clientWhitelists: [] },
      /^clientWhitelists: must name ALL_CLIENTS/,
    ],
    [
      "policy without a description",
      types.policy,
      { authServerId: "default", priority: 1, clientWhitelists: ["ALL_CLIENTS"] },
      /^description: /,
    ],
    [
      "rule with a life of 4 minutes",
      types.rule,
      { ...rule, accessTokenLifetimeMinutes: 4 },
      /^accessTokenLifetimeMinutes: must be 5 to 1440/,
    ],
    [
      "rule with a life of 1441 minutes",
      types.rule,
      { ...rule, accessTokenLifetimeMinutes: 1441 },
      /must be 5 to 1440/,
    ],
    [
      "rule without people for the code grant",
      types.rule,
      { ...rule, grantTypeWhitelists: ["authorization_code"] },
      /must say who may sign in/,
    ],
    [
      "rule with the implicit grant",
      types.rule,
      { ...rule, grantTypeWhitelists: ["implicit"] },
      /the local Okta has no other grants/,
    ],
  ])("are refused: %s", (_, type, inputs, problem) => {
    expect(check(type, inputs)).toContainEqual(expect.stringMatching(problem));
  });

  it("must name what is there", async () => {
    await expect(
      okta.make(types.policy, {
        authServerId: "default",
        description: "x",
        priority: 1,
        clientWhitelists: ["0oaX"],
      }),
    ).rejects.toThrow('Invalid client id "0oaX"');
    const { policyId } = await makeClient(okta, { label: "References" });
    const at = { ...rule, policyId };
    await expect(okta.make(types.rule, { ...at, scopeWhitelists: ["c.read"] })).rejects.toThrow(
      'Invalid scope "c.read"',
    );
    await expect(okta.make(types.rule, { ...at, groupWhitelists: ["00gX"] })).rejects.toThrow(
      'Invalid group "00gX"',
    );
    await expect(okta.make(types.rule, { ...at, userWhitelists: ["00uX"] })).rejects.toThrow(
      'Invalid user "00uX"',
    );
  });
});

describe("a priority", () => {
  const numbers = (entities: readonly { readonly name: string; readonly priority: number }[]) =>
    Object.fromEntries(entities.map(({ name, priority }) => [name, priority]));

  it("of a policy is Okta's: a new one takes its place, the others move, and no gap stays", async () => {
    const { id: authServerId } = await okta.make(types.server, {
      name: "ranked",
      audiences: ["api://ranked"],
    });
    const make = (name: string, priority: number) =>
      okta.make(types.policy, {
        ...{ authServerId, name, description: name, priority },
        clientWhitelists: ["ALL_CLIENTS"],
      });
    const ofServer = () => numbers(okta.org.policiesOf(authServerId));
    await make("first", 1);
    const late = await make("late", 7);
    expect(late.properties.priority).toBe(2);
    const early = await make("early", 1);
    expect(ofServer()).toEqual({ early: 1, first: 2, late: 3 });
    const read = await okta.handler(types.policy).read(late.id);
    expect([read?.properties.priority, read?.inputs?.priority]).toEqual([3, 3]);
    await okta.handler(types.policy).update(late.id, { ...late.properties, priority: 1 });
    expect(ofServer()).toEqual({ late: 1, early: 2, first: 3 });
    await okta.handler(types.policy).delete(early.id);
    expect(ofServer()).toEqual({ late: 1, first: 2 });
    await okta.handler(types.server).delete(authServerId);
  });

  it("of a rule is counted within its policy", async () => {
    const makeWithRule = (label: string) => makeClient(okta, { label, rule: { name: "own" } });
    const [one, two] = [await makeWithRule("One"), await makeWithRule("Two")];
    const make = (name: string, policyId: string, priority: number) =>
      okta.make(types.rule, { ...rule, name, policyId, priority });
    const { id } = await make("before", one.policyId, 1);
    await make("after", one.policyId, 9);
    const ofPolicy = (policyId: string) => numbers(okta.org.rulesOf(policyId));
    expect(ofPolicy(one.policyId)).toEqual({ before: 1, own: 2, after: 3 });
    expect(ofPolicy(two.policyId)).toEqual({ own: 1 });
    await okta.handler(types.rule).delete(id);
    expect(ofPolicy(one.policyId)).toEqual({ own: 1, after: 2 });
    for (const { id: appId, policyId } of [one, two]) {
      await okta.handler(types.policy).delete(policyId);
      await okta.handler(types.app).delete(appId);
    }
  });
});

describe("an authorization server", () => {
  it("has exactly one audience", () => {
    expect(check(types.server, { name: "x", audiences: [] })).toEqual([
      "audiences: must name exactly one audience.",
    ]);
    expect(check(types.server, { name: "x", audiences: ["a", "b"] })).toHaveLength(1);
    expect(check(types.server, { name: "x", audiences: ["a"] })).toEqual([]);
  });

  it("takes its scopes with it when it goes; default stays", async () => {
    const { id } = await okta.make(types.server, { name: "short-lived", audiences: ["a"] });
    expect(okta.org.scopesOf(id).length).toBeGreaterThan(0);
    await okta.handler(types.server).delete(id);
    expect(okta.org.scopesOf(id)).toEqual([]);
    const own = okta.org.findServer("default")?.id ?? "";
    await expect(okta.handler(types.server).delete(own)).rejects.toThrow("default cannot be deleted");
  });
});

describe("what is nested", () => {
  it("is imported by the ids of what it is in", async () => {
    const { policyId, ruleId } = await makeClient(okta, { label: "Imported" });
    const read = async (type: string, id: string) => (await okta.handler(type).read(id, {}))?.id;
    expect(await read(types.rule, `default/${policyId}/${ruleId}`)).toBe(ruleId);
    expect(await read(types.policy, `default/${policyId}`)).toBe(policyId);
  });
});

describe("what the provider fills in", () => {
  it("is a name of the logical one and seven digits more", async () => {
    const { id, properties } = await okta.make(types.server, { audiences: ["api://auto"] });
    expect(properties.name).toMatch(/^test-[0-9a-f]{7}$/);
    const updated = await okta.handler(types.server).update(id, { audiences: ["api://other"] });
    expect(updated.properties.name).toBe(properties.name);
    await okta.handler(types.server).delete(id);
    await okta.handler(types.server).delete(id);
  });

  it("makes no difference when it is written out, nor does the order of a set", () => {
    const isSame = (type: string, ...compared: [name: string, before: unknown, after: unknown]) =>
      okta.handler(type).isSame?.(...compared);
    expect(isSame(types.rule, "status", undefined, "ACTIVE")).toBe(true);
    expect(isSame(types.rule, "status", "ACTIVE", undefined)).toBe(true);
    expect(isSame(types.rule, "status", undefined, "INACTIVE")).toBe(false);
    expect(isSame(types.rule, "accessTokenLifetimeMinutes", 60, undefined)).toBe(true);
    expect(isSame(types.rule, "accessTokenLifetimeMinutes", 30, undefined)).toBe(false);
    expect(isSame(types.rule, "scopeWhitelists", ["a", "b"], ["b", "a"])).toBe(true);
    expect(isSame(types.rule, "scopeWhitelists", ["a", "b"], ["a"])).toBe(false);
    expect(isSame(types.policy, "clientWhitelists", ["a", "b"], ["b", "a"])).toBe(true);
    expect(isSame(types.app, "redirectUris", ["a", "b"], ["b", "a"])).toBe(false);
  });

  it("stays when it is no longer given", async () => {
    const both = ["authorization_code", "client_credentials"];
    const { id } = await okta.make(types.app, { ...web, grantTypes: both });
    const { grantTypes: _, responseTypes: __, ...without } = web;
    const updated = await okta.handler(types.app).update(id, without);
    expect(updated.properties).toMatchObject({ grantTypes: both, responseTypes: ["code"] });
    expect(okta.handler(types.app).isSame?.("grantTypes", both, undefined)).toBe(true);
    await okta.handler(types.app).delete(id);
  });

  it("is an active server, and an access policy must be active at first", async () => {
    const { id, properties } = await okta.make(types.server, {
      ...{ name: "inactive", audiences: ["a"], status: "INACTIVE" },
    });
    expect(properties.status).toBe("ACTIVE");
    await expect(
      okta.make(types.policy, {
        ...{ authServerId: id, name: "x", description: "x", priority: 1, status: "INACTIVE" },
        clientWhitelists: ["ALL_CLIENTS"],
      }),
    ).rejects.toThrow("can not create an inactive auth server policy, only existing ones can be deactivated");
    await okta.handler(types.server).delete(id);
  });
});

describe("a lookup", () => {
  const invoke = (token: string, args: Properties) => {
    const found = oktaHandlers(okta.org).functions.find((one) => one.token === token);
    if (found === undefined) throw new Error(`There must be a function "${token}"; got none.`);
    return found.invoke(args);
  };

  it("finds the authorization server default of a new org", async () => {
    expect(await invoke("okta:auth/getServer:getServer", { name: "default" })).toMatchObject({
      id: expect.stringMatching(/^aus\w{17}$/),
      issuer: okta.issuer,
      audiences: ["api://default"],
    });
  });

  it("finds a group by the beginning of its name where only one has it, as the provider does", async () => {
    const found = (name: string) => invoke("okta:group/getGroup:getGroup", { name });
    expect(await found("Conf")).toMatchObject({ name: "Conference" });
    okta.org.addGroup("Conf", "A shorter one");
    okta.org.addGroup("Confidential", "Another one");
    expect(await found("Conf")).toMatchObject({ name: "Conf" });
    expect(await found("conference")).toMatchObject({ name: "Conference" });
    await expect(found("Con")).rejects.toThrow(
      'group starting with name "Con" matches 3 groups, select a more precise name parameter: "Conference", "Conf", "Confidential".',
    );
  });

  it("finds an access policy by its whole name, with those it is for", async () => {
    const { policyId, clientId } = await makeClient(okta, { label: "Looked up" });
    const found = (name: string) =>
      invoke("okta:auth/getServerPolicy:getServerPolicy", { authServerId: "default", name });
    expect(await found("Looked up")).toMatchObject({ id: policyId, assignedClients: [clientId] });
    await expect(found("Looked")).rejects.toThrow("auth server policy with name 'Looked' does not exist");
  });

  it("names what is not there", async () => {
    await expect(invoke("okta:auth/getServer:getServer", { name: "nope" })).rejects.toThrow(
      "authorization server with name 'nope' does not exist",
    );
    await expect(invoke("okta:group/getGroup:getGroup", { name: "nope" })).rejects.toThrow(
      'group with name "nope" does not exist',
    );
    await expect(
      invoke("okta:group/getGroup:getGroup", { name: "Everyone", type: "BUILT_IN" }),
    ).rejects.toThrow('"type" is not simulated');
  });
});

describe("a group assignment", () => {
  it("has the group's id, is one when it is made twice, and is imported by app and group", async () => {
    const [one, two] = [await makeApp(okta, { label: "One" }), await makeApp(okta, { label: "Two" })];
    const [group] = okta.org.groups.values();
    const groupId = group?.id ?? "";
    const assignments = okta.handler(types.assignment);
    for (const appId of [one.id, two.id, two.id])
      expect((await okta.make(types.assignment, { appId, groupId })).id).toBe(groupId);
    expect(okta.org.assignments.size).toBe(2);
    expect(await assignments.read(`${one.id}/${groupId}`)).toMatchObject({
      id: groupId,
      properties: { appId: one.id, groupId },
    });
    await assignments.delete(groupId, { appId: one.id, groupId });
    expect(await assignments.read(groupId, { appId: one.id, groupId })).toBeUndefined();
    expect(await assignments.read(groupId, { appId: two.id, groupId })).toBeDefined();
    for (const { id } of [one, two]) await okta.handler(types.app).delete(id);
  });

  it("stands between an app and a group that are there", async () => {
    const { id: appId } = await makeApp(okta, { label: "Assigned" });
    const [group] = okta.org.groups.values();
    const inputs = { appId, groupId: group?.id };
    await expect(okta.make(types.assignment, { ...inputs, groupId: "00gX" })).rejects.toMatchObject({
      code: "E0000007",
    });
    await okta.handler(types.app).delete(appId);
    expect([...okta.org.assignments.values()]).toEqual([]);
  });
});
