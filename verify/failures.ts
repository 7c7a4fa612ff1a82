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
 *   look at  security of paths./session/{id}/feedback.post in apis/conference.openapi.yaml, policies/authorize.ts, policies/protect-api.ts
 * ```
 */
export function renderFailure(answer: Answer, explain: Explain = () => []): string {
  const { operation, kind } = answer.cell;
  const head = `✗ ${operation.method} ${operation.path} with ${quoted(kind)}: expected ${answer.cell.expected}, got ${describeActual(answer)}`;
  const lines = [
    `sent     ${sent(answer)}`,
    ...explain(answer),
    `look at  ${placesToLookAt(answer).join(", ")}`,
  ];
  return [head, ...lines.map((line) => `  ${line}`)].join("\n");
}

/** What decides over such an answer: who refuses, or else what is behind the gateway. */
function placesToLookAt({ cell, actual }: Answer): readonly string[] {
  const { api, operation, expected } = cell;
  const refusal = actual === 401 || actual === 403 ? actual : expected;
  if (refusal !== 401 && refusal !== 403) {
    return [
      `the serviceUrl of API "${api.name}" in the stack's settings`,
      `or, for a mock, the example of its answer in ${api.document.source}`,
    ];
  }
  return [
    `security of paths.${operation.path}.${operation.method.toLowerCase()} in ${api.document.source}`,
    `policies/${refusal === 401 ? "authenticate" : "authorize"}.ts`,
    "policies/protect-api.ts",
  ];
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
