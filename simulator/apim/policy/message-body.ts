import { Readable } from "node:stream";
import type { BodyNeeds } from "../../../expressions/body-needs.ts";
import { type Exchange, type FailureCause, PolicyFailure } from "./exchange.ts";

/**
 * The most that is kept of one body.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#limits---api-management-classic-tiers
 */
const maxBufferedBytes = 500 * 1024 * 1024;

/** Takes bodies in that are still on their way. `undefined` where there is nothing to wait for. */
export function bufferBodies(
  { requestBody, responseBody }: BodyNeeds,
  exchange: Exchange,
): Promise<void> | undefined {
  const waiting: Promise<void>[] = [];
  if (requestBody) takeRequestBody(exchange, waiting);
  if (responseBody) takeResponseBody(exchange, waiting);
  if (waiting.length === 0) return undefined;
  return Promise.all(waiting).then(() => {});
}

function takeRequestBody(exchange: Exchange, waiting: Promise<void>[]): void {
  const { request, arriving, current } = exchange;
  if (request.body !== undefined || arriving === undefined) return;
  const reason = "ClientConnectionFailure";
  take(arriving, waiting, { source: current?.element ?? "", reason }, (body) => {
    request.body = body;
  });
}

function takeResponseBody({ response, current }: Exchange, waiting: Promise<void>[]): void {
  if (response === undefined || !(response.body instanceof Readable)) return;
  const reason = "BackendConnectionFailure";
  take(response.body, waiting, { source: current?.element ?? "", reason }, (body) => {
    response.body = body;
    delete response.contentLength;
  });
}

/** Bodies that somebody takes in: policies may run side by side, and each waits for it. */
const underWay = new WeakMap<Readable, Promise<void>>();

function take(
  stream: Readable,
  waiting: Promise<void>[],
  failure: Pick<FailureCause, "source" | "reason">,
  keep: (body: Buffer) => void,
): void {
  const begun = underWay.get(stream);
  // What went to a backend as it came is gone, and must not be taken for an empty body.
  if (begun === undefined && stream.readableDidRead) return;
  const taken = begun ?? readWhole(stream, failure).then(keep);
  underWay.set(stream, taken);
  waiting.push(taken);
}

/** Reads a body to its end. @throws {PolicyFailure} when it breaks off, or is larger than a policy can take. */
export async function readWhole(
  stream: Readable,
  failure: Pick<FailureCause, "source" | "reason">,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBufferedBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new PolicyFailure(
      { ...failure, message: `the body broke off: ${(error as Error).message}.` },
      { statusCode: 500, message: "Internal server error" },
    );
  }
  if (length <= maxBufferedBytes) return Buffer.concat(chunks);
  throw new PolicyFailure(
    {
      source: failure.source,
      reason: "MessageBodyTooLarge",
      message: `a body that a policy reads must have at most ${maxBufferedBytes} bytes.`,
    },
    { statusCode: 500, message: "Internal server error" },
  );
}
