import { SimulatorError } from "../../kernel/error.ts";
import { ElementReader, PolicyProblems } from "./element-reader.ts";
import { loadElements } from "./element-registry.ts";
import { withNamedValues } from "./named-values.ts";
import { type PolicyScope, type SectionName, sectionNames } from "./place.ts";
import { type ParserSite, PolicyParser, type Step } from "./policy-parser.ts";
import { fetchConfiguration as fetchAnew } from "./tokens/open-id-configurations.ts";
import { type PolicyElement, type PolicyFormat, readPolicyXml } from "./xml-reader.ts";

/** A policy document of one scope, read and checked. */
export interface CheckedPolicy {
  readonly scope: PolicyScope;
  readonly xml: string;
  /**
   * The statements of each section.
   *
   * Assumed of Azure: a section that the text does not have is its parent's. Examples of Microsoft's policy pages, the policy
   * toolkit's quick start and public policies have documents without `backend`, whose requests reach the backend.
   *
   * @see https://github.com/Azure/azure-api-management-policy-toolkit/blob/main/docs/QuickStart.md
   */
  readonly sections: Readonly<Record<SectionName, readonly Step[]>>;
  /** Ids of the fragments that it includes. */
  readonly fragments: ReadonlySet<string>;
}

/** Where a document is saved. */
export interface PolicySite {
  readonly scope: PolicyScope;
  /** Tier of the instance; Consumption takes smaller documents. */
  readonly sku: string;
  /** How it is written. @defaultValue "rawxml" */
  readonly format?: PolicyFormat;
  /** Fetch the discovery documents, as Azure does when a policy is saved. @defaultValue true */
  readonly checksConnectivity?: boolean;
  /** Whether the instance has a `Backend` of this name. @defaultValue it has none */
  readonly backendExists?: (id: string) => boolean;
  /** The value of the instance's named value with a display name. @defaultValue there are none */
  readonly namedValue?: (displayName: string) => string | undefined;
  /** The text of the instance's policy fragment with an id. @defaultValue there are none */
  readonly fragment?: (id: string) => FragmentText | undefined;
  /** How the instance gets discovery documents. @defaultValue each anew */
  readonly fetchConfiguration?: (url: string) => Promise<unknown>;
}

/** A policy fragment as it was written. */
export interface FragmentText {
  readonly xml: string;
  readonly format: PolicyFormat;
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
    format,
    checksConnectivity = true,
    backendExists = () => false,
    namedValue = () => undefined,
    fragment = () => undefined,
    fetchConfiguration = fetchAnew,
  }: PolicySite,
): Promise<CheckedPolicy> {
  assertSize(xml, sku);
  const read = (text: string, format?: PolicyFormat) => {
    const problems = new PolicyProblems();
    return {
      root: withNamedValues(readPolicyXml(text, format), { valueOf: namedValue, problems }),
      problems,
    };
  };
  const { root, problems } = read(xml, format);
  // What stands for nothing would be wrong in other ways as well.
  if (problems.lines.length > 0) throw new SimulatorError("ValidationError", problems.lines.join("\n"));
  const fragments = new Set<string>();
  const checks: (() => Promise<string | undefined>)[] = [];
  const sections = readSections(root, {
    problems,
    elements: await loadElements(),
    scope,
    backendExists,
    findFragment: (id) => {
      fragments.add(id.toLowerCase());
      const found = fragment(id);
      return found && read(found.xml, found.format);
    },
    fetchConfiguration,
    later: (check) => checks.push(check),
  });
  // Only a document that is in order otherwise is worth the calls.
  const late =
    problems.lines.length > 0 || !checksConnectivity ? [] : await Promise.all(checks.map((check) => check()));
  const lines = [...problems.lines, ...late.filter((line) => line !== undefined)];
  if (lines.length > 0) throw new SimulatorError("ValidationError", lines.join("\n"));
  return { scope, xml, sections, fragments };
}

/**
 * Checks a policy fragment as API Management does when it is saved: it holds policies, each of which may stand in some section.
 *
 * Assumed of Azure: what a document refuses is refused in a fragment as well.
 *
 * @throws {SimulatorError} `ValidationError` with every problem, one line each.
 * @see https://learn.microsoft.com/azure/api-management/policy-fragments
 */
export async function checkPolicyFragment(
  { xml, format }: FragmentText,
  {
    backendExists = () => false,
    namedValue = () => undefined,
  }: Pick<PolicySite, "backendExists" | "namedValue">,
): Promise<void> {
  const kibibytes = 512;
  if (Buffer.byteLength(xml) > kibibytes * 1024)
    throw new SimulatorError(
      "ValidationError",
      `A policy fragment must have at most ${kibibytes} KB. Shorten it.`,
    );
  const problems = new PolicyProblems();
  const root = withNamedValues(readPolicyXml(xml, format), { valueOf: namedValue, problems });
  const elements = await loadElements();
  const problemsIn = (child: PolicyElement, section: SectionName) => {
    const own = new PolicyProblems();
    // Where every policy may stand that has not all scopes.
    const scope = "product";
    const site = { problems: own, elements, scope, backendExists, later: () => {} } as const;
    const parser = new PolicyParser(
      { ...site, findFragment: "inside", fetchConfiguration: fetchAnew },
      section,
    );
    parser.fragment(new ElementReader({ ...root, text: "", children: [child] }, own));
    return own.lines;
  };
  if (problems.lines.length > 0) throw new SimulatorError("ValidationError", problems.lines.join("\n"));
  if (root.name !== "fragment") problems.add(root, "The fragment's element must be 'fragment'.");
  else if (root.text.trim() !== "") problems.add(root, "The element must hold no text of its own.");
  for (const child of root.name === "fragment" ? root.children : []) {
    const bySection = sectionNames.map((section) => problemsIn(child, section));
    const [fewest = []] = bySection.toSorted((a, b) => a.length - b.length);
    problems.lines.push(...fewest);
  }
  if (problems.lines.length > 0) throw new SimulatorError("ValidationError", problems.lines.join("\n"));
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

function readSections(root: PolicyElement, site: ParserSite): Record<SectionName, readonly Step[]> {
  const reader = new ElementReader(root, site.problems);
  reader.done();
  const absent: readonly Step[] = site.scope === "global" ? [] : ["base"];
  const sections: Record<SectionName, readonly Step[]> = {
    inbound: absent,
    backend: absent,
    outbound: absent,
    "on-error": absent,
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
    else sections[name] = new PolicyParser(site, name).steps(new ElementReader(child, site.problems));
  }
  return sections;
}
