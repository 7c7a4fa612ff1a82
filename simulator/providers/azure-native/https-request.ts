import type { IncomingHttpHeaders } from "node:http";

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
