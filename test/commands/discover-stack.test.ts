/** What is proved of a program that is not ours, by its resources alone. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { discoverStack } from "../../commands/discover-stack.ts";
import type { ResourceRecord } from "../../simulator/engine/monitor.ts";

const text = await readFile(path.join(import.meta.dirname, "../../template/orders.openapi.json"), "utf8");
const azure = "azure-native:apimanagement";

function record(type: string, values: Partial<ResourceRecord>): ResourceRecord {
  return { type, name: "orders", id: "id", inputs: {}, outputs: {}, ...values };
}

const service = record(`${azure}:ApiManagementService`, {
  outputs: { name: "orders1a2b", gatewayUrl: "https://orders1a2b.azure-api.net" },
});
const serverOf = (id: string) =>
  record("okta:auth/server:Server", { outputs: { issuer: `https://org.okta.com/oauth2/${id}` } });
const clientOf = (clientId: string, grantTypes = ["client_credentials"]) =>
  record("okta:app/oAuth:OAuth", {
    inputs: { grantTypes },
    outputs: { clientId, clientSecret: `of ${clientId}` },
  });
const apiWith = (inputs: object = {}, name = "orders") =>
  record(`${azure}:Api`, {
    name,
    inputs: {
      ...{ apiId: name, serviceName: "orders1a2b", path: "shop", format: "openapi+json", value: text },
      ...inputs,
    },
    outputs: { name },
  });
const policyAt = (type: string, value: string) =>
  record(`${azure}:${type}`, { inputs: { apiId: "orders", value } });
const validating = (id: string) =>
  policyAt(
    "ApiPolicy",
    `<validate-jwt><openid-config url="https://org.okta.com/oauth2/${id}/.well-known/openid-configuration" /></validate-jwt>`,
  );

const others = [service, serverOf("aus1"), clientOf("0oa1")];

describe("a program's stack", () => {
  it("is found in its resources", async () => {
    const { outputs, apis, clients, harmless, notProved } = await discoverStack([...others, apiWith()]);
    const issuer = "https://org.okta.com/oauth2/aus1";
    expect(clients).toMatchObject([{ name: "orders", kind: "web", scopes: ["orders.read", "orders.write"] }]);
    expect(outputs).toMatchObject({
      issuer,
      tokenEndpoint: `${issuer}/v1/token`,
      clientId: "0oa1",
      clientSecret: "of 0oa1",
      gatewayUrl: "https://orders1a2b.azure-api.net",
      apiUrls: { orders: "https://orders1a2b.azure-api.net/shop" },
      scopes: ["orders.read", "orders.write"],
      developerPortalUrl: "",
    });
    expect(apis.map(({ document }) => document.operations.map(({ name }) => name))).toEqual([
      ["listorders", "health"],
    ]);
    expect([clients.length, harmless.size, notProved]).toEqual([1, 0, []]);
  });

  it("has the gateway of the cloud where the program looks its instance up", async () => {
    const resources = [serverOf("aus1"), clientOf("0oa1"), apiWith({ path: "" })];
    const { outputs } = await discoverStack(resources, "http://127.0.0.1:8400");
    expect(outputs.apiUrls).toEqual({ orders: "http://127.0.0.1:8400" });
    await expect(discoverStack(resources)).rejects.toThrow("makes no instance whose gateway it is at");
  });

  it("may name a version of Azure's API", async () => {
    const versioned = { ...apiWith(), type: "azure-native:apimanagement/v20220801:Api" };
    expect((await discoverStack([...others, versioned])).apis).toHaveLength(1);
  });

  it("takes writing calls where the API is a mock or its backend is on this machine", async () => {
    const mock = policyAt("ApiPolicy", "<inbound><mock-response /></inbound>");
    const sizes = [
      [...others, apiWith()],
      [...others, apiWith({ serviceUrl: "https://orders.example.com" })],
      [...others, apiWith(), mock],
      [...others, apiWith({ serviceUrl: "http://127.0.0.1:8403" })],
    ].map(async (resources) => (await discoverStack(resources)).harmless.size);
    expect(await Promise.all(sizes)).toEqual([0, 0, 1, 1]);
  });

  it("has every app that can get tokens by client credentials", async () => {
    const browser = clientOf("0oa2", ["authorization_code"]);
    const { clients } = await discoverStack([
      service,
      serverOf("aus1"),
      browser,
      clientOf("0oa3"),
      clientOf("0oa4"),
      apiWith(),
    ]);
    expect(clients.map(({ clientId }) => clientId)).toEqual(["0oa3", "0oa4"]);
    await expect(discoverStack([service, serverOf("aus1"), browser, apiWith()])).rejects.toThrow(
      'registers no okta.app.OAuth with the grant type "client_credentials"',
    );
  });
});

describe("the authorization server", () => {
  const rest = [service, clientOf("0oa1"), apiWith()];

  it("is the one that the policies name among several", async () => {
    const { outputs } = await discoverStack([
      serverOf("aus1"),
      serverOf("aus2"),
      validating("aus2"),
      ...rest,
    ]);
    expect(outputs.issuer).toBe("https://org.okta.com/oauth2/aus2");
  });

  it("may be one that the program does not make", async () => {
    expect((await discoverStack([validating("default"), ...rest])).outputs.issuer).toBe(
      "https://org.okta.com/oauth2/default",
    );
  });

  it("is refused where there is none, and where the policies name two", async () => {
    await expect(discoverStack(rest)).rejects.toThrow("registers no okta.auth.Server");
    const two = [validating("aus1"), policyAt("Policy", `${validating("aus2").inputs.value}`)];
    await expect(discoverStack([...two, ...rest])).rejects.toThrow(
      'name several authorization servers: "https://org.okta.com/oauth2/aus1", "https://org.okta.com/oauth2/aus2"',
    );
  });
});

describe("what a policy lets in beside the authorization server's tokens", () => {
  const rest = [service, serverOf("aus1"), clientOf("0oa1"), apiWith()];

  it("is refused where it is another server's, though the program makes one alone", async () => {
    await expect(discoverStack([...rest, validating("aus1"), validating("default")])).rejects.toThrow(
      'name several authorization servers: "https://org.okta.com/oauth2/aus1", "https://org.okta.com/oauth2/default"',
    );
    const comment = policyAt("Policy", `<!-- was:\n${validating("default").inputs.value} -->`);
    const { outputs } = await discoverStack([...rest, validating("aus1"), comment]);
    expect(outputs.issuer).toBe("https://org.okta.com/oauth2/aus1");
  });

  it("is named as not proved where it is signed by keys in the policy", async () => {
    const keyed = policyAt(
      "ApiPolicy",
      "<validate-jwt><issuer-signing-keys><key>c2VjcmV0</key></issuer-signing-keys></validate-jwt>",
    );
    expect((await discoverStack([...rest, keyed])).notProved).toEqual([
      expect.stringContaining("tokens that are signed by the keys in `issuer-signing-keys`"),
    ]);
  });
});

describe("an operation that the program adds to an API", () => {
  const operation = (method: string, urlTemplate: string) =>
    record(`${azure}:ApiOperation`, { inputs: { apiId: "Orders", method, urlTemplate } });

  it("is named as not proved, unless the document has it", async () => {
    const added = [operation("post", "/admin"), operation("GET", "/orders")];
    expect((await discoverStack([...others, apiWith(), ...added])).notProved).toEqual([
      'API "orders": POST /admin is added by the program, and the document does not have it. Describe it there, with `security`.',
    ]);
  });
});

describe("an API that cannot be proved", () => {
  it.each([
    ["without a document", { value: undefined }, "it imports no document"],
    ["from a link", { format: "openapi-link" }, 'its format is "openapi-link"'],
    ["that is an old revision", { isCurrent: false }, "it is a revision that is not current"],
    ["that is a version", { apiVersion: "v2" }, "it is a version of a version set"],
  ])("is named, %s, beside those that are proved", async (_, inputs, reason) => {
    const { apis, notProved } = await discoverStack([...others, apiWith(), apiWith(inputs, "second")]);
    expect(apis.map(({ name }) => name)).toEqual(["orders"]);
    expect(notProved).toEqual([expect.stringContaining(`API "second" is not proved: ${reason}`)]);
    await expect(discoverStack([...others, apiWith(inputs, "second")])).rejects.toThrow(reason);
  });

  it("leaves out the operations of which its document says nothing, by name", async () => {
    const document = JSON.parse(text);
    delete document.paths["/orders"].get.security;
    const { apis, notProved } = await discoverStack([
      ...others,
      apiWith({ value: JSON.stringify(document) }),
    ]);
    expect(apis[0]?.document.operations.map(({ name }) => name)).toEqual(["health"]);
    expect(notProved).toEqual([
      'API "orders": its document does not say who may call GET /orders. Name the scopes there, as `security` of the operation or of the whole document.',
    ]);
    delete document.paths["/health"].get.security;
    await expect(discoverStack([...others, apiWith({ value: JSON.stringify(document) })])).rejects.toThrow(
      "does not say who may call GET /orders, GET /health",
    );
  });

  it("is refused with all that is wrong where its document is broken", async () => {
    await expect(discoverStack([...others, apiWith({ value: "{" })])).rejects.toThrow(
      '1 problem in "API orders":',
    );
  });
});
