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
