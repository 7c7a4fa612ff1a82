import { compileExpression } from "../../expressions/compile.ts";
import type { BodyContext, ExpressionContext, NamedValuesContext } from "../../expressions/context.ts";
import type { Limits } from "../../expressions/evaluation.ts";
import { EvaluationError, ExpressionError } from "../../expressions/expression-error.ts";
import type { Value } from "../../expressions/value.ts";
import { valueText } from "../../expressions/value-text.ts";

/** Headers or query parameters for a context. */
export function namedValues(values: Readonly<Record<string, readonly string[]>>): NamedValuesContext {
  const entries = Object.entries(values);
  return {
    get: (name) => entries.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1],
    entries: () => entries,
  };
}

/** A body that tells whether it is gone. */
export interface WatchedBody extends BodyContext {
  /** Whether it was read without being preserved. */
  isGone(): boolean;
}

/** A body for a context. */
export function bodyOf(text: string): WatchedBody {
  let bytes: Uint8Array = Buffer.from(text);
  let isGone = false;
  return {
    read: (preserves) => {
      const now = bytes;
      if (!preserves) {
        bytes = new Uint8Array();
        isGone = true;
      }
      return now;
    },
    isGone: () => isGone,
  };
}

/** A context of a request for `GET https://api.test/orders/7?q=1&q=2`. */
export function expressionContextOf(changes: Partial<ExpressionContext> = {}): ExpressionContext {
  const now = Date.UTC(2024, 0, 2, 3, 4, 5);
  const url = {
    scheme: "https",
    host: "api.test",
    port: 443,
    path: "/orders/7",
    queryString: "?q=1&q=2",
    query: namedValues({ q: ["1", "2"] }),
  };
  return {
    now: () => now + 1500,
    api: {
      id: "orders",
      isCurrentRevision: true,
      name: "Orders",
      path: "orders",
      protocols: ["https"],
      revision: "1",
      serviceUrl: { ...url, host: "backend.test" },
      subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
      version: null,
    },
    backend: null,
    deployment: {
      gateway: { id: "managed", instanceId: "managed", isManaged: true },
      region: "West Europe",
      serviceId: "apim",
      serviceName: "apim.test",
      certificates: new Map(),
    },
    lastError: null,
    operation: { id: "getOrder", method: "GET", name: "Get an order", urlTemplate: "/orders/{id}" },
    product: null,
    request: {
      body: bodyOf('{"name":"Ann","tags":["a","b"],"total":12.50}'),
      certificate: null,
      headers: namedValues({
        Accept: ["text/html", "text/plain"],
        "X-Id": ["42"],
        Authorization: ["Basic YW5uOnNlY3JldA=="],
      }),
      ipAddress: "192.0.2.1",
      matchedParameters: new Map([["id", "7"]]),
      method: "GET",
      originalUrl: url,
      url,
    },
    requestId: "00112233-4455-6677-8899-aabbccddeeff",
    response: null,
    subscription: null,
    timestamp: now,
    tracing: false,
    trace: () => undefined,
    user: null,
    variables: new Map<string, Value>([
      ["text", "hello"],
      ["number", 5],
      ["flag", true],
    ]),
    workspace: null,
    ...changes,
  };
}

/** The value of `@(…)`, or of `@{…}` when the source begins with a brace. */
export function evaluated(
  source: string,
  context: ExpressionContext = expressionContextOf(),
  limits?: Limits,
): Value {
  const isBlock = source.startsWith("{");
  const compiled = compileExpression(isBlock ? source.slice(1, -1) : source, {
    form: isBlock ? "block" : "expression",
  });
  return compiled.evaluate(context, limits);
}

/** The value as text, with quotes round a string and `null` for null; an exception as its name and message. */
export function outcome(source: string, context: ExpressionContext = expressionContextOf()): string {
  try {
    const value = evaluated(source, context);
    if (value === null) return "null";
    return typeof value === "string" ? `"${value}"` : valueText(value);
  } catch (error) {
    if (error instanceof EvaluationError) return `${error.exception}: ${error.message}`;
    throw error;
  }
}

/** How an expression is refused: its kind and message; fails when it is taken. */
export function refusalOf(source: string): string {
  const isBlock = source.startsWith("{");
  try {
    compileExpression(isBlock ? source.slice(1, -1) : source, { form: isBlock ? "block" : "expression" });
  } catch (error) {
    if (error instanceof ExpressionError) return `${error.kind}: ${error.message}`;
    throw error;
  }
  throw new Error(`The expression ${source} is taken.`);
}
