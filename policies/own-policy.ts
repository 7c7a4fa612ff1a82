import { type XmlElement as ParsedElement, parseXml, XmlElement, XmlError, XmlText } from "@rgrove/parse-xml";
import { compileExpression } from "../expressions/compile.ts";
import { ExpressionError } from "../expressions/expression-error.ts";
import { encodeExpressions, UnreadableXml } from "../expressions/raw-xml.ts";
import { expressionEnd } from "../expressions/span.ts";
import type { PolicyDocument } from "./document.ts";
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

/** Whose document it is: that of a whole API, or of one operation. */
export type OwnPolicyLevel = "api" | "operation";

/** A document of one's own, read; or what is wrong with it, all of it. */
export type ReadOwnPolicy =
  | { readonly policy: OwnPolicy; readonly problems?: never }
  | { readonly policy?: never; readonly problems: readonly OwnPolicyProblem[] };

/**
 * Reads a policy document of one's own as API Management takes `rawxml`, and checks that it cannot switch off what stands above it: the
 * checks of the tokens, and the instance's global policy. What the policies in it are is for API Management to judge.
 */
export function readOwnPolicy(text: string, level: OwnPolicyLevel): ReadOwnPolicy {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const problems: OwnPolicyProblem[] = [];
  const problemAt = (index: number, message: string) =>
    problems.push({ ...lineAndColumn(source, index), message });
  try {
    const written = parsed(source);
    checkRoot(written, problemAt);
    if (problems.length === 0) checkSections(written, level, problemAt);
    checkExpressions(written, problemAt);
    return problems.length > 0 ? { problems } : { policy: takenApart(written) };
  } catch (error) {
    if (!(error instanceof UnreadableXml)) throw error;
    problemAt(error.index, error.message);
    return { problems };
  }
}

type Problems = (index: number, message: string) => void;

/** A document with the places of its elements in the text as it was written. */
interface WrittenPolicy {
  readonly root: ParsedElement;
  /** The text as it was written. */
  readonly source: string;
  /** The text that was parsed: every expression is written as XML wants it. */
  readonly xml: string;
  /** A part of the text as it was written, by indexes in {@link xml}. */
  readonly sourceOf: (start: number, end: number) => string;
  /** Index in the text as it was written. */
  readonly sourceIndex: (index: number) => number;
}

function parsed(source: string): WrittenPolicy {
  const { xml, sourceIndex } = encodeExpressions(source);
  try {
    const { root } = parseXml(xml, { includeOffsets: true });
    if (root === null) throw new UnreadableXml("The document has no element.", 0);
    const sourceOf = (start: number, end: number) => source.slice(sourceIndex(start), sourceIndex(end));
    return { root, source, xml, sourceIndex, sourceOf };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    // The parser counts characters, and appends its own place.
    const index = sourceIndex([...xml].slice(0, error.pos).join("").length);
    const reason = (error.message.split("\n")[0] ?? "").replace(/ \(line \d+, column \d+\)$/, "");
    throw new UnreadableXml(`It is not well-formed XML: ${reason}. Correct it.`, index, { cause: error });
  }
}

const sectionNames = ["inbound", "backend", "outbound", "on-error"] as const;
type SectionName = (typeof sectionNames)[number];

function checkRoot({ root, sourceIndex }: WrittenPolicy, problem: Problems): void {
  if (root.name !== "policies") {
    const message = `The document's element must be <policies>; got <${root.name}>. Write <policies> with its four sections.`;
    problem(sourceIndex(root.start), message);
    return;
  }
  const seen = new Set<string>();
  for (const section of elementsIn(root)) {
    const at = sourceIndex(section.start);
    if (!sectionNames.includes(section.name as SectionName))
      problem(
        at,
        `<policies> must hold ${listed(sectionNames)} only; got <${section.name}>. Move it into a section.`,
      );
    else if (seen.has(section.name)) problem(at, `<${section.name}> stands twice. Keep one of them.`);
    seen.add(section.name);
  }
  const missing = sectionNames.filter((name) => !seen.has(name));
  if (missing.length === 0) return;
  problem(
    sourceIndex(root.start),
    `${listed(missing)} ${missing.length === 1 ? "is" : "are"} missing: without a section, what stands above may not run. Write ${missing.map((name) => `<${name}><base /></${name}>`).join(" ")}.`,
  );
}

function listed(names: readonly string[]): string {
  return names.map((name) => `<${name}>`).join(", ");
}

/** `base` in every section that API Management inherits, and first of all in `inbound`: it stands for the checks. */
function checkSections(
  { root, xml, sourceIndex }: WrittenPolicy,
  level: OwnPolicyLevel,
  problem: Problems,
): void {
  for (const section of elementsIn(root)) {
    const { name } = section;
    const statements = elementsIn(section);
    const bases = statements.filter((one) => one.name === "base");
    for (const one of bases.slice(1))
      problem(sourceIndex(one.start), `<base /> stands twice in <${name}>. Keep one of them.`);
    if (texts(section).trim() !== "")
      problem(sourceIndex(section.start), `<${name}> holds text. Only policies may stand there.`);
    // Azure takes one policy there; whoever writes another one sends the request himself.
    const mayLackBase = name === "backend" && statements.length > 0;
    if (bases.length === 0 && !mayLackBase)
      problem(
        sourceIndex(section.start),
        `<${name}> must have <base />${reasons[name as SectionName]} Add it.`,
      );
    if (name === "on-error") checkCalls(section, (one, message) => problem(sourceIndex(one.start), message));
    if (name !== "inbound" || bases.length === 0) continue;
    checkFirst(statements, level, (one, message) => problem(sourceIndex(one.start), message));
    checkHidden(xml, section, (index, message) => problem(sourceIndex(index), message));
  }
}

const reasons: Readonly<Record<SectionName, string>> = {
  inbound:
    " as its first statement: it stands for the checks of the token, which this project lets nobody leave out.",
  backend: ", or a policy that calls the backend: else nothing answers.",
  outbound: ", which stands for the policies above it.",
  "on-error": ", which stands for the policies above it.",
};

function checkFirst(
  statements: readonly ParsedElement[],
  level: OwnPolicyLevel,
  problem: (element: ParsedElement, message: string) => void,
): void {
  for (const statement of statements.slice(
    0,
    statements.findIndex(({ name }) => name === "base"),
  )) {
    if (statement.name !== "cors")
      problem(
        statement,
        `<${statement.name}> stands before <base />, and so before the checks of the token. Move it behind <base />.`,
      );
    else if (level === "operation")
      problem(
        statement,
        "<cors> stands before <base />, but a preflight is answered for the whole API. Move it into the policy of the API.",
      );
    else if (
      !elementsIn(statement).some((one) => one.name === "allowed-origins" && elementsIn(one).length > 0)
    )
      problem(statement, "<cors> names no origin in <allowed-origins>. Name one.");
  }
}

/** API Management runs `on-error` when a check refuses a caller: an answer that is fetched there could take the refusal's place. */
function checkCalls(
  section: ParsedElement,
  problem: (element: ParsedElement, message: string) => void,
): void {
  for (const child of elementsIn(section)) {
    if (child.name === "send-request")
      problem(
        child,
        "<send-request> stands in <on-error>, which also runs when a check of the token refuses a caller: he could get its answer instead. Use <send-one-way-request>, or call in another section.",
      );
    checkCalls(child, problem);
  }
}

/** How API Management reads an expression in a comment is not known: one that went on there could take the checks into it. */
function checkHidden(xml: string, inbound: ParsedElement, problem: Problems): void {
  const base = elementsIn(inbound).find(({ name }) => name === "base");
  const before = xml.slice(inbound.start, base?.start);
  for (const { 0: hidden, index } of before.matchAll(
    /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g,
  )) {
    if (/@[({]/.test(hidden))
      problem(
        inbound.start + index,
        'A comment or CDATA section before <base /> holds "@(" or "@{", which begin an expression. Remove them, or move it behind <base />.',
      );
  }
}

/** The expressions that API Management refuses; what the local gateway alone lacks, it tells itself. */
function checkExpressions({ root, source, sourceIndex }: WrittenPolicy, problem: Problems): void {
  const visit = (element: ParsedElement) => {
    for (const text of [...Object.values(element.attributes), texts(element)].flatMap(expressionsIn)) {
      const refusal = refusalOf(text);
      if (refusal === undefined) continue;
      const start = sourceIndex(element.start);
      // Written with entities, it has no place of its own.
      const at = source.indexOf(text, start);
      problem(
        at < 0 ? start : at + 2 + offsetOf(text.slice(2), refusal),
        `The policy expression in <${element.name}> cannot be compiled: ${refusal.message}`,
      );
    }
    for (const child of elementsIn(element)) visit(child);
  };
  visit(root);
}

function offsetOf(text: string, { line, column }: ExpressionError): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
}

function expressionsIn(value: string): readonly string[] {
  const found: string[] = [];
  for (let at = value.search(/@[({]/); at >= 0; ) {
    const end = expressionEnd(value, at) ?? value.length;
    found.push(value.slice(at, end));
    const next = value.slice(end).search(/@[({]/);
    at = next < 0 ? -1 : end + next;
  }
  // The value of a name in braces is part of the code, and not known here.
  return found.filter((text) => !text.includes("{{"));
}

function refusalOf(text: string): ExpressionError | undefined {
  try {
    compileExpression(text.slice(2, -1), { form: text.startsWith("@(") ? "expression" : "block" });
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.kind === "refused" ? error : undefined;
  }
}

function takenApart({ root, xml, sourceOf }: WrittenPolicy): OwnPolicy {
  const section = (name: SectionName) => elementsIn(root).find((one) => one.name === name) as ParsedElement;
  const inside = (name: SectionName) => {
    const { start, end } = inner(section(name), xml);
    return sourceOf(start, end);
  };
  const inbound = section("inbound");
  const base = elementsIn(inbound).find(({ name }) => name === "base") as ParsedElement;
  const { start, end } = inner(inbound, xml);
  const cors = elementsIn(inbound)
    .slice(0, elementsIn(inbound).indexOf(base))
    .find(({ name }) => name === "cors");
  const origins = cors && elementsIn(cors).find(({ name }) => name === "allowed-origins");
  const lastOrigin = origins && inner(origins, xml).end;
  return {
    ...(lastOrigin === undefined
      ? {}
      : {
          cors: {
            // As XML, which can be read in one way only: it stands before the checks.
            head: xml.slice(start, lastOrigin),
            tail: xml.slice(lastOrigin, base.start),
            allowsEveryOrigin: elementsIn(origins as ParsedElement).some((one) => texts(one).trim() === "*"),
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

/** Where the content of an element stands; nowhere in one that has none. */
function inner(
  { name, start, end }: ParsedElement,
  xml: string,
): { readonly start: number; readonly end: number } {
  const restOfTag = /(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>/y;
  restOfTag.lastIndex = start + 1 + name.length;
  restOfTag.exec(xml);
  const from = restOfTag.lastIndex;
  return from === end ? { start: end, end } : { start: from, end: xml.lastIndexOf("</", end - 1) };
}

function elementsIn(element: ParsedElement): readonly ParsedElement[] {
  return element.children.filter((node): node is ParsedElement => node instanceof XmlElement);
}

function texts(element: ParsedElement): string {
  return element.children
    .filter((node) => node instanceof XmlText)
    .map(({ text }) => text)
    .join("");
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
