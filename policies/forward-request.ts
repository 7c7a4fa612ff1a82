import { assertSeconds } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link forwardRequest}. */
export interface ForwardRequestArgs {
  /** Time for the backend's response headers. @defaultValue Azure's: 300 */
  readonly timeoutSeconds?: number;
  /** @defaultValue Azure's: false */
  readonly followRedirects?: boolean;
  /** @defaultValue Azure's: false */
  readonly bufferRequestBody?: boolean;
  /** @defaultValue Azure's: true */
  readonly bufferResponse?: boolean;
  /** Run `on-error` for a backend's 400 to 599. @defaultValue Azure's: false */
  readonly failOnErrorStatusCode?: boolean;
}

/** A `forward-request` statement. */
export interface ForwardRequest {
  readonly kind: "forward-request";
  readonly args: ForwardRequestArgs;
}

/**
 * `forwardRequest({ timeoutSeconds: 60 })` → `<forward-request timeout="60" />`: calls the backend. Without it in the
 * effective backend section there is no call.
 *
 * @see https://learn.microsoft.com/azure/api-management/forward-request-policy
 */
export function forwardRequest(args: ForwardRequestArgs = {}): ForwardRequest {
  return { kind: "forward-request", args };
}

/** The element of {@link forwardRequest}. @throws {PolicyError} `INVALID_VALUE` for a timeout below 0. */
export function forwardRequestElement({ args }: ForwardRequest, path: string): XmlElement {
  return element("forward-request", {
    timeout: assertSeconds(args.timeoutSeconds, `${path}/@timeout`),
    "follow-redirects": args.followRedirects,
    "buffer-request-body": args.bufferRequestBody,
    "buffer-response": args.bufferResponse,
    "fail-on-error-status-code": args.failOnErrorStatusCode,
  });
}
