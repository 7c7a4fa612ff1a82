/** The environment for the vendors' own tools. That their providers take it is not proved here: plugins cannot be loaded in a test. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { vendorVariables } from "../commands/vendor-variables.ts";
import { startCloud } from "../simulator/cloud.ts";
import { CloudFile } from "../simulator/cloud-file.ts";

const program = `
  const { EnvironmentCredential } = await import("@azure/identity");
  const options = { authorityHost: process.env.AZURE_AUTHORITY_HOST, disableInstanceDiscovery: true };
  const scope = "https://management.azure.com/.default";
  const { token } = await new EnvironmentCredential(options).getToken(scope);
  const metadata = "https://" + process.env.ARM_METADATA_HOSTNAME + "/metadata/endpoints?api-version=2022-09-01";
  const { resourceManager } = await (await fetch(metadata)).json();
  const groups = resourceManager + "subscriptions/" + process.env.ARM_SUBSCRIPTION_ID + "/resourcegroups?api-version=2024-03-01";
  const arm = await fetch(groups, { headers: { authorization: "Bearer " + token } });
  const me = process.env.OKTA_HTTP_PROXY + "/api/v1/users/me";
  const okta = await fetch(me, { headers: { authorization: "SSWS " + process.env.OKTA_API_TOKEN } });
  console.log(arm.status, okta.status);
`;

describe("the environment for vendors' tools", () => {
  it("lets a process of its own log in to Azure and Okta, and trust the certificate", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "apim-okta-vendor-"));
    const file = await CloudFile.acquire(folder);
    const cloud = await startCloud({ log: () => {}, file });
    try {
      const env = { PATH: process.env.PATH, ...vendorVariables(cloud) };
      const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });
      expect((await run).stdout).toBe("200 200\n");
    } finally {
      await cloud.close();
      await file.release();
      await rm(folder, { recursive: true });
    }
  });
});
