import { SimulatorError } from "../../kernel/error.ts";
import { azureElements } from "./azure-elements.ts";
import { ElementReader, PolicyProblems } from "./element-reader.ts";
import { policyElements } from "./elements.ts";
import {
  type PolicyScope,
  type SectionName,
  type Statement,
  type StatementSite,
  sectionNames,
} from "./statement.ts";
import { fetchConfiguration as fetchAnew } from "./validate-jwt/open-id-configurations.ts";
import { type PolicyElement, readPolicyXml } from "./xml-reader.ts";

/** A policy document of one scope, read and checked. */
export interface CheckedPolicy {
  readonly scope: PolicyScope;
  readonly xml: string;
  /** A section that the text does not have is empty, which is not the same as inherited. */
  readonly sections: Readonly<Record<SectionName, readonly Step[]>>;
}

/** A statement, or the place where the parent scope's section runs. */
export type Step = Statement | "base";

/** Where a document is saved. */
export interface PolicySite {
  readonly scope: PolicyScope;
  /** Tier of the instance; Consumption takes smaller documents. */
  readonly sku: string;
  /** Fetch the discovery documents, as Azure does when a policy is saved. @defaultValue true */
  readonly checksConnectivity?: boolean;
  /** Whether the instance has a `Backend` of this name. @defaultValue it has none */
  readonly backendExists?: (id: string) => boolean;
  /** How the instance gets discovery documents. @defaultValue each anew */
  readonly fetchConfiguration?: (url: string) => Promise<unknown>;
}

/**
 * Reads a policy document as API Management does when it is saved: whatever it does not know, or in the wrong order, section
 * or number, is refused; the discovery documents of `validate-jwt` must answer.
 *
 * @throws {SimulatorError} `ValidationError` with every problem, one line each, in Azure's form.
 */
export async function parsePolicyDocument(
  xml: string,
  {
    scope,
    sku,
    checksConnectivity = true,
    backendExists = () => false,
    fetchConfiguration = fetchAnew,
  }: PolicySite,
): Promise<CheckedPolicy> {
  assertSize(xml, sku);
  const root = readPolicyXml(xml);
  const problems = new PolicyProblems();
  const checks: (() => Promise<string | undefined>)[] = [];
  const sections = readSections(root, {
    problems,
    scope,
    backendExists,
    fetchConfiguration,
    later: (check) => checks.push(check),
  });
  // Only a document that is in order otherwise is worth the calls.
  const late =
    problems.lines.length > 0 || !checksConnectivity ? [] : await Promise.all(checks.map((check) => check()));
  const lines = [...problems.lines, ...late.filter((line) => line !== undefined)];
  if (lines.length > 0) throw new SimulatorError("ValidationError", lines.join("\n"));
  return { scope, xml, sections };
}

function assertSize(xml: string, sku: string): void {
  // https://learn.microsoft.com/azure/api-management/service-limits
  const limit = (sku === "Consumption" ? 16 : 256) * 1024;
  const bytes = Buffer.byteLength(xml);
  if (bytes > limit) {
    throw new SimulatorError(
      "ValidationError",
      `A policy document in tier ${sku} must have at most ${limit} bytes; got ${bytes}. Shorten it.`,
    );
  }
}

interface DocumentSite extends Pick<StatementSite, "later" | "backendExists" | "fetchConfiguration"> {
  readonly problems: PolicyProblems;
  readonly scope: PolicyScope;
}

function readSections(root: PolicyElement, site: DocumentSite): Record<SectionName, readonly Step[]> {
  const reader = new ElementReader(root, site.problems);
  reader.done();
  const sections: Record<SectionName, readonly Step[]> = {
    inbound: [],
    backend: [],
    outbound: [],
    "on-error": [],
  };
  if (root.name !== "policies") {
    reader.refuse("The document's element must be 'policies'.");
    return sections;
  }
  // The schema lets the sections stand in any order, each once.
  for (const child of root.children) {
    const name = sectionNames.find((section) => section === child.name);
    if (name === undefined)
      site.problems.add(
        child,
        `'policies' has invalid child element '${child.name}'. Expected: ${sectionNames.join(", ")}.`,
      );
    else if (root.children.find((other) => other.name === name) !== child)
      site.problems.add(child, `'${name}' may stand only once.`);
    else sections[name] = readSection(child, name, site);
  }
  return sections;
}

function readSection(section: PolicyElement, name: SectionName, site: DocumentSite): readonly Step[] {
  const reader = new ElementReader(section, site.problems);
  reader.done();
  if (section.text.trim() !== "") reader.refuse("The section holds text. Only elements may stand here.");
  if (name === "backend" && section.children.length > 1) {
    reader.refuse(`The backend section allows only one policy; got ${section.children.length}.`);
  }
  return section.children.flatMap((child) => readStep(child, { section, name, site }) ?? []);
}

function readStep(
  child: PolicyElement,
  { section, name, site }: { section: PolicyElement; name: SectionName; site: DocumentSite },
): Step | undefined {
  const reader = new ElementReader(child, site.problems);
  const repeats = section.children.filter((other) => other.name === child.name).length > 1;
  if (child.name === "base") {
    reader.sequence({});
    reader.done();
    if (repeats)
      reader.refuse("'base' may stand only once in a section: it would run the parent's statements twice.");
    if (site.scope === "global")
      reader.refuse("'base' has no meaning at the global scope, which has no parent. Remove it.");
    return "base";
  }
  const definition = policyElements.get(child.name);
  if (definition === undefined) {
    if (azureElements.has(child.name))
      reader.refuse(
        `The local gateway does not simulate <${child.name}>. It executes ${[...policyElements.keys()].join(", ")}; deploy to Azure for the others.`,
      );
    else
      site.problems.add(
        child,
        `'${name}' has invalid child element '${child.name}': API Management has no policy of this name.`,
      );
    return undefined;
  }
  if (!definition.sections.includes(name)) reader.refuse(`Policy is not allowed in the '${name}' section.`);
  if (definition.onlyOnce && repeats) reader.refuse("Policy may stand only once in a section.");
  return definition.parse({ ...site, reader, section: name });
}
