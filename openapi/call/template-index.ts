import { isRest, readTemplate, requestSegments, splitAtQuery, type UrlTemplate } from "./url-template.ts";

interface Leaf<Value> {
  readonly value: Value;
  readonly template: UrlTemplate;
  /** Smaller is tried first. */
  readonly rank: readonly number[];
}

interface Node<Value> {
  readonly literals: Map<string, Node<Value>>;
  /** By the pattern's text, since `{id}` and `{name}` are one. */
  readonly patterns: Map<string, { readonly fits: RegExp; readonly node: Node<Value> }>;
  /** Templates that end here. */
  readonly leaves: Leaf<Value>[];
  /** Templates whose last segment takes all that follows. */
  readonly rests: Leaf<Value>[];
}

/**
 * Finds which operation a request is for, as API Management does: literal segments match in any letter case, `{x}` is one segment
 * or a part of it, a last `*` or `{*x}` is all that follows, and what the template's query names has to be there.
 *
 * Assumed of Azure: of several templates that fit, one without a rest wins, then the one with fewer placeholders, then the one
 * that asks for more of the query, then the first of the document.
 *
 * @see https://learn.microsoft.com/azure/api-management/add-api-manually
 */
export class TemplateIndex<Value> {
  readonly #roots = new Map<string, Node<Value>>();
  #size = 0;

  /** Adds a template; `required` names what the query must have besides what the template says itself. */
  add(
    value: Value,
    { method, path, required }: { method: string; path: string; required: readonly string[] },
  ): void {
    const own = readTemplate(path);
    const others = required.filter((name) => !own.query.some((part) => part.name === name));
    const template = { ...own, query: [...own.query, ...others.map((name) => ({ name }))] };
    const hasRest = isRest(template.segments.at(-1) ?? "");
    const placeholders = template.segments.filter((segment) => segment.includes("{")).length;
    const rank = [hasRest ? 1 : 0, placeholders, -template.query.length, this.#size++];
    const fixed = hasRest ? template.segments.slice(0, -1) : template.segments;
    const root = this.#roots.get(method) ?? emptyNode<Value>();
    this.#roots.set(method, root);
    const node = fixed.reduce(childFor, root);
    (hasRest ? node.rests : node.leaves).push({ value, template, rank });
  }

  /** The operation that a call is for; `undefined` when none fits. */
  find(method: string, target: string): Value | undefined {
    const { pathname, search } = new URL(`https://gateway.invalid${target}`);
    const segments = requestSegments(pathname);
    const root = this.#roots.get(method);
    if (segments === undefined || root === undefined) return undefined;
    const query = new URLSearchParams(splitAtQuery(search)[1]);
    return leavesFor(root, segments)
      .filter(({ template }) => template.query.every(({ name, value }) => fitsQuery(query, name, value)))
      .reduce<Leaf<Value> | undefined>(
        (best, leaf) => (best && isBefore(best, leaf) ? best : leaf),
        undefined,
      )?.value;
  }
}

function emptyNode<Value>(): Node<Value> {
  return { literals: new Map(), patterns: new Map(), leaves: [], rests: [] };
}

function childFor<Value>(node: Node<Value>, segment: string): Node<Value> {
  const text = literalText(segment);
  if (!/\{[^{}]*\}/.test(segment)) {
    const child = node.literals.get(text) ?? emptyNode<Value>();
    node.literals.set(text, child);
    return child;
  }
  const pattern = text
    .split(/\{[^{}]*\}/)
    .map((part) => part.replace(/[.*+?^$()|[\]\\{}]/g, "\\$&"))
    .join("[^/]+");
  const child = node.patterns.get(pattern) ?? { fits: new RegExp(`^${pattern}$`), node: emptyNode<Value>() };
  node.patterns.set(pattern, child);
  return child.node;
}

function leavesFor<Value>(node: Node<Value>, segments: readonly string[]): readonly Leaf<Value>[] {
  const [segment, ...others] = segments;
  if (segment === undefined) return node.leaves;
  const literal = node.literals.get(segment);
  const patterns = [...node.patterns.values()].filter(({ fits }) => fits.test(segment));
  return [
    ...(literal === undefined ? [] : leavesFor(literal, others)),
    ...patterns.flatMap((pattern) => leavesFor(pattern.node, others)),
    ...node.rests,
  ];
}

function fitsQuery(query: URLSearchParams, name: string, value: string | undefined): boolean {
  return value === undefined ? query.has(name) : query.getAll(name).includes(value);
}

function isBefore(
  { rank }: { readonly rank: readonly number[] },
  other: { readonly rank: readonly number[] },
): boolean {
  const at = rank.findIndex((part, index) => part !== other.rank[index]);
  return (rank[at] ?? 0) < (other.rank[at] ?? 0);
}

/** As segments are compared: a template may be written with escapes or without. */
function literalText(segment: string): string {
  try {
    return decodeURIComponent(segment).toLowerCase();
  } catch {
    // A percent sign that begins no escape stands for itself.
    return segment.toLowerCase();
  }
}
