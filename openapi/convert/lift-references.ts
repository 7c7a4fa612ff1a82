import { type NodeAt, type NodeKind, placeOf, rewriteDocument, walkDocument } from "../document-tree.ts";
import type { Finding, Rule, StepResult } from "../finding.ts";
import { type JsonObject, objectAt, textAt } from "../json.ts";
import { stepsOf } from "../json-pointer.ts";
import { lookUp, pointerOf } from "../references.ts";
import { componentName } from "./component-name.ts";

const referenceLifted: Rule = {
  code: "reference-lifted",
  outcome: "converted",
  text: "Azure's importer takes references to components only. What the reference names is copied to components.",
  source:
    "https://github.com/microsoft/OpenAPI.NET/blob/vnext/src/Microsoft.OpenApi.Readers/V3/OpenApiV3VersionService.cs",
};

// Only what OpenAPI 3.0 and Swagger 2.0 allow to be a reference; path items are written out instead.
const sections: Readonly<Partial<Record<NodeKind, string>>> = {
  schema: "schemas",
  response: "responses",
  parameter: "parameters",
  example: "examples",
  requestBody: "requestBodies",
  header: "headers",
  securityScheme: "securitySchemes",
  link: "links",
  callback: "callbacks",
};

/**
 * Turns references to somewhere inside the document into references to components, for which it copies what they name.
 * `#/components/schemas/Order/properties/lines` → `#/components/schemas/Order-lines`.
 */
export function liftReferences(content: JsonObject): StepResult<JsonObject> {
  const isSwagger = content.swagger !== undefined;
  const lifted = new Lifted(content, isSwagger ? { schema: "definitions" } : sections);
  walkDocument(content, (value, at) => lifted.see(value, at));
  if (lifted.targets.size === 0) return { content, findings: [] };
  const holder = isSwagger ? content : objectAt(content.components);
  const extended: Record<string, unknown> = { ...holder };
  for (const { section, name, value } of lifted.targets.values()) {
    extended[section] = { ...objectAt(extended[section]), [name]: value };
  }
  const path = isSwagger ? "#" : "#/components";
  const withComponents = isSwagger ? extended : { ...content, components: extended };
  const rewritten = rewriteDocument(withComponents, (value, at) => {
    const target = lifted.targetOf(value, at);
    if (target === undefined) return value;
    return { ...objectAt(value), $ref: `${path}/${target.section}/${target.name}` };
  });
  return { content: rewritten, findings: lifted.findings };
}

interface Target {
  readonly section: string;
  readonly name: string;
  readonly value: unknown;
}

class Lifted {
  readonly findings: Finding[] = [];
  /** By kind of node and reference. */
  readonly targets = new Map<string, Target>();
  readonly #taken = new Map<string, Set<string>>();
  readonly #content: JsonObject;
  readonly #sections: Readonly<Partial<Record<NodeKind, string>>>;

  constructor(content: JsonObject, allowed: Readonly<Partial<Record<NodeKind, string>>>) {
    this.#content = content;
    this.#sections = allowed;
  }

  see(value: unknown, at: NodeAt): void {
    const ref = textAt(objectAt(value).$ref);
    const section = this.#sections[at.kind];
    const pointer = ref === undefined ? undefined : pointerOf(ref);
    if (ref === undefined || section === undefined || pointer === undefined || isComponent(pointer)) return;
    const target = lookUp(this.#content, ref);
    // A reference to nothing is another rule's.
    if (target === undefined) return;
    this.findings.push({ rule: referenceLifted, place: placeOf(at), detail: `"${ref}"` });
    const key = `${at.kind} ${ref}`;
    if (this.targets.has(key)) return;
    const taken = this.#takenIn(section);
    const name = componentName(wantedName(pointer), (one) => taken.has(one));
    taken.add(name);
    this.targets.set(key, { section, name, value: target });
  }

  targetOf(value: unknown, { kind }: NodeAt): Target | undefined {
    return this.targets.get(`${kind} ${textAt(objectAt(value).$ref)}`);
  }

  #takenIn(section: string): Set<string> {
    const holder = section === "definitions" ? this.#content : objectAt(this.#content.components);
    const taken = this.#taken.get(section) ?? new Set(Object.keys(objectAt(holder[section])));
    this.#taken.set(section, taken);
    return taken;
  }
}

function isComponent(pointer: string): boolean {
  return /^\/components\/[^/]+\/[^/]+$|^\/(?:definitions|parameters|responses)\/[^/]+$/.test(pointer);
}

const structure = new Set(
  `components schemas responses parameters requestBodies headers examples links callbacks paths properties items content
  schema allOf anyOf oneOf additionalProperties definitions $defs`.split(/\s+/),
);

function wantedName(pointer: string): string {
  const steps = stepsOf(pointer);
  if (["$defs", "definitions"].includes(steps.at(-2) ?? "")) return steps.at(-1) ?? "";
  const telling = steps.filter((step) => !structure.has(step));
  return (telling.length === 0 ? steps : telling).map((step) => step.replace(/^\//, "")).join("-");
}
