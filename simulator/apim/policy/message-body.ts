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
  // What went to a backend as it came is gone, and must not be taken for an empty body.
  if (request.body !== undefined || arriving === undefined || arriving.readableDidRead) return;
  waiting.push(
    readWhole(arriving, { source: current?.element ?? "", reason: "ClientConnectionFailure" }).then(
      (body) => {
        request.body = body;
      },
    ),
  );
}

function takeResponseBody({ response, current }: Exchange, waiting: Promise<void>[]): void {
  if (response === undefined || !(response.body instanceof Readable)) return;
  waiting.push(
    readWhole(response.body, { source: current?.element ?? "", reason: "BackendConnectionFailure" }).then(
      (body) => {
        response.body = body;
        delete response.contentLength;
      },
    ),
  );
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
