/** What the program makes of the Okta that it meets: whose policies decide there, what a look-up finds, what fails first. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Provisioned, provisionInProcess } from "../../commands/provision.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import type { LocalCloud } from "../../simulator/cloud.ts";
import { SimulatorError } from "../../simulator/kernel/error.ts";
import type { ProviderHandlers } from "../../simulator/providers/provider-handlers.ts";
import { settingsFor, startTestCloud } from "../support/local-stack.ts";
import { stackApp } from "../support/okta.ts";
import { withSettings } from "../support/settings.ts";

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.close());

async function provision(
  config: Readonly<Record<string, string>>,
  handlers: ProviderHandlers = cloud.providerHandlers,
): Promise<Provisioned> {
  const settings = settingsFor(cloud, withSettings(await readStackSettings("local"), config));
  return provisionInProcess(settings, handlers);
}

const existing = { oktaCreateAuthorizationServer: "false", oktaAuthorizationServer: "default" };
const notOwn = ({ notices }: Provisioned) =>
  notices.filter(({ message }) => message.includes("exists already, and all of its access policies"));

describe("an authorization server that exists", () => {
  it("is warned of with those whom its own policy lets in", async () => {
    expect(notOwn(await provision(existing))).toEqual([
      {
        severity: "warning",
        message: expect.stringMatching(
          /^The authorization server "default" exists already, .*"Default Policy" is for all clients, and gives those of this stack what their own rule does not decide, and there may be more\. .*accept other clients \(oktaAcceptOtherClientsOf: default\)\.$/,
        ),
      },
    ]);
  });

  it("is told of once its name says that other clients are meant", async () => {
    const accepted = { ...existing, oktaAcceptOtherClientsOf: "default" };
    expect(notOwn(await provision(accepted))).toEqual([
      { severity: "info", message: expect.stringContaining("You accepted that") },
    ]);
  });

  it("is warned of when its own policy was removed, since others may be there", async () => {
    cloud.org.policies.clear();
    expect(notOwn(await provision(existing))).toEqual([
      {
        severity: "warning",
        message: expect.stringContaining('It has no "Default Policy", but it may have others'),
      },
    ]);
  });

  it("is not named where the stack has one of its own", async () => {
    expect(notOwn(await provision({}))).toEqual([]);
  });
});

describe("a look-up", () => {
  it("that comes back with another group is refused, naming both", async () => {
    await expect(provision({ oktaGroup: "Attend", clients: "{}" })).rejects.toThrow(
      'There is no Okta group "Attend": the look-up found "Attendees" instead.',
    );
    expect(cloud.org.assignments.size).toBe(0);
  });
});

describe("the developer portal", () => {
  it("must be where the redirect URI in Okta says, by the words of the settings", async () => {
    const portal = cloud.origins.developerPortal;
    await expect(
      provision({ developerPortalUrl: "https://{service}.developer.azure-api.us" }),
    ).rejects.toThrow(
      new RegExp(
        `^The developer portal of "apim-conference-\\w{6}" is at "${portal}", but Okta sends people back to "https://apim-conference-\\w{6}.developer.azure-api.us". Set developerPortalUrl to "${portal}".$`,
      ),
    );
  });

  it("of a domain of its own may be what Azure tells", async () => {
    const domain = {
      portalDomain: "developer.contoso.example",
      portalDomainCertificate: "https://kv.vault.azure.net/secrets/portal",
    };
    const handlers = withService(async (properties) => ({
      ...properties,
      developerPortalUrl: "https://developer.contoso.example",
    }));
    expect((await provision(domain, handlers)).outputs.developerPortalUrl?.value).toBe(
      "https://developer.contoso.example",
    );
  });
});

describe("an instance that does not come up", () => {
  it("leaves Okta's part made: what Okta refuses is known before the instance is", async () => {
    const rule = Promise.withResolvers<void>();
    const failing = withService(async () => {
      await rule.promise;
      throw new SimulatorError("ActivationFailed", "The instance did not come up.");
    });
    const handlers = withHandler(
      failing,
      "okta:auth/serverPolicyRule:ServerPolicyRule",
      async (properties) => {
        rule.resolve();
        return properties;
      },
    );
    await expect(provision({}, handlers)).rejects.toThrow("The instance did not come up.");
    const app = stackApp(cloud.org);
    const policy = cloud.org.policies.values().find(({ clients }) => clients.includes(app.id));
    expect(cloud.org.rulesOf(policy?.id ?? "").map(({ name }) => name)).toEqual(["Scopes of this client"]);
    expect(app.redirectUris).toEqual([`${cloud.origins.developerPortal}/signin-oauth/code/callback/okta`]);
  });
});

type Outputs = Readonly<Record<string, unknown>>;

/** Handlers where a created resource of one type has other outputs. */
function withHandler(
  handlers: ProviderHandlers,
  type: string,
  change: (properties: Outputs) => Promise<Outputs>,
): ProviderHandlers {
  const resources = handlers.resources.map((handler) => {
    if (handler.type !== type) return handler;
    const create: typeof handler.create = async (name, inputs) => {
      const state = await handler.create(name, inputs);
      return { ...state, properties: await change(state.properties) };
    };
    return { ...handler, create };
  });
  return { ...handlers, resources };
}

/** The cloud's handlers, with other outputs of the instance. */
function withService(change: (properties: Outputs) => Promise<Outputs>): ProviderHandlers {
  return withHandler(cloud.providerHandlers, "azure-native:apimanagement:ApiManagementService", change);
}
