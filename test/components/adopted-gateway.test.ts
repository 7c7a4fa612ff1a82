/** Whether an adopted instance has a developer portal, and what is said of it. What the program makes of it is in test/program.test.ts. */
import * as azure from "@pulumi/azure-native/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { expect, it, vi } from "vitest";
import { adoptGateway } from "../../components/adopted-gateway.ts";

async function adopt(
  sku: string,
  portal: { developerPortalStatus?: string; developerPortalUrl?: string },
): Promise<{ notices: readonly object[]; origins: number }> {
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call: () => ({
      name: "apim-ours",
      sku: { name: sku, capacity: 1 },
      ...portal,
    }),
  });
  const printed = { info: vi.spyOn(console, "log"), warning: vi.spyOn(console, "warn") };
  for (const spy of Object.values(printed)) spy.mockImplementation(() => {});
  const origins = Promise.withResolvers<number>();
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      const names = { resourceGroupName: "rg-ours", serviceName: "apim-ours" };
      const gateway = await adoptGateway({ ...names, sku });
      gateway.portalOrigins.apply((known) => origins.resolve(known.length));
    });
    await pulumi.runtime.disconnect();
    // Under mocks the SDK has no engine to tell, and prints.
    const notices = Object.entries(printed).flatMap(([severity, { mock }]) =>
      mock.calls.map(([message]) => ({ severity, message })),
    );
    return { notices, origins: await origins.promise };
  } finally {
    for (const spy of Object.values(printed)) spy.mockRestore();
  }
}

const developerPortalUrl = "https://p.example";

it.each([{}, { developerPortalStatus: "Enabled" }])("has the portal that Azure names: %j", async (status) => {
  expect(await adopt("StandardV2", { ...status, developerPortalUrl })).toEqual({ notices: [], origins: 1 });
});

it.each([
  { developerPortalStatus: "Disabled", developerPortalUrl },
  { developerPortalStatus: "Disabled" },
  { developerPortalStatus: "Enabled", developerPortalUrl: "" },
  {},
])("has no portal when it is off or Azure names none, and warns: %j", async (portal) => {
  expect(await adopt("StandardV2", portal)).toEqual({
    notices: [
      {
        severity: "warning",
        message: expect.stringContaining(
          'The developer portal of "apim-ours" is off: nobody can sign in there, nothing is published',
        ),
      },
    ],
    origins: 0,
  });
});

it("has no portal in Consumption, and says it once", async () => {
  expect(await adopt("Consumption", { developerPortalStatus: "Disabled" })).toEqual({
    notices: [
      { severity: "info", message: expect.stringContaining("Tier Consumption has no developer portal") },
    ],
    origins: 0,
  });
});

it("is looked up by the provider that the options name", async () => {
  const asked: (string | undefined)[] = [];
  await pulumi.runtime.setMocks({
    newResource: ({ name }) => ({ id: name, state: {} }),
    call: ({ provider }) => {
      asked.push(provider);
      return { name: "apim-ours", sku: { name: "Consumption", capacity: 0 } };
    },
  });
  await pulumi.runtime.runInPulumiStack(async () => {
    const provider = new azure.Provider("other-subscription");
    const names = { resourceGroupName: "rg-ours", serviceName: "apim-ours", sku: "Consumption" };
    await adoptGateway(names);
    await adoptGateway(names, { provider });
    return {};
  });
  await pulumi.runtime.disconnect();
  expect(asked).toEqual(["", expect.stringContaining("::other-subscription::")]);
});
