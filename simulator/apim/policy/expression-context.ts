import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type {
  ApiContext,
  BodyContext,
  DeploymentContext,
  ExpressionContext,
  LastErrorContext,
  NamedValuesContext,
  OperationContext,
  ProductContext,
  RequestContext,
  ResponseContext,
  SubscriptionContext,
  UrlContext,
  UserContext,
} from "../../../expressions/context.ts";
import { canonicalUriPart } from "../../../expressions/dotnet/uri.ts";
import { targetOf } from "../../kernel/request-target.ts";
import { type Exchange, type Message, type PendingResponse, type RawHeaders, spentBody } from "./exchange.ts";

/** What expressions read of a request, made when the first of them asks. */
export function contextOf(exchange: Exchange): ExpressionContext {
  exchange.context ??= new ExchangeContext(exchange);
  return exchange.context;
}

class ExchangeContext implements ExpressionContext {
  readonly #exchange: Exchange;
  readonly request: RequestContext;
  readonly timestamp: number;
  readonly now: () => number;
  // Assumed of Azure: nobody traces unless the gateway is told to.
  readonly tracing: boolean;
  readonly workspace = null;
  readonly backend = null;
  #requestId: string | undefined;
  #response: { readonly of: PendingResponse; readonly context: ResponseContext } | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.request = new ExchangeRequest(exchange);
    this.timestamp = exchange.startedAt;
    this.now = exchange.now;
    this.tracing = exchange.trace !== undefined;
  }

  get requestId(): string {
    this.#requestId ??= randomUUID();
    return this.#requestId;
  }

  get variables(): ReadonlyMap<string, unknown> {
    return this.#exchange.variables;
  }

  get response(): ResponseContext {
    const { response } = this.#exchange;
    if (response === undefined) return unanswered;
    if (this.#response?.of !== response)
      this.#response = { of: response, context: responseContext(response) };
    return this.#response.context;
  }

  get api(): ApiContext | null {
    const { api } = this.#exchange;
    if (api === undefined) return null;
    return {
      id: api.id,
      name: api.displayName ?? api.id,
      path: api.path,
      serviceUrl: api.serviceUrl === undefined ? null : urlContext(api.serviceUrl),
      subscriptionKeyParameterNames: api.keyNames ?? {
        header: "Ocp-Apim-Subscription-Key",
        query: "subscription-key",
      },
      protocols: ["https"],
      isCurrentRevision: true,
      revision: "1",
      version: null,
    };
  }

  get operation(): OperationContext | null {
    const { operation } = this.#exchange;
    if (operation === undefined) return null;
    const { id, method, urlTemplate, displayName } = operation;
    return { id, method, urlTemplate, name: displayName ?? id };
  }

  get product(): ProductContext | null {
    const { product } = this.#exchange;
    if (product === undefined) return null;
    return {
      id: product.id,
      name: product.displayName,
      state: product.state === "published" ? "Published" : "NotPublished",
      approvalRequired: product.approvalRequired,
      subscriptionRequired: product.subscriptionRequired,
      subscriptionsLimit: product.subscriptionsLimit ?? null,
      groups: product.groups ?? [],
    };
  }

  get subscription(): SubscriptionContext | null {
    const { subscription, subscriptionKey } = this.#exchange;
    if (subscription === undefined) return null;
    const { id, displayName, primaryKey, secondaryKey, createdDate } = subscription;
    return {
      id,
      name: displayName,
      key: subscriptionKey ?? primaryKey,
      primaryKey,
      secondaryKey,
      createdDate: Date.parse(createdDate),
      startDate: null,
      endDate: null,
    };
  }

  /**
   * Assumed of Azure: `context.User` is the owner of the subscription whose key came, and null where it belongs to nobody or no key came.
   *
   * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
   */
  get user(): UserContext | null {
    return this.#exchange.subscription?.owner ?? null;
  }

  get deployment(): DeploymentContext {
    const { name, region, certificates = [] } = this.#exchange.service;
    return {
      serviceName: name,
      serviceId: name,
      region: region ?? "",
      gateway: { id: "managed", instanceId: "local", isManaged: true },
      // Assumed of Azure: the certificates are found by thumbprint, as public policies do, and not by their names.
      get certificates() {
        return new Map(certificates.map((one) => [one.thumbprint, one]));
      },
    };
  }

  get lastError(): LastErrorContext | null {
    const { lastError } = this.#exchange;
    if (lastError === undefined) return null;
    return { kind: "last-error", path: null, policyId: null, ...lastError };
  }

  trace(message: string): void {
    this.#exchange.trace?.value("Trace", message);
  }
}

class ExchangeRequest implements RequestContext {
  readonly #exchange: Exchange;
  readonly certificate = null;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get body(): BodyContext | null {
    const { request, arriving } = this.#exchange;
    const isGone = arriving === undefined || arriving.readableDidRead;
    return request.body === undefined && isGone ? null : bodyContext(request);
  }

  get headers(): NamedValuesContext {
    const { request, client } = this.#exchange;
    return new HeadersContext(request.headers, client.ownHeaders);
  }

  get ipAddress(): string {
    return this.#exchange.client.ipAddress;
  }

  get matchedParameters(): ReadonlyMap<string, string> {
    return this.#exchange.matchedParameters();
  }

  get method(): string {
    return this.#exchange.request.method;
  }

  get originalUrl(): UrlContext {
    const { request, client } = this.#exchange;
    return urlContext(`http://${client.host}${originForm(request.target)}`);
  }

  /** Assumed of Azure: `context.Request.Url` is the address that the backend will be asked for. */
  get url(): UrlContext {
    const { request, client, backendUrl } = this.#exchange;
    const base = backendUrl() ?? `http://${client.host}`;
    return urlContext(base.replace(/\/+$/, "") + originForm(request.backendTarget));
  }
}

const responses = new WeakMap<object, PendingResponse>();

/** An answer as expressions see it: `context.Response`, and what `send-request` leaves in a variable. */
export function responseContext(response: PendingResponse): ResponseContext {
  const context = responseMembers(response);
  responses.set(context, response);
  return context;
}

function responseMembers(response: PendingResponse): ResponseContext {
  return {
    kind: "response",
    get body() {
      return response.body === undefined ? null : bodyContext(response);
    },
    get headers() {
      return new HeadersContext(response.headers);
    },
    get statusCode() {
      return response.statusCode;
    },
    get statusReason() {
      return response.reason ?? "";
    },
  };
}

/**
 * `context.Response` while nothing has answered.
 *
 * Assumed of Azure: before there is an answer, `context.Response` is one with 200 and no body. Microsoft's workshop shows a call that
 * Azure answers with 200 after it read `context.Response.Body` before `forward-request`, and published policies of a payment service
 * ask in `inbound` whether `context.Response.StatusCode` is 200, which they are deployed for.
 *
 * @see https://github.com/ayuina/azure-apim-workshop/blob/main/api-policy.md
 * @see https://github.com/pagopa/cstar-infrastructure/tree/main/src/domains/idpay-app/api/idpay_notification_email
 */
const unanswered: ResponseContext = responseContext({ statusCode: 200, reason: "OK", headers: [] });

/** A copy of the answer that a variable holds, to be changed, sent or kept; `undefined` for any other value. */
export function responseIn(value: unknown): PendingResponse | undefined {
  const response = typeof value === "object" && value !== null ? responses.get(value) : undefined;
  return response && { ...response, headers: [...response.headers] };
}

/**
 * The body of a message, which must have arrived.
 *
 * Assumed of Azure: a body that was read without preserveContent is empty for the backend or the client, and null for expressions.
 */
function bodyContext(message: Message): BodyContext | null {
  if (message.body === spentBody) return null;
  return {
    read: (preserveContent) => {
      const { body } = message;
      if (body === undefined || body instanceof Readable)
        throw new TypeError("an expression reads a body that it did not ask for");
      if (!preserveContent) message.body = spentBody;
      return typeof body === "string" ? Buffer.from(body) : body;
    },
  };
}

/** Headers by name in any letter case, each as often as it stands there. */
class HeadersContext implements NamedValuesContext {
  readonly #headers: RawHeaders;
  readonly #others: RawHeaders;

  /** @param others Those that count where the headers lack their name. */
  constructor(headers: RawHeaders, others: RawHeaders = []) {
    this.#headers = headers;
    this.#others = others;
  }

  get(name: string): readonly string[] | undefined {
    const lower = name.toLowerCase();
    return valuesOf(this.#headers, lower) ?? valuesOf(this.#others, lower);
  }

  *entries(): Iterable<readonly [name: string, values: readonly string[]]> {
    const seen = new Set<string>();
    const all = [...this.#headers, ...this.#others];
    for (let at = 0; at + 1 < all.length; at += 2) {
      const name = all[at] ?? "";
      const lower = name.toLowerCase();
      if (seen.has(lower)) continue;
      seen.add(lower);
      yield [name, this.get(name) ?? []];
    }
  }
}

function valuesOf(headers: RawHeaders, lower: string): readonly string[] | undefined {
  let found: string[] | undefined;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const written = headers[at] ?? "";
    if (written.length !== lower.length || written.toLowerCase() !== lower) continue;
    found ??= [];
    found.push(headers[at + 1] ?? "");
  }
  return found;
}

/**
 * A URL, taken apart.
 *
 * Assumed of Azure: the path of a URL is written as .NET's `Uri` writes it: `/secret` for `/%73ecret`.
 *
 * @see https://learn.microsoft.com/dotnet/api/system.uri#uri-string-canonicalization
 */
function urlContext(text: string): UrlContext {
  const mark = text.indexOf("?");
  const queryString = mark < 0 ? "" : text.slice(mark);
  const url = new URL(mark < 0 ? text : text.slice(0, mark));
  const scheme = url.protocol.slice(0, -1);
  return {
    scheme,
    host: url.hostname,
    port: url.port === "" ? (scheme === "https" ? 443 : 80) : Number(url.port),
    get path() {
      return canonicalUriPart(url.pathname);
    },
    queryString,
    get query() {
      return new QueryContext(queryString);
    },
  };
}

/** Query parameters by name, letter by letter. */
class QueryContext implements NamedValuesContext {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(query: string) {
    const pairs = Map.groupBy(new URLSearchParams(query), ([name]) => name);
    this.#values = new Map([...pairs].map(([name, all]) => [name, all.map(([, value]) => value)]));
  }

  get(name: string): readonly string[] | undefined {
    return this.#values.get(name);
  }

  entries(): Iterable<readonly [name: string, values: readonly string[]]> {
    return this.#values;
  }
}

/** A target as `new URL` takes it: one that a client wrote may be anything. */
function originForm(target: string): string {
  const { path, query } = targetOf(target);
  return `${path.startsWith("/") ? path : `/${path}`}${query}`;
}
