/** What a new instance, or a new subscription, takes over from a deleted one of the same name: nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ArmStore } from "../../../../simulator/arm/arm-store.ts";
import { armTypes } from "../../../../simulator/arm/arm-types.ts";
import { deriveGatewayModel } from "../../../../simulator/arm/gateway-derivation.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../support/gateway.ts";
import { type NotingBackend, serveNotingBackend } from "../../../support/noting-backend.ts";
import { keyNames, subscriptionWithKeys } from "../../../support/subscriptions.ts";

let gateway: TestGateway;
let backend: NotingBackend;
beforeAll(async () => {
  [gateway, backend] = await Promise.all([serveGateway(), serveNotingBackend()]);
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const service = async (inbound: string, outbound = "") =>
  makeService({
    policy: await policy(inbound, { scope: "product", backend: "<forward-request />", outbound }),
    api: { serviceUrl: backend.origin, keyNames },
  });

/** One after the other, the statuses of calls to services. */
async function statuses(...services: readonly ReturnType<typeof makeService>[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const one of services) {
    gateway.service = one;
    const { status } = await fetch(`${gateway.origin}/things`, { headers: { [keyNames.header]: "one-1" } });
    found.push(status);
  }
  return found;
}

describe("a new instance of a name", () => {
  beforeEach(() => {
    backend.seen.length = 0;
  });
  const subscriptions = [subscriptionWithKeys("one", { kind: "all" })];

  it.each([
    '<quota-by-key calls="1" renewal-period="0" counter-key="a" />',
    '<rate-limit-by-key calls="1" renewal-period="300" counter-key="a" />',
    '<quota calls="1" renewal-period="0" />',
    '<rate-limit calls="1" renewal-period="300" />',
  ])("counts anew by %s; another object of the same instance does not", async (limit) => {
    const first = { ...(await service(limit)), subscriptions, birth: 1 };
    const refused = limit.startsWith("<quota") ? 403 : 429;
    expect(await statuses(first, { ...first })).toEqual([200, refused]);
    expect(await statuses({ ...first, birth: 2 }, { ...first, birth: 2 })).toEqual([200, refused]);
    expect(await statuses({ ...first, name: "other", birth: 2 })).toEqual([200]);
  });

  it("has an empty cache", async () => {
    const lookup = '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />';
    const first = { ...(await service(lookup, '<cache-store duration="60" />')), subscriptions, birth: 1 };
    expect(await statuses(first, first)).toEqual([200, 200]);
    expect(backend.seen).toHaveLength(1);
    expect(await statuses({ ...first, birth: 2 })).toEqual([200]);
    expect(backend.seen).toHaveLength(2);
  });
});

describe("a new subscription of a name", () => {
  it.each([
    ["<quota calls='1' renewal-period='0' />", 403],
    ["<rate-limit calls='1' renewal-period='300' />", 429],
  ])("has all of %s before it, also where it was made in the same moment", async (limit, refused) => {
    const one = await service(limit);
    const withBirth = (birth: number) => ({
      ...one,
      subscriptions: [subscriptionWithKeys("one", { kind: "all" }, { birth })],
    });
    expect(await statuses(withBirth(1), withBirth(1))).toEqual([200, refused]);
    expect(await statuses(withBirth(2), withBirth(2))).toEqual([200, refused]);
  });
});

describe("the birth of a resource", () => {
  const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim";
  const subscription = `${id}/subscriptions/one`;
  const births = (store: ArmStore) => {
    const model = store.derived(deriveGatewayModel);
    return [model?.birth, model?.subscriptions?.[0]?.birth];
  };

  it("is another one after it was deleted and made again, and the same after a change", () => {
    const store = new ArmStore({ now: () => 0 });
    const make = () => {
      store.put({ id, type: armTypes.service, body: { properties: {} }, hidden: {} });
      const properties = { displayName: "One", scope: `${id}/apis`, state: "active" };
      store.put({ id: subscription, type: armTypes.subscription, body: { properties }, hidden: {} });
      return births(store);
    };
    const first = make();
    expect(make()).toEqual(first);
    store.delete(subscription);
    const second = make();
    expect([second[0] === first[0], second[1] === first[1]]).toEqual([true, false]);
    store.delete(id);
    const third = make();
    expect([third[0] === first[0], third[1] === second[1]]).toEqual([false, false]);
  });
});
