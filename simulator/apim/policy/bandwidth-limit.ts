import { pipeline, Readable, Transform } from "node:stream";
import { type CallLimit, refuseCall } from "./call-limit.ts";
import type { Exchange, PendingResponse } from "./exchange.ts";
import type { PolicyValue } from "./policy-value.ts";

/** A limit of bytes as it is for one request. */
export interface BandwidthLimit extends Omit<CallLimit, "calls" | "outputs"> {
  readonly kilobytes: number;
}

/**
 * Refuses the call when so many kilobytes went through, else counts its own once they are known. The body of the request must be there
 * in full.
 *
 * Assumed of Azure: `bandwidth` counts the bytes of the bodies, of the request and of the answer; a kilobyte has 1024.
 *
 * @throws {PolicyFailure} when the limit is reached.
 */
export function limitBandwidth(
  exchange: Exchange,
  { kilobytes, ...limit }: BandwidthLimit,
  condition: PolicyValue<boolean> | undefined,
): void {
  const { counters } = exchange.state;
  const { count, resetsInMilliseconds } = counters.read(limit.key, limit.period);
  if (count >= kilobytes * 1024)
    refuseCall(exchange, { ...limit, calls: kilobytes, outputs: {} }, resetsInMilliseconds);
  const sent = Buffer.byteLength(exchange.request.body ?? "");
  exchange.afterwards.push({
    statement: exchange.current,
    run: () => {
      if (condition?.(exchange) === false) return;
      const add = (bytes: number) => counters.add(limit.key, limit.period, sent + bytes);
      if (exchange.response === undefined) add(0);
      else countBody(exchange.response, add);
    },
  });
}

/** Tells how long a body is: at once where that is known, else when its last byte has gone to the client. */
function countBody(response: PendingResponse, told: (bytes: number) => void): void {
  const { body, contentLength } = response;
  if (!(body instanceof Readable) || contentLength !== undefined) {
    told(body instanceof Readable ? Number(contentLength) : Buffer.byteLength(body ?? ""));
    return;
  }
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, passOn) {
      bytes += chunk.length;
      passOn(null, chunk);
    },
    flush(end) {
      told(bytes);
      end();
    },
  });
  // Whoever sends it on sees how it broke off: it is destroyed with the backend's answer.
  counted.on("error", () => {});
  pipeline(body, counted, (error) => error && told(bytes));
  response.body = counted;
}
