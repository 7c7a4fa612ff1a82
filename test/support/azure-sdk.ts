import * as tls from "node:tls";
import { ApiManagementClient, type ErrorResponse } from "@azure/arm-apimanagement";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import { type CloudOptions, type LocalCloud, startCloud } from "../../simulator/cloud.ts";

/** A local cloud with an instance, and Microsoft's own client of it. */
export interface SdkCloud {
  readonly cloud: LocalCloud;
  readonly apim: ApiManagementClient;
  /** Resource group and name of the instance. */
  readonly at: readonly [group: string, name: string];
  /** Forgets the cloud. */
  close(): Promise<void>;
}

/** How often the client asks whether something is done. */
export const quick = { updateIntervalInMs: 1 };

/** Starts a local cloud and makes an instance in it. */
export async function startSdkCloud(options: Partial<CloudOptions> = {}): Promise<SdkCloud> {
  const cloud = await startCloud({ log: () => {}, ...options });
  const trusted = tls.getCACertificates();
  tls.setDefaultCACertificates([...trusted, cloud.azure.certificate]);
  const { origin, subscriptionId, tenantId, clientId, clientSecret } = cloud.azure;
  const authority = { authorityHost: origin, disableInstanceDiscovery: true };
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, authority);
  const endpoint = { endpoint: origin };
  const at = ["rg", "apim-sdk"] as const;
  const resources = new ResourceManagementClient(credential, subscriptionId, endpoint);
  await resources.resourceGroups.createOrUpdate(at[0], { location: "West Europe" });
  const apim = new ApiManagementClient(credential, subscriptionId, endpoint);
  const publisher = { publisherName: "Contoso", publisherEmail: "a@b.example" };
  const service = { location: "West Europe", sku: { name: "Developer", capacity: 1 }, ...publisher };
  await apim.apiManagementService.beginCreateOrUpdateAndWait(...at, service, quick);
  const close = async () => {
    tls.setDefaultCACertificates(trusted);
    await cloud.close();
  };
  return { cloud, apim, at, close };
}

/** Status, code and message of what a client throws; empty where it throws nothing. */
export async function azureRefusal(
  call: Promise<unknown>,
): Promise<{ status?: number; code?: string; message?: string }> {
  try {
    await call;
    return {};
  } catch (error) {
    const { statusCode, code, message } = error as {
      statusCode: number;
      code: string;
      message: string;
      details?: ErrorResponse;
    };
    return { status: statusCode, code, message };
  }
}

/** The names of what a client lists. */
export async function namesIn(list: AsyncIterable<{ name?: string }>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name = "" } of list) names.push(name);
  return names;
}
