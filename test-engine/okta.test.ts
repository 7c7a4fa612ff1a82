/** What Okta has by somebody else's hand: other stacks' policies, other people's secrets. Okta itself is not asked. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestToken, type TokenRequestError } from "../proof/okta-client.ts";
import { azureResources } from "../test/support/local-stack.ts";
import { stackApp } from "../test/support/okta.ts";
import { bothGrants } from "../test/support/settings.ts";
import { type StackChange, startTestEngine, type TestEngine } from "./support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
  await up({});
});
afterAll(() => engine.close());

// The portal's app alone, which gets tokens by itself too.
const portalAlone = { clients: "{}", ...bothGrants };
const withPortalAlone = (change: StackChange) => ({
  ...change,
  config: { ...portalAlone, ...change.config },
});
const up = (change: StackChange) =>
  engine.run(withPortalAlone(change), (stack, onEvent) => stack.up({ suppressProgress: true, onEvent }));
const document = "apis/conference.openapi.yaml";

/** The status of a token request with client credentials. */
async function ask(issuer: string, clientSecret: string | null): Promise<number> {
  const { id } = stackApp(engine.cloud.org);
  const { status } = await fetch(`${issuer}/v1/token`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${id}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "conference.read" }),
  });
  return status;
}

describe("a client secret", () => {
  it("is another one after one update, in Okta, in the portal's server and in the outputs; the old one is refused", async () => {
    const before = stackApp(engine.cloud.org).clientSecret;
    const { result } = await up({ config: { oktaSecretVersion: "2" } });
    const after = stackApp(engine.cloud.org).clientSecret;
    const issuer = result.outputs.issuer?.value;
    expect(after).not.toBe(before);
    expect([await ask(issuer, before), await ask(issuer, after)]).toEqual([401, 200]);
    expect(result.outputs.clientSecret).toMatchObject({ value: after, secret: true });
    const [server] = azureResources(engine.cloud, "azure-native:apimanagement:AuthorizationServer");
    expect(server?.inputs.clientSecret).toBe(after);
    await up({});
  });

  it("that somebody made in Okta is not seen, and is the stack's again after an update of the app", async () => {
    const app = stackApp(engine.cloud.org);
    engine.cloud.org.apps.set(app.id, { ...app, clientSecret: "made-by-hand" });
    const seen = await engine.run(withPortalAlone({}), (stack, onEvent) =>
      stack.preview({ refresh: true, onEvent }),
    );
    expect(seen.steps).toEqual([]);
    await engine.run(withPortalAlone({}), (stack) => stack.refresh({ suppressProgress: true }));
    expect((await up({})).steps).toEqual([]);
    expect(stackApp(engine.cloud.org).clientSecret).toBe("made-by-hand");
    const { result } = await up({ config: { portalLoginName: "okta-two" } });
    expect(stackApp(engine.cloud.org).clientSecret).toBe(app.clientSecret);
    expect(result.outputs.clientSecret?.value).toBe(app.clientSecret);
    await up({});
  });
});

describe("two stacks on one authorization server", () => {
  const shared = {
    ...portalAlone,
    ...{ oktaCreateAuthorizationServer: "false", oktaAuthorizationServer: "default" },
  };
  const first: StackChange = { config: shared };
  const second = (): StackChange => {
    const [service] = azureResources(engine.cloud, "azure-native:apimanagement:ApiManagementService");
    return {
      stack: "second",
      config: {
        ...shared,
        oktaAppLabel: "Talks API",
        portalLoginName: "okta-two",
        apimExistingServiceName: String(service?.inputs.serviceName),
        apimExistingResourceGroup: String(service?.inputs.resourceGroupName),
        apis: JSON.stringify({ talks: { document, path: "talks", mock: true } }),
      },
      // No scope of theirs is declared twice.
      files: { [document]: (text) => text.replaceAll("conference.", "talks.") },
    };
  };
  const order = () =>
    [...engine.cloud.org.policiesOf("default")]
      .sort((a, b) => a.priority - b.priority)
      .map(({ name, priority }) => `${priority} ${name}`);

  it("show no drift, although Okta numbers the policies of both anew", async () => {
    await up(first);
    expect(order()).toEqual(["1 apim-okta-local-portal", "2 Default Policy"]);
    await up(second());
    expect(order()).toEqual(["1 apim-okta-second-portal", "2 apim-okta-local-portal", "3 Default Policy"]);
    for (const change of [first, second(), first]) {
      const preview = await engine.run(change, (stack, onEvent) =>
        stack.preview({ refresh: true, expectNoChanges: true, onEvent }),
      );
      expect(preview.steps).toEqual([]);
      const { steps } = await engine.run(change, (stack, onEvent) =>
        stack.up({ refresh: true, suppressProgress: true, onEvent }),
      );
      expect(steps).toEqual([]);
    }
    expect(order()).toEqual(["1 apim-okta-second-portal", "2 apim-okta-local-portal", "3 Default Policy"]);
    await engine.run(second(), (stack) => stack.destroy({ suppressProgress: true }));
    expect(order()).toEqual(["1 apim-okta-local-portal", "2 Default Policy"]);
  });

  it("are told whose policies decide besides, in the words of a server without its default policy", async () => {
    const told = async () =>
      (await engine.run(first, (stack) => stack.preview({ suppressProgress: true }))).result.stdout;
    expect(await told()).toContain('"Default Policy" is for all clients');
    const { policies } = engine.cloud.org;
    const kept = [...policies].find(([, { name }]) => name === "Default Policy");
    policies.delete(kept?.[0] ?? "");
    expect(await told()).toContain('It has no "Default Policy", but it may have others');
  });
});

describe("two stacks on one org, with ten clients each", () => {
  const page = { kind: "browser", redirectUris: ["https://app.example.com/callback"], groups: ["Attendees"] };
  const scopes = ["conference.read"];
  const ten = JSON.stringify({
    page: { ...page, scopes },
    ...Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`batch-${index}`, { kind: "service", scopes }]),
    ),
  });
  const first: StackChange = { config: { clients: ten } };
  const second = (): StackChange => {
    const [service] = azureResources(engine.cloud, "azure-native:apimanagement:ApiManagementService");
    return {
      stack: "second",
      config: {
        clients: ten,
        // The first one has it, and Okta has it once.
        oktaCreateTrustedOrigins: "false",
        portalLoginName: "okta-two",
        apimExistingServiceName: String(service?.inputs.serviceName),
        apimExistingResourceGroup: String(service?.inputs.resourceGroupName),
        apis: JSON.stringify({ talks: { document, path: "talks", mock: true } }),
      },
    };
  };

  it("show no drift, and no client gets a token of the other stack's authorization server", async () => {
    const made = [await up(first)];
    made.push(await up(second()));
    for (const change of [first, second()]) {
      const preview = await engine.run(withPortalAlone(change), (stack, onEvent) =>
        stack.preview({ refresh: true, expectNoChanges: true, onEvent }),
      );
      expect(preview.steps).toEqual([]);
    }
    const stacks = made.map(({ result: { outputs } }) => ({
      tokenEndpoint: String(outputs.tokenEndpoint?.value),
      clients: Object.values(outputs.clients?.value as Record<string, Record<string, string>>),
    }));
    for (const stack of stacks) {
      for (const { kind, clientId = "", clientSecret = "" } of stack.clients) {
        if (kind !== "service") continue;
        const answers = stacks.map(async ({ tokenEndpoint }) => {
          try {
            await requestToken({ tokenEndpoint, clientId, clientSecret }, scopes);
            return "a token";
          } catch (error) {
            return (error as TokenRequestError).oktaError;
          }
        });
        const expected = stacks.map((one) => (one === stack ? "a token" : "access_denied"));
        expect(await Promise.all(answers)).toEqual(expected);
      }
    }
    expect(engine.cloud.org.trustedOrigins.size).toBe(1);
    await engine.run(withPortalAlone(second()), (stack) => stack.destroy({ suppressProgress: true }));
  });
});
