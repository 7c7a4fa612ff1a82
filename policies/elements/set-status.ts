import type { Expression, Text } from "../expression.ts";
import { everySection, makePolicy, type Policy, type PolicyArgs, type PolicySection } from "../policy.ts";
import { assertReasonPhrase, assertStatus, checked } from "../values.ts";

/** Settings of {@link setStatus}. */
export interface SetStatusArgs extends PolicyArgs {
  /** 200 to 599. */
  readonly code: number | Expression;
  /** US-ASCII. */
  readonly reason: Text;
}

/** A `set-status` statement. */
export type SetStatus = Policy<PolicySection, "set-status">;

/**
 * `setStatus({ code: 404, reason: "Not Found" })` → `<set-status code="404" reason="Not Found" />`.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-status-policy
 */
export function setStatus({ code, reason, id }: SetStatusArgs): SetStatus {
  return makePolicy({
    name: "set-status",
    sections: everySection,
    attributes: {
      code: checked(code, assertStatus),
      reason: checked(reason, assertReasonPhrase),
      id,
    },
  });
}
