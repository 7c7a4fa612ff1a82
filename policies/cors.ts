import { assertOrigin, assertSeconds, assertToken, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Settings of {@link cors}. `["*"]` means all. */
export interface CorsArgs {
  /** Whether a browser may send cookies or an `Authorization` header of its own. @defaultValue Azure's: false */
  readonly allowCredentials?: boolean;
  /** What happens to a request whose origin is not allowed; Azure documents two defaults, so it is always written. */
  readonly terminateUnmatchedRequest: boolean;
  readonly allowedOrigins: readonly [string, ...string[]];
  /** @defaultValue Azure's: GET and POST */
  readonly allowedMethods?: readonly [string, ...string[]];
  /** How long a browser may remember a preflight's answer; needs `allowedMethods`. @defaultValue Azure's: 0 */
  readonly preflightMaxAgeSeconds?: number;
  readonly allowedHeaders: readonly [string, ...string[]];
  readonly exposeHeaders?: readonly [string, ...string[]];
}

/** A `cors` statement. */
export interface Cors {
  readonly kind: "cors";
  readonly args: CorsArgs;
}

/**
 * `cors({ terminateUnmatchedRequest: false, allowedOrigins: ["https://a.example"], allowedHeaders: ["*"] })` →
 * `<cors terminate-unmatched-request="false">…</cors>`.
 *
 * Only the first `cors` that a request reaches is executed, and a preflight reaches nothing else.
 *
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
export function cors(args: CorsArgs): Cors {
  return { kind: "cors", args };
}

/**
 * The element of {@link cors}.
 *
 * @throws {PolicyError} `INVALID_VALUE` when an origin is none, a browser would refuse the combination, or HTTP cannot carry a value.
 */
export function corsElement({ args }: Cors, path: string): XmlElement {
  for (const origin of args.allowedOrigins) assertOrigin(origin, `${path}/allowed-origins/origin`);
  if (args.allowCredentials && args.allowedOrigins.includes("*")) {
    throw invalid(
      `${path}/allowed-origins`,
      'allows credentials to every origin ("*"), which browsers refuse. Name each origin',
    );
  }
  assertTokens(args.allowedMethods, `${path}/allowed-methods/method`, "an HTTP method");
  assertTokens(args.allowedHeaders, `${path}/allowed-headers/header`);
  assertTokens(args.exposeHeaders, `${path}/expose-headers/header`);
  const methods = args.allowedMethods?.map((method) => element("method", {}, method));
  const maxAge = readMaxAge(args, `${path}/allowed-methods/@preflight-result-max-age`);
  return element(
    "cors",
    {
      "allow-credentials": args.allowCredentials,
      "terminate-unmatched-request": args.terminateUnmatchedRequest,
    },
    [
      element(
        "allowed-origins",
        {},
        args.allowedOrigins.map((origin) => element("origin", {}, origin)),
      ),
      ...(methods === undefined
        ? []
        : [element("allowed-methods", { "preflight-result-max-age": maxAge }, methods)]),
      element(
        "allowed-headers",
        {},
        args.allowedHeaders.map((header) => element("header", {}, header)),
      ),
      ...(args.exposeHeaders === undefined
        ? []
        : [
            element(
              "expose-headers",
              {},
              args.exposeHeaders.map((header) => element("header", {}, header)),
            ),
          ]),
    ],
  );
}

/** `*` is a token as well. */
function assertTokens(names: readonly string[] | undefined, path: string, what?: string): void {
  for (const name of names ?? []) assertToken(name, path, what);
}

function readMaxAge(
  { preflightMaxAgeSeconds: seconds, allowedMethods }: CorsArgs,
  path: string,
): number | undefined {
  assertSeconds(seconds, path);
  // An unsigned integer of 32 bits in Azure's schema.
  if (seconds !== undefined && seconds > 4_294_967_295)
    throw invalid(path, `must be at most 4294967295; got ${seconds}. Browsers keep it for a day at most`);
  if (seconds !== undefined && allowedMethods === undefined)
    throw invalid(path, `is ${seconds}, but no methods are allowed. Name the allowed methods`);
  return seconds;
}
