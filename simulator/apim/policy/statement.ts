import type { BodyNeeds } from "../../../expressions/body-needs.ts";
import type { CorsRules } from "./cors-rules.ts";
import type { ElementReader } from "./element-reader.ts";
import type { BackendChoice, Exchange, Flow, Message } from "./exchange.ts";
import type { PolicyScope, SectionName, StatementPlace } from "./place.ts";
import type { PolicyValue } from "./policy-value.ts";
import type { RequiredClaim } from "./required-claim.ts";

/** What an element does, as its definition makes it. It runs without a promise wherever it can. */
export interface Behaviour {
  /** Does what the element says. @throws {PolicyFailure} when it refuses the request. */
  run(exchange: Exchange): Flow | Promise<Flow>;
  /** Present on `cors`: a preflight asks the rules and runs nothing else. */
  readonly cors?: CorsRules;
  /** Present on `set-backend-service` with literal attributes: where it sends requests. */
  readonly backend?: BackendChoice;
  /** Present on `validate-jwt`: what a valid token must say besides. */
  readonly requiredClaims?: readonly RequiredClaim[];
  /** Present on elements that hold policies: what they may run. */
  readonly blocks?: readonly Block[];
  /** Present on `choose`: it runs the block of the first case whose condition is true. */
  readonly cases?: readonly Case[];
  /** Present on `include-fragment`: the statements that stand in its place. */
  readonly inlined?: readonly Statement[];
}

/** A policy statement in its place, ready to run. */
export interface Statement extends Behaviour, StatementPlace {
  /** The bodies that its expressions read: they are there in full before it runs. */
  readonly needs?: BodyNeeds;
}

/** A branch of `choose`. */
export interface Case {
  /** Absent on the last one, which needs none. */
  readonly condition?: PolicyValue<boolean>;
  readonly block: Block;
}

/** Policies that stand inside another one, and run in turn. */
export interface Block {
  readonly statements: readonly Statement[];
  /** Runs them, until one answers. */
  run(exchange: Exchange): Flow | Promise<Flow>;
}

/** What one of the `set-…` policies does to a message: to the section's own, or to that of the element that it stands in. */
export type Change = (message: Message, exchange: Exchange) => void;

/** Which kind of message a {@link Change} is for. */
export type MessageKind = "request" | "response";

/** What an element's parser learns of its place. */
export interface StatementSite {
  readonly reader: ElementReader;
  readonly section: SectionName;
  readonly scope: PolicyScope;
  /** What a {@link Change} here is for: the request in `inbound` and `backend`, else the response. */
  readonly message: MessageKind;
  /** Reads the policies of a fragment in the place of the element; refuses it where there is no such fragment. */
  readonly fragment: (id: string) => Block;
  /** Whether the instance has a `Backend` of this name. */
  readonly backendExists: (id: string) => boolean;
  /** Fetches a discovery document that a policy names, as the instance does when the policy is saved. */
  readonly fetchConfiguration: (url: string) => Promise<unknown>;
  /** Checks that need the network; they run when the rest of the document is in order. */
  readonly later: (check: () => Promise<string | undefined>) => void;
  /**
   * Reads the children of an element as policies of this section: `site.statements(reader.of(when))`.
   *
   * @param allowed The policies that may stand there. @defaultValue all of the section
   */
  readonly statements: (parent: ElementReader, allowed?: readonly string[]) => Block;
  /** Reads a child that is one of the `set-…` policies, for a message of the element's own: `return-response`, `send-request`. */
  readonly change: (child: ElementReader, message: MessageKind) => Change;
}

/** What one file of `elements/` says of its element. */
export type ElementDefinition = StatementDefinition | ChangeDefinition;

interface Placement {
  readonly sections: readonly SectionName[];
  /** @defaultValue all */
  readonly scopes?: readonly PolicyScope[];
  /** Azure allows it once in a section. */
  readonly onlyOnce?: boolean;
}

/** An element that does whatever it does. */
export interface StatementDefinition extends Placement {
  /** Builds what it does, reporting what is wrong to the site's reader. The attribute `id` and the place are not its concern. */
  readonly parse: (site: StatementSite) => Behaviour;
}

/** An element that changes one message and nothing else, so that `return-response` and `send-request` can hold it too. */
export interface ChangeDefinition extends Placement {
  /** The message that it always changes. @defaultValue that of the section */
  readonly changes?: MessageKind;
  /** Reads the element, reporting what is wrong to the site's reader. */
  readonly change: (site: StatementSite) => Change;
}
