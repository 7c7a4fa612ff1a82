/** The end of a template's path that fits any rest: `/*` and `/{*rest}`. */
export const wildcard = /\/(?:\*|\{\*[^/{}]*\})$/;

/**
 * Finds among many URL templates those that a path may fit, without a look at each: `/orders/{id}` for `/orders/7`, not
 * `/customers/{id}`. Literal segments are compared whole; a segment with a parameter may fit any text, so what is found has still to
 * be compared with the template itself.
 */
export class RouteIndex<Template> {
  readonly #root: Node<Template> = newNode();

  /**
   * @param templates In the order in which {@link candidates} gives them back.
   * @param pathOf The template's path as paths are compared, parameters in braces.
   */
  constructor(templates: readonly Template[], pathOf: (template: Template) => string) {
    for (const [order, template] of templates.entries()) {
      let node = this.#root;
      const path = pathOf(template);
      const isOpen = wildcard.test(path);
      for (const segment of segmentsOf(path.replace(wildcard, ""))) node = childFor(node, segment);
      (isOpen ? node.open : node.ends).push({ order, template });
    }
  }

  /** The templates that a path may fit. */
  candidates(path: string): readonly Template[] {
    let nodes: Node<Template>[] = [this.#root];
    const found: End<Template>[] = [];
    for (const segment of path.split("/")) {
      const next: Node<Template>[] = [];
      for (const { open, literals, parameter } of nodes) {
        found.push(...open);
        const literal = literals.get(segment);
        if (literal !== undefined) next.push(literal);
        if (parameter !== undefined) next.push(parameter);
      }
      nodes = next;
    }
    for (const { ends } of nodes) found.push(...ends);
    return found.sort((a, b) => a.order - b.order).map(({ template }) => template);
  }
}

interface End<Template> {
  readonly order: number;
  readonly template: Template;
}

interface Node<Template> {
  readonly literals: Map<string, Node<Template>>;
  parameter: Node<Template> | undefined;
  /** The templates that end here. */
  readonly ends: End<Template>[];
  /** The templates with a wildcard after this node. */
  readonly open: End<Template>[];
}

function newNode<Template>(): Node<Template> {
  return { literals: new Map(), parameter: undefined, ends: [], open: [] };
}

function childFor<Template>(node: Node<Template>, segment: string): Node<Template> {
  if (segment.includes("{")) {
    node.parameter ??= newNode();
    return node.parameter;
  }
  const child = node.literals.get(segment) ?? newNode();
  node.literals.set(segment, child);
  return child;
}

/** A slash in a parameter's name separates nothing. */
function segmentsOf(path: string): readonly string[] {
  return path.replace(/\{[^}]*\}/g, "{}").split("/");
}
