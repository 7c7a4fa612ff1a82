import type { GatewayOperation } from "../../simulator/apim/gateway-model.ts";
import { makeService, policy, serveGateway, type TestGateway } from "./gateway.ts";
import { serve, type TestServer } from "./serve.ts";

/** What the backend was sent. */
export interface BackendCall {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a client got, and what the backend had been sent for it. */
export interface Exchanged {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
  readonly body: string;
  /** Absent when the backend was not called. */
  readonly backend: BackendCall | undefined;
  /** The gateway's log of this call. */
  readonly log: readonly string[];
}

/** What the sections of the document hold besides `base`, and what the backend answers. */
export interface PolicyCase {
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly onError?: string;
  readonly operation?: Partial<GatewayOperation>;
  /** Path and query. @defaultValue that of the operation, `/things` */
  readonly url?: string;
  readonly request?: RequestInit;
  readonly answer?: { status?: number; headers?: Record<string, string>; body?: string };
  readonly backends?: Readonly<Record<string, string>>;
}

/** A gateway before a backend that keeps what it is sent. */
export interface PolicyGateway {
  readonly gateway: TestGateway;
  readonly backendOrigin: string;
  /** Sends one request through a document. */
  call(parts: PolicyCase): Promise<Exchanged>;
  /** Stops both. */
  close(): Promise<unknown>;
}

/** Starts both; close it after the tests. */
export async function servePolicies(): Promise<PolicyGateway> {
  let seen: BackendCall | undefined;
  let answer: NonNullable<PolicyCase["answer"]> = {};
  const backend: TestServer = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { method = "", url = "", headers } = request;
    seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
    response.writeHead(answer.status ?? 200, answer.headers ?? {});
    response.end(answer.body ?? "from the backend");
  });
  const gateway = await serveGateway();
  return {
    gateway,
    backendOrigin: backend.origin,
    close: () => Promise.all([gateway.close(), backend.close()]),
    call: async (parts) => {
      seen = undefined;
      answer = parts.answer ?? {};
      gateway.log.length = 0;
      gateway.service = makeService({
        policy: await policy(parts.inbound ?? "", {
          // Every policy may stand in a product's document.
          scope: "product",
          backend: parts.backend ?? "<forward-request />",
          outbound: parts.outbound ?? "",
          onError: parts.onError ?? "",
        }),
        api: { serviceUrl: `${backend.origin}/v1` },
        operation: { method: parts.request?.method ?? "GET", ...parts.operation },
        backends: parts.backends ?? {},
      });
      const response = await fetch(`${gateway.origin}${parts.url ?? "/things"}`, parts.request);
      return {
        status: response.status,
        reason: response.statusText,
        headers: response.headers,
        body: await response.text(),
        backend: seen,
        log: [...gateway.log],
      };
    },
  };
}
