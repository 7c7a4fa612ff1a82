import { makeService, policy, serveGateway, type TestGateway } from "./gateway.ts";
import { serve } from "./serve.ts";
import { keyNames, subscriptionWithKeys } from "./subscriptions.ts";

/** A gateway with one API, "Shop API", whose operations are called by the subscriptions `one` and `two`. */
export interface ShopGateway {
  readonly gateway: TestGateway;
  /** Puts a document in force. @param createdDate When the subscriptions were made, ISO 8601. */
  start(xml: string, createdDate?: string): Promise<void>;
  /** Calls `things` or `others`. @param key A subscription's key, `null` for none. @defaultValue that of `one` */
  call(path?: string, key?: string | null): Promise<Response>;
  /** Ends it and its backend. */
  close(): Promise<unknown>;
}

/** Starts it; close it after the tests. */
export async function serveShop(): Promise<ShopGateway> {
  const backend = await serve((_, response) => response.end());
  const gateway = await serveGateway();
  const all = { kind: "all" } as const;
  const operation = (id: string, displayName: string) => ({
    ...{ id, displayName, method: "GET", urlTemplate: `/${id}`, responses: [] },
  });
  return {
    gateway,
    close: () => Promise.all([gateway.close(), backend.close()]),
    start: async (xml, createdDate = "2026-11-28T00:00:00.000Z") => {
      gateway.service = {
        ...makeService({
          policy: await policy(xml, { scope: "product", backend: "<forward-request />" }),
          api: { id: "shop", displayName: "Shop API", serviceUrl: backend.origin, keyNames },
          operations: [operation("things", "List things"), operation("others", "List others")],
        }),
        subscriptions: ["one", "two"].map((id) => subscriptionWithKeys(id, all, { createdDate })),
      };
    },
    call: (path = "things", key = "one-1") =>
      fetch(`${gateway.origin}/${path}`, { headers: key === null ? {} : { [keyNames.header]: key } }),
  };
}
