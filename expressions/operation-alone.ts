// What gives the same for the same parts. Other kinds may tell the time, draw a number or keep a variable.
const kinds: ReadonlySet<unknown> = new Set([
  "array",
  "binary",
  "call",
  "condition",
  "conditional-access",
  "index",
  "items",
  "literal",
  "member",
  "new-array",
  "receiver",
  "unary",
]);

interface Node {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly target?: Node;
}

/**
 * Tells from the syntax whether an expression gives the same for every call of an operation: it reads `context.Operation` and nothing
 * else. It may say no of an expression that does.
 */
export function readsOperationAlone(syntax: unknown): boolean {
  const queue = [syntax];
  while (queue.length > 0) {
    const node = queue.pop();
    if (typeof node !== "object" || node === null) continue;
    if (isOperation(node)) continue;
    const { kind } = node as Node;
    if (kind !== undefined && !kinds.has(kind)) return false;
    queue.push(...Object.values(node));
  }
  return true;
}

/** `context.Operation` */
function isOperation({ kind, name, target }: Node): boolean {
  return kind === "member" && name === "Operation" && target?.kind === "name" && target.name === "context";
}
