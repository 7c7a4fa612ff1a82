import { SimulatorError } from "../../kernel/error.ts";
import { ElementReader, PolicyProblems } from "./element-reader.ts";
import { loadElements } from "./element-registry.ts";
import { type PolicyScope, type SectionName, sectionNames } from "./place.ts";
import { type ParserSite, PolicyParser, type Step } from "./policy-parser.ts";
import { fetchConfiguration as fetchAnew } from "./tokens/open-id-configurations.ts";
import { type PolicyElement, type PolicyFormat, readPolicyXml } from "./xml-reader.ts";

/** A policy document of one scope, read and checked. */
export interface CheckedPolicy {
  readonly scope: PolicyScope;
  readonly xml: string;
  /** A section that the text does not have is empty, which is not the same as inherited. */
  readonly sections: Readonly<Record<SectionName, readonly Step[]>>;
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
    format,
    checksConnectivity = true,
    backendExists = () => false,
    fetchConfiguration = fetchAnew,
  }: PolicySite,
): Promise<CheckedPolicy> {
  assertSize(xml, sku);
  const root = readPolicyXml(xml, format);
  const problems = new PolicyProblems();
  const checks: (() => Promise<string | undefined>)[] = [];
  const sections = readSections(root, {
    problems,
    elements: await loadElements(),
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

function readSections(root: PolicyElement, site: ParserSite): Record<SectionName, readonly Step[]> {
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
    else sections[name] = new PolicyParser(site, name).steps(new ElementReader(child, site.problems));
  }
  return sections;
}
