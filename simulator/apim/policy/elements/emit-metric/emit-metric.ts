import type { ElementReader } from "../../element-reader.ts";
import type { Exchange } from "../../exchange.ts";
import { anyText, type PolicyValue, type ValueKind } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/** Dimensions whose value the gateway knows. */
const ownDimensions = new Map<string, (exchange: Exchange) => string>([
  ["API ID", ({ api }) => api?.id ?? ""],
  ["Operation ID", ({ operation }) => operation?.id ?? ""],
  ["Product ID", ({ product }) => product?.id ?? ""],
  ["User ID", () => ""],
  ["Subscription ID", ({ subscription }) => subscription?.id ?? ""],
  ["Location", ({ service }) => service.region ?? ""],
  ["Gateway ID", () => "managed"],
]);

const number: ValueKind<number> = {
  must: "a number",
  read: (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text)),
};

interface Dimension {
  readonly name: PolicyValue<string> | undefined;
  readonly value: PolicyValue<string> | undefined;
}

/**
 * `emit-metric`: sends a number with dimensions to Application Insights.
 *
 * Differs from Azure: `emit-metric` writes to the trace of the request; there is no Application Insights.
 *
 * @see https://learn.microsoft.com/azure/api-management/emit-metric-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend", "outbound", "on-error"],
  parse: ({ reader }) => {
    const name = reader.requiredText("name");
    const namespace = reader.text("namespace") ?? "API Management";
    const value = reader.value("value", number);
    reader.boolean("default-dimensions");
    const dimensions = reader
      .sequence({ dimension: 10 })
      .filter((child) => child.name === "dimension")
      .map((child) => readDimension(reader.of(child)));
    reader.done();
    return {
      run: (exchange) => {
        // Worked out even when nobody reads it: an expression that fails must fail either way.
        const told = dimensions.map((dimension) => toldOf(dimension, exchange));
        const amount = value === undefined ? 1 : value(exchange);
        exchange.trace?.value(`emit-metric ${namespace}/${name}`, {
          value: amount,
          dimensions: Object.fromEntries(told),
        });
        return "next";
      },
    };
  },
};

function readDimension(reader: ElementReader): Dimension {
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

function toldOf({ name, value }: Dimension, exchange: Exchange): readonly [name: string, value: string] {
  const known = name?.(exchange) ?? "";
  return [known, value?.(exchange) ?? ownDimensions.get(known)?.(exchange) ?? ""];
}
