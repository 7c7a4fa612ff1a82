import type { XmlElement as ParsedElement } from "@rgrove/parse-xml";
import { elementsIn, type PlacedText, type ProblemAt, textIn } from "./placed-text.ts";

/** Whose document it is: that of a whole API, or of one operation. */
export type OwnPolicyLevel = "api" | "operation";

const sectionNames = ["inbound", "backend", "outbound", "on-error"] as const;

/** Name of a section. */
export type OwnSectionName = (typeof sectionNames)[number];

/** Checks that the document has each section once. @returns Whether its element is that of a document at all. */
export function checkRoot({ root, sourceIndex }: PlacedText, problem: ProblemAt): boolean {
  if (root.name !== "policies") {
    const message = `The document's element must be <policies>; got <${root.name}>. Write <policies> with its four sections.`;
    problem(sourceIndex(root.start), message);
    return false;
  }
  const seen = new Set<string>();
  for (const section of elementsIn(root)) {
    const at = sourceIndex(section.start);
    if (!sectionNames.includes(section.name as OwnSectionName))
      problem(
        at,
        `<policies> must hold ${listed(sectionNames)} only; got <${section.name}>. Move it into a section.`,
      );
    else if (seen.has(section.name)) problem(at, `<${section.name}> stands twice. Keep one of them.`);
    seen.add(section.name);
  }
  const missing = sectionNames.filter((name) => !seen.has(name));
  if (missing.length > 0)
    problem(
      sourceIndex(root.start),
      `${listed(missing)} ${missing.length === 1 ? "is" : "are"} missing: without a section, what stands above may not run. Write ${missing.map((name) => `<${name}><base /></${name}>`).join(" ")}.`,
    );
  return true;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `<${name}>`).join(", ");
}

/** `base` in every section that API Management inherits, and first of all in `inbound`: it stands for the checks. */
export function checkSections(
  { root, xml, sourceIndex }: PlacedText,
  level: OwnPolicyLevel,
  problem: ProblemAt,
): void {
  for (const section of elementsIn(root)) {
    const { name } = section;
    if (!sectionNames.includes(name as OwnSectionName)) continue;
    const statements = elementsIn(section);
    const bases = statements.filter((one) => one.name === "base");
    for (const one of bases.slice(1))
      problem(sourceIndex(one.start), `<base /> stands twice in <${name}>. Keep one of them.`);
    if (textIn(section).trim() !== "")
      problem(sourceIndex(section.start), `<${name}> holds text. Only policies may stand there.`);
    // Azure takes one policy there; whoever writes another one sends the request himself.
    const mayLackBase = name === "backend" && statements.length > 0;
    if (bases.length === 0 && !mayLackBase)
      problem(
        sourceIndex(section.start),
        `<${name}> must have <base />${reasons[name as OwnSectionName]} Add it.`,
      );
    if (name !== "inbound" || bases.length === 0) continue;
    checkFirst(statements, level, (one, message) => problem(sourceIndex(one.start), message));
    checkHidden(xml, section, (index, message) => problem(sourceIndex(index), message));
  }
}

const reasons: Readonly<Record<OwnSectionName, string>> = {
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

/** How API Management reads an expression in a comment is not known: one that went on there could take the checks into it. */
function checkHidden(xml: string, inbound: ParsedElement, problem: ProblemAt): void {
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

/**
 * Checks the named values before `base`. Whether API Management puts their values in before it reads the XML, or after, is not documented:
 * a value that is more than a plain text could take the checks out.
 */
export function checkNamedValues(
  { root, xml, sourceIndex }: PlacedText,
  known: Readonly<Record<string, string>>,
  problem: ProblemAt,
): void {
  for (const inbound of elementsIn(root).filter(({ name }) => name === "inbound")) {
    const base = elementsIn(inbound).find(({ name }) => name === "base");
    if (base === undefined) continue;
    for (const { 1: name = "", index } of xml.slice(inbound.start, base.start).matchAll(/\{\{(.*?)\}\}/gs)) {
      const reason = reasonAgainst(name, known);
      if (reason !== undefined)
        problem(
          sourceIndex(inbound.start + index),
          `{{${name}}} stands before <base />, and so before the checks of the token, but ${reason}. Write the value itself there.`,
        );
    }
  }
}

function reasonAgainst(name: string, known: Readonly<Record<string, string>>): string | undefined {
  const value = Object.hasOwn(known, name) ? known[name] : undefined;
  if (value === undefined)
    return "this project does not know its value: only plain values of the setting namedValues may";
  const special = /[<>&"']|@[({]|\{\{/.exec(value)?.[0];
  return special === undefined ? undefined : `its value holds ${special}, which means something in a policy`;
}
