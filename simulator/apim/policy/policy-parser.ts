import { azureElements } from "./azure-elements.ts";
import { BodyNeedsCollector } from "./body-needs.ts";
import { ElementReader, type PolicyProblems } from "./element-reader.ts";
import type { ElementRegistry } from "./element-registry.ts";
import type { PolicyScope, SectionName } from "./place.ts";
import { blockOf } from "./run-statements.ts";
import type {
  Behaviour,
  Block,
  Change,
  ChangeDefinition,
  ElementDefinition,
  MessageKind,
  Statement,
  StatementSite,
} from "./statement.ts";
import type { PolicyElement } from "./xml-reader.ts";

/** What the elements of one document are read with. */
export interface ParserSite extends Pick<StatementSite, "later" | "backendExists" | "fetchConfiguration"> {
  readonly problems: PolicyProblems;
  readonly scope: PolicyScope;
  readonly elements: ElementRegistry;
  /** `undefined` where there is no such fragment; `"inside"` in a fragment, which includes no other. */
  readonly findFragment: ((id: string) => FoundFragment | undefined) | "inside";
}

/** A policy fragment as a document includes it. */
export interface FoundFragment {
  /** The element `fragment`. */
  readonly root: PolicyElement;
  /** What is wrong with its text. */
  readonly problems: PolicyProblems;
}

/** A statement, or the place where the parent scope's section runs. */
export type Step = Statement | "base";

/** Reads the policies of one section through the registry, at whatever depth. */
export class PolicyParser {
  readonly #site: ParserSite;
  readonly #section: SectionName;

  constructor(site: ParserSite, section: SectionName) {
    this.#site = site;
    this.#section = section;
  }

  /** The section's own children, `base` among them. */
  steps(section: ElementReader): readonly Step[] {
    section.done();
    if (section.element.text.trim() !== "")
      section.refuse("The section holds text. Only elements may stand here.");
    const { children } = section.element;
    // https://github.com/Azure-Samples/Apim-Samples/blob/main/.github/skills/apim-policies/SKILL.md
    if (this.#section === "backend" && children.length > 1)
      section.refuse(`The backend section allows only one policy; got ${children.length}.`);
    return children.flatMap((child): Step | readonly Step[] =>
      child.name === "base" ? this.#base(section, child) : this.#statements(section, child),
    );
  }

  #base(section: ElementReader, child: PolicyElement): "base" {
    const reader = section.of(child);
    reader.sequence({});
    reader.done();
    if (section.element.children.filter(({ name }) => name === "base").length > 1)
      reader.refuse(
        "The local gateway does not simulate 'base' twice in a section: whether Azure runs the parent's statements twice is not known.",
      );
    return "base";
  }

  #block(parent: ElementReader, allowed?: readonly string[]): Block {
    const { name, text, children } = parent.element;
    if (text.trim() !== "") parent.refuse("The element must hold no text of its own.");
    return blockOf(
      children.flatMap((child) => {
        const isAllowed = child.name !== "base" && (allowed?.includes(child.name) ?? true);
        if (isAllowed) return this.#statements(parent, child);
        const expected = allowed === undefined ? "" : ` Expected: ${allowed.join(", ")}.`;
        parent.of(child).refuse(`'${name}' has invalid child element '${child.name}'.${expected}`);
        return [];
      }),
    );
  }

  /** What runs for one element: the statements of the fragment where it includes one. */
  #statements(parent: ElementReader, child: PolicyElement): readonly Statement[] {
    const statement = this.#statement(parent, child);
    return statement === undefined ? [] : (statement.inlined ?? [statement]);
  }

  /** The problems of a fragment's own lines are told as those of the element that includes it. */
  #fragment(place: ElementReader, id: string): Block {
    const { findFragment } = this.#site;
    if (findFragment === "inside") {
      // https://learn.microsoft.com/azure/api-management/policy-fragments : a limitation, whose words are not known.
      place.refuse("A policy fragment can't include another policy fragment.");
      return blockOf([]);
    }
    const found = findFragment(id);
    if (found === undefined) {
      // Azure's words: https://github.com/Azure/apiops/issues/668
      if (id !== "") place.refuse(`Policy fragment with id '${id}' could not be found.`);
      return blockOf([]);
    }
    const { root, problems } = found;
    const inside = new PolicyParser({ ...this.#site, problems, findFragment: "inside" }, this.#section);
    const block = inside.fragment(new ElementReader(root, problems, { path: place.path }));
    for (const line of problems.lines) place.refuse(`Policy fragment '${id}': ${line}`);
    return block;
  }

  /** The policies of the element `fragment`, where they stand in this section. */
  fragment(root: ElementReader): Block {
    root.done();
    return this.#block(root);
  }

  #statement(parent: ElementReader, child: PolicyElement): Statement | undefined {
    const needs = new BodyNeedsCollector();
    const reader = parent.of(child, needs);
    const definition = this.#definition(reader, parent.element.name);
    if (definition === undefined) return undefined;
    const section = this.#section;
    if (!definition.sections.includes(section))
      reader.refuse(`Policy is not allowed in the '${section}' section.`);
    const { scopes } = definition;
    // Azure's words: https://github.com/MicrosoftDocs/azure-docs/issues/17825
    if (scopes?.includes(this.#site.scope) === false)
      reader.refuse(`Policy is not allowed in the specified scope. Its scopes: ${scopes.join(", ")}.`);
    const isRepeated = parent.element.children.filter(({ name }) => name === child.name).length > 1;
    if (definition.onlyOnce && isRepeated) reader.refuse("Policy may stand only once in a section.");
    const id = reader.text("id");
    const behaviour = this.#behaviour(definition, reader);
    return {
      ...behaviour,
      element: child.name,
      path: reader.path,
      ...(id === undefined ? {} : { id }),
      ...(needs.isAny ? { needs } : {}),
    };
  }

  #behaviour(definition: ElementDefinition, reader: ElementReader): Behaviour {
    if ("parse" in definition) return definition.parse(this.#siteOf(reader, this.#message));
    const kind = definition.changes ?? this.#message;
    const change = definition.change(this.#siteOf(reader, kind));
    return {
      run: (exchange) => {
        const message = kind === "request" ? exchange.request : exchange.response;
        if (message !== undefined) change(message, exchange);
        return "next";
      },
    };
  }

  #siteOf(reader: ElementReader, message: MessageKind): StatementSite {
    return {
      ...this.#site,
      reader,
      section: this.#section,
      message,
      statements: (parent, allowed) => this.#block(parent, allowed),
      change: (child, kind) => this.#change(child, kind),
      fragment: (id) => this.#fragment(reader, id),
    };
  }

  #change(child: ElementReader, message: MessageKind): Change {
    const definition = this.#site.elements.get(child.element.name);
    if (definition === undefined || !isOfMessage(definition))
      throw new TypeError(`<${child.element.name}> changes no message`);
    child.text("id");
    return definition.change(this.#siteOf(child, message));
  }

  #definition(reader: ElementReader, parent: string): ElementDefinition | undefined {
    const { elements } = this.#site;
    const { name } = reader.element;
    const definition = elements.get(name);
    if (definition !== undefined) return definition;
    reader.refuse(
      azureElements.has(name)
        ? `The local gateway does not simulate <${name}>. docs/policies.md lists what it executes; deploy to Azure for the others.`
        : `'${parent}' has invalid child element '${name}': API Management has no policy of this name.`,
    );
    return undefined;
  }

  /** What the `set-…` policies of this section change. */
  get #message(): MessageKind {
    return this.#section === "inbound" || this.#section === "backend" ? "request" : "response";
  }
}

function isOfMessage(definition: ElementDefinition): definition is ChangeDefinition {
  return "change" in definition;
}
