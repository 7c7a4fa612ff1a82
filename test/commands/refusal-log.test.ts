/** What is remembered and printed of refused requests. */
import { describe, expect, it } from "vitest";
import { RefusalLog } from "../../commands/refusal-log.ts";
import type { RefusedRequest } from "../../simulator/apim/gateway.ts";

const refused: RefusedRequest = {
  source: "validate-jwt",
  scope: "api",
  reason: "TokenExpired",
  message: "the token expired. Access denied.",
  method: "GET",
  path: "/orders",
  api: "orders",
  operation: "getorders",
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
};

/** A log that prints, and what it printed. */
function following(): { log: RefusalLog; printed: string[] } {
  const printed: string[] = [];
  const log = new RefusalLog();
  log.follow((line) => printed.push(line));
  return { log, printed };
}

describe("the log", () => {
  it("prints a line as it is once it follows, and none before", () => {
    const printed: string[] = [];
    const log = new RefusalLog();
    log.add("before");
    log.follow((line) => printed.push(line));
    log.add('validate-jwt of API "orders" refused a token: “aud” – ü.');
    expect(printed).toEqual(['validate-jwt of API "orders" refused a token: “aud” – ü.']);
  });

  it("makes one line of a length to read of whatever a caller sends, and nothing that a terminal obeys", () => {
    const { log, printed } = following();
    log.add("a\x1b[2Jb\r\nOkta refused nothing\u009b31m\u2028c\u202ed");
    log.add("x".repeat(10_000));
    expect(printed).toEqual(["a [2Jb Okta refused nothing 31m c d", "x".repeat(1000)]);
  });

  it("knows a refusal by the trace id of its request", () => {
    const log = new RefusalLog();
    log.addRefusal(refused);
    log.addRefusal({ ...refused, traceId: "other", path: "/\x1b[2J" });
    expect(log.refusalOf("4bf92f3577b34da6a3ce929d0e0e4736")).toEqual({
      source: "validate-jwt",
      scope: "api",
      reason: "TokenExpired",
      text: 'validate-jwt (API "orders") refused GET /orders: the token expired. Access denied. (TokenExpired)',
    });
    expect(log.refusalOf("other")?.text).toContain("refused GET / [2J: ");
    expect(log.refusalOf("another")).toBeUndefined();
  });

  it("takes the first refusal of a request for its cause", () => {
    const log = new RefusalLog();
    log.addRefusal(refused);
    log.addRefusal({ ...refused, reason: "ExpressionValueEvaluationFailure" });
    expect(log.refusalOf("4bf92f3577b34da6a3ce929d0e0e4736")?.reason).toBe("TokenExpired");
  });

  it("keeps nothing of a request without a trace id, nor while it follows", () => {
    const { traceId, ...untraced } = refused;
    const { log } = following();
    log.addRefusal(refused);
    const kept = new RefusalLog();
    kept.addRefusal(untraced);
    expect([log.refusalOf(traceId ?? ""), kept.refusalOf("undefined")]).toEqual([undefined, undefined]);
  });
});
