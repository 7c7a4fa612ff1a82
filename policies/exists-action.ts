import type { Expression, Text } from "./expression.ts";
import { type Attributes, type CheckedValue, element, type XmlElement, type XmlValue } from "./xml.ts";

/** What happens to a header or query parameter of that name that is there already. */
export type ExistingArgs =
  | { readonly existsAction: "delete" }
  | {
      /** @defaultValue Azure's: override */
      readonly existsAction?: "override" | "skip" | "append" | Expression;
      readonly values: readonly [Text, ...Text[]];
    };

/** The attribute of {@link ExistingArgs}. */
export function existingAttributes({ existsAction }: ExistingArgs): Attributes {
  return { "exists-action": existsAction };
}

/** The children of {@link ExistingArgs}. */
export function existingValues(
  args: ExistingArgs,
  write: (value: Text) => XmlValue | CheckedValue,
): readonly XmlElement[] {
  const values = "values" in args ? args.values : [];
  return values.map((value) => element("value", {}, write(value)));
}
