import type { Text } from "../expression.ts";
import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
} from "../policy.ts";
import { nonEmpty } from "../values.ts";
import { element } from "../xml.ts";

/** Settings of {@link trace}. */
export interface TraceArgs extends PolicyArgs {
  /** Who says it, for those who read the trace. */
  readonly source: PlainText;
  /** @defaultValue Azure's: verbose */
  readonly severity?: "verbose" | "information" | "error";
  readonly message: Text;
  /** Further properties by name. */
  readonly metadata?: Readonly<Record<string, Text>>;
}

/**
 * `trace({ source: "orders", message: expression`context.RequestId.ToString()` })` → `<trace source="orders">…</trace>`: writes into the
 * trace of the request, Application Insights and the resource logs.
 *
 * @see https://learn.microsoft.com/azure/api-management/trace-policy
 */
export function trace({
  source,
  severity,
  message,
  metadata = {},
  id,
}: TraceArgs): Policy<PolicySection, "trace"> {
  return makePolicy({
    name: "trace",
    sections: everySection,
    attributes: { source: nonEmpty(source, "Say who writes it"), severity, id },
    content: [
      element("message", {}, message),
      ...Object.entries(metadata).map(([name, value]) => element("metadata", { name, value })),
    ],
  });
}
