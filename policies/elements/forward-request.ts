import type { Expression } from "../expression.ts";
import type { OneOf } from "../one-of.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { assertSeconds, checked, integerWithin, maxInt } from "../values.ts";

/** Settings of {@link forwardRequest}. */
export type ForwardRequestArgs = PolicyArgs & {
  /** Time for a `100 Continue` of the backend. */
  readonly continueTimeoutSeconds?: number | Expression;
  /** @defaultValue Azure's: 1 */
  readonly httpVersion?: "1" | "2or1" | "2";
  /** @defaultValue Azure's: false */
  readonly followRedirects?: boolean | Expression;
  /** Keep the request's body, so that `retry` can send it again. @defaultValue Azure's: false */
  readonly bufferRequestBody?: boolean;
  /** @defaultValue Azure's: true */
  readonly bufferResponse?: boolean;
  /** Run `on-error` for a backend's 400 to 599. @defaultValue Azure's: false */
  readonly failOnErrorStatusCode?: boolean;
} & OneOf<
    | {
        /** Time for the backend's response headers. @defaultValue Azure's: 300 */
        readonly timeoutSeconds?: number | Expression;
      }
    | { readonly timeoutMilliseconds: number | Expression }
  >;

/**
 * `forwardRequest({ timeoutSeconds: 60 })` → `<forward-request timeout="60" />`: calls the backend. Without it in the
 * effective backend section there is no call.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export function forwardRequest(args: ForwardRequestArgs = {}): Policy<"backend", "forward-request"> {
  return makePolicy({
    name: "forward-request",
    sections: ["backend"],
    attributes: {
      timeout: checked(args.timeoutSeconds, assertSeconds),
      "timeout-ms": checked(args.timeoutMilliseconds, integerWithin(0, maxInt, "Give whole milliseconds")),
      "continue-timeout": checked(args.continueTimeoutSeconds, assertSeconds),
      "http-version": args.httpVersion,
      "follow-redirects": args.followRedirects,
      "buffer-request-body": args.bufferRequestBody,
      "buffer-response": args.bufferResponse,
      "fail-on-error-status-code": args.failOnErrorStatusCode,
      id: args.id,
    },
  });
}
