import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { parse } from "yaml";
import { CommandError } from "./command-error.ts";

/** A stack's settings as the Pulumi engine would hand them to the program. */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  /** `project:key` → text; objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
}

interface ProjectFile {
  readonly name: string;
  readonly config?: Readonly<Record<string, { readonly default?: unknown }>>;
}

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The folder of Pulumi.yaml. */
export const projectRoot = path.resolve(import.meta.dirname, "..");

/**
 * The name by which a stack's files go: `contoso/dev` → `dev`.
 *
 * @throws {CommandError} when it is none that Pulumi gives a stack.
 * @see https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
 */
export function stackName(stack: string): string {
  const name = stack.split("/").at(-1) ?? "";
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  throw new CommandError(
    `--stack must end in letters, digits, hyphens, underscores and periods; got "${stack}". Write --stack dev, or --stack contoso/dev.`,
  );
}

/**
 * Reads Pulumi.yaml's defaults and Pulumi.STACK.yaml's values, for what runs without the Pulumi CLI.
 *
 * @param stack Its name, perhaps after its organization's and project's: `contoso/dev`.
 * @param options What becomes of a value that only the CLI can read; it is refused by default.
 * @throws {CommandError} when the stack has no settings file, or one holds an encrypted value.
 */
export async function readStackSettings(
  stack: string,
  { encrypted = "refuse" }: { encrypted?: "refuse" | "skip" } = {},
): Promise<StackSettings> {
  const name = stackName(stack);
  const project = (await readYaml("Pulumi.yaml")) as ProjectFile;
  const { config = {} } = ((await readYaml(`Pulumi.${name}.yaml`)) ?? {}) as StackFile;
  const defaults = Object.entries(project.config ?? {}).flatMap(([key, { default: value }]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const readable = Object.entries(config).filter(
    ([, value]) => encrypted === "refuse" || !isEncrypted(value),
  );
  const entries = [...defaults, ...readable].map(
    ([key, value]) => [qualified(project.name, key), plainText(name, key, value)] as const,
  );
  return { project: project.name, stack: name, config: Object.fromEntries(entries) };
}

async function readYaml(name: string): Promise<unknown> {
  const text = await readFile(path.join(projectRoot, name), "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw new CommandError(
      `Stack settings file "${name}" must exist; got none. Name another stack, or write the file.`,
    );
  });
  try {
    return parse(text);
  } catch (cause) {
    throw new CommandError(
      `"${name}" must be YAML; got: ${(cause as Error).message.trim()} Correct the file.`,
      {
        cause,
      },
    );
  }
}

/** The project's name in Pulumi.yaml. */
export async function readProjectName(): Promise<string> {
  const { name } = (await readYaml("Pulumi.yaml")) as ProjectFile;
  return name;
}

/** A settings key as Pulumi keeps it: `location` → `apim-okta:location`. */
export function qualified(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && "secure" in value;
}

function plainText(stack: string, key: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (isEncrypted(value)) {
    throw new CommandError(
      `"${key}" of stack "${stack}" must be readable without the Pulumi CLI; got an encrypted value. Use a stack without secrets here.`,
    );
  }
  return JSON.stringify(value);
}
