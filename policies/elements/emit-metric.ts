import type { Expression, Text } from "../expression.ts";
import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
} from "../policy.ts";
import { checked, invalid, nonEmpty } from "../values.ts";
import { element } from "../xml.ts";

/** A dimension that API Management knows the value of. */
export type KnownDimension =
  | "API ID"
  | "Operation ID"
  | "Product ID"
  | "User ID"
  | "Subscription ID"
  | "Location"
  | "Gateway ID";

/** A dimension of a metric, with a value unless API Management knows it. */
export type DimensionArgs =
  | { readonly name: KnownDimension; readonly value?: Text }
  | { readonly name: Text; readonly value: Text };

/** Settings of {@link emitMetric}. */
export interface EmitMetricArgs extends PolicyArgs {
  readonly name: PlainText;
  /** @defaultValue Azure's: API Management */
  readonly namespace?: PlainText;
  /** @defaultValue Azure's: 1 */
  readonly value?: number | Expression;
  /** Ten at most. */
  readonly dimensions: readonly [DimensionArgs, ...DimensionArgs[]];
}

/**
 * `emitMetric({ name: "Request", dimensions: [{ name: "API ID" }] })` → `<emit-metric name="Request"><dimension name="API ID" /></emit-metric>`:
 * sends a number to Application Insights.
 *
 * @see https://learn.microsoft.com/azure/api-management/emit-metric-policy
 */
export function emitMetric(args: EmitMetricArgs): Policy<PolicySection, "emit-metric"> {
  const { dimensions } = args;
  return makePolicy({
    name: "emit-metric",
    sections: everySection,
    attributes: {
      name: nonEmpty(args.name, "Name the metric"),
      value: checked(args.value, assertNumber),
      namespace: nonEmpty(args.namespace, "Name the namespace"),
      id: args.id,
    },
    content: dimensions.map(({ name, value }) =>
      element("dimension", { name: nonEmpty(name, "Name the dimension"), value }),
    ),
    check: (path) => {
      // In Azure's schema.
      if (dimensions.length > 10)
        throw invalid(path, `takes 10 dimensions at most; got ${dimensions.length}. Remove some`);
    },
  });
}

function assertNumber(value: number, path: string): void {
  if (!Number.isFinite(value)) throw invalid(path, `must be a number; got ${value}. Write another one`);
}
