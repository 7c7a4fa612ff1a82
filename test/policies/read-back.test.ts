/** What the typed policies write, the local gateway takes as a document, or says that it does not simulate it. */
import { glob } from "node:fs/promises";
import * as path from "node:path";
import { XmlElement as ParsedElement, parseXml } from "@rgrove/parse-xml";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as entry from "../../entries/policies.ts";
import { type PolicyDocument, policySizeLimitBytes, renderPolicyDocument } from "../../policies/document.ts";
import { isPolicyCode } from "../../policies/expression.ts";
import type { Policy, PolicySection } from "../../policies/policy.ts";
import { isElements, type XmlElement } from "../../policies/xml.ts";
import { azureElements } from "../../simulator/apim/policy/azure-elements.ts";
import { parsePolicyDocument } from "../../simulator/apim/policy/document.ts";
import {
  randomDocument,
  randomNamedValues,
  randomNames,
  samplePolicies,
  somePolicies,
} from "../support/random-policies.ts";

/** The elements of policies/: each has a file of its name. */
async function typedElements(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const file of glob("policies/**/*.ts", { cwd: path.join(import.meta.dirname, "../..") }))
    names.push(path.basename(file, ".ts"));
  return names.filter((name) => azureElements.has(name) || name === "base");
}

/** A document with one policy in the first section that takes it. */
function documentOf(policy: Policy): PolicyDocument {
  const empty = { inbound: [], backend: [], outbound: [], onError: [] } as const;
  const one = policy as Policy<PolicySection>;
  if ("inbound" in policy.sections) return { ...empty, inbound: [one] };
  return "outbound" in policy.sections ? { ...empty, outbound: [one] } : { ...empty, backend: [one] };
}

/** What the local gateway has against a document. */
function problemsOf(xml: string): Promise<readonly string[]> {
  return parsePolicyDocument(xml, {
    // Where every policy may stand.
    ...{ scope: "product", sku: "Developer", checksConnectivity: false },
    backendExists: () => true,
    fragment: () => ({ xml: '<fragment><set-variable name="a" value="b" /></fragment>', format: "rawxml" }),
    namedValue: (name) => randomNamedValues.get(name),
    fetchConfiguration: () => Promise.resolve({}),
  }).then(
    () => [],
    (error: Error) => error.message.split("\n"),
  );
}

/** What an XML parser must find: names, attributes and texts. White space in code may be another one: an attribute has no line ends. */
interface Read {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly Read[];
}

function expected({ name, attributes, content }: XmlElement): Read {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, textOf(value)] as const],
  );
  return {
    name,
    attributes: Object.fromEntries(written),
    content: isElements(content) && content.length > 0 ? content.map(expected) : textOf(content),
  };
}

function oneSpace(text: string): string {
  return text.startsWith("@") ? text.replace(/\s+/g, " ") : text;
}

function textOf(value: XmlElement["content"]): string {
  if (isElements(value)) return "";
  if (isPolicyCode(value)) return oneSpace(value.text);
  return typeof value === "object" && "check" in value ? textOf(value.value) : String(value);
}

function found(element: ParsedElement): Read {
  const children = element.children.filter((child) => child instanceof ParsedElement);
  return {
    name: element.name,
    attributes: Object.fromEntries(
      Object.entries(element.attributes).map(([key, text]) => [key, oneSpace(text)]),
    ),
    content: children.length === 0 ? oneSpace(element.text) : children.map(found),
  };
}

describe("a typed element", () => {
  it("is a function of the entry under its name", async () => {
    const camelCase = (name: string) =>
      name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const missing = (await typedElements()).map(camelCase).filter((name) => !(name in entry));
    expect(missing).toEqual([]);
  });
});

describe("a document of typed policies", () => {
  it("is made at random of every typed element", async () => {
    const names = await typedElements();
    expect(names.toSorted()).toEqual([...randomNames].sort());
    expect(
      samplePolicies()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...randomNames].sort());
  });

  it("says what was said, whatever the texts hold", () => {
    fc.assert(
      fc.property(randomDocument, ({ inbound, backend, outbound, onError }) => {
        const xml = renderPolicyDocument({ inbound, backend, outbound, onError }, Number.POSITIVE_INFINITY);
        const { root } = parseXml(xml);
        const sections = [inbound, backend, outbound, onError].map((policies) => policies.map(expected));
        const read = root?.children
          .filter((child) => child instanceof ParsedElement)
          .map((section) => section.children.filter((child) => child instanceof ParsedElement).map(found));
        expect(read).toEqual(sections);
      }),
      { numRuns: 200 },
    );
  });

  it("is taken as a whole with each of the elements at least once", async () => {
    const taken = new Set<string>();
    for (const [name, policies] of somePolicies(60)) {
      for (const policy of policies) {
        if (taken.has(name)) break;
        const document = documentOf(policy);
        const xml = renderPolicyDocument(document, Number.POSITIVE_INFINITY);
        if ((await problemsOf(xml)).length === 0) taken.add(name);
      }
    }
    expect([...taken].sort()).toEqual([...randomNames].sort());
  });

  it("is taken by the local gateway, or holds what it says that it does not simulate", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(randomDocument, async (document) => {
        const problems = await problemsOf(renderPolicyDocument(document, policySizeLimitBytes("Developer")));
        expect(problems.filter((line) => !/not simulate|does not execute/.test(line))).toEqual([]);
        if (problems.length === 0) taken += 1;
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});
