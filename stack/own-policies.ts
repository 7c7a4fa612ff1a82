import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { after } from "../components/after.ts";
import type { OwnPoliciesArgs } from "../components/protected-api.ts";
import type { Operation } from "../openapi/operations.ts";
import { type PolicyDocument, renderPolicyDocument } from "../policies/document.ts";
import { circularFragments } from "../policies/own-fragments.ts";
import {
  type KnownTexts,
  type OwnPolicyProblem,
  ownFragmentProblems,
  readOwnPolicy,
} from "../policies/own-policy.ts";
import type { OwnPolicyLevel } from "../policies/own-sections.ts";
import { PolicyError } from "../policies/policy-error.ts";
import type { ApiConfig } from "./api-settings.ts";
import { ConfigError } from "./config.ts";
import type { StackApi } from "./documents.ts";
import { plainValues } from "./named-value-settings.ts";
import type { StackConfig } from "./settings-table.ts";

/** The texts of an API's own policy documents. */
export interface OwnPolicyTexts {
  /** That of the API. */
  readonly api?: string;
  /** Those of operations, by their names in API Management. */
  readonly operations?: Record<string, string>;
}

/** What the settings say of policies of one's own. */
export interface OwnPolicySettings extends Pick<StackConfig, "policyFragments" | "namedValues"> {
  /** The APIs by name. */
  readonly apis: Readonly<Record<string, Pick<ApiConfig, "policies">>>;
}

/** The texts of a stack's own policies. */
export interface StackPolicies extends Required<KnownTexts> {
  /** Those of the APIs, by name. */
  readonly apis: ReadonlyMap<string, OwnPolicyTexts>;
}

/**
 * Reads the policy documents that the settings name, relative to `root`: XML, or modules whose default export is a `PolicyDocument`.
 *
 * @throws {ConfigError} with every problem of every document: file, line, rule and next step.
 */
export async function readOwnPolicies(
  { apis: configured, policyFragments, namedValues }: OwnPolicySettings,
  apis: ReadonlyMap<string, Pick<StackApi, "document">>,
  root: string,
): Promise<StackPolicies> {
  const problems: string[] = [];
  const known = {
    fragments: await readFragments(policyFragments, root, problems),
    namedValues: plainValues(namedValues),
  };
  const texts = new Map<string, OwnPolicyTexts>();
  for (const [name, { policies }] of Object.entries(configured)) {
    const operations = apis.get(name)?.document.operations;
    if (policies === undefined || operations === undefined) continue;
    const place = `apis.${name}.policies`;
    const read = (file: string, at: string, level: OwnPolicyLevel) =>
      readPolicyFile(file, {
        ...{ place: at, root, problems },
        check: (text) => readOwnPolicy(text, level, known).problems ?? [],
      });
    const api = policies.api === undefined ? undefined : await read(policies.api, `${place}.api`, "api");
    const own = new Map<string, string>();
    for (const [written, file] of Object.entries(policies.operations ?? {})) {
      const at = `${place}.operations.${written}`;
      const text = await read(file, at, "operation");
      const operation = operationNamed(written, operations);
      if (operation === undefined) problems.push(problem(at, unknownOperation(written, operations)));
      else if (own.has(operation.name))
        problems.push(
          problem(at, `names ${operation.method} ${operation.path} a second time. Keep one of the two.`),
        );
      else own.set(operation.name, text ?? "");
    }
    texts.set(name, {
      ...(api === undefined ? {} : { api }),
      ...(own.size === 0 ? {} : { operations: Object.fromEntries(own) }),
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { apis: texts, ...known };
}

/** The fragments' texts by id. */
async function readFragments(
  files: StackConfig["policyFragments"],
  root: string,
  problems: string[],
): Promise<Readonly<Record<string, string>>> {
  const texts: [id: string, text: string][] = [];
  for (const [id, file] of Object.entries(files)) {
    const place = `policyFragments.${id}`;
    const text = await readPolicyFile(file, { place, root, problems, check: ownFragmentProblems });
    if (text !== undefined) texts.push([id, text]);
  }
  const circular = circularFragments(Object.fromEntries(texts));
  if (circular.length > 0)
    problems.push(
      problem(
        `policyFragments.${circular[0]}`,
        `includes itself, by way of these fragments: "${circular.join('", "')}". Break the circle.`,
      ),
    );
  return Object.fromEntries(texts);
}

/** The documents of an API as arguments of a `ProtectedApi`. Those that name named values wait for the stack's, without which Azure refuses them. */
export function ownPolicyArgs(
  name: string,
  policies: StackPolicies,
  madeNamedValues: pulumi.Resource | undefined,
): OwnPoliciesArgs {
  const { api, operations = {} } = policies.apis.get(name) ?? {};
  const { fragments, namedValues } = policies;
  const mayName = (text: string) => [text, ...Object.values(fragments)].some((one) => one.includes("{{"));
  const waiting = (text: string) =>
    madeNamedValues !== undefined && mayName(text) ? after([madeNamedValues], text) : text;
  return {
    ...{ fragments, namedValues },
    ...(api === undefined ? {} : { api: waiting(api) }),
    operations: Object.fromEntries(
      Object.entries(operations).map(([operation, text]) => [operation, waiting(text)]),
    ),
  };
}

function problem(place: string, sentence: string): string {
  return `"${pulumi.getProject()}:${place}" ${sentence}`;
}

interface PolicyFileSite {
  readonly place: string;
  readonly root: string;
  readonly check: (text: string) => readonly OwnPolicyProblem[];
  /** What is wrong is added here. */
  readonly problems: string[];
}

/** The text of a document, `undefined` where it cannot be read. */
async function readPolicyFile(
  file: string,
  { place, root, check, problems }: PolicyFileSite,
): Promise<string | undefined> {
  try {
    const written = await readFile(path.resolve(root, file), "utf8");
    const isTyped = /\.[cm]?[jt]s$/.test(file);
    const text = isTyped ? await typedDocument(path.resolve(root, file), written) : written;
    // What the typed functions wrote has no lines of its own file.
    const at = ({ line, column }: { line: number; column: number }) =>
      isTyped ? file : `${file}, line ${line}, column ${column}`;
    for (const one of check(text))
      problems.push(problem(place, `is refused by this project: ${at(one)}: ${one.message}`));
    return text;
  } catch (error) {
    problems.push(problem(place, `${unreadable(file, error)}`));
    return undefined;
  }
}

/** Evaluates a module. One is evaluated once for each address, so that of a changed file is another one. */
async function typedDocument(file: string, written: string): Promise<string> {
  const digest = createHash("sha256").update(written).digest("hex").slice(0, 16);
  const exported = (await import(`${pathToFileURL(file).href}?content=${digest}`)) as {
    readonly default?: unknown;
  };
  if (!isPolicyDocument(exported.default)) {
    throw new PolicyError(
      "INVALID_VALUE",
      "its default export",
      "must be a policy document. Write `export default policyDocument({ … })`.",
    );
  }
  return renderPolicyDocument(exported.default, Number.POSITIVE_INFINITY);
}

function isPolicyDocument(value: unknown): value is PolicyDocument {
  const sections = ["inbound", "backend", "outbound", "onError"];
  return (
    typeof value === "object" &&
    value !== null &&
    sections.every((name) => Array.isArray((value as Record<string, unknown>)[name]))
  );
}

function unreadable(file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof PolicyError) return `cannot be written: ${file}: ${message}`;
  if (code === "ENOENT")
    return `names ${file}, which is not there. Correct its name: it is relative to the folder of Pulumi.yaml.`;
  const reason = (message.split("\n")[0] ?? "").replace(/\.$/, "");
  return `cannot be read: ${file}: ${reason}. Correct the file.`;
}

function operationNamed(written: string, operations: readonly Operation[]): Operation | undefined {
  return (
    operations.find(({ operationId }) => operationId === written) ??
    operations.find(({ name }) => name === written) ??
    operations.find(({ method, path: template }) => `${method} ${template}` === written)
  );
}

/** Names the operations that look most like it. */
function unknownOperation(written: string, operations: readonly Operation[]): string {
  const near = operations
    .map(({ operationId }) => ({ operationId, likeness: likeness(written, operationId) }))
    .filter(({ likeness: one }) => one > 0.4)
    .toSorted((one, other) => other.likeness - one.likeness)
    .slice(0, 3)
    .map(({ operationId }) => `"${operationId}"`);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : `Its operations are ${operations
          .slice(0, 8)
          .map(({ operationId }) => `"${operationId}"`)
          .join(", ")}${operations.length > 8 ? ", …" : ""}.`;
  return `names an operation that the document does not have. ${hint}`;
}

/** From 0 to 1: how many pairs of letters two names share (Sørensen–Dice). */
function likeness(one: string, other: string): number {
  const [a, b] = [pairs(one), pairs(other)];
  const shared = [...a].filter((pair) => b.has(pair)).length;
  return a.size + b.size === 0 ? 0 : (2 * shared) / (a.size + b.size);
}

function pairs(text: string): ReadonlySet<string> {
  const lower = text.toLowerCase();
  return new Set(Array.from({ length: Math.max(0, lower.length - 1) }, (_, at) => lower.slice(at, at + 2)));
}
