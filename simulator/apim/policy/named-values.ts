import type { PolicyProblems } from "./element-reader.ts";
import type { PolicyElement } from "./xml-reader.ts";

/** Where a document finds named values. */
export interface NamedValueSource {
  /** The value with a display name; `undefined` where there is none. */
  readonly valueOf: (displayName: string) => string | undefined;
  readonly problems: PolicyProblems;
  /** Whether braces around what is no display name belong to a template. @defaultValue false */
  readonly isTemplate?: boolean;
}

// Only what may be a display name: `{{ a }}` is text. https://learn.microsoft.com/rest/api/apimanagement/named-value/create-or-update
const reference = /\{\{([A-Za-z0-9\-._]+)\}\}/g;

/** The display names that a text refers to. */
export function namedValuesIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(reference)].map(([, name = ""]) => name));
}

/** A text that refers to a named value by another display name. */
export function withRenamed(text: string, before: string, after: string): string {
  return text.replaceAll(`{{${before}}}`, () => `{{${after}}}`);
}

/**
 * An element with the values in the place of their names, in every attribute and text. A value that names another one is taken as it is.
 *
 * Assumed of Azure: a display name is found in its own letter case alone.
 * Assumed of Azure: in a Liquid template only names that there are stand for named values.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties#use-a-named-value
 */
export function withNamedValues(element: PolicyElement, values: NamedValueSource): PolicyElement {
  const isLiquid = element.name === "set-body" && element.attributes.template === "liquid";
  // The template is whatever stands in it, elements too.
  const inside = isLiquid ? { ...values, isTemplate: true } : values;
  const replaced = (text: string) => replaceNames(text, element, inside);
  const attributes = Object.entries(element.attributes).map(
    ([name, text]) => [name, replaced(text)] as const,
  );
  const text = replaced(element.text);
  const found = new Map<string | undefined, Replaced>([[undefined, text], ...attributes]);
  return {
    ...element,
    attributes: Object.fromEntries(attributes.map(([name, one]) => [name, one.text])),
    text: text.text,
    children: element.children.map((child) => withNamedValues(child, inside)),
    // What names nothing was told where it stands.
    innerXml: () => replaceNames(element.innerXml(), element, { ...inside, isTemplate: true }).text,
    placeAt: (attribute, offset) =>
      element.placeAt(attribute, found.get(attribute)?.writtenAt(offset) ?? offset),
  };
}

interface Replaced {
  readonly text: string;
  /** Index in the text as it was written, for an index in this one. */
  readonly writtenAt: (offset: number) => number;
}

const asWritten = (offset: number) => offset;

function replaceNames(text: string, element: PolicyElement, values: NamedValueSource): Replaced {
  if (!text.includes("{{")) return { text, writtenAt: asWritten };
  const changes: {
    readonly from: number;
    readonly end: number;
    readonly index: number;
    readonly added: number;
  }[] = [];
  let added = 0;
  const replaced = text.replace(reference, (written: string, name: string, index: number) => {
    const value = values.valueOf(name);
    if (value === undefined) {
      // Azure's words, as many of its users report them.
      if (!values.isTemplate) values.problems.add(element, `Cannot find a property '${name}'`);
      return written;
    }
    const from = index + added;
    added += value.length - written.length;
    changes.push({ from, end: from + value.length, index, added });
    return value;
  });
  const writtenAt = (offset: number) => {
    const last = changes.findLast(({ from }) => from <= offset);
    if (last === undefined) return offset;
    // A letter of the value has the place of its name.
    return offset < last.end ? last.index : offset - last.added;
  };
  return { text: replaced, writtenAt };
}
