import type { Expression } from "../expression.ts";
import { makePolicy, nested, type Policy, type PolicyArgs, type SectionsOf } from "../policy.ts";

/** The policies that may stand in {@link wait}. */
export type WaitBranch = Policy<never, "send-request" | "cache-lookup-value" | "choose">;

/** Settings of {@link wait}. */
export interface WaitArgs<P extends WaitBranch> extends PolicyArgs {
  /** Whether it goes on once all of them are done, or the first one. @defaultValue Azure's: all */
  readonly for?: "all" | "any" | Expression;
  /** They run side by side. */
  readonly statements: readonly [P, ...P[]];
}

/**
 * `wait({ for: "all", statements: [sendRequest(…), sendRequest(…)] })` → `<wait for="all">…</wait>`: runs policies side by side. It may
 * stand where all of them may, but not in `on-error`.
 *
 * @see https://learn.microsoft.com/azure/api-management/wait-policy
 */
export function wait<P extends WaitBranch>({
  for: end = "all",
  statements,
  id,
}: WaitArgs<P>): Policy<Exclude<SectionsOf<P>, "on-error">, "wait"> {
  return makePolicy({
    name: "wait",
    sections: ["inbound", "backend", "outbound"],
    // The page has a default for it, Azure's schema has none.
    attributes: { for: end, id },
    content: nested(statements, "wait"),
  });
}
