import { expect, it } from "vitest";
import { RefusalLog } from "../../commands/refusal-log.ts";

it("takes a line as it is", () => {
  const log = new RefusalLog();
  log.add('validate-jwt of API "orders" refused a token: “aud” – ü.');
  expect(log.take()).toEqual(['validate-jwt of API "orders" refused a token: “aud” – ü.']);
});

it("makes one line of a length to read of whatever a caller sends, and nothing that a terminal obeys", () => {
  const printed: string[] = [];
  const log = new RefusalLog();
  log.follow((line) => printed.push(line));
  log.add("a\x1b[2Jb\r\nOkta refused nothing\u009b31m\u2028c\u202ed");
  log.add("x".repeat(10_000));
  expect(printed).toEqual(["a [2Jb Okta refused nothing 31m c d", "x".repeat(1000)]);
});
