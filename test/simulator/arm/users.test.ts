/** Users, groups and the owners of subscriptions as Microsoft's own client makes them, and what policies read of them. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { azureRefusal, namesIn, quick, type SdkCloud, startSdkCloud } from "../../support/azure-sdk.ts";

let sdk: SdkCloud;
beforeAll(async () => {
  sdk = await startSdkCloud();
  const value = JSON.stringify({
    ...{ openapi: "3.0.3", info: { title: "Talks", version: "1" } },
    paths: { "/talks": { get: { responses: { "200": { description: "x" } } } } },
  });
  const api = { path: "talks", format: "openapi+json", value };
  await sdk.apim.api.beginCreateOrUpdateAndWait(...sdk.at, "talks", api, quick);
});
afterAll(() => sdk.close());

const ada = { email: "ada@b.example", firstName: "Ada", lastName: "Lovelace" };
const own = { displayName: "Own", scope: "/apis", state: "active" as const, primaryKey: "0wn" };

beforeEach(async () => {
  const { apim, at } = sdk;
  await apim.subscription.delete(...at, "own", "*");
  await apim.user.beginDeleteAndWait(...at, "ada", "*", quick);
  await apim.group.delete(...at, "readers", "*");
});

/** What a policy of the API says of a request. */
async function told(expression: string, key = "0wn"): Promise<string> {
  const value = `<policies><inbound><return-response><set-body>@(${expression})</set-body></return-response></inbound></policies>`;
  await sdk.apim.apiPolicy.createOrUpdate(...sdk.at, "talks", "policy", { format: "rawxml", value });
  const headers = { "Ocp-Apim-Subscription-Key": key };
  const response = await fetch(`${sdk.cloud.origins.gateway}/talks/talks`, { headers });
  return `${response.status} ${await response.text()}`;
}

describe("a user", () => {
  it("is told as Azure tells it, without the password", async () => {
    const { apim, at } = sdk;
    const given = { ...ada, password: "s3cret-pass", confirmation: "invite", note: "first" };
    const made = await apim.user.createOrUpdate(...at, "ada", given);
    expect(made).toMatchObject({
      ...{ ...ada, name: "ada", state: "active", note: "first", groups: [] },
      ...{ registrationDate: expect.any(Date), identities: [{ provider: "Basic", id: ada.email }] },
    });
    const all = await namesIn(apim.user.listByService(...at));
    expect(all).toEqual(["1", "ada"]);
    const answers = [made, await apim.user.get(...at, "ada")];
    expect(JSON.stringify(answers)).not.toContain("s3cret-pass");
    expect(answers[1]).not.toHaveProperty("confirmation");
  });

  it("keeps what an update does not name", async () => {
    const { apim, at } = sdk;
    const { registrationDate } = await apim.user.createOrUpdate(...at, "ada", ada);
    await apim.user.update(...at, "ada", "*", { lastName: "King" });
    expect(await apim.user.get(...at, "ada")).toMatchObject({ ...ada, lastName: "King", registrationDate });
  });

  it("has an email address that no other one has", async () => {
    const { apim, at } = sdk;
    await apim.user.createOrUpdate(...at, "ada", ada);
    const twin = { ...ada, email: "ADA@b.example" };
    const refused = await azureRefusal(apim.user.createOrUpdate(...at, "twin", twin));
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining("the user 'ada'") });
    expect(await azureRefusal(apim.user.createOrUpdate(...at, "ada", ada))).toEqual({});
  });

  it.each([
    ["without a first name", { email: "x@b.example", lastName: "X" }],
    ["with an unknown state", { ...ada, state: "asleep" }],
  ])("is refused %s", async (_, given) => {
    const { apim, at } = sdk;
    const refused = await azureRefusal(
      apim.user.createOrUpdate(...at, "ada", given as Parameters<typeof apim.user.createOrUpdate>[3]),
    );
    expect(refused).toMatchObject({ status: 400, code: "ValidationError" });
  });

  it("comes with the instance as its administrator, and stays", async () => {
    const { apim, at } = sdk;
    expect(await apim.user.get(...at, "1")).toMatchObject({
      ...{ firstName: "Administrator", lastName: "", email: "a@b.example", state: "active" },
      identities: [{ provider: "Azure", id: "a@b.example" }],
    });
    const removed = await azureRefusal(apim.user.beginDeleteAndWait(...at, "1", "*", quick));
    expect(removed).toMatchObject({ status: 400, message: expect.stringContaining("administrator") });
  });
});

describe("a group", () => {
  it("has the users that are put into it, for as long as they are", async () => {
    const { apim, at } = sdk;
    const made = await apim.group.createOrUpdate(...at, "readers", { displayName: "Readers" });
    expect(made).toMatchObject({ displayName: "Readers", builtIn: false });
    await apim.user.createOrUpdate(...at, "ada", ada);
    const isIn = async () => (await apim.groupUser.checkEntityExists(...at, "readers", "ada")).body;
    expect(await isIn()).toBe(false);
    expect(await apim.groupUser.create(...at, "readers", "ada")).toMatchObject({ email: ada.email });
    expect(await isIn()).toBe(true);
    expect(await namesIn(apim.groupUser.list(...at, "readers"))).toEqual(["ada"]);
    expect(await namesIn(apim.userGroup.list(...at, "ada"))).toEqual(["developers", "readers"]);
    await apim.groupUser.delete(...at, "readers", "ada");
    expect(await namesIn(apim.groupUser.list(...at, "readers"))).toEqual([]);
  });

  it("loses a user who is deleted", async () => {
    const { apim, at } = sdk;
    await apim.group.createOrUpdate(...at, "readers", { displayName: "Readers" });
    await apim.user.createOrUpdate(...at, "ada", ada);
    await apim.groupUser.create(...at, "readers", "ada");
    await apim.user.beginDeleteAndWait(...at, "ada", "*", quick);
    await apim.user.createOrUpdate(...at, "ada", ada);
    expect(await namesIn(apim.groupUser.list(...at, "readers"))).toEqual([]);
  });

  it("takes no user who is not there", async () => {
    const { apim, at } = sdk;
    await apim.group.createOrUpdate(...at, "readers", { displayName: "Readers" });
    const link = await azureRefusal(apim.groupUser.create(...at, "readers", "nobody"));
    expect(link).toMatchObject({ status: 404, code: "ResourceNotFound" });
  });

  it("comes with the instance three times, with members that Azure manages", async () => {
    const { apim, at } = sdk;
    await apim.user.createOrUpdate(...at, "ada", ada);
    expect(await namesIn(apim.group.listByService(...at))).toEqual([
      "administrators",
      "developers",
      "guests",
    ]);
    expect(await namesIn(apim.groupUser.list(...at, "administrators"))).toEqual(["1"]);
    expect(await namesIn(apim.groupUser.list(...at, "developers"))).toEqual(["1", "ada"]);
    expect(await namesIn(apim.groupUser.list(...at, "guests"))).toEqual([]);
    const refusals = [
      await azureRefusal(apim.groupUser.create(...at, "administrators", "ada")),
      await azureRefusal(apim.groupUser.delete(...at, "developers", "ada")),
      await azureRefusal(apim.group.delete(...at, "guests", "*")),
      await azureRefusal(apim.group.update(...at, "guests", "*", { displayName: "Visitors" })),
    ];
    for (const refused of refusals)
      expect(refused).toMatchObject({ status: 400, message: expect.stringContaining("system group") });
  });

  it("is a product's, as the administrators are from its beginning", async () => {
    const { apim, at } = sdk;
    await apim.group.createOrUpdate(...at, "readers", { displayName: "Readers" });
    await apim.product.createOrUpdate(...at, "starter", { displayName: "Starter", state: "published" });
    const groups = () => namesIn(apim.productGroup.listByProduct(...at, "starter"));
    expect(await groups()).toEqual(["administrators"]);
    await apim.productGroup.createOrUpdate(...at, "starter", "readers");
    await apim.productGroup.delete(...at, "starter", "administrators");
    await apim.product.update(...at, "starter", "*", { displayName: "Start" });
    expect(await groups()).toEqual(["readers"]);
    await apim.productApi.createOrUpdate(...at, "starter", "talks");
    await apim.subscription.createOrUpdate(...at, "own", { ...own, scope: "/products/starter" });
    expect(await told('string.Join(",", context.Product.Groups.Select(g => g.Id + "=" + g.Name))')).toBe(
      "200 readers=Readers",
    );
    await apim.group.delete(...at, "readers", "*");
    expect(await groups()).toEqual([]);
    await apim.product.delete(...at, "starter", "*", { deleteSubscriptions: true });
  });
});

describe("the owner of a subscription", () => {
  beforeEach(() => sdk.apim.user.createOrUpdate(...sdk.at, "ada", { ...ada, note: "first" }));

  it("is named by /users/{id} or by the user's whole id, and answered by the whole id", async () => {
    const { apim, at } = sdk;
    const { id } = await apim.user.get(...at, "ada");
    for (const ownerId of ["/users/ada", "/Users/ADA", id ?? ""]) {
      await apim.subscription.createOrUpdate(...at, "own", { ...own, ownerId });
      expect((await apim.subscription.get(...at, "own")).ownerId).toBe(id);
    }
  });

  it.each(["/users/nobody", "ada", "/products/ada"])("is no user by %s", async (ownerId) => {
    const { apim, at } = sdk;
    const refused = await azureRefusal(apim.subscription.createOrUpdate(...at, "own", { ...own, ownerId }));
    expect(refused).toMatchObject({ status: 400, code: "ValidationError" });
  });

  it("is context.User, with everything that Azure documents of it", async () => {
    const { apim, at } = sdk;
    await apim.group.createOrUpdate(...at, "readers", { displayName: "Readers" });
    await apim.groupUser.create(...at, "readers", "ada");
    await apim.subscription.createOrUpdate(...at, "own", { ...own, ownerId: "/users/ada" });
    const members = ["Id", "Email", "FirstName", "LastName", "Note", "Identities.First().Provider"];
    const joined = members.map((name) => `context.User.${name}`).join(' + "|" + ');
    expect(await told(joined)).toBe("200 ada|ada@b.example|Ada|Lovelace|first|Basic");
    const groups = 'string.Join(",", context.User.Groups.Select(g => g.Id + "=" + g.Name))';
    expect(await told(groups)).toBe("200 developers=Developers,readers=Readers");
    expect(await told('context.User.RegistrationDate <= DateTime.UtcNow ? "yes" : "no"')).toBe("200 yes");
  });

  it("is nobody where the subscription has none, and an expression that needs one fails", async () => {
    await sdk.apim.subscription.createOrUpdate(...sdk.at, "own", own);
    expect(await told('context.User == null ? "nobody" : "somebody"')).toBe("200 nobody");
    expect(await told("context.User.Id")).toMatch(/^500 /);
    const { primaryKey = "" } = await sdk.apim.subscription.listSecrets(...sdk.at, "master");
    expect(await told('context.User?.Id ?? "nobody"', primaryKey)).toBe("200 nobody");
  });

  it("may be the administrator", async () => {
    await sdk.apim.subscription.createOrUpdate(...sdk.at, "own", { ...own, ownerId: "/users/1" });
    const groups = 'string.Join(",", context.User.Groups.Select(g => g.Name))';
    expect(await told(`context.User.Id + " " + ${groups}`)).toBe("200 1 Administrators,Developers");
  });

  it("lets nobody in while blocked", async () => {
    const { apim, at } = sdk;
    await apim.subscription.createOrUpdate(...at, "own", { ...own, ownerId: "/users/ada" });
    await apim.user.update(...at, "ada", "*", { state: "blocked" });
    expect(await told('"in"')).toMatch(/^401 .*invalid subscription key/);
    await apim.user.update(...at, "ada", "*", { state: "active" });
    expect(await told('"in"')).toBe("200 in");
  });

  it("takes the subscriptions along where it is deleted with them, and leaves them otherwise", async () => {
    const { apim, at } = sdk;
    const owned = { ...own, ownerId: "/users/ada" };
    await apim.subscription.createOrUpdate(...at, "own", owned);
    await apim.user.beginDeleteAndWait(...at, "ada", "*", quick);
    expect((await apim.subscription.get(...at, "own")).ownerId).toBeUndefined();
    expect(await told('context.User?.Id ?? "nobody"')).toBe("200 nobody");
    await apim.user.createOrUpdate(...at, "ada", ada);
    await apim.subscription.createOrUpdate(...at, "own", owned);
    await apim.user.beginDeleteAndWait(...at, "ada", "*", { ...quick, deleteSubscriptions: true });
    expect((await azureRefusal(apim.subscription.get(...at, "own"))).status).toBe(404);
  });

  it("has as many subscriptions of a product as it allows, whatever others have", async () => {
    const { apim, at } = sdk;
    await apim.product.createOrUpdate(...at, "few", { displayName: "Few", subscriptionsLimit: 1 });
    const mine = { ...own, primaryKey: "m1ne", scope: "/products/few", ownerId: "/users/ada" };
    await apim.subscription.createOrUpdate(...at, "mine", mine);
    const second = { ...mine, primaryKey: "s3cond" };
    expect(await azureRefusal(apim.subscription.createOrUpdate(...at, "second", second))).toMatchObject({
      ...{ status: 400, message: "Subscriptions limit reached for same user" },
    });
    const { ownerId: _, ...nobody } = second;
    expect(await azureRefusal(apim.subscription.createOrUpdate(...at, "second", nobody))).toEqual({});
    await apim.product.delete(...at, "few", "*", { deleteSubscriptions: true });
  });
});
