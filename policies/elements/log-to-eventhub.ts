import type { Text } from "../expression.ts";
import type { OneOf } from "../one-of.ts";
import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
} from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link logToEventhub}. */
export type LogToEventhubArgs = PolicyArgs & {
  /** Id of a `Logger` resource. */
  readonly loggerId: PlainText;
  /** Cut after 200 KB. */
  readonly message: Text;
} & OneOf<
    | {
        /** Index of the partition. @defaultValue any */
        readonly partitionId?: PlainText;
      }
    | {
        /** What the partition is found by. */
        readonly partitionKey: Text;
      }
  >;

/**
 * `logToEventhub({ loggerId: "calls", message: expression`context.RequestId.ToString()` })` →
 * `<log-to-eventhub logger-id="calls">@(…)</log-to-eventhub>`: sends a text to an event hub.
 *
 * @see https://learn.microsoft.com/azure/api-management/log-to-eventhub-policy
 */
export function logToEventhub(args: LogToEventhubArgs): Policy<PolicySection, "log-to-eventhub"> {
  return makePolicy({
    name: "log-to-eventhub",
    sections: everySection,
    attributes: {
      "logger-id": nonEmpty(args.loggerId, "Name the logger"),
      "partition-id": args.partitionId,
      "partition-key": args.partitionKey,
      id: args.id,
    },
    content: args.message,
  });
}
