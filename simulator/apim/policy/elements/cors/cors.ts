import { allows, type CorsRules, originHeaders } from "../../cors-rules.ts";
import type { ElementReader } from "../../element-reader.ts";
import { headerOf, type RawHeaders } from "../../exchange.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `cors`: answers preflights, and adds the headers that let a browser's script read the answer. Only the first one that a
 * request reaches is executed.
 *
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  onlyOnce: true,
  parse: ({ reader }) => {
    const rules = parseRules(reader);
    return {
      cors: rules,
      run: (exchange) => {
        const { method, headers } = exchange.request;
        const origin = headerOf(headers, "origin");
        if (origin === undefined || exchange.corsDone) return "next";
        exchange.corsDone = true;
        if (allows(rules.origins, origin)) {
          exchange.corsHeaders = actualHeaders(rules, origin);
          return "next";
        }
        const isSimple = method === "GET" || method === "HEAD";
        if (!rules.terminateUnmatchedRequest || !isSimple) return "next";
        exchange.response = { statusCode: 200, headers: [] };
        return "respond";
      },
    };
  },
};

function actualHeaders(rules: CorsRules, origin: string): RawHeaders {
  const exposed = rules.exposeHeaders.join(",");
  return [
    ...originHeaders(rules, origin),
    ...(exposed === "" ? [] : ["Access-Control-Expose-Headers", exposed]),
  ];
}

function parseRules(reader: ElementReader): CorsRules {
  const allowCredentials = reader.boolean("allow-credentials") ?? false;
  // Assumed of Azure: terminate-unmatched-request is false when it is left out, as the table of attributes says; a remark on the
  // same page says true.
  const terminateUnmatchedRequest = reader.boolean("terminate-unmatched-request") ?? false;
  const children = reader.anyOrder([
    "allowed-origins",
    "allowed-methods",
    "allowed-headers",
    "expose-headers",
  ]);
  reader.done();
  const child = (name: string) => {
    const found = children.find((element) => element.name === name);
    return found && reader.of(found);
  };
  // Assumed of Azure: allowed-headers may be left out, as its schema says and people do; its documentation calls it required.
  if (child("allowed-origins") === undefined)
    reader.refuse("The required element 'allowed-origins' is missing.");
  const origins = readOrigins(reader, list(child("allowed-origins"), "origin"));
  if (allowCredentials && origins.includes("*"))
    reader.refuse('Credentials for the origin "*" are not simulated. List the origins.');
  const methods = child("allowed-methods");
  // Assumed of Azure: the answer to a preflight names the default of 0 as well.
  const maxAgeSeconds = methods?.integer("preflight-result-max-age", { from: 0, to: 4_294_967_295 }) ?? 0;
  return {
    allowCredentials,
    terminateUnmatchedRequest,
    origins: new Set(origins),
    methods: new Set(methods === undefined ? ["GET", "POST"] : list(methods, "method")),
    headers: new Set(list(child("allowed-headers"), "header").map((name) => name.toLowerCase())),
    exposeHeaders: list(child("expose-headers"), "header"),
    maxAgeSeconds,
  };
}

function list(parent: ElementReader | undefined, item: string): readonly string[] {
  parent?.done();
  return parent?.texts(item) ?? [];
}

function readOrigins(reader: ElementReader, texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => {
    const origin = originOf(text.trim());
    if (origin !== undefined) return origin;
    // https://github.com/Azure/api-management-developer-portal/issues/2690
    reader.refuse(`Origin must be a valid URL consisting of scheme, host, and port only; got "${text}".`);
    return [];
  });
}

/** The origin as a browser sends it: Microsoft's own example has a slash at its end, and a default port may be written. */
function originOf(text: string): string | undefined {
  if (text === "*") return text;
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname, search, hash, username, password } = new URL(text);
  const isBare = (pathname === "" || pathname === "/") && `${search}${hash}${username}${password}` === "";
  return isBare && host !== "" && !host.includes("*") ? `${protocol}//${host}` : undefined;
}
