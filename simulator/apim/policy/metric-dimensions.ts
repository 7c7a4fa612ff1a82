import type { ElementReader } from "./element-reader.ts";
import type { Exchange } from "./exchange.ts";
import { anyText, type PolicyValue } from "./policy-value.ts";

/**
 * Dimensions whose value the gateway knows.
 *
 * @see https://github.com/MicrosoftDocs/azure-docs/blob/main/includes/api-management-emit-metric-dimensions.md
 */
const ownDimensions = new Map<string, (exchange: Exchange) => string>([
  ["API ID", ({ api }) => api?.id ?? ""],
  ["Operation ID", ({ operation }) => operation?.id ?? ""],
  ["Product ID", ({ product }) => product?.id ?? ""],
  ["User ID", () => ""],
  ["Subscription ID", ({ subscription }) => subscription?.id ?? ""],
  ["Location", ({ service }) => service.region ?? ""],
  ["Gateway ID", () => "managed"],
  ["Backend ID", ({ backend }) => backend?.id ?? ""],
]);

/** A `dimension` of a metric. */
export interface MetricDimension {
  readonly name: PolicyValue<string> | undefined;
  readonly value: PolicyValue<string> | undefined;
}

/** Reads the dimensions of a metric, ten at most. */
export function readDimensions(reader: ElementReader): readonly MetricDimension[] {
  return reader
    .sequence({ dimension: 10 })
    .filter((child) => child.name === "dimension")
    .map((child) => readDimension(reader.of(child)));
}

/** What the dimensions are for one request, by their names. */
export function dimensionsFor(
  exchange: Exchange,
  dimensions: readonly MetricDimension[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(dimensions.map((dimension) => toldOf(dimension, exchange)));
}

function readDimension(reader: ElementReader): MetricDimension {
  const name = reader.requiredValue("name", anyText);
  const value = reader.value("value", anyText);
  if (name?.literal !== undefined && !reader.has("value") && !ownDimensions.has(name.literal))
    reader.refuse(
      `The attribute 'value' is missing: only ${[...ownDimensions.keys()].join(", ")} have one of their own.`,
    );
  reader.sequence({});
  reader.done();
  return { name, value };
}

function toldOf(
  { name, value }: MetricDimension,
  exchange: Exchange,
): readonly [name: string, value: string] {
  const known = name?.(exchange) ?? "";
  return [known, value?.(exchange) ?? ownDimensions.get(known)?.(exchange) ?? ""];
}
