import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import * as https from "node:https";
import { text } from "node:stream/consumers";
import { SimulatorError } from "../../kernel/error.ts";

/** A request with its whole body. */
export interface HttpsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer with its whole body. */
export interface HttpsResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends one request and reads the whole answer. */
export type HttpsSender = (request: HttpsRequest) => Promise<HttpsResponse>;

/**
 * Sends over the agent's connections.
 *
 * @throws {SimulatorError} `NoAnswer` when there is no connection, or it breaks.
 */
export function httpsSender(agent: https.Agent): HttpsSender {
  return async ({ url, body, ...options }) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = https.request(url, { ...options, agent }, resolve);
      request.once("error", reject);
      request.end(body);
    }).catch((error: NodeJS.ErrnoException) => {
      const { origin } = new URL(url);
      const message = `Azure at ${origin} does not answer (${error.code ?? error.message}). Look whether the local cloud runs.`;
      throw new SimulatorError("NoAnswer", message, { cause: error });
    });
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
  };
}
