/** Change by change, exactly what the engine does, and that nobody gets in while it does it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readStackSettings } from "../commands/stack-settings.ts";
import { type StackChange, startTestEngine, type TestEngine } from "./support/engine.ts";
import { watchSteps, watchWhile } from "./support/moments.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
  await up({});
});
afterAll(() => engine.close());

const up = (change: StackChange, handlers = engine.cloud.providerHandlers) =>
  engine.run(change, (stack, onEvent) => stack.up({ suppressProgress: true, onEvent }), handlers);

/** Makes a change while every operation is asked, and gives its steps but for the stack's own. */
async function watchedSteps(change: StackChange): Promise<readonly string[]> {
  let steps: readonly string[] = [];
  const { open } = await watchWhile(engine, [{}, change], async () => {
    ({ steps } = await up(change, watchSteps(engine.cloud.providerHandlers).providerHandlers));
  });
  expect(open).toEqual([]);
  return steps.filter((step) => !/ Stack /.test(step));
}

const document = "apis/conference.openapi.yaml";
const api = (serviceUrl: string) => ({ document, path: "", serviceUrl });

/** Another id for the portal's revision, and the deployment that publishes it. */
const republished = ["replace RandomString portal-revision", "update Deployment portal"];

/**
 * A new instance takes all that is in it along; its portal is where the settings say, which here is where the old one's was.
 *
 * Its portal is published for the first time, so the revision is new as well: the engine deletes the old API before it makes the
 * new one, and until then takes what the console shows of it, the revision's keeper, for unknown.
 */
const instanceReplaced = [
  "replace ApiManagementService gateway",
  "replace AuthorizationServer portal-login",
  "replace Api conference",
  "replace Backend conference-backend",
  "replace ApiPolicy conference-policy",
  "replace RandomString portal-revision",
  "replace Deployment portal",
];

type Clients = Readonly<Record<string, object>>;
const { config: exampleConfig } = await readStackSettings("local");

/** A change of the stack's clients. */
function withClients(change: (clients: Clients) => Clients): StackChange {
  const clients = JSON.parse(exampleConfig["apim-okta:clients"] ?? "{}") as Clients;
  return { config: { clients: JSON.stringify(change(clients)) } };
}

const changes: readonly (readonly [name: string, change: StackChange, steps: readonly string[]])[] = [
  [
    "one operation's scope",
    {
      files: {
        [document]: (text) =>
          text.replace(
            "summary: List the topics\n",
            "summary: List the topics\n      security:\n        - okta: [conference.write]\n",
          ),
      },
    },
    // The document itself is an input of the API.
    ["update Api conference", "update ApiPolicy conference-policy", ...republished],
  ],
  [
    "the backend's URL",
    { config: { apis: JSON.stringify({ conference: api("https://b.example") }) } },
    ["update Backend conference-backend"],
  ],
  [
    "one word of a message",
    {
      files: {
        "policies/authenticate.ts": (text) => text.replace("missing or invalid", "absent or invalid"),
      },
    },
    ["update ApiPolicy conference-policy"],
  ],
  [
    "a new API",
    {
      config: {
        apis: JSON.stringify({ conference: api("local"), second: { document, path: "second", mock: true } }),
      },
    },
    ["create Api second", "create ApiPolicy second-policy", "create ProtectedApi second", ...republished],
  ],
  ["the tier", { config: { apimSku: "Standard" } }, ["update ApiManagementService gateway"]],
  [
    "the app's label",
    { config: { oktaAppLabel: "Talks" } },
    ["update OAuth okta", "update ServerPolicy okta-policy"],
  ],
  [
    "the redirect URI",
    { config: { portalLoginName: "okta-two" } },
    [
      "replace AuthorizationServer portal-login",
      "update Api conference",
      ...republished,
      "update OAuth okta",
    ],
  ],
  [
    "the lifetime of a token",
    { config: { accessTokenLifetimeMinutes: "30" } },
    // partner-batch has a lifetime of its own.
    ["okta", "attendee-app", "mobile"].map((name) => `update ServerPolicyRule ${name}-policy-rule`),
  ],
  [
    "the console's flows",
    { config: { portalGrantTypes: JSON.stringify(["authorizationCode", "clientCredentials"]) } },
    [
      "update AuthorizationServer portal-login",
      ...republished,
      "update OAuth okta",
      "update ServerPolicyRule okta-policy-rule",
    ],
  ],
  ["the group", { config: { oktaGroup: "" } }, ["delete GroupAssignment okta-group-Attendees"]],
  [
    "the clients, by one more,",
    withClients((clients) => ({ ...clients, reports: { kind: "service", scopes: ["conference.read"] } })),
    [
      "create OktaClient reports",
      "create RandomPassword reports-secret",
      "create OAuth reports",
      "create ServerPolicy reports-policy",
      "create ServerPolicyRule reports-policy-rule",
    ],
  ],
  [
    "a client, by one scope less,",
    withClients(({ "partner-batch": batch, ...clients }) => ({
      ...clients,
      "partner-batch": { ...batch, scopes: ["conference.read"] },
    })),
    ["update ServerPolicyRule partner-batch-policy-rule"],
  ],
  [
    "a client, by one group less,",
    withClients(({ mobile, ...clients }) => ({ ...clients, mobile: { ...mobile, groups: ["Speakers"] } })),
    ["delete GroupAssignment mobile-group-Attendees"],
  ],
  [
    "the clients, by one less,",
    withClients(({ mobile: _, ...clients }) => clients),
    [
      "delete OktaClient mobile",
      "delete OAuth mobile",
      "delete ServerPolicy mobile-policy",
      "delete ServerPolicyRule mobile-policy-rule",
      "delete GroupAssignment mobile-group-Attendees",
      "delete GroupAssignment mobile-group-Speakers",
    ],
  ],
  [
    "a browser client's page",
    withClients(({ "attendee-app": app, ...clients }) => ({
      ...clients,
      "attendee-app": { ...app, redirectUris: ["https://new.example.com/callback"] },
    })),
    [
      "update OAuth attendee-app",
      "create Origin pages-https://new.example.com",
      "delete Origin pages-https://app.example.com",
      "update ApiPolicy conference-policy",
    ],
  ],
  [
    "the region",
    { config: { location: "northeurope" } },
    ["replace RandomString gateway-suffix", "replace ResourceGroup gateway", ...instanceReplaced],
  ],
  ["the region's spelling", { config: { location: "West Europe" } }, []],
  [
    "the authorization server's name",
    { config: { oktaAuthorizationServer: "talks" } },
    ["update Server okta"],
  ],
  [
    "the audience",
    { config: { oktaAudience: "api://talks" } },
    ["update Server okta", "update ApiPolicy conference-policy"],
  ],
  [
    "the version of the client secret",
    { config: { oktaSecretVersion: "2" } },
    // The portal's backend has the secret, so nothing is published again.
    ["replace RandomPassword okta-secret", "update OAuth okta", "update AuthorizationServer portal-login"],
  ],
  [
    "the authorization server, to one that exists,",
    { config: { oktaCreateAuthorizationServer: "false", oktaAuthorizationServer: "default" } },
    [
      "delete Server okta",
      "replace ServerScope okta-scope-conference.read",
      "replace ServerScope okta-scope-conference.write",
      ...["okta", "attendee-app", "partner-batch", "mobile"].flatMap((name) => [
        `replace ServerPolicy ${name}-policy`,
        `replace ServerPolicyRule ${name}-policy-rule`,
      ]),
      "update AuthorizationServer portal-login",
      "update ApiPolicy conference-policy",
      ...republished,
    ],
  ],
];

describe("a change of", () => {
  it.each(changes)(
    "%s makes exactly these steps, and its return undoes them",
    async (_, change, expected) => {
      const [made] = await Promise.allSettled([watchedSteps(change)]);
      // Whatever came of the change, so that one failure is not that of the tests after it as well.
      const { steps } = await up({});
      if (made.status === "rejected") throw made.reason;
      expect(made.value).toEqual([...expected].sort());
      expect(steps.filter((step) => !/ Stack /.test(step))).toHaveLength(expected.length);
    },
  );

  it("the program, from when the portal's app belonged to OktaAuthorization, keeps its resources", async () => {
    const before: StackChange = {
      files: {
        "index.ts": (text) =>
          text.replace(
            /portalResource,\s+args,\s+formerPortalClient/,
            "portalResource, args, { former: okta }",
          ),
        "components/okta-client.ts": (text) =>
          text
            .replace("const child = { parent: this };", "const child = { parent: opts?.former ?? this };")
            .replace(/`(.{7}-group-.{12})`/, 'name === "okta" ? "okta-group" : `$1`'),
      },
    };
    const moved = await up(before);
    expect(moved.steps).toContain("create GroupAssignment okta-group");
    expect((await up({})).steps).toEqual([]);
  });

  it("a removed API deletes its policies with it", async () => {
    const second = {
      config: {
        apis: JSON.stringify({
          conference: JSON.parse(engine.settings.config["apim-okta:apis"] ?? "{}").conference,
          second: { document, path: "second", mock: true },
        }),
      },
    };
    await up(second);
    const { steps } = await up({});
    expect(steps).toEqual(
      [
        "delete Api second",
        "delete ApiPolicy second-policy",
        "delete ProtectedApi second",
        ...republished,
      ].sort(),
    );
  });

  it("a removed operation takes its name out of the policy", async () => {
    const files = {
      [document]: (text: string) => text.replace(/ {2}\/topics:\n[\s\S]*?(?= {2}\/topic\/)/, ""),
    };
    const { steps } = await up({ files });
    expect(steps).toEqual(
      ["update ApiPolicy conference-policy", ...republished, "update Api conference"].sort(),
    );
    expect((await up({})).steps).toHaveLength(steps.length);
  });

  it("a fixed service name replaces the instance and all that is in it", async () => {
    const fixed = { config: { apimServiceName: "apim-fixed" } };
    const planned = await engine.run(fixed, (stack, onEvent) =>
      stack.preview({ suppressProgress: true, onEvent }),
    );
    // Where the portal will be is known before the instance is there.
    expect(planned.steps).not.toContain("update OAuth okta");
    const { steps } = await up(fixed);
    expect(steps.filter((step) => !/ Stack /.test(step))).toEqual(
      ["delete RandomString gateway-suffix", "replace ResourceGroup gateway", ...instanceReplaced].sort(),
    );
  });
});
