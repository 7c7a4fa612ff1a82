import type { CorsRules } from "./cors-rules.ts";
import type { ElementReader } from "./element-reader.ts";
import type { BackendChoice, Exchange, Flow } from "./exchange.ts";
import type { RequiredClaim } from "./required-claim.ts";

/** The four sections of a policy document. */
export const sectionNames = ["inbound", "backend", "outbound", "on-error"] as const;

/** Name of a section. */
export type SectionName = (typeof sectionNames)[number];

/** The scopes that the local cloud knows, from the widest. Differs from Azure: there are no workspaces. */
export type PolicyScope = "global" | "api" | "operation";

/** A policy statement, ready to run. It runs without a promise wherever it can. */
export interface Statement {
  /** Element name. */
  readonly element: string;
  /** Does what the element says. @throws {PolicyFailure} when it refuses the request. */
  run(exchange: Exchange): Flow | Promise<Flow>;
  /** Present on `cors`: a preflight asks the rules and runs nothing else. */
  readonly cors?: CorsRules;
  /** Present on `set-backend-service`: where it sends requests. */
  readonly backend?: BackendChoice;
  /** Present on `validate-jwt`: what a valid token must say besides. */
  readonly requiredClaims?: readonly RequiredClaim[];
}

/** What an element's parser learns of its place. */
export interface StatementSite {
  readonly reader: ElementReader;
  readonly section: SectionName;
  /** Whether the instance has a `Backend` of this name. */
  readonly backendExists: (id: string) => boolean;
  /** Fetches a discovery document that a policy names, as the instance does when the policy is saved. */
  readonly fetchConfiguration: (url: string) => Promise<unknown>;
  /** Checks that need the network; they run when the rest of the document is in order. */
  readonly later: (check: () => Promise<string | undefined>) => void;
}

/** One entry of the element table. */
export interface ElementDefinition {
  readonly sections: readonly SectionName[];
  /** Azure allows it once in a section. */
  readonly onlyOnce?: boolean;
  /** Builds the statement, reporting what is wrong to the site's reader. */
  readonly parse: (site: StatementSite) => Statement;
}
