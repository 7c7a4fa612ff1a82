import type { Expression, Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { assertStatus, assertToken, checked } from "../values.ts";
import { element } from "../xml.ts";

/** Settings of {@link checkHeader}. */
export interface CheckHeaderArgs extends PolicyArgs {
  readonly name: Text;
  /** 200 to 599. */
  readonly failedCheckHttpCode: number | Expression;
  readonly failedCheckErrorMessage: Text;
  /** Whether the values are compared without regard to case. */
  readonly ignoreCase: boolean | Expression;
  /** Any one must match. @defaultValue none: any value will do */
  readonly values?: readonly [Text, ...Text[]];
}

/**
 * `checkHeader({ name: "X-Tenant", failedCheckHttpCode: 400, failedCheckErrorMessage: "Which tenant?", ignoreCase: true })` →
 * `<check-header name="X-Tenant" … />`: refuses requests without the header, or with another value than the listed ones.
 *
 * @see https://learn.microsoft.com/azure/api-management/check-header-policy
 */
export function checkHeader(args: CheckHeaderArgs): Policy<"inbound", "check-header"> {
  return makePolicy({
    name: "check-header",
    sections: ["inbound"],
    attributes: {
      name: checked(args.name, assertToken),
      "failed-check-httpcode": checked(args.failedCheckHttpCode, assertStatus),
      "failed-check-error-message": args.failedCheckErrorMessage,
      "ignore-case": args.ignoreCase,
      id: args.id,
    },
    content: (args.values ?? []).map((value) => element("value", {}, value)),
  });
}
