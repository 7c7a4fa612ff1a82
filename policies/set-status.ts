import type { Expression, Text } from "./expression.ts";
import { assertReasonPhrase, assertStatus, checkLiteral } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link setStatus}. */
export interface SetStatusArgs {
  /** 200 to 599. */
  readonly code: number | Expression;
  /** US-ASCII. */
  readonly reason: Text;
}

/** A `set-status` statement. */
export interface SetStatus {
  readonly kind: "set-status";
  readonly args: SetStatusArgs;
}

/**
 * `setStatus({ code: 404, reason: "Not Found" })` → `<set-status code="404" reason="Not Found" />`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-status-policy
 */
export function setStatus(args: SetStatusArgs): SetStatus {
  return { kind: "set-status", args };
}

/**
 * The element of {@link setStatus}.
 *
 * @throws {PolicyError} `INVALID_VALUE` for a code that cannot end an exchange, or a reason that HTTP cannot carry.
 */
export function setStatusElement({ args }: SetStatus, path: string): XmlElement {
  return element("set-status", {
    code: checkLiteral(args.code, `${path}/@code`, assertStatus),
    reason: checkLiteral(args.reason, `${path}/@reason`, assertReasonPhrase),
  });
}
