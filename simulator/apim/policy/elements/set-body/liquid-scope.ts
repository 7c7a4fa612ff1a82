import { parseXml, XmlCdata, XmlElement, XmlText } from "@rgrove/parse-xml";
import { Drop } from "liquidjs";
import type { NamedValuesContext, UrlContext } from "../../../../../expressions/context.ts";
import { valueText } from "../../../../../expressions/value-text.ts";
import { type Exchange, headerOf, type Message } from "../../exchange.ts";
import { contextOf } from "../../expression-context.ts";

/** How elements marked with `xsi:nil` are read: as an empty text, or as nothing. */
export type NilReading = "blank" | "null";

/**
 * What a template reads: `body`, by the message's content type, and `context`.
 *
 * @throws {Error} when the body is not what its content type says.
 * @see https://learn.microsoft.com/azure/api-management/set-body-policy#using-liquid-templates-with-set-body
 */
export function liquidScope(message: Message, exchange: Exchange, nil: NilReading): object {
  return { body: bodyOf(message, nil), context: contextScope(exchange) };
}

function bodyOf({ headers, body = "" }: Message, nil: NilReading): unknown {
  const text = body instanceof Buffer || typeof body === "string" ? body.toString() : "";
  const type = (headerOf(headers, "content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (text.trim() === "") return "";
  if (/[/+]json$/.test(type)) return JSON.parse(text);
  if (!/[/+]xml$/.test(type)) return text;
  const { root } = parseXml(text);
  return root === null ? "" : new ElementDrop([root], nil);
}

/** An element of an XML body: its children by their local names, in any letter case. */
class ElementDrop extends Drop {
  readonly #elements: readonly XmlElement[];
  readonly #nil: NilReading;

  /** @param elements What stands below it. */
  constructor(elements: readonly XmlElement[], nil: NilReading) {
    super();
    this.#elements = elements;
    this.#nil = nil;
  }

  override liquidMethodMissing(key: string | number): unknown {
    const wanted = localName(String(key)).toLowerCase();
    const found = this.#elements.filter(({ name }) => localName(name).toLowerCase() === wanted);
    const values = found.map((element) => contentOf(element, this.#nil));
    return values.length > 1 ? values : values[0];
  }
}

function contentOf(element: XmlElement, nil: NilReading): unknown {
  const isNil = Object.entries(element.attributes).some(
    ([name, value]) => localName(name) === "nil" && value === "true",
  );
  if (isNil) return nil === "null" ? null : "";
  const children = element.children.filter((node) => node instanceof XmlElement);
  if (children.length > 0) return new ElementDrop(children, nil);
  return element.children
    .map((node) => (node instanceof XmlText || node instanceof XmlCdata ? node.text : ""))
    .join("");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function contextScope(exchange: Exchange): object {
  const { request, response, variables } = contextOf(exchange);
  return {
    Variables: new LookupDrop((name) => (variables.has(name) ? plain(variables.get(name)) : undefined)),
    Request: {
      Method: request.method,
      OriginalMethod: exchange.client.method,
      IpAddress: request.ipAddress,
      HasBody: request.body !== null,
      MatchedParameters: new LookupDrop((name) => request.matchedParameters.get(name)),
      Headers: namedValues(request.headers),
      Url: urlScope(request.url),
      OriginalUrl: urlScope(request.originalUrl),
    },
    Response:
      response === null
        ? null
        : { StatusCode: response.statusCode, Method: request.method, Headers: namedValues(response.headers) },
  };
}

/** Texts and what Liquid compares stay; any other value is its text. */
function plain(value: unknown): unknown {
  return typeof value === "boolean" || typeof value === "number" || value === null ? value : valueText(value);
}

function urlScope(url: UrlContext): object {
  const { scheme, host, port, path, queryString } = url;
  const isDefault = port === (scheme === "https" ? 443 : 80);
  const text = `${scheme}://${host}${isDefault ? "" : `:${port}`}${path}${queryString}`;
  return {
    Scheme: scheme,
    Host: host,
    Port: port,
    Path: path,
    Query: namedValues(url.query),
    QueryString: queryString,
    ToUri: text,
    ToString: text,
  };
}

function namedValues(values: NamedValuesContext): Drop {
  return new LookupDrop((name) => values.get(name)?.join(","));
}

/** Values by name. */
class LookupDrop extends Drop {
  readonly #get: (name: string) => unknown;

  constructor(get: (name: string) => unknown) {
    super();
    this.#get = get;
  }

  override liquidMethodMissing(key: string | number): unknown {
    return this.#get(String(key));
  }
}
