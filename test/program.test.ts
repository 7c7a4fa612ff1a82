/**
 * The whole graph that index.ts registers, under Pulumi's mocks. That a cloud accepts it is not proved here, nor what an
 * engine makes of a change.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Registration } from "../simulator/engine/registration.ts";
import { type RecordedRun, record as recordStack } from "./support/registrations.ts";
import { bothGrants } from "./support/settings.ts";

/** The stack without clients besides the portal's. */
const record: typeof recordStack = (stack, change = {}, before = {}) =>
  recordStack(stack, { clients: "{}", ...change }, before);

const callback = "https://apim-conference-abc123.developer.azure-api.net/signin-oauth/code/callback/okta";

let dev: RecordedRun;
beforeAll(async () => {
  dev = await record("dev", { oktaGroup: "Conference" });
});

function only(run: RecordedRun, type: string): Registration {
  const found = run.registrations.filter((one) => one.type.endsWith(`:${type}`));
  const [first] = found;
  if (first === undefined || found.length > 1)
    throw new Error(`There must be one ${type}; got ${found.length}.`);
  return first;
}
const count = (run: RecordedRun) =>
  Object.fromEntries(
    [...Map.groupBy(run.registrations, ({ type }) => type.split(":").at(-1))].map(([type, all]) => [
      type,
      all.length,
    ]),
  );
const withApis = (apis: object) => ({ apis: JSON.stringify(apis) });
const conference = { document: "apis/conference.openapi.yaml" };

describe("the stack", () => {
  it("registers exactly these resources", () => {
    expect(count(dev)).toEqual({
      Stack: 1,
      ApiGateway: 1,
      OktaAuthorization: 1,
      OktaClient: 1,
      PortalLogin: 1,
      PortalPublication: 1,
      Deployment: 1,
      ProtectedApi: 1,
      RandomString: 2,
      RandomPassword: 1,
      ResourceGroup: 1,
      ApiManagementService: 1,
      Server: 1,
      ServerScope: 2,
      OAuth: 1,
      ServerPolicy: 1,
      ServerPolicyRule: 1,
      GroupAssignment: 1,
      AuthorizationServer: 1,
      Api: 1,
      ApiPolicy: 1,
    });
    expect(dev.registrations).toHaveLength(23);
  });

  it("registers the named values of the settings, a secret one as Pulumi's secret", async () => {
    const keyVaultSecret = "https://contoso.vault.azure.net/secrets/key";
    const namedValues = JSON.stringify({
      greeting: "hello",
      token: { secret: "s3cret" },
      key: { keyVaultSecret },
    });
    const run = await record("local", { namedValues });
    const made = run.registrations.filter(({ type }) => type.endsWith(":NamedValue"));
    expect(Object.fromEntries(made.map(({ name, inputs }) => [name, inputs]))).toMatchObject({
      "named-values-greeting": { displayName: "greeting", value: "hello", secret: false },
      "named-values-token": { displayName: "token", value: "s3cret", secret: true },
      "named-values-key": { keyVault: { secretIdentifier: keyVaultSecret }, secret: true },
    });
    expect(made.flatMap(({ name, secretInputs }) => secretInputs.map((input) => [name, input]))).toEqual([
      ["named-values-token", "value"],
    ]);
  });

  it("puts every resource under its component, and every component under the stack", () => {
    const parents = Object.groupBy(dev.registrations, ({ parent }) => parent);
    const types = (parent: string) => new Set(parents[parent]?.map(({ type }) => type.split(":").at(-1)));
    expect(types("apim-okta-dev")).toEqual(
      new Set([
        ...["ApiGateway", "OktaAuthorization", "OktaClient"],
        ...["PortalLogin", "ProtectedApi", "PortalPublication"],
      ]),
    );
    expect(types("portal")).toEqual(new Set(["RandomString", "Deployment"]));
    expect(types("gateway")).toEqual(new Set(["RandomString", "ResourceGroup", "ApiManagementService"]));
    expect(types("okta")).toEqual(
      new Set([
        ...["Server", "ServerScope", "RandomPassword", "OAuth", "ServerPolicy", "ServerPolicyRule"],
        "GroupAssignment",
      ]),
    );
    expect(types("portal-login")).toEqual(new Set(["AuthorizationServer"]));
    expect(types("conference")).toEqual(new Set(["Api", "ApiPolicy"]));
  });

  it("gives every output, those with the client secret as secrets and no others", () => {
    expect(dev.outputs).toEqual({
      resourceGroupName: "rg-apim-conference-abc123",
      serviceName: "apim-conference-abc123",
      gatewayUrl: "https://apim-conference-abc123.azure-api.net",
      apiUrls: { conference: "https://apim-conference-abc123.azure-api.net" },
      apis: {
        conference: {
          path: "",
          operations: expect.objectContaining({ submitsession: "POST /session/{id}/feedback" }),
        },
      },
      developerPortalUrl: "https://apim-conference-abc123.developer.azure-api.net",
      issuer: "https://dev-1.okta.com/oauth2/ausOwn",
      tokenEndpoint: "https://dev-1.okta.com/oauth2/ausOwn/v1/token",
      clientId: "0oaClient",
      clientSecret: "s3cret-of-the-app",
      clients: {
        portal: {
          kind: "web",
          clientId: "0oaClient",
          clientSecret: "s3cret-of-the-app",
          authentication: "client_secret_basic",
          grantTypes: ["authorization_code"],
          redirectUris: [callback],
          scopes: ["conference.read", "conference.write"],
          groups: ["Conference"],
        },
      },
      scopes: ["conference.read", "conference.write"],
      firstCall:
        "Sign in at https://apim-conference-abc123.developer.azure-api.net, and call GET /sessions: no client gets a token for it by itself.",
    });
    expect(dev.secretOutputs).toEqual(["clientSecret", "clients"]);
  });

  it("hands the client secret on as a secret alone", () => {
    const holders = dev.registrations.filter(({ inputs }) => JSON.stringify(inputs).includes("s3cret"));
    expect(holders.map(({ name, secretInputs }) => [name, secretInputs])).toEqual([
      ["okta", ["clientBasicSecret"]],
      ["portal-login", ["clientSecret"]],
    ]);
    expect(only(dev, "OAuth").additionalSecretOutputs).toContain("clientSecret");
  });
});

describe("the API gateway", () => {
  it("is hardened, has an identity and hours to come up", () => {
    const { inputs, createTimeout, protect } = only(dev, "ApiManagementService");
    expect(inputs).toMatchObject({
      serviceName: "apim-conference-abc123",
      location: "westeurope",
      sku: { name: "Developer", capacity: 1 },
      publisherName: "Contoso",
      publisherEmail: "api-team@contoso.example",
      identity: { type: "SystemAssigned" },
      developerPortalStatus: "Enabled",
    });
    expect(
      Object.entries(inputs.customProperties as object).map(([key, value]) => [
        key.split(".Security.")[1],
        value,
      ]),
    ).toEqual([
      ["Backend.Protocols.Tls10", "False"],
      ["Backend.Protocols.Tls11", "False"],
      ["Protocols.Tls10", "False"],
      ["Protocols.Tls11", "False"],
    ]);
    expect([createTimeout, protect]).toEqual(["2h", false]);
    // Nothing that the SDK fills in by itself: Developer refuses enableClientCertificate: false.
    expect(Object.keys(inputs).sort()).toEqual([
      "customProperties",
      "developerPortalStatus",
      "identity",
      "location",
      "publisherEmail",
      "publisherName",
      "resourceGroupName",
      "serviceName",
      "sku",
    ]);
    const suffix = dev.registrations.find(({ name }) => name === "gateway-suffix");
    expect(suffix?.inputs).toEqual({
      length: 6,
      special: false,
      upper: false,
      keepers: { location: "westeurope" },
    });
    expect(only(dev, "ResourceGroup").inputs).toEqual({
      resourceGroupName: "rg-apim-conference-abc123",
      location: "westeurope",
    });
  });

  it("has a fixed name, and is protected, by config", async () => {
    const run = await record("dev", { apimServiceName: "apim-fixed", protect: "true" });
    expect(run.registrations.map(({ name }) => name)).not.toContain("gateway-suffix");
    expect(only(run, "ApiManagementService")).toMatchObject({
      protect: true,
      inputs: { serviceName: "apim-fixed" },
    });
    expect(only(run, "ResourceGroup").protect).toBe(true);
  });

  it("has tags, and stands in a resource group that exists, by config", async () => {
    const tags = { team: "orders" };
    const run = await record("dev", { tags: JSON.stringify(tags), apimResourceGroup: "rg-platform" });
    expect(count(run)).not.toHaveProperty("ResourceGroup");
    expect(only(run, "ApiManagementService").inputs).toMatchObject({
      tags,
      resourceGroupName: "rg-platform",
    });
    expect(only(run, "Api").inputs.resourceGroupName).toBe("rg-platform");
    expect(run.outputs.resourceGroupName).toBe("rg-platform");
  });

  it("is what the example stack prod says: protected, kept, without tokens for everybody", async () => {
    const run = await record("prod");
    expect(only(run, "ApiManagementService")).toMatchObject({
      protect: true,
      retainOnDelete: true,
      inputs: { sku: { name: "StandardV2", capacity: 1 }, developerPortalStatus: "Enabled" },
    });
    expect(only(run, "ResourceGroup")).toMatchObject({ protect: true, retainOnDelete: true });
    expect(only(run, "AuthorizationServer").inputs.grantTypes).toEqual(["authorizationCode"]);
  });

  it("has no portal in Consumption: no login, no sign-in, an app of type service where settings ask for it", async () => {
    const run = await record("dev", { apimSku: "Consumption", ...bothGrants });
    expect(count(run)).not.toHaveProperty("AuthorizationServer");
    expect(only(run, "ApiPolicy").inputs.value).not.toContain("<cors");
    const { inputs } = only(run, "ApiManagementService");
    expect(inputs.sku).toEqual({ name: "Consumption", capacity: 0 });
    expect(inputs).not.toHaveProperty("developerPortalStatus");
    expect(only(run, "OAuth").inputs).toMatchObject({
      type: "service",
      grantTypes: ["client_credentials"],
      redirectUris: [],
    });
    expect(only(run, "ServerPolicyRule").inputs.grantTypeWhitelists).toEqual(["client_credentials"]);
    expect(only(run, "Api").inputs).not.toHaveProperty("authenticationSettings");
    expect(run.outputs.developerPortalUrl).toBe("");
  });

  it.each(["westeurope", "West Europe", "WestEurope"])(
    "gets one name in one region, however it is spelled: %s",
    async (location) => {
      const run = await record("dev", { location });
      const suffix = run.registrations.find(({ name }) => name === "gateway-suffix");
      expect(suffix?.inputs.keepers).toEqual({ location: "westeurope" });
    },
  );
});

describe("Okta", () => {
  it("gets the document's scopes, without consent", () => {
    const scopes = dev.registrations.filter(({ type }) => type.endsWith(":ServerScope"));
    expect(scopes.map(({ name, inputs }) => [name, inputs])).toEqual(
      [
        ["conference.read", "Read sessions, speakers and topics."],
        ["conference.write", "Give feedback on sessions."],
      ].map(([name, description]) => [
        `okta-scope-${name}`,
        {
          authServerId: "okta-id",
          name,
          displayName: name,
          description,
          consent: "IMPLICIT",
          metadataPublish: "ALL_CLIENTS",
        },
      ]),
    );
  });

  it("gets one web app for the portal, called back where the portal will be, in lower case", () => {
    const { inputs, dependencies } = only(dev, "OAuth");
    expect(inputs).toEqual({
      label: "apim-okta-dev-portal",
      type: "web",
      grantTypes: ["authorization_code"],
      responseTypes: ["code"],
      redirectUris: [callback],
      tokenEndpointAuthMethod: "client_secret_basic",
      clientBasicSecret: "s3cret-of-the-app",
      pkceRequired: false,
      consentMethod: "TRUSTED",
    });
    expect(dependencies).toEqual(["gateway-suffix", "okta-secret"]);
  });

  it("gets everything without waiting for the instance, which takes Azure up to 45 minutes", async () => {
    const waited = new Set<string>();
    const follow = ({ dependencies }: Registration): void => {
      for (const name of dependencies.filter((one) => !waited.has(one))) {
        waited.add(name);
        // Several resources may have one name.
        dev.registrations.filter((one) => one.name === name).forEach(follow);
      }
    };
    dev.registrations.filter(({ type }) => type.startsWith("okta:")).forEach(follow);
    expect(waited).toEqual(
      new Set([
        ...["gateway-suffix", "okta", "okta-secret", "okta-policy"],
        ...["okta-scope-conference.read", "okta-scope-conference.write"],
      ]),
    );
    const fixed = await record("dev", { apimServiceName: "apim-fixed" });
    expect(only(fixed, "OAuth").dependencies).toEqual(["okta-secret"]);
  });

  it("is called back in another cloud of Azure by config", async () => {
    const run = await record("local", { developerPortalUrl: "http://127.0.0.1:8401" });
    expect(only(run, "OAuth").inputs.redirectUris).toEqual([
      "http://127.0.0.1:8401/signin-oauth/code/callback/okta",
    ]);
  });

  it("keeps its own order of policies and rules once they stand", () => {
    const ranked = dev.registrations.filter(({ inputs }) => "priority" in inputs);
    expect(ranked.map(({ name, ignoreChanges }) => [name, ignoreChanges])).toEqual([
      ["okta-policy", ["priority"]],
      ["okta-policy-rule", ["priority"]],
    ]);
  });

  it("gets another secret by another version of it", async () => {
    expect(only(dev, "RandomPassword").inputs).toEqual({
      length: 64,
      special: false,
      keepers: { version: "1" },
    });
    const run = await record("dev", { oktaSecretVersion: "2" });
    expect(only(run, "RandomPassword").inputs.keepers).toEqual({ version: "2" });
  });

  it("gets a policy for that app alone, and a rule after the scopes", () => {
    expect(only(dev, "ServerPolicy").inputs).toMatchObject({
      authServerId: "okta-id",
      clientWhitelists: ["0oaClient"],
      priority: 1,
    });
    const { inputs, dependencies } = only(dev, "ServerPolicyRule");
    expect(inputs).toMatchObject({
      policyId: "okta-policy-id",
      grantTypeWhitelists: ["authorization_code"],
      groupWhitelists: ["EVERYONE"],
      scopeWhitelists: ["conference.read", "conference.write"],
      accessTokenLifetimeMinutes: 60,
    });
    expect(dependencies).toEqual([
      "okta",
      "okta-policy",
      "okta-scope-conference.read",
      "okta-scope-conference.write",
    ]);
  });

  it("assigns the named group, and nobody without one", async () => {
    expect(only(dev, "GroupAssignment").inputs).toEqual({ appId: "okta-id", groupId: "00gGroup" });
    expect(count(await record("dev"))).not.toHaveProperty("GroupAssignment");
  });

  it("gets an authorization server of the stack's own, named after project and stack", async () => {
    expect(only(dev, "Server").inputs).toMatchObject({
      name: "apim-okta-dev",
      audiences: ["api://apim-okta"],
    });
    expect(only(dev, "ApiPolicy").inputs.value).toContain("<audience>api://apim-okta</audience>");
    const named = { oktaAuthorizationServer: "conference", oktaAudience: "api://conference" };
    const run = await record("dev", named);
    expect(only(run, "Server").inputs).toMatchObject({ name: "conference", audiences: ["api://conference"] });
    expect(only(run, "ApiPolicy").inputs.value).toContain("<audience>api://conference</audience>");
  });

  it("uses an authorization server that exists by config", async () => {
    const run = await record("dev", {
      oktaCreateAuthorizationServer: "false",
      oktaAuthorizationServer: "default",
    });
    expect(count(run)).not.toHaveProperty("Server");
    expect(only(run, "ServerPolicy").inputs.authServerId).toBe("default");
    expect(run.outputs.issuer).toBe("https://dev-1.okta.com/oauth2/default");
    expect(only(run, "ApiPolicy").inputs.value).toContain("<audience>api://default</audience>");
  });
});

describe("the clients of the settings", () => {
  let run: RecordedRun;
  beforeAll(async () => {
    run = await recordStack("dev");
  });
  const inputsOf = (type: string, name: string) =>
    run.registrations.find((one) => one.type.endsWith(`:${type}`) && one.name === name)?.inputs;

  it("are apps of their kinds, with PKCE where they keep no secret", () => {
    expect(inputsOf("OAuth", "attendee-app")).toEqual({
      label: "apim-okta-dev-attendee-app",
      type: "browser",
      grantTypes: ["authorization_code"],
      responseTypes: ["code"],
      redirectUris: ["https://app.dev.contoso.example/callback"],
      tokenEndpointAuthMethod: "none",
      pkceRequired: true,
      consentMethod: "TRUSTED",
    });
    expect(inputsOf("OAuth", "mobile")).toMatchObject({
      type: "native",
      redirectUris: ["example.contoso.dev.conference:/callback"],
      tokenEndpointAuthMethod: "none",
      pkceRequired: true,
    });
    expect(inputsOf("OAuth", "partner-batch")).toEqual({
      label: "apim-okta-dev-partner-batch",
      type: "service",
      grantTypes: ["client_credentials"],
      responseTypes: ["token"],
      redirectUris: [],
      tokenEndpointAuthMethod: "client_secret_basic",
      clientBasicSecret: "s3cret-of-the-app",
      pkceRequired: false,
      consentMethod: "TRUSTED",
    });
  });

  it("each have an access policy of their own, whose one rule names their grants and scopes", () => {
    const rules = run.registrations.filter(({ type }) => type.endsWith(":ServerPolicyRule"));
    const read = ["conference.read"];
    const both = ["conference.read", "conference.write"];
    expect(
      Object.fromEntries(
        rules.map(({ name, inputs }) => [
          name,
          [
            inputs.policyId,
            inputs.grantTypeWhitelists,
            inputs.scopeWhitelists,
            inputs.accessTokenLifetimeMinutes,
          ],
        ]),
      ),
    ).toEqual({
      "okta-policy-rule": ["okta-policy-id", ["authorization_code"], both, 60],
      "attendee-app-policy-rule": ["attendee-app-policy-id", ["authorization_code"], read, 60],
      "partner-batch-policy-rule": ["partner-batch-policy-id", ["client_credentials"], both, 5],
      "mobile-policy-rule": ["mobile-policy-id", ["authorization_code"], read, 60],
    });
    expect(inputsOf("ServerPolicy", "mobile-policy")).toMatchObject({
      name: "apim-okta-dev-mobile",
      clientWhitelists: ["0oaClient"],
    });
  });

  it("are assigned to their groups, each by a resource", () => {
    const names = run.registrations.flatMap(({ type, name }) =>
      type.endsWith(":GroupAssignment") ? [name] : [],
    );
    expect(names).toEqual([
      "attendee-app-group-Attendees",
      "mobile-group-Attendees",
      "mobile-group-Speakers",
    ]);
  });

  it("are an output, with a secret for those that have one", () => {
    const clients = run.outputs.clients as Record<string, Record<string, unknown>>;
    expect(Object.keys(clients).sort()).toEqual(["attendee-app", "mobile", "partner-batch", "portal"]);
    expect(clients["attendee-app"]).toEqual({
      kind: "browser",
      clientId: "0oaClient",
      authentication: "none",
      grantTypes: ["authorization_code"],
      redirectUris: ["https://app.dev.contoso.example/callback"],
      scopes: ["conference.read"],
      groups: ["Attendees"],
    });
    expect(clients["partner-batch"]).toMatchObject({
      kind: "service",
      clientSecret: "s3cret-of-the-app",
      authentication: "client_secret_basic",
      groups: [],
    });
    expect(run.outputs.firstCall).toBe(
      `curl -i 'https://apim-conference-abc123.azure-api.net/sessions' -H "Authorization: Bearer $(npm run -s token -- --stack dev --client partner-batch 'conference.read')"`,
    );
  });
});

describe("the portal login", () => {
  it("is Okta's server as the app is registered there", () => {
    expect(only(dev, "AuthorizationServer").inputs).toEqual({
      resourceGroupName: "rg-apim-conference-abc123",
      serviceName: "apim-conference-abc123",
      authsid: "okta",
      displayName: "Okta",
      description: "Signs people in with Okta.",
      clientRegistrationEndpoint: "http://localhost",
      authorizationEndpoint: "https://dev-1.okta.com/oauth2/ausOwn/v1/authorize",
      tokenEndpoint: "https://dev-1.okta.com/oauth2/ausOwn/v1/token",
      clientId: "0oaClient",
      clientSecret: "s3cret-of-the-app",
      grantTypes: ["authorizationCode"],
      authorizationMethods: ["GET"],
      clientAuthenticationMethod: ["Basic"],
      bearerTokenSendingMethods: ["authorizationHeader"],
      defaultScope: "conference.read conference.write",
      supportState: true,
      useInTestConsole: true,
      useInApiDocumentation: true,
    });
  });
});

describe("the API", () => {
  it("is imported inline, https only, without a key, after the authorization server", () => {
    const { inputs, dependencies } = only(dev, "Api");
    expect(inputs).toMatchObject({
      apiId: "conference",
      displayName: "Conference API",
      path: "",
      protocols: ["https"],
      format: "openapi+json",
      value: expect.stringContaining('"operationId":"GetSessions"'),
      subscriptionRequired: false,
      authenticationSettings: {
        oAuth2AuthenticationSettings: [
          { authorizationServerId: "okta", scope: "conference.read conference.write" },
        ],
      },
    });
    expect(dependencies).toContain("portal-login");
  });

  it("has one policy document, after Okta's scopes", () => {
    const { dependencies, inputs } = only(dev, "ApiPolicy");
    expect(dependencies).toEqual(
      expect.arrayContaining(["okta-scope-conference.read", "okta-scope-conference.write", "conference"]),
    );
    expect(inputs).toMatchObject({ apiId: "conference", policyId: "policy", format: "rawxml" });
  });

  it("lets the portal's console in by its own policy, before everything else", () => {
    const xml = String(only(dev, "ApiPolicy").inputs.value);
    expect(xml).toContain("<origin>https://apim-conference-abc123.developer.azure-api.net</origin>");
    expect(xml.indexOf("<cors")).toBeLessThan(xml.indexOf("<base />"));
  });

  it("asks each operation for the scopes of the document, as a table", () => {
    const branches = String(only(dev, "ApiPolicy").inputs.value).split("<when ").slice(1);
    const table = branches.map((branch) => [
      /<value>(.*)<\/value>/.exec(branch)?.[1],
      branch.match(/(?<=")[A-Z]+ \/.*(?=",?\n)/g),
    ]);
    expect(table).toEqual([
      ["conference.read", expect.arrayContaining(["GET /sessions", "GET /session/{id}"])],
      ["conference.write", ["POST /session/{id}/feedback"]],
    ]);
    expect(table[0]?.[1]).toHaveLength(11);
  });

  it("answers by mock-response in dev, after all checks", () => {
    const xml = String(only(dev, "ApiPolicy").inputs.value);
    expect(xml.lastIndexOf("<mock-response")).toBeGreaterThan(xml.lastIndexOf("</choose>"));
    expect(count(dev)).not.toHaveProperty("Backend");
  });

  it("has a backend in local that only branches of its policy lead to", async () => {
    const local = await record("local");
    expect(only(local, "Backend").inputs).toMatchObject({
      backendId: "conference",
      url: "http://127.0.0.1:8403/conference",
      protocol: "http",
      tls: { validateCertificateChain: true, validateCertificateName: true },
    });
    const { dependencies, inputs } = only(local, "ApiPolicy");
    const branches = String(inputs.value).split("<when ").slice(1);
    const way = '<set-backend-service backend-id="conference" />';
    expect(branches.map((branch) => branch.split(way).length)).toEqual([2, 2]);
    expect(String(inputs.value).split(way)).toHaveLength(1 + 2);
    expect(dependencies).toContain("conference-backend");
    expect(inputs.value).not.toContain("<mock-response");
  });

  it("has an address of its own that leads nowhere, as a mock and with a backend", async () => {
    for (const run of [dev, await record("local")])
      expect(only(run, "Api").inputs.serviceUrl).toBe("https://leads-nowhere.invalid");
  });

  it("comes a second time with a few lines of config", async () => {
    const run = await record(
      "dev",
      withApis({
        conference: { ...conference, mock: true },
        second: { ...conference, path: "v2/conference", serviceUrl: "https://b.example" },
      }),
    );
    const apis = run.registrations.filter(({ type }) => type.endsWith(":Api"));
    expect(apis.map(({ name, inputs }) => [name, inputs.path])).toEqual([
      ["conference", ""],
      ["second", "v2/conference"],
    ]);
    expect(only(run, "Backend")).toMatchObject({
      name: "second-backend",
      inputs: { url: "https://b.example" },
    });
    expect(count(run)).toMatchObject({ ServerScope: 2, ApiPolicy: 2 });
    expect(run.outputs.apiUrls).toMatchObject({
      second: "https://apim-conference-abc123.azure-api.net/v2/conference",
    });
  });
});

describe("an adopted instance", () => {
  const adopted = {
    apimExistingServiceName: "apim-ours",
    apimExistingResourceGroup: "rg-ours",
    ...withApis({ conference: { ...conference, path: "conference", mock: true } }),
  };

  it("is read, not made, and its global policy is left alone", async () => {
    const run = await record("dev", adopted);
    for (const type of ["ApiManagementService", "ResourceGroup", "RandomString", "Policy", "ApiGateway"]) {
      expect(count(run)).not.toHaveProperty(type);
    }
    expect(only(run, "Api").inputs).toMatchObject({
      resourceGroupName: "rg-ours",
      serviceName: "apim-ours",
      path: "conference",
    });
  });

  it("is used as Consumption is when its developer portal is off", async () => {
    const off = { developerPortalStatus: "Disabled", developerPortalUrl: undefined };
    const change = { ...adopted, ...bothGrants, apimExistingPublishPortal: "true" };
    const run = await record("dev", change, { adopted: off });
    for (const type of ["AuthorizationServer", "PortalLogin", "Deployment", "PortalPublication"])
      expect(count(run)).not.toHaveProperty(type);
    expect(only(run, "OAuth").inputs).toMatchObject({
      type: "service",
      grantTypes: ["client_credentials"],
      redirectUris: [],
    });
    expect(only(run, "ApiPolicy").inputs.value).not.toContain("<cors");
    expect(run.outputs.developerPortalUrl).toBe("");
  });
});
