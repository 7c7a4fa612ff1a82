import type { Answer } from "./run.ts";
import { describeActual } from "./table.ts";
import type { TokenKind } from "./token-kinds.ts";

/** Lines that say why the gateway answered so, from whoever can look inside it; none for a deployed one. */
export type Explain = (answer: Answer) => readonly string[];

/**
 * One block for a cell that differs: what was expected and got, what was sent, and where to look.
 *
 * ```text
 * ✗ POST /session/{id}/feedback with "another operation's scope": expected 403, got 200
 *   sent     POST /session/100/feedback, token kind "another operation's scope", scp ["conference.read"]
 *   look at  security of paths./session/{id}/feedback.post in conference.openapi.yaml, policies/authorize.ts
 * ```
 */
export function renderFailure(answer: Answer, explain: Explain = () => []): string {
  const { api, operation, kind } = answer.cell;
  const head = `✗ ${operation.method} ${operation.path} with ${quoted(kind)}: expected ${answer.cell.expected}, got ${describeActual(answer)}`;
  const place = `security of paths.${operation.path}.${operation.method.toLowerCase()} in ${api.document.source}`;
  const lines = [
    `sent     ${sent(answer)}`,
    ...explain(answer),
    `look at  ${place}, ${kind.family === "other scopes" ? "policies/authorize.ts" : "policies/authenticate.ts"}`,
  ];
  return [head, ...lines.map((line) => `  ${line}`)].join("\n");
}

function quoted({ origin, name }: TokenKind): string {
  return origin === "none" ? name : `"${name}"`;
}

function sent({ cell: { kind, operation, context } }: Answer): string {
  const request = `${operation.method} ${operation.example.path}`;
  return kind.origin === "none"
    ? request
    : `${request}, token kind "${kind.name}", scp ${JSON.stringify(kind.scopes(context))}`;
}
