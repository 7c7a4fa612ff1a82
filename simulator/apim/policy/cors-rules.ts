import { headerOf, type RawHeaders } from "./exchange.ts";

/** A `cors` policy as rules; `*` stands for all. */
export interface CorsRules {
  readonly allowCredentials: boolean;
  readonly terminateUnmatchedRequest: boolean;
  readonly origins: ReadonlySet<string>;
  readonly methods: ReadonlySet<string>;
  readonly headers: ReadonlySet<string>;
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
}

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
    "Access-Control-Max-Age",
    String(rules.maxAgeSeconds),
  ];
}

/** What lets a browser's script of an allowed origin read the answer. */
export function originHeaders({ allowCredentials, origins }: CorsRules, origin: string): RawHeaders {
  if (origins.has("*") && !allowCredentials) return ["Access-Control-Allow-Origin", "*"];
  return [
    "Access-Control-Allow-Origin",
    origin,
    "Vary",
    "Origin",
    ...(allowCredentials ? ["Access-Control-Allow-Credentials", "true"] : []),
  ];
}
