import type { Readable } from "node:stream";
import type { BodyNeeds } from "../../../expressions/body-needs.ts";
import type { ExpressionContext } from "../../../expressions/context.ts";
import type { ServedOperation } from "../operation.ts";
import type { ServedProduct } from "../product.ts";
import type { ServedApi } from "../served-api.ts";
import type { ServedCertificate } from "../served-certificate.ts";
import type { ServedSubscription } from "../subscription.ts";
import type { PolicyScope, SectionName, StatementPlace } from "./place.ts";
import type { GatewayState } from "./state/gateway-state.ts";
import type { OpenIdConfigurations } from "./tokens/open-id-configurations.ts";
import type { VerifiedTokens } from "./tokens/verified-tokens.ts";

/** The API Management instance, as expressions read it. */
export interface ServedService {
  readonly name: string;
  readonly region?: string;
  /** Those that were uploaded; absent where nothing is known of them. */
  readonly certificates?: readonly ServedCertificate[];
}

/** What the gateway shows a backend, as PEM. */
export interface ClientCertificate {
  /** With those that signed it behind it. */
  readonly cert: string;
  readonly key: string;
}

/** Header names and values in turn, as node:http reads and writes them raw. */
export type RawHeaders = string[];

/** The answer that a client will get. */
export interface PendingResponse {
  statusCode: number;
  reason?: string;
  /** End-to-end headers alone: the message is framed when it is sent. */
  headers: RawHeaders;
  /** A stream comes from the backend and is passed on as it arrives. */
  body?: string | Buffer | Readable;
  /** Bytes of a streamed body, where the backend tells them. */
  contentLength?: string;
}

/** The request as policies see and change it. */
export interface PolicyRequest {
  method: string;
  /** Path and query as they came, undecoded. */
  readonly target: string;
  /** Path and query for the backend, below its URL, which a policy may change. */
  backendTarget: string;
  /** End-to-end headers alone, without `Host`: the message is framed when it is sent. */
  headers: RawHeaders;
  /** In place of the body that the client sends: a policy's own, or the client's once a policy has read it. */
  body?: string | Buffer;
  /** What the gateway shows the backend; absent, it shows none. */
  clientCertificate?: ClientCertificate;
}

/** A message that policies change. */
export type Message = PolicyRequest | PendingResponse;

/**
 * A body that an expression has read without `preserveContent`: it is gone for whoever comes after it. Known by its identity.
 *
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy
 */
export const spentBody = Buffer.alloc(0);

/** Who sent a request. */
export interface RequestClient {
  /** The request's method as it came. */
  readonly method: string;
  readonly ipAddress: string;
  /** Host and port of the gateway, as the client wrote them. */
  readonly host: string;
  /** The headers that are for the gateway alone: `Host` and `Content-Length`. */
  readonly ownHeaders: RawHeaders;
}

/** One request on its way through the policies. */
export interface Exchange {
  readonly request: PolicyRequest;
  /** The body that the client sends; absent when the request has none. */
  readonly arriving: Readable | undefined;
  readonly client: RequestClient;
  readonly service: ServedService;
  /** Absent when no API matched. */
  readonly api: ServedApi | undefined;
  /** Absent when no operation matched. */
  readonly operation: ServedOperation | undefined;
  /** The product in whose context the request is handled. */
  readonly product: ServedProduct | undefined;
  readonly subscription: ServedSubscription | undefined;
  /** The key that the client sent and that let it in. */
  readonly subscriptionKey: string | undefined;
  /** What the path and query hold in the place of the parameters of the operation's template, decoded. */
  readonly matchedParameters: () => ReadonlyMap<string, string>;
  readonly variables: Map<string, unknown>;
  readonly configurations: OpenIdConfigurations;
  readonly verifiedTokens: VerifiedTokens;
  /** What policies keep from one request to the next. */
  readonly state: GatewayState;
  /** When the request came, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Set by the backend call, by a policy that answers itself, or by a failure. */
  response: PendingResponse | undefined;
  /** `cache-lookup` found the response: `outbound` goes on after `cache-store`. */
  isFromCache: boolean;
  /** Where `set-backend-service` leads, in place of the API's own address. */
  backend: BackendChoice | undefined;
  /** What statements do once the backend has answered, before `outbound` runs; absent until one asks for it. */
  uponAnswer: UponAnswer[] | undefined;
  /** What statements do once the answer is known, in their order. */
  readonly afterwards: Afterwards[];
  /** Headers that `cors` adds to whatever answer there will be. */
  corsHeaders: RawHeaders;
  /** A `cors` policy was executed; later ones are not. */
  corsDone: boolean;
  /** What expressions read; absent until one runs. */
  context: ExpressionContext | undefined;
  /** The statement that is at work, for {@link LastError}. */
  current: StatementPlace | undefined;
  /** Why the pipeline went to `on-error`. */
  lastError: LastError | undefined;
  /** Is told what runs; absent while nobody asks. */
  readonly trace?: PolicyTrace | undefined;
  /** Where the backend is now; `undefined` where there is none. */
  readonly backendUrl: () => string | undefined;
  /** Calls the backend; `forward-request` uses it. */
  readonly forward: (settings: ForwardSettings) => Promise<PendingResponse>;
  /** Aborted once the client has left: nobody waits for the answer any more. */
  readonly clientLeft: () => AbortSignal;
  /** Sends a request of a policy's own, and gives the whole answer. @throws {PolicyFailure} when there is none. */
  readonly send: (request: SentRequest) => Promise<PendingResponse>;
}

/** A request that a policy sends besides the one to the backend. */
export interface SentRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: RawHeaders;
  readonly body?: string | Buffer;
  readonly clientCertificate?: ClientCertificate;
  /** For the whole answer. */
  readonly timeoutMilliseconds: number;
}

/** What a statement does with the backend's answer, before `outbound` runs. */
export interface UponAnswer {
  /** The statement at work again, for {@link LastError}. */
  readonly statement: StatementPlace | undefined;
  /** Reads the answer. */
  readonly run: (answer: PendingResponse) => void | Promise<void>;
}

/** What a statement does once the answer is known, whatever section gave it: it counts calls by their outcome. */
export interface Afterwards {
  /** The statement at work again, for {@link LastError} and for the bodies that its expressions read. */
  readonly statement: (StatementPlace & { readonly needs?: BodyNeeds }) | undefined;
  /** Does what is left for then. */
  readonly run: () => void;
}

/** What `set-backend-service` names: a `Backend` resource, or an address. */
export type BackendChoice =
  | { readonly id: string; readonly url?: never }
  | { readonly url: string; readonly id?: never };

/** How the backend is called. */
export interface ForwardSettings {
  /** For the answer's headers; 0 waits for nothing. */
  readonly timeoutMilliseconds: number;
}

/** What a statement says about the rest of the pipeline: go on, or answer with {@link Exchange.response} now. */
export type Flow = "next" | "respond";

/** Why a policy refused a request. */
export interface FailureCause {
  /** Element name of the policy, or the gateway's own part. */
  readonly source: string;
  readonly reason: string;
  /** May name a claim and its value, never a token. */
  readonly message: string;
  /** What the log says besides; policies do not read it. */
  readonly detail?: string;
}

/**
 * Fields of `context.LastError`.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#lasterror
 */
export interface LastError extends FailureCause {
  /** Of the document that the statement stands in. */
  readonly scope: PolicyScope;
  readonly section: SectionName;
  /** The statement's place in the section: `choose[3]/when[2]`. Absent for a step of the gateway's own. */
  readonly path?: string;
  /** The statement's attribute `id`. */
  readonly policyId?: string;
}

/** Is told of each statement: when it begins, what its expressions gave, and how it ended. */
export interface PolicyTrace {
  /** The pipeline comes to a statement of a section's own. */
  enter?(scope: PolicyScope, section: SectionName): void;
  /** A statement begins. */
  begin(statement: StatementPlace): void;
  /** An expression gave something. @param name Of the attribute or element that holds the expression. */
  value(name: string, result: unknown): void;
  /** A statement is over. @param outcome What the pipeline does next, or the error that it stopped with. */
  end(statement: StatementPlace, outcome: unknown): void;
}

/** A policy refused the request: the section is left and `on-error` runs. */
export class PolicyFailure extends Error {
  override readonly name = "PolicyFailure";
  readonly failure: FailureCause;
  readonly statusCode: number;
  /** What the client reads when `on-error` says nothing else. */
  readonly clientMessage: string;
  /** What stands in the answer besides. */
  readonly answer: Pick<PendingResponse, "reason" | "headers">;
  /** The answer as a whole, in place of API Management's own. */
  readonly response: PendingResponse | undefined;

  constructor(
    failure: FailureCause,
    answer: {
      statusCode: number;
      message: string;
      reason?: string;
      headers?: RawHeaders;
      response?: PendingResponse;
    },
  ) {
    // Most requests of a proof are refused, and where the code stood says nothing of why: a stack took a tenth of the gateway's time.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(failure.message);
    Error.stackTraceLimit = stackTraceLimit;
    this.failure = failure;
    this.statusCode = answer.statusCode;
    this.clientMessage = answer.message;
    this.response = answer.response;
    const { reason, headers = [] } = answer;
    this.answer = reason === undefined ? { headers } : { reason, headers };
  }
}

/**
 * The value of a header, in any letter case. One that stands there several times is read whole, as it is forwarded.
 *
 * Assumed of Azure: a header that comes several times is read as one whose values are joined by commas.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.3
 */
export function headerOf(headers: RawHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  let found: string | undefined;
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() !== wanted) continue;
    found = found === undefined ? headers[at + 1] : `${found}, ${headers[at + 1]}`;
  }
  return found;
}

/** A header of the request as policies see it: also those that are for the gateway alone. */
export function requestHeaderOf({ request, client }: Exchange, name: string): string | undefined {
  return headerOf(request.headers, name) ?? headerOf(client.ownHeaders, name);
}

/**
 * Why a request ends whose client left.
 *
 * @param source Element name of the policy that waited.
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-built-in-steps
 */
export function clientLeftFailure(source: string): PolicyFailure {
  const message = "The client left while its request was pending.";
  return new PolicyFailure(
    { source, reason: "ClientConnectionFailure", message },
    { statusCode: 500, message: "Internal server error" },
  );
}

/** The headers without one name, in any letter case. */
export function withoutHeader(headers: RawHeaders, name: string): RawHeaders {
  const wanted = name.toLowerCase();
  return headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== wanted);
}

/**
 * API Management's own refusal: `{ "statusCode": 401, "message": "…" }` with exactly these spaces.
 *
 * @param activityId By which Azure's support finds the request, in an internal server error alone.
 * @see https://github.com/microsoft/StoreBroker/issues/72
 */
export function builtInResponse(statusCode: number, message: string, activityId?: string): PendingResponse {
  const activity = activityId === undefined ? "" : `, "activityId": "${activityId}"`;
  return {
    statusCode,
    headers: ["Content-Type", "application/json"],
    body: `{ "statusCode": ${statusCode}, "message": ${JSON.stringify(message)}${activity} }`,
  };
}
