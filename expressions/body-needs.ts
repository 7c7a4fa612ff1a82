/** Which bodies an expression reads, so that they are there before it runs. */
export interface BodyNeeds {
  readonly requestBody: boolean;
  readonly responseBody: boolean;
}

/** What is read of a message without its body. */
const withoutBody = new Set([
  "Certificate",
  "Headers",
  "IpAddress",
  "MatchedParameters",
  "Method",
  "OriginalUrl",
  "StatusCode",
  "StatusReason",
  "Url",
]);

interface Node {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly target?: unknown;
  readonly rest?: unknown;
}

/**
 * Tells from the syntax which bodies are read. A message that is used in any other way than for one of its other properties counts as
 * read, for its body may be reached by a variable.
 */
export function bodyNeeds(syntax: unknown): BodyNeeds {
  const needs = { requestBody: false, responseBody: false };
  const queue: { readonly node: unknown; readonly read: string | undefined }[] = [
    { node: syntax, read: undefined },
  ];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const { node, read } = at;
    if (typeof node !== "object" || node === null) continue;
    note(node, read, needs);
    const { target } = node as Node;
    for (const child of Object.values(node))
      queue.push({ node: child, read: child === target ? memberOf(node) : undefined });
  }
  return needs;
}

/** The member that a node reads of its target. */
function memberOf(node: Node): string | undefined {
  if (node.kind === "member") return String(node.name);
  return node.kind === "conditional-access" ? firstMember(node.rest) : undefined;
}

/** The member that is read first in what follows `?.` */
function firstMember(start: unknown): string | undefined {
  let node = start as Node | undefined;
  while (node?.target !== undefined) {
    const target = node.target as Node;
    if (target.kind === "receiver") return memberOf(node);
    node = target;
  }
  return undefined;
}

function note(
  node: Node,
  read: string | undefined,
  needs: { requestBody: boolean; responseBody: boolean },
): void {
  if (node.kind === "name" && node.name === "context" && read === undefined) {
    needs.requestBody = true;
    needs.responseBody = true;
  }
  const target = node.target as Node | undefined;
  if (node.kind !== "member" || target?.kind !== "name" || target.name !== "context") return;
  if (read !== undefined && withoutBody.has(read)) return;
  if (node.name === "Request") needs.requestBody = true;
  if (node.name === "Response") needs.responseBody = true;
}
