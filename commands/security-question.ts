import type { Interface } from "node:readline/promises";
import type { Operation } from "../openapi/operations.ts";
import type { SecuritySettings } from "../openapi/security/security-settings.ts";

/** What is asked for an API whose document does not say who may call it. */
export interface SecurityQuestion {
  /** Name of the API, with which the proposed scopes begin. */
  readonly name: string;
  /** Those of which the document says nothing. */
  readonly operations: readonly Pick<Operation, "operationId" | "method" | "path" | "tags">[];
}

interface Choice {
  readonly title: string;
  readonly scopes: NonNullable<SecuritySettings["scopes"]>;
}

/** The rule that is taken without asking: one scope for what only reads, one for the rest. Nothing is public. */
export function proposedRule(question: SecurityQuestion): SecuritySettings {
  return { scopes: choices(question)[0].scopes };
}

/**
 * Asks a person for the rule, and for the operations that everybody may call; `undefined` when they want none. What is asked goes to
 * the standard error output: the other one may be read by a program.
 */
export async function askForRule(
  question: SecurityQuestion,
  terminal: Interface,
): Promise<SecuritySettings | undefined> {
  const all = choices(question);
  const { length } = question.operations;
  console.error(
    `The document does not say which scopes ${length === 1 ? "an operation needs" : `${length} operations need`}.`,
  );
  for (const [index, { title }] of all.entries()) console.error(`  ${index + 1}  ${title}`);
  console.error("  0  Stop and write nothing");
  const choice = await ask(terminal, "Which rule? [1] ", (answer) => {
    const number = answer === "" ? 1 : Number(answer);
    return number === 0 ? "stop" : all[number - 1];
  });
  if (choice === "stop") return undefined;
  const open = await ask(
    terminal,
    "Operations that everybody may call, separated by commas (operationId, or method and path): [none] ",
    (answer) => publicOperations(question, answer),
  );
  return { scopes: choice.scopes, ...(open.length > 0 ? { public: open } : {}) };
}

async function ask<T>(
  terminal: Interface,
  question: string,
  read: (answer: string) => T | undefined,
): Promise<T> {
  for (;;) {
    const answer = read((await terminal.question(question)).trim());
    if (answer !== undefined) return answer;
    console.error("That is none of them.");
  }
}

/** The operations that an answer names; `undefined` when it names something else, or two by one name. */
function publicOperations({ operations }: SecurityQuestion, answer: string): readonly string[] | undefined {
  const namesOf = ({ operationId, method, path }: (typeof operations)[number]) =>
    new Set([operationId, `${method} ${path}`]);
  const meant = Map.groupBy(
    operations.flatMap((one) => [...namesOf(one)]),
    (name) => name,
  );
  const named: string[] = [];
  let rest = answer === "none" ? [] : answer.split(",").flatMap((one) => one.trim() || []);
  while (rest.length > 0) {
    // A path may hold commas.
    const length = rest.findIndex((_, at) => meant.get(rest.slice(0, at + 1).join(","))?.length === 1) + 1;
    if (length === 0) return undefined;
    named.push(rest.slice(0, length).join(","));
    rest = rest.slice(length);
  }
  return named;
}

const reading = ["GET", "HEAD", "OPTIONS"];

function choices({ name, operations }: SecurityQuestion): readonly [Choice, ...Choice[]] {
  const methods = new Set(operations.map(({ method }) => method));
  const read = reading.filter((method) => methods.has(method));
  const writes = [...methods].some((method) => !reading.includes(method));
  const byMethod = {
    ...(read.length > 0 ? { [`${name}.read`]: read } : {}),
    ...(writes ? { [`${name}.write`]: "others" as const } : {}),
  };
  const title = [
    read.length > 0 ? `${name}.read for ${read.join(", ")}` : undefined,
    writes ? `${name}.write for ${read.length > 0 ? "the others" : "all"}` : undefined,
  ].filter((part) => part !== undefined);
  const tags = [...new Set(operations.flatMap((operation) => operation.tags))];
  const areWords = tags.every((tag) => word(tag) !== "");
  const byTag = Object.fromEntries(tags.map((tag) => [`${name}.${word(tag)}`, { tags: [tag] }]));
  const untagged = operations.some((operation) => operation.tags.length === 0);
  return [
    { title: title.join(", "), scopes: byMethod },
    { title: `${name}.access for all`, scopes: { [`${name}.access`]: "others" } },
    ...(tags.length > 1 && areWords && Object.keys(byTag).length === tags.length
      ? [
          {
            title: `a scope for each of ${tags.length} tags: ${Object.keys(byTag).slice(0, 3).join(", ")}${tags.length > 3 ? " …" : ""}`,
            scopes: { ...byTag, ...(untagged ? { [`${name}.other`]: "others" as const } : {}) },
          },
        ]
      : []),
  ];
}

function word(tag: string): string {
  return tag
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
}
