import { type Cors, cors } from "../elements/cors.ts";

/** Settings of {@link ownCors}. */
export interface OwnCorsArgs {
  /** Pages that call the API from a browser, `https://app.contoso.com`. */
  readonly origins: readonly [string, ...string[]];
  /** @defaultValue all methods */
  readonly methods?: readonly [string, ...string[]];
  /** Headers that the pages send. @defaultValue all */
  readonly headers?: readonly [string, ...string[]];
  /** Headers of answers that the pages may read. @defaultValue none besides those that every page may */
  readonly exposedHeaders?: readonly [string, ...string[]];
  /** How long a browser may remember the answer. @defaultValue 600 */
  readonly preflightMaxAgeSeconds?: number;
}

/**
 * `ownCors({ origins: ["https://app.contoso.com"] })`: the pages of these origins may call the API from a browser, with a token. Before
 * `base`, in the policy of the API. This project adds the developer portal and the pages of the stack's own browser clients.
 */
export function ownCors({
  origins,
  methods = ["*"],
  headers = ["*"],
  exposedHeaders,
  preflightMaxAgeSeconds = 600,
}: OwnCorsArgs): Cors {
  return cors({
    // As for the developer portal's console, which this statement lets in as well.
    allowCredentials: true,
    terminateUnmatchedRequest: false,
    allowedOrigins: origins,
    allowedMethods: methods,
    preflightMaxAgeSeconds,
    allowedHeaders: headers,
    ...(exposedHeaders === undefined ? {} : { exposeHeaders: exposedHeaders }),
  });
}
