import { assertFieldValue, assertStatus } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link mockResponse}. */
export interface MockResponseArgs {
  /** Which of the operation's responses. @defaultValue Azure's: 200 */
  readonly statusCode?: number;
  /** Which of the response's media types. @defaultValue Azure's: the first */
  readonly contentType?: string;
}

/** A `mock-response` statement. */
export interface MockResponse {
  readonly kind: "mock-response";
  readonly args: MockResponseArgs;
}

/**
 * `mockResponse({ statusCode: 200 })` → `<mock-response status-code="200" />`: answers with the operation's example.
 *
 * It ends the pipeline where it stands: nothing after it runs, no authorization either.
 *
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export function mockResponse(args: MockResponseArgs = {}): MockResponse {
  return { kind: "mock-response", args };
}

/** The element of {@link mockResponse}. @throws {PolicyError} `INVALID_VALUE` for a status or media type that HTTP cannot carry. */
export function mockResponseElement({ args }: MockResponse, path: string): XmlElement {
  if (args.contentType !== undefined) assertFieldValue(args.contentType, `${path}/@content-type`);
  return element("mock-response", {
    "status-code": assertStatus(args.statusCode, `${path}/@status-code`),
    "content-type": args.contentType,
  });
}
