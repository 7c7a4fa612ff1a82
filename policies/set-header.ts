import { invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link setHeader}: a header to remove, or one with its values. */
export type SetHeaderArgs = { readonly name: string } & (
  | { readonly existsAction: "delete" }
  | {
      /** What happens to a header of that name that is there already. @defaultValue Azure's: override */
      readonly existsAction?: "override" | "skip" | "append";
      readonly values: readonly [string, ...string[]];
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

/** The element of {@link setHeader}. @throws {PolicyError} `INVALID_VALUE` for a name that HTTP does not allow. */
export function setHeaderElement({ args }: SetHeader, path: string): XmlElement {
  // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(args.name)) {
    throw invalid(
      `${path}/@name`,
      `must be an HTTP field name; got "${args.name}". Use letters, digits and hyphens`,
    );
  }
  const values = "values" in args ? args.values : [];
  return element(
    "set-header",
    { name: args.name, "exists-action": args.existsAction },
    values.map((value) => element("value", {}, value)),
  );
}
