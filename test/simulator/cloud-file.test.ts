/** The file that a local cloud keeps its state in. What a power failure leaves behind is not proved here. */
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArmStore } from "../../simulator/apim/arm-store.ts";
import { startCloud } from "../../simulator/cloud.ts";
import { CloudFile } from "../../simulator/cloud-file.ts";
import { startOnFreePorts } from "../../simulator/free-ports.ts";
import { OktaOrg } from "../../simulator/okta/org.ts";
import { handlerOf, portOf } from "../support/local-stack.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-file-"));
});
afterEach(() => rm(folder, { recursive: true }));

const log = () => {};
const state = () => path.join(folder, "cloud.json");

describe("the local cloud's file", () => {
  it("brings everything back, to the letter", async () => {
    const file = await CloudFile.acquire(folder);
    const cloud = await startOnFreePorts({ log, file });
    await handlerOf(cloud, "azure-native:resources:ResourceGroup").create("x", {
      resourceGroupName: "rg",
      location: "westeurope",
    });
    const before = JSON.stringify({ azure: cloud.store.toJSON(), okta: cloud.org.toJSON() });
    await cloud.close();
    await file.release();

    const again = await CloudFile.acquire(folder);
    const restored = await startCloud({ port: portOf(cloud), log, file: again });
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
    const snapshot = { azure: new ArmStore().toJSON(), okta: org.toJSON() };
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
      await writeFile(state(), JSON.stringify({ azure: new ArmStore().toJSON(), okta: kinds }));
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

  it("is refused at other ports than it was made at", async () => {
    const file = await CloudFile.acquire(folder);
    const cloud = await startOnFreePorts({ log, file });
    await handlerOf(cloud, "azure-native:resources:ResourceGroup").create("x", {
      resourceGroupName: "rg",
      location: "westeurope",
    });
    await cloud.close();
    await expect(startCloud({ port: portOf(cloud) + 4, log, file })).rejects.toMatchObject({
      code: "PortChanged",
    });
    await file.release();
  });
});

describe("a local cloud with latency", () => {
  it("answers 409 to writes while an instance is still being made, says so, and takes them afterwards", async () => {
    const cloud = await startOnFreePorts({ log, latencyMilliseconds: 50 });
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
    while (cloud.store.gatewayModel() === undefined) await setImmediate();
    await expect(policies.create("x", policy)).rejects.toMatchObject({
      code: "ServiceLocked",
      message: expect.stringContaining("apim-slow is transitioning at this time"),
    });
    const state = async (id: string) => (await services.read(id))?.properties.provisioningState;
    const [{ id = "" } = {}] = cloud.store.all(services.type);
    expect(await state(id)).toBe("Activating");
    await making;
    expect(await state(id)).toBe("Succeeded");
    await expect(policies.create("x", policy)).resolves.toBeDefined();
    await cloud.close();
  });
});
