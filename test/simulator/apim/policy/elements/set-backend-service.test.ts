/** `set-backend-service` and the `Backend` resource on the local gateway, by what the backends see. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SimulatorError } from "../../../../../simulator/kernel/error.ts";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { serve, type TestServer } from "../../../../support/serve.ts";

const seen: string[] = [];
const backend = (name: string) =>
  serve((request, response) => {
    seen.push(`${name} ${request.url}`);
    response.end(name);
  });
let gateway: TestGateway & { origin: string; close(): Promise<void> };
let own: TestServer;
let other: TestServer;
let third: TestServer;
beforeAll(async () => {
  [own, other, third] = await Promise.all([backend("own"), backend("other"), backend("third")]);
  gateway = await serveGateway({});
});
afterAll(() => Promise.all([gateway, own, other, third].map((server) => server.close())));
beforeEach(() => {
  seen.length = 0;
  gateway.log.length = 0;
});

/** Calls `/things` under a global document and one of the operation. */
async function call(inbound: string, below = "<base />", serviceUrl = own.origin): Promise<number> {
  gateway.service = makeService({
    policy: await policy(inbound),
    api: { serviceUrl },
    backends: { other: `${other.origin}/v1`, third: third.origin },
    operation: { policy: await policy(below, { scope: "operation" }) },
  });
  return (await fetch(`${gateway.origin}/things?a=1`)).status;
}

describe("set-backend-service", () => {
  it("leads to the Backend of that name, in any letter case, and keeps path and query", async () => {
    await call('<set-backend-service backend-id="Other" />');
    expect(seen).toEqual(["other /v1/things?a=1"]);
  });

  it("leads to an address", async () => {
    await call(`<set-backend-service base-url="${other.origin}/v2/" />`);
    expect(seen).toEqual(["other /v2/things?a=1"]);
  });

  it("overrides what stands before it, address by address and name by name", async () => {
    await call(
      `<set-backend-service base-url="${other.origin}" />`,
      `<base /><set-backend-service base-url="${third.origin}" />`,
    );
    await call(
      '<set-backend-service backend-id="other" />',
      '<base /><set-backend-service backend-id="third" />',
    );
    expect(seen).toEqual(["third /things?a=1", "third /things?a=1"]);
  });

  it("does not override a name by an address", async () => {
    const address = `<base /><set-backend-service base-url="${third.origin}" />`;
    await call('<set-backend-service backend-id="other" />', address);
    expect(seen).toEqual(["other /v1/things?a=1"]);
  });

  it("answers 500 once the Backend is gone, and does not fall back to the API's own address", async () => {
    const gone = makeService({
      policy: await policy('<set-backend-service backend-id="gone" />'),
      api: { serviceUrl: own.origin },
    });
    gateway.service = gone;
    expect((await fetch(`${gateway.origin}/things`)).status).toBe(500);
    expect(gateway.log).toEqual([
      "forward-request (global) refused GET /things: Backend with id 'gone' could not be found. (BackendConnectionFailure)",
    ]);
    expect(seen).toEqual([]);
  });

  it("asks no resolver for an address below .invalid", async () => {
    expect(await call("", "<base />", "https://leads-nowhere.invalid")).toBe(500);
    expect(gateway.log).toEqual([expect.stringContaining("cannot be reached (ENOTFOUND).")]);
  });

  it.each([
    ['backend-id="missing"', "Backend with id 'missing' could not be found."],
    ["", "Either 'base-url' or 'backend-id' must be present."],
    [
      'base-url="wss://b.example"',
      'The local gateway does not simulate the backend "wss://b.example": it calls http and https URLs alone.',
    ],
    ['base-url="#{backendHost}#/v1"', 'does not simulate the backend "#{backendHost}#/v1"'],
    ['base-url=""', 'does not simulate the backend ""'],
    ['backend-id="other" base-url="https://b.example"', "does not simulate 'base-url' beside 'backend-id'"],
    ['backend-id="other" sf-partition-key="1"', "The attribute 'sf-partition-key' is not simulated"],
    ['backend-id="other" dapr-app-id="a"', "The attribute 'dapr-app-id' is not simulated"],
    ['backend-id="other" url="x"', "The attribute 'url' is not declared."],
  ])("is refused with %s", async (attributes, problem) => {
    const refused = policy(`<set-backend-service ${attributes} />`);
    await expect(refused).rejects.toThrow(SimulatorError);
    await expect(refused).rejects.toThrow(problem);
  });

  it.each(["wss://b.example", "ftp://b.example"])(
    "is not simulated with %s, which no source refuses",
    async (url) => {
      await expect(policy(`<set-backend-service base-url="${url}" />`)).rejects.toThrow(/does not simulate/);
    },
  );
});
