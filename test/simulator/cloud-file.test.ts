/** The file that a local cloud keeps its state in. What a power failure leaves behind is not proved here. */

import { cp, mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { peopleOf } from "../../commands/people-settings.ts";
import { provisionInProcess } from "../../commands/provision.ts";
import { readStackSettings } from "../../commands/stack-settings.ts";
import { ArmStore } from "../../simulator/arm/arm-store.ts";
import { deriveGatewayModel } from "../../simulator/arm/gateway-derivation.ts";
import { makeLocalCredentials } from "../../simulator/arm/login/local-credentials.ts";
import { startCloud } from "../../simulator/cloud.ts";
import { CloudFile, type CloudSnapshot } from "../../simulator/cloud-file.ts";
import { cloudOrigins } from "../../simulator/cloud-origins.ts";
import { entityKinds, OktaOrg } from "../../simulator/okta/org.ts";
import { freePort, handlerOf, settingsFor } from "../support/local-stack.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

const log = () => {};
const state = () => path.join(folder, "cloud.json");

interface DamagedResource {
  readonly id: string;
  readonly type: string;
  readonly body: { readonly properties: object };
  readonly hidden: object;
}

interface Damaged {
  readonly azure: { readonly resources: DamagedResource[] };
  readonly okta: Record<(typeof entityKinds)[number], object[]>;
}

/** A folder with the state that has the program's whole stack in it. */
let whole: string;
beforeAll(async () => {
  whole = await mkdtemp(path.join(tmpdir(), "apim-okta-file-"));
  const file = await CloudFile.acquire(whole);
  const written = await readStackSettings("local");
  const people = peopleOf(written) ?? {};
  const cloud = await startCloud({ log, file, people, port: Number(await freePort()) });
  await provisionInProcess(settingsFor(cloud, written), cloud.providerHandlers);
  // The program has none of these.
  const trusted = { name: "Shop", origin: "https://shop.example", scopes: [{ type: "CORS" }] };
  await fetch(`${cloud.origins.okta}/api/v1/trustedOrigins`, {
    method: "POST",
    headers: { authorization: `SSWS ${cloud.org.identity.apiToken}`, "content-type": "application/json" },
    body: JSON.stringify(trusted),
  });
  await cloud.close();
  await file.release();
});
afterAll(() => rm(whole, { recursive: true }));

/** The state with the program's whole stack in it, for a test to damage. */
async function wholeState(): Promise<{ file: CloudFile; snapshot: CloudSnapshot }> {
  await cp(whole, folder, { recursive: true });
  const file = await CloudFile.acquire(folder);
  const snapshot = await file.read();
  if (snapshot === undefined) throw new Error("The state must be on disk; it is not.");
  return { file, snapshot };
}

/** Starts a local cloud with such a state, and ends it. */
async function readBack(file: CloudFile, snapshot: object): Promise<void> {
  await writeFile(state(), JSON.stringify(snapshot));
  const cloud = await startCloud({ log, file });
  await cloud.close();
}

const document = { format: "openapi", conduct: "template" };

function ofType(resources: readonly DamagedResource[], name: string): DamagedResource {
  const found = resources.find(({ type }) => type.endsWith(name));
  if (found === undefined) throw new Error(`The state must have a resource ${name}; it has none.`);
  return found;
}

describe("the local cloud's file", () => {
  it("brings everything back, to the letter", async () => {
    const file = await CloudFile.acquire(folder);
    const cloud = await startCloud({ log, file });
    await handlerOf(cloud, "azure-native:resources:ResourceGroup").create("x", {
      resourceGroupName: "rg",
      location: "westeurope",
    });
    const before = JSON.stringify({ azure: cloud.store.toJSON(), okta: cloud.org.toJSON() });
    await cloud.close();
    await file.release();

    const again = await CloudFile.acquire(folder);
    const restored = await startCloud({ log, file: again });
    expect(restored.origins).toEqual(cloud.origins);
    expect(JSON.stringify({ azure: restored.store.toJSON(), okta: restored.org.toJSON() })).toBe(before);
    await restored.close();
    await again.release();
    expect(((await stat(state())).mode & 0o777).toString(8)).toBe("600");
  });

  it("is held by one process at a time, and freed by a process that was killed", async () => {
    const file = await CloudFile.acquire(folder);
    await expect(CloudFile.acquire(folder)).rejects.toMatchObject({
      code: "StateLocked",
      message: expect.stringContaining(`got process ${process.pid}, which holds it. Stop that one first.`),
    });
    await file.release();
    // No process has this number: the kernel's highest is 4194304.
    await writeFile(path.join(folder, "cloud.lock"), "99999999");
    const taken = await CloudFile.acquire(folder);
    await taken.release();
  });

  it("takes the next snapshot and is freed after a write that failed", async () => {
    const file = await CloudFile.acquire(folder);
    const org = await OktaOrg.create("http://127.0.0.1:8402");
    const snapshot = {
      origins: cloudOrigins(8400),
      azure: new ArmStore().toJSON(),
      okta: org.toJSON(),
      login: await makeLocalCredentials(),
    };
    await mkdir(`${state()}.tmp`);
    await expect(file.write(snapshot)).rejects.toMatchObject({ code: "EISDIR" });
    await rmdir(`${state()}.tmp`);
    await file.write(snapshot);
    expect(JSON.stringify(await file.read())).toBe(JSON.stringify(snapshot));
    await mkdir(`${state()}.tmp`);
    await expect(file.write(snapshot)).rejects.toMatchObject({ code: "EISDIR" });
    await rmdir(`${state()}.tmp`);
    await file.release();
    expect(await readdir(folder)).toEqual(["cloud.json"]);
  });

  it("is refused with a kind of entity too many or one too few", async () => {
    const file = await CloudFile.acquire(folder);
    const { users, ...okta } = (await OktaOrg.create("http://127.0.0.1:8402")).toJSON();
    for (const kinds of [okta, { ...okta, users, devices: [] }]) {
      const login = await makeLocalCredentials();
      const azure = new ArmStore().toJSON();
      await writeFile(state(), JSON.stringify({ origins: cloudOrigins(8400), azure, okta: kinds, login }));
      await expect(file.read()).rejects.toMatchObject({ code: "StateDamaged" });
    }
    await file.release();
  });

  it.each(["{", "{}", '{"azure":[],"okta":{}}', ""])(
    "is refused when it is damaged (%j), and left as it is",
    async (text) => {
      await writeFile(state(), text);
      const file = await CloudFile.acquire(folder);
      await expect(startCloud({ port: 20_000, log, file })).rejects.toMatchObject({
        code: "StateDamaged",
        message: expect.stringContaining("npm run local -- --reset"),
      });
      await file.release();
      expect(await readFile(state(), "utf8")).toBe(text);
    },
  );

  it("is refused with a field of an entity that is missing, of another type, or one too many", async () => {
    const { file, snapshot } = await wholeState();
    for (const kind of entityKinds) {
      const [entity] = snapshot.okta[kind];
      if (entity === undefined) throw new Error(`The state must have ${kind}; it has none.`);
      const fields = Object.keys(entity);
      const changes = [
        ...fields.flatMap((field) => [{ [field]: undefined }, { [field]: [["no value of any field"]] }]),
        { further: 1 },
      ];
      for (const change of changes) {
        const damaged = structuredClone(snapshot) as unknown as Damaged;
        damaged.okta[kind][0] = { ...entity, ...change };
        await expect(readBack(file, damaged), `${kind} ${JSON.stringify(change)}`).rejects.toMatchObject({
          code: "StateDamaged",
          message: expect.stringContaining(`\n  - okta.${kind}.0`),
        });
      }
      const twice = structuredClone(snapshot) as unknown as Damaged;
      twice.okta[kind].push(entity);
      await expect(readBack(file, twice)).rejects.toMatchObject({ code: "StateDamaged" });
    }
    await file.release();
  });

  it.each<[string, (resources: DamagedResource[]) => unknown, RegExp]>([
    ["an unknown type", ([group]) => Object.assign(group ?? {}, { type: "x" }), /unknown type "x"/],
    [
      "an id of another type",
      (all) =>
        Object.assign(all.at(-1) ?? {}, {
          id: String(all.at(-1)?.id).replace(/[^/]+(?=\/[^/]*$)/, "loggers"),
        }),
      /has an id that is not of its type/,
    ],
    ["an id twice", (all) => all.push(all[1] as never), /has the id of an earlier one/],
    ["no resource group", (all) => all.shift(), /lies in .*resourceGroups.*, which is not there/],
    [
      "a body that Azure refuses",
      (all) =>
        Object.assign(ofType(all, "ApiManagement/service").body, { sku: { name: "Free", capacity: 1 } }),
      /azure\.resources\[\d+\] sku/,
    ],
    [
      "a document that cannot be read",
      (all) =>
        Object.assign(ofType(all, "service/apis").hidden, { document: { ...document, value: "openapi: [" } }),
      /\n {2}- /,
    ],
    [
      "a policy that cannot be read",
      (all) => Object.assign(ofType(all, "apis/policies").body.properties, { value: "<policies>" }),
      /\n {2}- /,
    ],
    [
      "a portal of another shape",
      (all) => Object.assign(ofType(all, "portalRevisions").hidden, { published: {} }),
      /holds no published portal/,
    ],
  ])("is refused with %s", async (_, damage, message) => {
    const { file, snapshot } = await wholeState();
    const damaged = structuredClone(snapshot) as unknown as Damaged;
    damage(damaged.azure.resources);
    await expect(readBack(file, damaged)).rejects.toMatchObject({
      code: "StateDamaged",
      message: expect.stringMatching(message),
    });
    await file.release();
  });

  it("is taken as it was written, with everything that the program makes", async () => {
    const { file, snapshot } = await wholeState();
    await expect(readBack(file, snapshot)).resolves.toBeUndefined();
    await file.release();
  });

  it("takes no write once it is released", async () => {
    const { file, snapshot } = await wholeState();
    await file.release();
    await expect(file.write(snapshot)).rejects.toMatchObject({
      code: "StateLocked",
      message: expect.stringContaining("The local cloud has stopped, so the change is not kept in"),
    });
  });

  it("is left alone by a stopped cloud, which answers nobody", async () => {
    const file = await CloudFile.acquire(folder);
    const cloud = await startCloud({ log, file });
    await cloud.close();
    await file.release();
    const group = { resourceGroupName: "rg", location: "westeurope" };
    const unanswered = handlerOf(cloud, "azure-native:resources:ResourceGroup").create("x", group);
    await expect(unanswered).rejects.toMatchObject({
      code: "NoAnswer",
      message: `Azure at ${cloud.azure.origin} does not answer (ECONNREFUSED). Look whether the local cloud runs.`,
    });
    expect(await readdir(folder)).not.toContain("cloud.json");
  });

  it("is refused at other ports than it was made at", async () => {
    const file = await CloudFile.acquire(folder);
    const cloud = await startCloud({ log, file });
    await handlerOf(cloud, "azure-native:resources:ResourceGroup").create("x", {
      resourceGroupName: "rg",
      location: "westeurope",
    });
    await cloud.close();
    const before = cloud.origins.gateway;
    const port = await freePort();
    await expect(startCloud({ port: Number(port), log, file })).rejects.toMatchObject({
      code: "PortChanged",
      message: `The local cloud's state was made with other ports: its gateway at ${before}, not at http://127.0.0.1:${port}. Choose --port ${new URL(before).port}, or empty the state with \`npm run local -- --reset\`.`,
    });
    await file.release();
  });
});

describe("a local cloud with latency", () => {
  it("answers 409 to writes while an instance is still being made, says so, and takes them afterwards", async () => {
    const cloud = await startCloud({ log, latencyMilliseconds: 500 });
    const group = { resourceGroupName: "rg", location: "westeurope" };
    await handlerOf(cloud, "azure-native:resources:ResourceGroup").create("x", group);
    const sku = { name: "Developer", capacity: 1 };
    const service = {
      ...group,
      serviceName: "apim-slow",
      sku,
      publisherName: "C",
      publisherEmail: "a@b.example",
    };
    const services = handlerOf(cloud, "azure-native:apimanagement:ApiManagementService");
    const making = services.create("x", service);
    const policy = {
      resourceGroupName: "rg",
      serviceName: "apim-slow",
      policyId: "policy",
      format: "rawxml",
      value: "<policies />",
    };
    const policies = handlerOf(cloud, "azure-native:apimanagement:Policy");
    // The instance is known from the moment that its creation began.
    while (cloud.store.derived(deriveGatewayModel) === undefined) await setImmediate();
    await expect(policies.create("x", policy)).rejects.toMatchObject({
      code: "ServiceLocked",
      message: expect.stringContaining("apim-slow is transitioning at this time"),
    });
    const state = async (id: string) => (await services.read(id))?.properties.provisioningState;
    const [{ id = "" } = {}] = cloud.store.all("Microsoft.ApiManagement/service");
    expect(await state(id)).toBe("Activating");
    await making;
    expect(await state(id)).toBe("Succeeded");
    await expect(policies.create("x", policy)).resolves.toBeDefined();
    await cloud.close();
  });
});
