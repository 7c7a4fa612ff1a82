/** The look-ups of the okta provider, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../../../simulator/providers/resource.ts";
import { makeApp, makeClient, serveOkta, type TestOkta } from "../../../support/okta.ts";

let okta: TestOkta;
beforeAll(async () => {
  okta = await serveOkta();
});
afterAll(() => okta.close());

function invoke(token: string, args: Properties): Promise<Properties> {
  const found = okta.oktaHandlers.functions.find((one) => one.token.endsWith(`:${token}`));
  if (found === undefined) throw new Error(`There must be a function "${token}"; got none.`);
  return found.invoke(args);
}

describe("getServer", () => {
  it("finds the default authorization server by its name, with an id of Okta's and its own issuer", async () => {
    expect(await invoke("getServer", { name: "default" })).toMatchObject({
      ...{ id: expect.stringMatching(/^aus\w{17}$/), issuer: `${okta.origin}/oauth2/default` },
      ...{ audiences: ["api://default"], status: "ACTIVE", kid: expect.stringMatching(/\w+/) },
    });
  });

  it.each(["nope", "defaul", "Default"])("does not find %s, in the provider's words", async (name) => {
    await expect(invoke("getServer", { name })).rejects.toThrow(
      new RegExp(`^authorization server with name '${name}' does not exist$`),
    );
  });

  it("refuses an argument that it does not have", async () => {
    await expect(invoke("getServer", { nam: "default" })).rejects.toMatchObject({
      code: "InvalidInputs",
      message: expect.stringContaining("Invalid or unknown key."),
    });
  });
});

describe("getServerPolicy", () => {
  it("finds an access policy by its whole name, with the clients that it is for", async () => {
    const { policyId, clientId } = await makeClient(okta, { label: "Looked up" });
    const found = (name: string) => invoke("getServerPolicy", { authServerId: "default", name });
    expect(await found("Looked up")).toMatchObject({
      id: policyId,
      assignedClients: [clientId],
      priority: 1,
    });
    await expect(found("Looked")).rejects.toThrow("auth server policy with name 'Looked' does not exist");
    await expect(invoke("getServerPolicy", { authServerId: "ausX", name: "x" })).rejects.toThrow(
      "failed to list auth server policies: the API returned an error: Not found",
    );
  });
});

describe("getGroup", () => {
  const found = (args: Properties) => invoke("getGroup", args);

  it("finds a group by the beginning of its name when one alone begins so", async () => {
    expect(await found({ name: "Conf" })).toMatchObject({ name: "Conference", type: "OKTA_GROUP" });
  });

  it("finds the one with the whole name when several begin so, else refuses", async () => {
    okta.org.addGroup("Conf", "A shorter one");
    okta.org.addGroup("Confidential", "Another one");
    expect(await found({ name: "Conf" })).toMatchObject({ name: "Conf" });
    await expect(found({ name: "Con" })).rejects.toThrow(
      /^group starting with name "Con" matches 3 groups, select a more precise name parameter$/,
    );
  });

  it("finds a group by its id, and with its members when they are asked for", async () => {
    const { id } = await found({ name: "Conference" });
    const [ada] = okta.org.users.values();
    expect(await found({ id, includeUsers: true })).toMatchObject({ name: "Conference", users: [ada?.id] });
    expect(await found({ id })).not.toHaveProperty("users");
  });

  it("looks among the groups of a type", async () => {
    expect(await found({ name: "Everyone", type: "BUILT_IN" })).toMatchObject({ name: "Everyone" });
    await expect(found({ name: "Everyone", type: "OKTA_GROUP" })).rejects.toThrow(
      'group with name "Everyone" and type "OKTA_GROUP" does not exist',
    );
  });

  it("says what it does not find, and what is not simulated", async () => {
    await expect(found({ name: "nope" })).rejects.toThrow(/^group with name "nope" does not exist$/);
    await expect(found({ name: "x", delayReadSeconds: "1" })).rejects.toThrow(
      '"delayReadSeconds" is not simulated by the local cloud',
    );
  });
});

describe("getPolicy", () => {
  const found = (name: string, type = "ACCESS_POLICY") => invoke("getPolicy", { name, type });

  it("finds a sign-on policy by its whole name, and an app can be put under it", async () => {
    const policy = await found("Password only");
    expect(policy).toEqual({
      ...{ id: expect.stringMatching(/^rst\w{17}$/), name: "Password only" },
      ...{ type: "ACCESS_POLICY", status: "ACTIVE" },
    });
    const { id: appId } = await makeApp(okta, { label: "Strict", authenticationPolicy: policy.id });
    expect(await invoke("getAppSignonPolicy", { appId })).toEqual({
      ...{ id: policy.id, appId, name: "Password only" },
    });
  });

  it.each([
    [
      "Password",
      "ACCESS_POLICY",
      /^no policies retrieved for policy type 'ACCESS_POLICY' and name 'Password'$/,
    ],
    ["Password only", "OKTA_SIGN_ON", /the local Okta does not simulate policies of type "OKTA_SIGN_ON"/],
  ])("does not find %s of type %s", async (name, type, words) => {
    await expect(found(name, type)).rejects.toThrow(words);
  });
});

describe("getAppSignonPolicy", () => {
  const found = (appId: string) => invoke("getAppSignonPolicy", { appId });

  it("tells the org's default when an app is put under no other", async () => {
    const { id } = await makeApp(okta, { label: "Plain" });
    expect(await found(id)).toMatchObject({ name: "Any two factors" });
  });

  it("does not find the policy of an app that is not there, in the provider's words", async () => {
    await expect(found("0oaX")).rejects.toThrow(
      /^failed get app by ID: the API returned an error: Not found/,
    );
  });
});
