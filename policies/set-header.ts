import type { Text } from "./expression.ts";
import { assertFieldValue, assertToken, checkLiteral, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link setHeader}: a header to remove, or one with its values. */
export type SetHeaderArgs = { readonly name: string } & (
  | { readonly existsAction: "delete" }
  | {
      /** What happens to a header of that name that is there already. @defaultValue Azure's: override */
      readonly existsAction?: "override" | "skip" | "append";
      readonly values: readonly [Text, ...Text[]];
    }
);

/** A `set-header` statement. */
export interface SetHeader {
  readonly kind: "set-header";
  readonly args: SetHeaderArgs;
}

/**
 * `setHeader({ name: "X-Api", values: ["conference"] })` → `<set-header name="X-Api"><value>conference</value></set-header>`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-header-policy
 */
export function setHeader(args: SetHeaderArgs): SetHeader {
  return { kind: "set-header", args };
}

// https://learn.microsoft.com/azure/api-management/set-header-policy#limitations
const unchangeable: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
]);

/**
 * The element of {@link setHeader}.
 *
 * @throws {PolicyError} `INVALID_VALUE` for a name or value that HTTP cannot carry, or a header that API Management leaves alone.
 */
export function setHeaderElement({ args }: SetHeader, path: string): XmlElement {
  assertToken(args.name, `${path}/@name`);
  if (unchangeable.has(args.name.toLowerCase())) {
    throw invalid(
      `${path}/@name`,
      `names "${args.name}", which API Management lets no policy change. Leave it out: the gateway frames each message itself`,
    );
  }
  const values = "values" in args ? args.values : [];
  for (const value of values) checkLiteral(value, `${path}/value`, assertFieldValue);
  return element(
    "set-header",
    { name: args.name, "exists-action": args.existsAction },
    values.map((value) => element("value", {}, value)),
  );
}
