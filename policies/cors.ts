import { assertOrigin, assertSeconds, invalid } from "./values.ts";
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
 * @throws {PolicyError} `INVALID_VALUE` when an origin has a path, or a browser would refuse the combination.
 */
export function corsElement({ args }: Cors, path: string): XmlElement {
  for (const origin of args.allowedOrigins) assertOrigin(origin, `${path}/allowed-origins/origin`);
  if (args.allowCredentials && args.allowedOrigins.includes("*")) {
    throw invalid(
      `${path}/allowed-origins`,
      'must list origins when credentials are allowed; got "*". Name each origin',
    );
  }
  const methods = args.allowedMethods?.map((method) => element("method", {}, method));
  const maxAge = assertSeconds(
    args.preflightMaxAgeSeconds,
    `${path}/allowed-methods/@preflight-result-max-age`,
  );
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
