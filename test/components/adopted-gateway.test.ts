/** What is said of an adopted instance's developer portal. What the program makes of it is in test/program.test.ts. */
import * as pulumi from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { adoptGateway } from "../../components/adopted-gateway.ts";
import type { Sku } from "../../components/config-schema.ts";
import { collectNotices } from "../../simulator/runtime-notices.ts";

async function noticesOf(sku: Sku, developerPortalStatus: string | undefined): Promise<readonly object[]> {
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call: () => ({
      name: "apim-ours",
      sku: { name: sku, capacity: 1 },
      developerPortalStatus,
      developerPortalUrl: "https://p.example",
    }),
  });
  const { notices, stop } = collectNotices();
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      const names = { resourceGroupName: "rg-ours", serviceName: "apim-ours" };
      adoptGateway({ ...names, sku, portalDomain: "", publishPortal: false });
    });
    await pulumi.runtime.disconnect();
    return notices;
  } finally {
    stop();
  }
}

it.each([undefined, "Enabled"])("says nothing of a portal with the status %s", async (status) => {
  expect(await noticesOf("StandardV2", status)).toEqual([]);
});

it("warns of a portal that is off", async () => {
  expect(await noticesOf("StandardV2", "Disabled")).toEqual([
    {
      severity: "warning",
      message: expect.stringContaining(
        'The developer portal of "apim-ours" must be enabled for people to sign in there; got "Disabled".',
      ),
    },
  ]);
});

it("says that a tier has none", async () => {
  expect(await noticesOf("Consumption", "Disabled")).toEqual([
    { severity: "info", message: expect.stringContaining("Tier Consumption has no developer portal") },
  ]);
});
