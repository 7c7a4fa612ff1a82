import type { Expression } from "../expression.ts";
import { makePolicy, type PlainText, type Policy, type PolicyArgs } from "../policy.ts";
import { assertOrigin, assertToken, checked, invalid } from "../values.ts";
import { element, type XmlElement } from "../xml.ts";

/** Settings of {@link cors}. `["*"]` means all. */
export interface CorsArgs extends PolicyArgs {
  /** Whether a browser may send cookies or an `Authorization` header of its own. @defaultValue Azure's: false */
  readonly allowCredentials?: boolean | Expression;
  /** What happens to a request whose origin is not allowed; Azure documents two defaults, so it is always written. */
  readonly terminateUnmatchedRequest: boolean | Expression;
  readonly allowedOrigins: readonly [PlainText, ...PlainText[]];
  /** @defaultValue Azure's: GET and POST */
  readonly allowedMethods?: readonly [PlainText | Expression, ...(PlainText | Expression)[]];
  /** How long a browser may remember a preflight's answer; needs `allowedMethods`. @defaultValue Azure's: 0 */
  readonly preflightMaxAgeSeconds?: number | Expression;
  readonly allowedHeaders: readonly [PlainText, ...PlainText[]];
  readonly exposeHeaders?: readonly [PlainText, ...PlainText[]];
}

/** A `cors` statement. */
export type Cors = Policy<"inbound", "cors">;

/**
 * `cors({ terminateUnmatchedRequest: false, allowedOrigins: ["https://a.example"], allowedHeaders: ["*"] })` →
 * `<cors terminate-unmatched-request="false">…</cors>`.
 *
 * Only the first `cors` that a request reaches is executed, and a preflight reaches nothing else. What a browser would refuse is refused:
 * credentials for every origin.
 *
 * @see https://learn.microsoft.com/azure/api-management/cors-policy
 */
export function cors(args: CorsArgs): Cors {
  const { allowedMethods, preflightMaxAgeSeconds: maxAge } = args;
  return makePolicy({
    name: "cors",
    sections: ["inbound"],
    onlyOnce: true,
    attributes: {
      "allow-credentials": args.allowCredentials,
      "terminate-unmatched-request": args.terminateUnmatchedRequest,
      id: args.id,
    },
    content: [
      {
        ...namesIn("allowed-origins", "origin", args.allowedOrigins, assertOrigin),
        check: credentials(args),
      },
      ...(allowedMethods === undefined
        ? []
        : [
            {
              ...namesIn("allowed-methods", "method", allowedMethods, assertMethod),
              attributes: { "preflight-result-max-age": checked(maxAge, assertMaxAge) },
            },
          ]),
      namesIn("allowed-headers", "header", args.allowedHeaders, assertToken),
      ...(args.exposeHeaders === undefined
        ? []
        : [namesIn("expose-headers", "header", args.exposeHeaders, assertToken)]),
    ],
    check: (path) => {
      if (maxAge !== undefined && allowedMethods === undefined)
        throw invalid(
          `${path}/allowed-methods/@preflight-result-max-age`,
          `is ${typeof maxAge === "number" ? maxAge : "given"}, but no methods are allowed. Name the allowed methods`,
        );
    },
  });
}

function namesIn(
  name: string,
  item: string,
  texts: readonly (PlainText | Expression)[],
  rule: (text: string, path: string) => void,
): XmlElement {
  return element(
    name,
    {},
    texts.map((text) => element(item, {}, checked(text, rule))),
  );
}

function credentials({ allowCredentials, allowedOrigins }: CorsArgs): (path: string) => void {
  return (path) => {
    if (allowCredentials === true && allowedOrigins.includes("*"))
      throw invalid(
        path,
        'allows credentials to every origin ("*"), which browsers refuse. Name each origin',
      );
  };
}

// `*` is a token as well.
function assertMethod(text: string, path: string): void {
  assertToken(text, path, "an HTTP method");
}

function assertMaxAge(seconds: number, path: string): void {
  if (!(Number.isInteger(seconds) && seconds >= 0))
    throw invalid(path, `must be an integer of 0 or more; got ${seconds}. Give whole seconds`);
  // An unsigned integer of 32 bits in Azure's schema.
  if (seconds > 4_294_967_295)
    throw invalid(path, `must be at most 4294967295; got ${seconds}. Browsers keep it for a day at most`);
}
