import { type SetBody, setBodyElement } from "./set-body.ts";
import { type SetHeader, setHeaderElement } from "./set-header.ts";
import { type SetStatus, setStatusElement } from "./set-status.ts";
import { element, type XmlElement } from "./xml.ts";

/** What {@link returnResponse} answers; without a status 200, without a body none. */
export interface ReturnResponseArgs {
  readonly status?: SetStatus;
  readonly headers?: readonly SetHeader[];
  readonly body?: SetBody;
}

/** A `return-response` statement. */
export interface ReturnResponse {
  readonly kind: "return-response";
  readonly args: ReturnResponseArgs;
}

/**
 * `returnResponse({ status: setStatus({ code: 404, reason: "Not Found" }) })` →
 * `<return-response><set-status … /></return-response>`: ends the pipeline with this answer.
 *
 * @see https://learn.microsoft.com/azure/api-management/return-response-policy
 */
export function returnResponse(args: ReturnResponseArgs): ReturnResponse {
  return { kind: "return-response", args };
}

/** The element of {@link returnResponse}, its children in the order of Azure's schema. */
export function returnResponseElement({ args }: ReturnResponse, path: string): XmlElement {
  const { status, headers = [], body } = args;
  return element("return-response", {}, [
    ...(status === undefined ? [] : [setStatusElement(status, `${path}/set-status`)]),
    ...headers.map((header) => setHeaderElement(header, `${path}/set-header`)),
    ...(body === undefined ? [] : [setBodyElement(body)]),
  ]);
}
