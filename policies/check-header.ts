import type { Expression, Text } from "./expression.ts";
import { assertStatus, assertToken, checkLiteral } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link checkHeader}. */
export interface CheckHeaderArgs {
  readonly name: string;
  /** 200 to 599. */
  readonly failedCheckHttpCode: number | Expression;
  readonly failedCheckErrorMessage: Text;
  /** Whether the values are compared without regard to case. */
  readonly ignoreCase: boolean | Expression;
  /** Any one must match. @defaultValue none: any value will do */
  readonly values?: readonly [Text, ...Text[]];
}

/** A `check-header` statement. */
export interface CheckHeader {
  readonly kind: "check-header";
  readonly args: CheckHeaderArgs;
}

/**
 * `checkHeader({ name: "X-Tenant", failedCheckHttpCode: 400, failedCheckErrorMessage: "Which tenant?", ignoreCase: true })` →
 * `<check-header name="X-Tenant" … />`: refuses requests without the header, or with another value than the listed ones.
 *
 * @see https://learn.microsoft.com/azure/api-management/check-header-policy
 */
export function checkHeader(args: CheckHeaderArgs): CheckHeader {
  return { kind: "check-header", args };
}

/** The element of {@link checkHeader}. @throws {PolicyError} `INVALID_VALUE` for a name or status that HTTP cannot carry. */
export function checkHeaderElement({ args }: CheckHeader, path: string): XmlElement {
  assertToken(args.name, `${path}/@name`);
  return element(
    "check-header",
    {
      name: args.name,
      "failed-check-httpcode": checkLiteral(
        args.failedCheckHttpCode,
        `${path}/@failed-check-httpcode`,
        assertStatus,
      ),
      "failed-check-error-message": args.failedCheckErrorMessage,
      "ignore-case": args.ignoreCase,
    },
    (args.values ?? []).map((value) => element("value", {}, value)),
  );
}
