import okta from "@okta/okta-sdk-nodejs";
import type { OktaOrg } from "../../simulator/okta/org.ts";

/** Okta's own client, with the org's API token. */
export function tokenClient({ identity }: OktaOrg): okta.Client {
  return new okta.Client({ ...plain, orgUrl: identity.origin, token: identity.apiToken });
}

// Each call goes out, and a refusal comes back at once.
const plain = {
  cacheMiddleware: null,
  requestExecutor: new okta.DefaultRequestExecutor({ maxRetries: 0, requestTimeout: 0 }),
};

/** What a call of the client was refused with. */
export async function oktaRefusalOf(call: Promise<unknown>): Promise<{
  readonly status: number;
  readonly errorCode: string;
  readonly errorSummary: string;
  readonly errorCauses: readonly { readonly errorSummary: string }[];
}> {
  const error = await call.then(
    () => new Error("The call must be refused; it was answered."),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error && "errorCode" in error)) throw error;
  return error as never;
}

/** Everything of a list, page by page. */
export async function all<T>(collection: { each(visit: (item: T) => void): Promise<unknown> }): Promise<T[]> {
  const items: T[] = [];
  await collection.each((item) => {
    items.push(item);
  });
  return items;
}

/** Okta's own client, as a service app that proves itself by its private key. */
export function serviceClient(
  { origin }: OktaOrg,
  { clientId, privateKey, scopes }: { clientId: string; privateKey: object; scopes: readonly string[] },
): okta.Client {
  return new okta.Client({
    ...plain,
    ...{ orgUrl: origin, authorizationMode: "PrivateKey", clientId },
    ...{ scopes: [...scopes], privateKey: JSON.stringify(privateKey) },
  });
}
