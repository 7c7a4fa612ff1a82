import { ElementReader } from "./element-reader.ts";
import { headerOf, type RawHeaders } from "./exchange.ts";
import type { ElementDefinition, Statement } from "./statement.ts";

/** A `cors` policy as rules; `*` stands for all. */
export interface CorsRules {
  readonly allowCredentials: boolean;
  readonly terminateUnmatchedRequest: boolean;
  readonly origins: ReadonlySet<string>;
  readonly methods: ReadonlySet<string>;
  readonly headers: ReadonlySet<string>;
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number | undefined;
}

/**
 * `cors`: answers preflights, and adds the headers that let a browser's script read the answer. Only the first one that a
 * request reaches is executed.
 *
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
export const corsDefinition: ElementDefinition = {
  sections: ["inbound"],
  onlyOnce: true,
  parse: ({ reader }): Statement => {
    const rules = parseRules(reader);
    return {
      element: "cors",
      cors: rules,
      run: (exchange) => {
        const origin = headerOf(exchange.request.headers, "origin");
        if (origin === undefined || exchange.corsDone) return "next";
        exchange.corsDone = true;
        if (allows(rules.origins, origin)) {
          exchange.corsHeaders = actualHeaders(rules, origin);
          return "next";
        }
        if (!rules.terminateUnmatchedRequest) return "next";
        exchange.response = { statusCode: 200, headers: [] };
        return "respond";
      },
    };
  },
};

/** Whether a set of CORS rules names the value, or all. */
export function allows(set: ReadonlySet<string>, value: string): boolean {
  return set.has("*") || set.has(value);
}

/** The answer to a preflight that these rules allow, or `undefined` when method or headers are not allowed. */
export function preflightHeaders(rules: CorsRules, request: RawHeaders): RawHeaders | undefined {
  const origin = headerOf(request, "origin") ?? "";
  const method = headerOf(request, "access-control-request-method") ?? "";
  const headers = headerOf(request, "access-control-request-headers") ?? "";
  const wanted = headers
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (!allows(rules.origins, origin) || !allows(rules.methods, method)) return undefined;
  if (!wanted.every((name) => allows(rules.headers, name))) return undefined;
  return [
    ...originHeaders(rules, origin),
    "Access-Control-Allow-Methods",
    method,
    ...(headers === "" ? [] : ["Access-Control-Allow-Headers", headers]),
    ...(rules.maxAgeSeconds === undefined ? [] : ["Access-Control-Max-Age", String(rules.maxAgeSeconds)]),
  ];
}

function actualHeaders(rules: CorsRules, origin: string): RawHeaders {
  const exposed = rules.exposeHeaders.join(",");
  return [
    ...originHeaders(rules, origin),
    ...(exposed === "" ? [] : ["Access-Control-Expose-Headers", exposed]),
  ];
}

function originHeaders({ allowCredentials, origins }: CorsRules, origin: string): RawHeaders {
  if (origins.has("*") && !allowCredentials) return ["Access-Control-Allow-Origin", "*"];
  return [
    "Access-Control-Allow-Origin",
    origin,
    "Vary",
    "Origin",
    ...(allowCredentials ? ["Access-Control-Allow-Credentials", "true"] : []),
  ];
}

function parseRules(reader: ElementReader): CorsRules {
  const allowCredentials = reader.boolean("allow-credentials") ?? false;
  const terminate = reader.boolean("terminate-unmatched-request");
  // Azure's page gives two defaults for it.
  if (terminate === undefined)
    reader.refuse(
      "The attribute 'terminate-unmatched-request' must be written: Azure documents two defaults.",
    );
  reader.text("id");
  const children = reader.sequence({
    "allowed-origins": 1,
    "allowed-methods": 1,
    "allowed-headers": 1,
    "expose-headers": 1,
  });
  reader.done();
  const child = (name: string) => {
    const found = children.find((element) => element.name === name);
    return found && new ElementReader(found, reader.problems);
  };
  for (const name of ["allowed-origins", "allowed-headers"]) {
    if (child(name) === undefined) reader.refuse(`The required element '${name}' is missing.`);
  }
  const origins = list(child("allowed-origins"), "origin");
  const methods = child("allowed-methods");
  const maxAgeSeconds = methods?.integer("preflight-result-max-age", { from: 0, to: 86_400 });
  for (const origin of origins.filter((one) => !isOrigin(one))) {
    reader.refuse(`An origin must be "*" or scheme, host and port without a path; got "${origin}".`);
  }
  if (allowCredentials && origins.includes("*"))
    reader.refuse('Origins must be listed when credentials are allowed; got "*".');
  return {
    allowCredentials,
    terminateUnmatchedRequest: terminate ?? true,
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

function isOrigin(text: string): boolean {
  return text === "*" || (URL.canParse(text) && new URL(text).origin === text);
}
