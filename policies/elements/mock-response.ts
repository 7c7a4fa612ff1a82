import { makePolicy, type PlainText, type Policy, type PolicyArgs } from "../policy.ts";
import { assertFieldValue, assertStatus, checked } from "../values.ts";

/** Settings of {@link mockResponse}. */
export interface MockResponseArgs extends PolicyArgs {
  /** Which of the operation's responses. @defaultValue Azure's: 200 */
  readonly statusCode?: number;
  /** Which of the response's media types. @defaultValue Azure's: the first */
  readonly contentType?: PlainText;
}

/** A `mock-response` statement. */
export type MockResponse = Policy<"inbound" | "outbound" | "on-error", "mock-response">;

/**
 * `mockResponse({ statusCode: 200 })` → `<mock-response status-code="200" />`: answers with the operation's example.
 *
 * It ends the pipeline where it stands: nothing after it runs, no authorization either.
 *
 * @see https://learn.microsoft.com/azure/api-management/mock-response-policy
 */
export function mockResponse({ statusCode, contentType, id }: MockResponseArgs = {}): MockResponse {
  return makePolicy({
    name: "mock-response",
    sections: ["inbound", "outbound", "on-error"],
    attributes: {
      "status-code": checked(statusCode, assertStatus),
      "content-type": checked(contentType, assertFieldValue),
      id,
    },
  });
}
