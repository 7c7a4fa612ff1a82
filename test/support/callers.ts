import { type Caller, callerOf } from "../../proof/caller.ts";
import type { Client } from "../../proof/client.ts";

/** A client that gets tokens for itself, with all scopes of the smallest document unless told otherwise. */
export function batchClient(changed: Partial<Client> = {}): Client {
  return {
    ...{ name: "batch", kind: "service", clientId: "0oaBatch", clientSecret: "secret" },
    ...{ authentication: "client_secret_basic", grantTypes: ["client_credentials"], redirectUris: [] },
    ...{ scopes: ["orders.read", "orders.write"], groups: [] },
    ...changed,
  };
}

/** {@link batchClient} as the one who asks. */
export const batch: Caller = callerOf(batchClient());

/** A client that the members of Staff sign in with, who may only read unless told otherwise. */
export function shopClient(changed: Partial<Client> = {}): Client {
  return {
    ...{ name: "shop", kind: "browser", clientId: "0oaShop", authentication: "none" },
    ...{ grantTypes: ["authorization_code"], redirectUris: ["https://shop.example.com/callback"] },
    ...{ scopes: ["orders.read"], groups: ["Staff"] },
    ...changed,
  };
}
