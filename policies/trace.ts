import type { Text } from "./expression.ts";
import { invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link trace}. */
export interface TraceArgs {
  /** Who says it, for those who read the trace. */
  readonly source: Text;
  /** @defaultValue Azure's: verbose */
  readonly severity?: "verbose" | "information" | "error";
  readonly message: Text;
  /** Further properties by name. */
  readonly metadata?: Readonly<Record<string, Text>>;
}

/** A `trace` statement. */
export interface Trace {
  readonly kind: "trace";
  readonly args: TraceArgs;
}

/**
 * `trace({ source: "orders", message: expression`context.RequestId.ToString()` })` → `<trace source="orders">…</trace>`: writes into the
 * trace of the request, Application Insights and the resource logs.
 *
 * @see https://learn.microsoft.com/azure/api-management/trace-policy
 */
export function trace(args: TraceArgs): Trace {
  return { kind: "trace", args };
}

/** The element of {@link trace}. @throws {PolicyError} `INVALID_VALUE` for an empty source. */
export function traceElement({ args }: Trace, path: string): XmlElement {
  if (args.source === "") throw invalid(`${path}/@source`, "is empty. Say who writes it");
  return element("trace", { source: args.source, severity: args.severity }, [
    element("message", {}, args.message),
    ...Object.entries(args.metadata ?? {}).map(([name, value]) => element("metadata", { name, value })),
  ]);
}
