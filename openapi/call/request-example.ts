import type { Finding, Rule } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import type { Parameter } from "../parameters.ts";
import { type FilledParameter, otherTexts, parameterExample } from "./parameter-example.ts";
import { requestBody } from "./request-body.ts";
import { escapedLiteral, isRest, placeholdersOf, readTemplate, splitAtQuery } from "./url-template.ts";

/** A call of an operation, made of the document's examples: required parameters and body only. */
export interface RequestExample {
  /** Path and query, URL-encoded: `/session/100?q=x`. */
  readonly path: string;
  /** Required header and cookie parameters, `content-type`, and `accept` for the success response's first media type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An operation as far as its example call is made of it. */
export interface ExampleSite {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
  readonly parameters: readonly Parameter[];
  /** First media type of the success response. */
  readonly accept: string | undefined;
  readonly place: string;
}

/** A header that the client writes itself. */
const headerOfClient: Rule = {
  code: "header-of-client",
  outcome: "noted",
  text: "HTTP clients write some headers themselves, and no client sends a header whose name is not an HTTP token. The proof leaves the parameter out.",
  source: "https://fetch.spec.whatwg.org/#forbidden-request-header",
};

/** An example call, and the paths that it may have instead where its own leads to another operation. */
export interface MadeExample {
  readonly example: RequestExample;
  readonly otherPaths: readonly string[];
  readonly findings: readonly Finding[];
}

/** Builds the example call of an operation. */
export function requestExample(document: JsonObject, site: ExampleSite): MadeExample {
  const { path, accept } = site;
  const required = site.parameters.filter((one) => one.required);
  const [sent, leftOut] = partition(required, isSent);
  const rests = new Set(placeholdersOf(path).filter((name) => name.startsWith("*")));
  const made = sent.map((parameter) => {
    const isRest = parameter.in === "path" && (rests.has(parameter.name) || rests.has(`*${parameter.name}`));
    return parameterExample(document, parameter, { isRest });
  });
  const filled = made.map((one) => one.filled);
  const { body, findings } = requestBody(document, site);
  const of = (location: string) => filled.filter(({ parameter }) => parameter.in === location);
  const cookies = of("cookie").map(({ text }) => text);
  const headers = of("header").map(({ parameter, text }) => [parameter.name.toLowerCase(), text]);
  return {
    example: {
      path: filledPath(path, filled),
      headers: {
        ...(accept === undefined ? {} : { accept }),
        ...Object.fromEntries(headers),
        ...(cookies.length === 0 ? {} : { cookie: cookies.join("; ") }),
        ...(body === undefined ? {} : { "content-type": body.contentType }),
      },
      ...(body === undefined ? {} : { body: body.text }),
    },
    otherPaths: otherPaths(document, path, filled),
    findings: [
      ...made.flatMap((one) => one.findings),
      ...leftOut.map(({ place, name }) => ({ rule: headerOfClient, place, detail: `"${name}"` })),
      ...findings,
    ],
  };
}

// https://fetch.spec.whatwg.org/#forbidden-request-header, as far as Node's client writes them.
const clientHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function isSent({ in: location, name }: Parameter): boolean {
  if (location === "cookie") return /^[\x21-\x7E]+$/.test(name);
  if (location !== "header") return true;
  // https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) && !clientHeaders.has(name.toLowerCase());
}

function partition<One>(all: readonly One[], isFirst: (one: One) => boolean): [One[], One[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

/** The template with its placeholders filled, and a query of what the template and the required parameters ask for. */
function filledPath(path: string, filled: readonly FilledParameter[]): string {
  const [written] = splitAtQuery(path);
  const inPath = new Map(filled.map(({ parameter, text }) => [`${parameter.in} ${parameter.name}`, text]));
  const segments = written.split("/").map((segment, index) => {
    if (index > 0 && isRest(segment)) return restText(segment, inPath);
    return segment
      .split(/(\{[^{}]*\})/)
      .map((part, at) =>
        at % 2 === 0 ? escapedLiteral(part) : (inPath.get(`path ${part.slice(1, -1)}`) ?? "example"),
      )
      .join("");
  });
  const ofTemplate = readTemplate(path).query.map(({ name, value }) => {
    const text = value === undefined ? inPath.get(`query ${name}`) : undefined;
    return text ?? `${encodeURIComponent(name)}=${encodeURIComponent(value ?? "example")}`;
  });
  const named = new Set(readTemplate(path).query.map(({ name }) => name));
  const others = filled.filter(({ parameter }) => parameter.in === "query" && !named.has(parameter.name));
  const query = [...ofTemplate, ...others.map(({ text }) => text)].filter((text) => text !== "");
  return segments.join("/") + (query.length === 0 ? "" : `?${query.join("&")}`);
}

/** Two segments, so that a call shows that the rest may have several; one where the document gives the value. */
function restText(segment: string, inPath: ReadonlyMap<string, string>): string {
  const name = segment.slice(2, -1);
  return inPath.get(`path ${name}`) ?? inPath.get(`path *${name}`) ?? "example/rest";
}

function otherPaths(
  document: JsonObject,
  path: string,
  filled: readonly FilledParameter[],
): readonly string[] {
  const texts = new Map(
    filled.filter(({ parameter }) => parameter.in === "path").map((one) => [one, otherTexts(document, one)]),
  );
  const most = Math.max(0, ...[...texts.values()].map((others) => others.length));
  return Array.from({ length: Math.min(most, 5) }, (_, index) =>
    filledPath(
      path,
      filled.map((one) => ({ ...one, text: texts.get(one)?.[index] ?? one.text })),
    ),
  );
}
