import type { GroupContext } from "../../expressions/context.ts";

/** A product without its policy: what expressions read as `context.Product`, and which APIs are in it. */
export interface ServedProduct {
  /** ARM name of the product, `starter`. */
  readonly id: string;
  readonly displayName: string;
  readonly state: "notPublished" | "published";
  /** Whether its APIs ask for a key. A product that does not is an open one. */
  readonly subscriptionRequired: boolean;
  readonly approvalRequired: boolean;
  /** How many subscriptions a person may have; absent, any number. */
  readonly subscriptionsLimit?: number;
  /** ARM names of its APIs, in lower case. */
  readonly apis: ReadonlySet<string>;
  /** The groups whose members see it. @defaultValue none */
  readonly groups?: readonly GroupContext[];
}
