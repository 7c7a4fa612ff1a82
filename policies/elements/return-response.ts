import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
  partOf,
} from "../policy.ts";
import { nonEmpty } from "../values.ts";
import type { SetBody } from "./set-body.ts";
import type { SetHeader } from "./set-header.ts";
import type { SetStatus } from "./set-status.ts";

/** What {@link returnResponse} answers; without a status 200, without a body none. */
export interface ReturnResponseArgs extends PolicyArgs {
  /** Variable that holds an answer, of `send-request` for one; the other settings change it. */
  readonly responseVariableName?: PlainText;
  readonly status?: SetStatus;
  readonly headers?: readonly SetHeader[];
  /** A Liquid template sees no body here. */
  readonly body?: SetBody;
}

/** A `return-response` statement. */
export type ReturnResponse = Policy<PolicySection, "return-response">;

/**
 * `returnResponse({ status: setStatus({ code: 404, reason: "Not Found" }) })` →
 * `<return-response><set-status … /></return-response>`: ends the pipeline with this answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/return-response-policy
 */
export function returnResponse({
  responseVariableName,
  status,
  headers = [],
  body,
  id,
}: ReturnResponseArgs): ReturnResponse {
  return makePolicy({
    name: "return-response",
    sections: everySection,
    attributes: {
      "response-variable-name": nonEmpty(responseVariableName, "Name the variable"),
      id,
    },
    // In the order of Azure's schema, which refuses any other.
    content: [status, ...headers, body].flatMap((part) => (part === undefined ? [] : partOf(part))),
  });
}
