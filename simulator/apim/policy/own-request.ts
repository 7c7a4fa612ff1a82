import type { ElementReader } from "./element-reader.ts";
import type { Exchange, PolicyRequest, SentRequest } from "./exchange.ts";
import { anyText, integerFrom, oneOf } from "./policy-value.ts";
import type { StatementSite } from "./statement.ts";

const maxMilliseconds = 2_147_483_647;

const children = {
  "set-url": 1,
  "set-method": 1,
  "set-header": Number.POSITIVE_INFINITY,
  "set-body": 1,
  "authentication-certificate": 1,
  "authentication-token": 1,
  "authentication-token-store": 1,
  "authentication-managed-identity": 1,
  proxy: 1,
};

const notSimulated = ["authentication-token", "authentication-token-store", "proxy"];

/**
 * Reads what `send-request` and `send-one-way-request` say of the request that they send: `mode`, `timeout` and the children.
 *
 * Assumed of Azure: a request of mode `new` without `set-method` is a GET.
 * Assumed of Azure: a request of mode `copy` goes to the address that the backend would be asked for, unless `set-url` says another.
 *
 * @returns Builds the request from the one at hand.
 */
export function readOwnRequest(site: StatementSite): (exchange: Exchange) => SentRequest {
  const { reader, section } = site;
  const mode = reader.value("mode", oneOf(["new", "copy"]));
  const isAlwaysNew = !reader.has("mode") || mode?.literal === "new";
  // "In the outbound policy section, mode=copy does not initialize the request body."
  const copiesBody = section === "inbound" || section === "backend";
  if (!isAlwaysNew && copiesBody) reader.needBodies({ requestBody: true, responseBody: false });
  const timeout = readTimeout(reader);
  const parts = reader.sequence(children).filter(({ name }) => name in children);
  const url = parts.filter(({ name }) => name === "set-url").map((child) => readUrl(reader.of(child)))[0];
  if (isAlwaysNew && !parts.some(({ name }) => name === "set-url"))
    reader.refuse(
      "The required element 'set-url' is missing: only a request of mode 'copy' has a URL without it.",
    );
  const changes = parts.flatMap((child) => {
    const inner = reader.of(child);
    if (!notSimulated.includes(child.name))
      return child.name === "set-url" ? [] : site.change(inner, "request");
    inner.refuse("The element is not simulated here. Remove it.");
    return [];
  });
  return (exchange) => {
    const isCopy = mode?.(exchange) === "copy";
    const message = isCopy ? copyOf(exchange, copiesBody) : newRequest();
    for (const change of changes) change(message, exchange);
    const { method, headers, body, clientCertificate } = message;
    return {
      url: url?.(exchange) ?? currentUrl(exchange),
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(clientCertificate === undefined ? {} : { clientCertificate }),
      timeoutMilliseconds: timeout(exchange),
    };
  };
}

function readUrl(reader: ElementReader): ((exchange: Exchange) => string) | undefined {
  reader.done();
  const value = reader.ownValue(anyText);
  return value && ((exchange) => value(exchange).trim());
}

function readTimeout(reader: ElementReader): (exchange: Exchange) => number {
  const whole = integerFrom({ from: 0, to: maxMilliseconds });
  const seconds = reader.value("timeout", whole);
  const milliseconds = reader.element.name === "send-request" ? reader.value("timeout-ms", whole) : undefined;
  return (exchange) =>
    milliseconds?.(exchange) ?? Math.min((seconds?.(exchange) ?? 60) * 1000, maxMilliseconds);
}

function newRequest(): PolicyRequest {
  return { method: "GET", target: "/", backendTarget: "/", headers: [] };
}

function copyOf({ request }: Exchange, withBody: boolean): PolicyRequest {
  const { body, clientCertificate: _, ...rest } = request;
  return { ...rest, ...(withBody && body !== undefined ? { body } : {}) };
}

function currentUrl({ backendUrl, request, client }: Exchange): string {
  return (backendUrl() ?? `http://${client.host}`).replace(/\/+$/, "") + request.backendTarget;
}
