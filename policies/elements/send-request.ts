import type { Text } from "../expression.ts";
import { type OwnRequestArgs, ownRequestAttributes, ownRequestContent } from "../own-request.ts";
import { everySection, makePolicy, type Policy, type PolicySection } from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link sendRequest}. */
export type SendRequestArgs = OwnRequestArgs & {
  /** Variable that receives the answer. */
  readonly responseVariableName?: Text;
  /** Go on where there is no answer; the variable is then null. @defaultValue Azure's: false */
  readonly ignoreError?: boolean;
};

/**
 * `sendRequest({ url: "https://auth.example/introspect", method: "POST", responseVariableName: "state" })` →
 * `<send-request response-variable-name="state">…</send-request>`: sends a request of the gateway's own, and waits for its answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/send-request-policy
 */
export function sendRequest(args: SendRequestArgs): Policy<PolicySection, "send-request"> {
  return makePolicy({
    name: "send-request",
    sections: everySection,
    attributes: {
      ...ownRequestAttributes(args),
      "response-variable-name": nonEmpty(args.responseVariableName, "Name the variable"),
      "ignore-error": args.ignoreError,
      id: args.id,
    },
    content: ownRequestContent(args),
  });
}
