import { isSystemScope } from "../openapi/security/scope-name.ts";
import { namedScopes } from "../openapi/security/security.ts";
import type { Client } from "./client.ts";
import type { Answer } from "./run.ts";

/**
 * What lets more in than it must, or nobody, a line each: scopes of a client that no operation needs which it may call, operations that
 * no client can call, and operations that everybody can. It goes by what the settings and documents say, not by what was answered.
 */
export function tooWide(answers: readonly Answer[]): readonly string[] {
  const operations = [...Map.groupBy(answers, ({ cell }) => cell.context).values()];
  const clients = new Map(
    answers.flatMap(({ cell }) => cell.kind.caller?.client ?? []).map((client) => [client.name, client]),
  );
  const unused = [...clients.values()].flatMap((client) => {
    const scopes = unusedScopes(client, operations);
    return scopes.length === 0
      ? []
      : [`client "${client.name}" has ${scopes.join(", ")}, which no operation that it may call needs`];
  });
  const own = operations.map((cells) => cells.filter(({ cell }) => cell.kind.family === "clients"));
  const closed = own.filter(
    (cells) => cells.length > 0 && cells.every(({ cell }) => !cell.letsIn) && isProtected(cells),
  );
  const open = operations.filter((cells) => !isProtected(cells));
  return [
    ...unused,
    ...named(closed, "no client or person can call"),
    ...named(open, "everybody can call, without a token:"),
  ];
}

/**
 * The scopes that a client has and that no alternative names by which an operation lets it in. An operation to which the client's call
 * was not sent counts as one that does: nothing here says that it would not.
 */
function unusedScopes(
  { name, scopes }: Client,
  operations: readonly (readonly Answer[])[],
): readonly string[] {
  const used = operations.flatMap((answers) => {
    const own = answers.filter(
      ({ cell }) => cell.kind.family === "clients" && cell.kind.caller?.client.name === name,
    );
    const [answer] = own.length === 0 ? answers : own.filter(({ cell }) => cell.letsIn);
    const alternatives = answer === undefined ? [] : namedScopes(answer.cell.operation.security);
    return alternatives.filter((all) => all.every((scope) => scopes.includes(scope)));
  });
  return scopes.filter((scope) => !isSystemScope(scope) && !used.flat().includes(scope));
}

function isProtected([answer]: readonly Answer[]): boolean {
  return answer?.cell.operation.security.kind === "token";
}

function named(operations: readonly (readonly Answer[])[], words: string): readonly string[] {
  const names = operations.flatMap(([answer]) =>
    answer === undefined ? [] : [`${answer.cell.operation.method} ${answer.cell.operation.path}`],
  );
  if (names.length === 0) return [];
  const more = names.length - 5;
  return [`${words} ${names.slice(0, 5).join(", ")}${more > 0 ? ` and ${more} more` : ""}`];
}
