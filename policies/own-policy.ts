import type { XmlElement as ParsedElement } from "@rgrove/parse-xml";
import { UnreadableXml } from "../expressions/raw-xml.ts";
import type { PolicyDocument } from "./document.ts";
import { checkKeptVariable } from "./kept-variable.ts";
import { checkExpressions } from "./own-expressions.ts";
import { circularFragments, type FragmentTexts, withFragments, withPlainLineEnds } from "./own-fragments.ts";
import {
  checkNamedValues,
  checkRoot,
  checkSections,
  type OwnPolicyLevel,
  type OwnSectionName,
} from "./own-sections.ts";
import {
  contentOf,
  elementsIn,
  everyElement,
  type PlacedText,
  type ProblemAt,
  parsedPolicy,
  textIn,
} from "./placed-text.ts";
import { checkRefusedCallers } from "./refused-callers.ts";
import { type Verbatim, verbatim } from "./verbatim.ts";
import { element, writeXml } from "./xml.ts";

/** What one finds wrong with a policy document of one's own. */
export interface OwnPolicyProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Rule, reason and next step, in sentences that begin with a capital letter. */
  readonly message: string;
}

/** A policy document of somebody who uses this project, ready to stand behind the checks: texts of `rawxml`, all but `cors` as written. */
export interface OwnPolicy {
  /** What stands in `inbound` before `base`: `cors`. */
  readonly cors?: OwnCors;
  /** What stands in `inbound` after `base`. */
  readonly inbound: string;
  /** What stands in the section, `base` with it. */
  readonly backend: string;
  readonly outbound: string;
  readonly onError: string;
  /** Display names of the named values that it holds. */
  readonly namedValues: readonly string[];
}

/** A `cors` of one's own, cut where its last origin stands. */
export interface OwnCors {
  readonly head: string;
  readonly tail: string;
  readonly allowsEveryOrigin: boolean;
}

/** What a program knows of the texts that a document only names. */
export interface KnownTexts {
  /** Its policy fragments, by id, as `<fragment>` elements; their policies stand where they are included. @defaultValue none */
  readonly fragments?: FragmentTexts;
  /** Its named values that are no secrets, by display name. @defaultValue none */
  readonly namedValues?: Readonly<Record<string, string>>;
}

/** A document of one's own, read; or what is wrong with it, all of it. */
export type ReadOwnPolicy =
  | { readonly policy: OwnPolicy; readonly problems?: never }
  | { readonly policy?: never; readonly problems: readonly OwnPolicyProblem[] };

/**
 * Reads a policy document of one's own as API Management takes `rawxml`, and checks that it cannot switch off what stands above it: the
 * checks of the tokens, and the instance's global policy. What the policies in it are is for API Management to judge.
 *
 * @param known Fragments in `on-error` and named values before `base` are refused where their texts are not known.
 */
export function readOwnPolicy(
  text: string,
  level: OwnPolicyLevel,
  { fragments = {}, namedValues = {} }: KnownTexts = {},
): ReadOwnPolicy {
  const sound = soundFragments(fragments);
  const source = withPlainLineEnds(text);
  const problems = new FoundProblems(source);
  const written = readAs(source, problems);
  if (written === undefined) return { problems: problems.inOrder() };
  const { root, sourceIndex } = written;
  const problemOf = (element: ParsedElement, message: string) =>
    problems.add(sourceIndex(element.start), message);
  if (checkRoot(written, problems.add)) {
    checkSections(written, level, problems.add);
    checkNamedValues(written, namedValues, problems.add);
    for (const section of elementsIn(root).filter(({ name }) => name === "on-error"))
      checkRefusedCallers(section, sound, problemOf);
  }
  checkKeptVariable(root, problemOf);
  checkExpressions(written, problems.add);
  const found = problems.inOrder();
  if (found.length > 0) return { problems: found };
  return { policy: takenApart(parsedPolicy(withFragments(source, sound))) };
}

/** The fragments that a document may include: what is wrong with the others is told by {@link ownFragmentProblems}. */
function soundFragments(fragments: FragmentTexts): FragmentTexts {
  const circular = circularFragments(fragments);
  return Object.fromEntries(
    Object.entries(fragments).filter(
      ([id, text]) => !circular.includes(id) && ownFragmentProblems(text).length === 0,
    ),
  );
}

/** What is wrong with a policy fragment that a program makes, as {@link readOwnPolicy} tells it of a document. */
export function ownFragmentProblems(text: string): readonly OwnPolicyProblem[] {
  const source = withPlainLineEnds(text);
  const problems = new FoundProblems(source);
  const written = readAs(source, problems);
  if (written === undefined) return problems.inOrder();
  const { root, sourceIndex } = written;
  if (root.name !== "fragment")
    problems.add(
      sourceIndex(root.start),
      `The fragment's element must be <fragment>; got <${root.name}>. Write <fragment> around its policies.`,
    );
  const bases = everyElement(root).filter(({ name }) => name === "base");
  for (const { start } of root.name === "fragment" ? bases : [])
    problems.add(
      sourceIndex(start),
      "<base /> stands in a fragment, where Azure takes none. Write it in the documents that include it.",
    );
  checkKeptVariable(root, (element, message) => problems.add(sourceIndex(element.start), message));
  checkExpressions(written, problems.add);
  return problems.inOrder();
}

/** Problems of one text, with their places. */
class FoundProblems {
  readonly #source: string;
  readonly #found: (OwnPolicyProblem & { readonly index: number })[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  readonly add: ProblemAt = (index, message) => {
    this.#found.push({ index, ...lineAndColumn(this.#source, index), message });
  };

  /** In the order of their places. */
  inOrder(): readonly OwnPolicyProblem[] {
    return this.#found
      .toSorted((one, other) => one.index - other.index)
      .map(({ line, column, message }) => ({ line, column, message }));
  }
}

/** Parses the text; what keeps it from being read is added to the problems. */
function readAs(source: string, problems: FoundProblems): PlacedText | undefined {
  try {
    return parsedPolicy(source);
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error;
    problems.add(error.index, error.message);
    return undefined;
  }
}

function takenApart({ root, xml, sourceOf }: PlacedText): OwnPolicy {
  const section = (name: OwnSectionName) =>
    elementsIn(root).find((one) => one.name === name) as ParsedElement;
  const inside = (name: OwnSectionName) => {
    const { start, end } = contentOf(section(name), xml);
    return sourceOf(start, end);
  };
  const inbound = section("inbound");
  const base = elementsIn(inbound).find(({ name }) => name === "base") as ParsedElement;
  const { start, end } = contentOf(inbound, xml);
  const cors = elementsIn(inbound)
    .slice(0, elementsIn(inbound).indexOf(base))
    .find(({ name }) => name === "cors");
  const origins = cors && elementsIn(cors).find(({ name }) => name === "allowed-origins");
  const lastOrigin = origins && contentOf(origins, xml).end;
  return {
    ...(lastOrigin === undefined
      ? {}
      : {
          cors: {
            // As XML, which can be read in one way only: it stands before the checks.
            head: xml.slice(start, lastOrigin),
            tail: xml.slice(lastOrigin, base.start),
            allowsEveryOrigin: elementsIn(origins as ParsedElement).some((one) => textIn(one).trim() === "*"),
          },
        }),
    inbound: sourceOf(base.end, end),
    backend: inside("backend"),
    outbound: inside("outbound"),
    onError: inside("on-error"),
    namedValues: [
      ...new Set([...xml.matchAll(/\{\{\s*([A-Za-z0-9\-._]+)\s*\}\}/g)].flatMap(([, name]) => name ?? [])),
    ],
  };
}

function lineAndColumn(source: string, index: number): { readonly line: number; readonly column: number } {
  const before = source.slice(0, index);
  return { line: before.split("\n").length, column: index - before.lastIndexOf("\n") };
}

/** The sections of a document of one's own; in `inbound` without its `base`, which stands for what the document of the API has already. */
export function ownSections(
  policy: OwnPolicy,
): Omit<PolicyDocument, "inbound"> & { readonly inbound: readonly [Verbatim] } {
  return {
    inbound: [verbatim(policy.inbound)],
    backend: [verbatim(policy.backend)],
    outbound: [verbatim(policy.outbound)],
    onError: [verbatim(policy.onError)],
  };
}

/** A `cors` of one's own, which lets further origins in: of those that a request reaches, the first alone is executed. */
export function ownCorsWith(
  { head, tail, allowsEveryOrigin }: OwnCors,
  origins: readonly string[],
): Verbatim {
  const added = allowsEveryOrigin
    ? []
    : origins.map((origin) => writeXml(element("origin", {}, origin)).trim());
  return verbatim(`${head}${added.join("")}${tail}`);
}
