/** `npm run local -- --purge`, on what Microsoft's own client deleted. */
import { readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import * as tls from "node:tls";
import { ApiManagementClient } from "@azure/arm-apimanagement";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";
import { copyProject, runToEnd } from "../test/support/command.ts";

let project: string;
beforeAll(async () => {
  project = await copyProject();
  await deleteInstances("apim-one", "apim-two");
});
afterAll(() => rm(project, { recursive: true }));

/** Leaves the state of a local cloud in which instances were made and deleted. */
async function deleteInstances(...names: readonly string[]): Promise<void> {
  const trusted = tls.getCACertificates();
  const file = await CloudFile.acquire(path.join(project, ".local"));
  const cloud = await startCloud({ file, log: () => {} });
  try {
    const { origin, certificate, subscriptionId, tenantId, clientId, clientSecret } = cloud.azure;
    tls.setDefaultCACertificates([...trusted, certificate]);
    const login = { authorityHost: origin, disableInstanceDiscovery: true };
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, login);
    const at = { endpoint: origin };
    const groups = new ResourceManagementClient(credential, subscriptionId, at).resourceGroups;
    const instances = new ApiManagementClient(credential, subscriptionId, at).apiManagementService;
    await groups.createOrUpdate("rg", { location: "westeurope" });
    for (const name of names) {
      const sku = { name: "Developer", capacity: 1 };
      const publisher = { publisherName: "Contoso", publisherEmail: "a@b.example" };
      const quick = { updateIntervalInMs: 1 };
      await instances.beginCreateOrUpdateAndWait(
        "rg",
        name,
        { location: "West Europe", sku, ...publisher },
        quick,
      );
      await instances.beginDeleteAndWait("rg", name, quick);
    }
  } finally {
    tls.setDefaultCACertificates(trusted);
    await cloud.close();
    await file.release();
  }
}

async function deletedInstances(): Promise<readonly string[]> {
  const { azure } = JSON.parse(await readFile(path.join(project, ".local/cloud.json"), "utf8"));
  return azure.softDeleted.map(({ id }: { id: string }) => id.slice(id.lastIndexOf("/") + 1));
}

const purge = (name: string) => runToEnd({ project, name: "local", args: ["--purge", name] });

describe("npm run local -- --purge", () => {
  it("frees the name of a deleted instance, in whatever case it is written, and of no other", async () => {
    expect(await purge("APIM-one")).toEqual({
      ...{ code: 0, stdout: "", stderr: 'The name "APIM-one" is free again.\n' },
    });
    expect(await deletedInstances()).toEqual(["apim-two"]);
  });

  it("lists the deleted instances when none has the name", async () => {
    expect(await purge("apim")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'The local cloud has no deleted instance "apim". Deleted are: "apim-two".\nError code: command-line\n',
    });
    expect(await deletedInstances()).toEqual(["apim-two"]);
  });
});
