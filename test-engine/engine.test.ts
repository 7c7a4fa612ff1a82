/** The program on the real engine, against the local cloud. Azure and Okta themselves are not asked. */

import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provisionInProcess } from "../commands/provision.ts";
import { plainOutputs } from "../commands/stack-outputs.ts";
import { readStackSettings } from "../commands/stack-settings.ts";
import { deriveGatewayModel } from "../simulator/arm/gateway-derivation.ts";
import { tokenOf } from "../test/support/direct-azure.ts";
import { azureInputs, handlerOf, settingsFor, startTestCloud } from "../test/support/local-stack.ts";
import { startTestEngine, type TestEngine } from "./support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startTestEngine();
});
afterAll(() => engine.close());

const quiet = { suppressProgress: true };
const up = (change = {}) => engine.run(change, (stack, onEvent) => stack.up({ ...quiet, onEvent }));

describe("the program on the engine", () => {
  it("previews on an empty stack, with every id unknown, and makes nothing", async () => {
    const { result } = await engine.run({}, (stack) => stack.preview(quiet));
    expect(result.changeSummary).toEqual({ create: 42 });
    expect(engine.cloud.store.derived(deriveGatewayModel)).toBeUndefined();
    expect([...engine.cloud.org.apps.keys()]).toEqual([engine.cloud.org.strangerApp().clientId]);
  });

  it("creates everything, with the outputs of the other engine", async () => {
    const { result } = await up();
    expect(result.summary.resourceChanges).toEqual({ create: 42 });
    const cloud = await startTestCloud();
    const settings = settingsFor(cloud, await readStackSettings("local"));
    const inProcess = await provisionInProcess(settings, cloud.providerHandlers);
    await cloud.close();
    // Ports, ids and the end of the instance's name are each run's own.
    const shape = (value: unknown): unknown =>
      JSON.parse(
        JSON.stringify(value)
          .replace(/127\.0\.0\.1:\d+/g, "HOST")
          .replace(/\w{64}/g, "SECRET")
          .replace(/(?:0oa|aus)\w{17}/g, "ID")
          .replace(/apim-conference-[a-z0-9]{6}\b/g, "INSTANCE"),
      );
    const outputs = plainOutputs(result.outputs);
    for (const [name, value] of Object.entries(plainOutputs(inProcess.outputs)))
      expect([name, shape(outputs[name])]).toEqual([name, shape(value)]);
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(inProcess.outputs).sort());
    expect(Object.entries(result.outputs).flatMap(([name, { secret }]) => (secret ? [name] : []))).toEqual([
      "clientSecret",
    ]);
  });

  it("changes nothing the second time, nor after a refresh", async () => {
    // What the first update left is read once more.
    expect((await up()).result.summary.resourceChanges).toEqual({ read: 1, same: 42 });
    const refreshed = await engine.run({}, (stack) => stack.refresh(quiet));
    expect(refreshed.result.summary.resourceChanges).toEqual({ same: 43 });
    expect((await up()).result.summary.resourceChanges).toEqual({ same: 42 });
  });

  it("leaves no client secret in plain but in the cloud's own state", async () => {
    const { org } = engine.cloud;
    const ofStack = [...org.apps.values()].filter(({ id }) => id !== org.strangerApp().clientId);
    const secrets = ofStack.flatMap(({ clientSecret }) => clientSecret ?? []);
    // The portal's app and the service have one; the browser and the native app have none.
    expect(secrets.length).toBe(2);
    const holders: string[] = [];
    for (const entry of await readdir(engine.folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const text = await readFile(file, "utf8");
      for (const secret of secrets)
        if (text.includes(secret)) holders.push(path.relative(engine.folder, file));
    }
    expect(holders).toEqual(["cloud.json", "cloud.json"]);
    const { result } = await engine.run({ config: { oktaAppLabel: "Renamed" } }, (stack) =>
      stack.preview({ diff: true }),
    );
    expect(result.stdout).toContain("Renamed");
    for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret);
  });

  it("deletes nothing when the program fails half-way", async () => {
    const files = {
      "policies/authenticate.ts": (text: string) =>
        text.replace("failedValidationHttpCode: 401", "failedValidationHttpCode: 4001"),
    };
    await expect(up({ files })).rejects.toThrow("must be an integer from 200 to 599; got 4001");
    expect((await up()).result.summary.resourceChanges).toEqual({ same: 42 });
  });

  it("takes a setting that begins like a list for the text that it is", async () => {
    const { result } = await engine.run({ config: { publisherName: "[Contoso] GmbH" } }, (stack) =>
      stack.preview({ diff: true }),
    );
    expect(result.stdout).toContain("[Contoso] GmbH");
    expect(result.changeSummary).toEqual({ same: 41, update: 1 });
  });

  it("tells what Azure refuses at the update, which a preview cannot know, and changes nothing", async () => {
    const tooMany = { config: { apimSku: "Basic", apimCapacity: "3" } };
    await expect(engine.run(tooMany, (stack) => stack.preview(quiet))).resolves.toBeDefined();
    await expect(engine.run(tooMany, (stack) => stack.up(quiet))).rejects.toThrow(
      "must be 1 to 2 in tier Basic; got 3",
    );
    expect((await up()).result.summary.resourceChanges).toEqual({ same: 42 });
  });

  it("is refused a fixed name that was deleted a moment ago, and told what to do", async () => {
    const fixed = { config: { apimServiceName: "apim-fixed" } };
    await engine.run(fixed, (stack) => stack.destroy(quiet));
    await engine.run(fixed, (stack) => stack.up(quiet));
    await engine.run(fixed, (stack) => stack.destroy(quiet));
    const again = engine.run(fixed, (stack) => stack.up(quiet));
    await expect(again).rejects.toThrow(
      /ServiceAlreadyExistsInSoftDeletedState: .*apim-fixed was soft-deleted[\s\S]*az apim deletedservice purge/,
    );
    await engine.run({}, (stack) => stack.up(quiet));
  });

  it("adopts an instance, and leaves it as it was on destroy", async () => {
    await engine.run({}, (stack) => stack.destroy(quiet));
    const owners = { resourceGroupName: "rg-ours", location: "westeurope" };
    await handlerOf(engine.cloud, "azure-native:resources:ResourceGroup").create("owners", owners);
    const { id } = await handlerOf(engine.cloud, "azure-native:apimanagement:ApiManagementService").create(
      "owners",
      {
        ...owners,
        serviceName: "apim-ours",
        sku: { name: "Developer", capacity: 1 },
        publisherName: "Ours",
        publisherEmail: "a@b.example",
      },
    );
    const apis = JSON.parse(engine.settings.config["apim-okta:apis"] ?? "{}");
    const config = {
      apimExistingServiceName: "apim-ours",
      apimExistingResourceGroup: "rg-ours",
      apis: JSON.stringify({ conference: { ...apis.conference, path: "conference" } }),
    };
    const otherTier = engine.run({ config: { ...config, apimSku: "Consumption" } }, (stack) =>
      stack.preview(quiet),
    );
    await expect(otherTier).rejects.toThrow(
      'The instance "apim-ours" is of tier "Developer", not "Consumption". Set apimSku to "Developer".',
    );
    const { result } = await engine.run({ config }, (stack) => stack.up(quiet));
    expect(result.summary.resourceChanges).toEqual({ create: 35 });
    expect(result.outputs.apiUrls?.value.conference).toBe(`${engine.cloud.origins.gateway}/conference`);
    expect((await fetch(`${engine.cloud.origins.gateway}/conference/sessions`)).status).toBe(401);
    await engine.run({ config }, (stack) => stack.destroy(quiet));
    await handlerOf(engine.cloud, "azure-native:apimanagement:ApiManagementService").update(id, {
      ...azureInputs(engine.cloud, id),
      developerPortalStatus: "Disabled",
    });
    const withoutPortal = await engine.run({ config }, (stack) => stack.up(quiet));
    expect(withoutPortal.result.summary.resourceChanges).toEqual({ create: 27 });
    expect(withoutPortal.result.outputs.developerPortalUrl?.value).toBe("");
    // Nor is there an app for a portal that is not there: nobody could use it.
    expect(Object.keys(withoutPortal.result.outputs.clients?.value)).not.toContain("portal");
    await engine.run({ config }, (stack) => stack.destroy(quiet));
    expect(engine.cloud.store.toJSON().resources.map((resource) => resource.id)).toEqual([
      id.slice(0, id.indexOf("/providers/")),
      id,
      // Azure makes these with the instance.
      ...["administrators", "developers", "guests"].map((group) => `${id}/groups/${group}`),
      `${id}/users/1`,
      `${id}/subscriptions/master`,
      `${id}/policies/policy`,
    ]);
    await handlerOf(engine.cloud, "azure-native:resources:ResourceGroup").delete(
      id.slice(0, id.indexOf("/providers/")),
    );
    await engine.run({}, (stack) => stack.up(quiet));
  });

  it("forgets an instance that is to be retained, and leaves it in the cloud", async () => {
    const retained = { config: { retainOnDelete: "true" } };
    await engine.run(retained, (stack) => stack.up(quiet));
    await engine.run(retained, (stack) => stack.destroy(quiet));
    const { resources } = engine.cloud.store.toJSON();
    const kept = resources.map((resource) => tokenOf(resource).split(":").at(-1));
    expect(kept).toEqual([
      "ResourceGroup",
      "ApiManagementService",
      // Azure makes the built-in groups, the administrator and the built-in subscription with the instance.
      ...["groups", "groups", "groups", "users", "subscriptions"].map((type) =>
        expect.stringContaining(`/${type}`),
      ),
      "Policy",
      expect.stringContaining("portalRevisions"),
    ]);
    await handlerOf(engine.cloud, "azure-native:resources:ResourceGroup").delete(resources[0]?.id ?? "");
    await engine.run({}, (stack) => stack.up(quiet));
  });

  it("destroys everything", async () => {
    const { result } = await engine.run({}, (stack) => stack.destroy(quiet));
    expect(result.summary.resourceChanges).toEqual({ delete: 42, discard: 1 });
    const { store, org } = engine.cloud;
    expect([store.toJSON().resources, org.assignments.size, org.trustedOrigins.size]).toEqual([[], 0, 0]);
    // What a new org comes with stays.
    const names = [...org.policies.values(), ...org.rules.values()].map(({ name }) => name);
    expect(names).toEqual(["Default Policy", "Default Policy Rule"]);
    expect([...org.apps.keys()]).toEqual([org.strangerApp().clientId]);
    expect(org.scopesOf("default").filter(({ system }) => !system)).toEqual([]);
  });
});
