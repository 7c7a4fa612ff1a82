import {
  attributesIn,
  besides,
  endOfBracket,
  placeholderName,
  type WrittenAttribute,
} from "./source-text.ts";
import { folderOfFile, type TerraformBlock, terraformSyntax } from "./terraform-blocks.ts";

/** An expression, and where it stands. */
export interface TerraformExpression extends WrittenAttribute {
  readonly scope: TerraformScope;
  readonly file: string;
  /** Of the file. */
  readonly source: string;
}

/** Gives a text for what is known only when it is deployed. */
export type UnknownText = (expression: string) => string | undefined;

// Files that call each other.
const deepest = 12;
// What stands before the dollar makes it a text of its own.
const substitution = /(\$?)\$\{([^{}]*)\}/g;

/** The files of one folder as one call of it as a module sees them. */
export class TerraformScope {
  readonly folder: string;
  /** The folder that Terraform is run in. */
  readonly root: string;
  readonly blocks: readonly TerraformBlock[];
  readonly #all: ReadonlyMap<string, readonly TerraformBlock[]>;
  readonly #given: ReadonlyMap<string, TerraformExpression>;
  readonly #depth: number;
  readonly #modules = new Map<string, TerraformScope | undefined>();

  /** @param all The blocks of every folder. */
  constructor(
    folder: string,
    all: ReadonlyMap<string, readonly TerraformBlock[]>,
    call: {
      readonly root: string;
      readonly given: ReadonlyMap<string, TerraformExpression>;
      readonly depth: number;
    } = { root: folder, given: new Map(), depth: 0 },
  ) {
    this.folder = folder;
    this.root = call.root;
    this.blocks = all.get(folder) ?? [];
    this.#all = all;
    this.#given = call.given;
    this.#depth = call.depth;
  }

  /** The scope that a call of a module makes; `undefined` where its files are elsewhere. */
  module(call: TerraformBlock): TerraformScope | undefined {
    if (this.#modules.has(call.label)) return this.#modules.get(call.label);
    const folder = calledFolder(call);
    const isThere = folder !== undefined && this.#all.has(folder) && this.#depth < deepest;
    const given = new Map(
      [...call.attributes].map(([name, written]) => [name, this.at(call, written)] as const),
    );
    const made = isThere
      ? new TerraformScope(folder, this.#all, { root: this.root, given, depth: this.#depth + 1 })
      : undefined;
    this.#modules.set(call.label, made);
    return made;
  }

  /** An attribute of a block of this scope. */
  at({ file, source }: TerraformBlock, written: WrittenAttribute): TerraformExpression {
    return { ...written, scope: this, file, source };
  }

  /** An attribute of a block by its name. */
  attribute(block: TerraformBlock, name: string): TerraformExpression | undefined {
    const written = block.attributes.get(name);
    return written && this.at(block, written);
  }

  /** What `local.a` or `var.a` stands for, and a reference to a module's output; `undefined` for anything else. */
  referred(expression: string): TerraformExpression | undefined {
    const [, local] = /^local\.([\w-]+)$/.exec(expression) ?? [];
    if (local !== undefined) {
      const block = this.blocks.find(({ kind, attributes }) => kind === "locals" && attributes.has(local));
      return block && this.attribute(block, local);
    }
    const [, variable] = /^var\.([\w-]+)$/.exec(expression) ?? [];
    if (variable !== undefined) {
      const block = this.blocks.find(({ kind, label }) => kind === "variable" && label === variable);
      return this.#given.get(variable) ?? (block && this.attribute(block, "default"));
    }
    const [, label, output] = /^module\.([\w-]+)(?:\[[^\]]*\])?\.(\w+)$/.exec(expression) ?? [];
    const call = this.blocks.find((block) => block.kind === "module" && block.label === label);
    if (call === undefined || output === undefined) return undefined;
    const called = this.module(call);
    const block = called?.blocks.find((one) => one.kind === "output" && one.label === output);
    // A module that is elsewhere gives back what it was given, as far as anybody here knows.
    return block && called ? called.attribute(block, "value") : this.attribute(call, output);
  }

  /** The block that `azurerm_api_management_api.orders.name` reads, and the attribute. */
  resource(expression: string): readonly [TerraformBlock, string] | undefined {
    const [, type, label, attribute = ""] =
      /^(azurerm_api_management\w*)\.([\w-]+)(?:\[[^\]]*\])?\.(\w+)$/.exec(expression) ?? [];
    const block = this.blocks.find((one) => one.type === type && one.label === label);
    return block && type !== undefined ? [block, attribute] : undefined;
  }
}

/** The folder that a call of a module names by a path; `undefined` for one of a registry or a repository. */
function calledFolder(call: TerraformBlock): string | undefined {
  const [, source] = /^"(\.\.?\/[^"]*)"$/.exec(call.attributes.get("source")?.text ?? "") ?? [];
  return source === undefined ? undefined : besides(call.file, source);
}

/** Follows references until something stands there itself. */
export function resolved(expression: TerraformExpression, depth = 0): TerraformExpression {
  const next = depth < deepest ? expression.scope.referred(expression.text.trim()) : undefined;
  return next === undefined ? expression : resolved(next, depth + 1);
}

/**
 * The text that an expression gives.
 *
 * @param unknown Gives the text of a part that is known only when it is deployed; where it gives none, there is none.
 */
export function terraformText(
  { text, scope }: Pick<TerraformExpression, "text" | "scope">,
  unknown: UnknownText = () => undefined,
  depth = 0,
): string | undefined {
  const expression = text.trim();
  if (depth > deepest) return unknown(expression);
  const quoted = /^"((?:[^"\\$]|\$(?!\{)|\\.|\$\{[^{}]*\})*)"$/s.exec(expression)?.[1];
  if (quoted !== undefined)
    return substituted(unescaped(quoted), (inside) =>
      terraformText({ text: inside, scope }, unknown, depth + 1),
    );
  if (/^(?:-?\d+(?:\.\d+)?|true|false)$/.test(expression)) return expression;
  const [, called, inner] = /^(format|lower|tostring|trimspace|chomp)\(([\s\S]*)\)$/.exec(expression) ?? [];
  if (called !== undefined && inner !== undefined) {
    const given = argumentsIn(inner).map((one) => terraformText({ text: one, scope }, unknown, depth + 1));
    return given.some((one) => one === undefined) ? undefined : callOf(called, given as readonly string[]);
  }
  const referred = scope.referred(expression);
  if (referred !== undefined) return terraformText(referred, unknown, depth + 1);
  const [block, attribute = ""] = scope.resource(expression) ?? [];
  const written = block && scope.attribute(block, attribute);
  if (written !== undefined) return terraformText(written, unknown, depth + 1);
  return unknown(expression);
}

function callOf(name: string, [first = "", ...rest]: readonly string[]): string {
  if (name === "lower") return first.toLowerCase();
  if (name !== "format") return first.trim();
  const left = rest.values();
  return first.replace(/%%|%[sdvq]/g, (mark) => (mark === "%%" ? "%" : (left.next().value ?? "")));
}

/** What stands between the commas of a list, but for those in brackets and texts. */
export function argumentsIn(text: string): readonly string[] {
  const found: string[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; ) {
    const letter = text[at];
    if (letter === undefined || letter === ",") {
      found.push(text.slice(from, at).trim());
      from = at + 1;
      at += 1;
    } else if ("{[(".includes(letter)) at = endOfBracket(text, at, terraformSyntax);
    else at = terraformSyntax.skip(text, at) ?? at + 1;
  }
  return found.filter((one) => one !== "");
}

/** The outermost objects of an expression, `[{ a = 1 }, { a = 2 }]`, with their attributes. */
export function objectsIn(
  expression: TerraformExpression,
): readonly ReadonlyMap<string, TerraformExpression>[] {
  const { source, index, text } = expression;
  const found: ReadonlyMap<string, TerraformExpression>[] = [];
  for (let at = index; at < index + text.length; ) {
    if (source[at] !== "{") {
      at = terraformSyntax.skip(source, at) ?? at + 1;
      continue;
    }
    const end = endOfBracket(source, at, terraformSyntax);
    const attributes = attributesIn(source, at + 1, end - 1, terraformSyntax);
    found.push(new Map([...attributes].map(([name, written]) => [name, { ...expression, ...written }])));
    at = end;
  }
  return found;
}

/** Puts texts in the place of `${…}`; `undefined` where one has none. */
export function substituted(text: string, textFor: UnknownText): string | undefined {
  let isWhole = true;
  const put = text.replace(substitution, (_, escaped: string, inside: string) => {
    if (escaped !== "") return `\${${inside}}`;
    const found = textFor(inside.trim());
    if (found === undefined) isWhole = false;
    return found ?? "";
  });
  return isWhole ? put : undefined;
}

/** A named value of the name of what is not known. */
export const asNamedValue: UnknownText = (expression) => `{{${placeholderName(expression)}}}`;

/** The last step of what is not known, in a name: `env_short` for `module.local.config.env_short`. */
export const asName: UnknownText = (expression) =>
  placeholderName(/^[\w.-]+$/.test(expression) ? (expression.split(".").at(-1) ?? expression) : expression);

function unescaped(text: string): string {
  return text.replace(/\\(n|t|"|\\)/g, (_, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? letter);
}

/** Folders whose files may be run: no other folder calls them as a module. */
export function rootFolders(all: ReadonlyMap<string, readonly TerraformBlock[]>): readonly string[] {
  const called = new Set([...all.values()].flat().flatMap((block) => calledFolder(block) ?? []));
  return [...all.keys()].filter((folder) => !called.has(folder));
}

/** Blocks by their folders. */
export function byFolder(blocks: readonly TerraformBlock[]): ReadonlyMap<string, readonly TerraformBlock[]> {
  return Map.groupBy(blocks, ({ file }) => folderOfFile(file));
}
