/** Why a request got no answer, in the words of the report. */
import { expect, it } from "vitest";
import { whyNoAnswer } from "../../proof/no-answer.ts";

it.each([
  [
    "its cause's code",
    { name: "TypeError", cause: { code: "ECONNREFUSED", message: "connect" } },
    "ECONNREFUSED",
  ],
  [
    "its cause's message",
    { name: "TypeError", cause: { message: "other side closed" } },
    "other side closed",
  ],
  ["its own name", { name: "TimeoutError" }, "TimeoutError"],
  ["nothing", {}, "unknown"],
])("names a failed request by %s", (_, error, why) => {
  expect(whyNoAnswer(error)).toBe(why);
});
