import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { qualified, writtenTwice } from "../stack/settings-file.ts";
import { CommandError } from "./command-error.ts";
import { projectRoot } from "./project.ts";
import { findPulumiCli, howToGetCli } from "./pulumi-cli.ts";

/** A stack's settings as the Pulumi engine would hand them to the program. */
export interface StackSettings {
  readonly project: string;
  readonly stack: string;
  /** `project:key` → text; objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
}

interface ProjectFile {
  readonly name: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
  /** Pulumi ESC environments. */
  readonly environment?: unknown;
}

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
    `--stack is "${stack}", whose last part is no stack's name: that has letters, digits, hyphens, underscores and periods. Write --stack dev, or --stack contoso/dev.`,
    { code: "command-line" },
  );
}

/** How strict {@link readStackSettings} is. */
export interface SettingsOptions {
  /** What becomes of a value that is a secret. @defaultValue "refuse" */
  readonly encrypted?: "refuse" | "skip";
  /** What becomes of a stack without a settings file: Pulumi itself takes it for one without settings. @defaultValue "refuse" */
  readonly missing?: "refuse" | "empty";
  /** What becomes of a setting that a file holds twice: Pulumi itself takes the last one. @defaultValue "refuse" */
  readonly doubled?: "refuse" | "last";
}

/**
 * Reads Pulumi.yaml's defaults and Pulumi.STACK.yaml's values, for what runs without the Pulumi CLI. Only a stack with Pulumi ESC
 * environments is read by the CLI, since their values are in no file.
 *
 * @param stack Its name, perhaps after its organization's and project's: `contoso/dev`.
 * @throws {CommandError} when the stack has no settings file, one holds a setting twice or a secret, or the CLI cannot read it.
 */
export async function readStackSettings(
  stack: string,
  { encrypted = "refuse", missing = "refuse", doubled = "refuse" }: SettingsOptions = {},
): Promise<StackSettings> {
  const name = stackName(stack);
  const file = `Pulumi.${name}.yaml`;
  const project = (await readYaml("Pulumi.yaml")) as ProjectFile;
  const isAbsent = missing === "empty" && !existsSync(path.join(projectRoot, file));
  const { config, environment } = ((isAbsent ? undefined : await readYaml(file)) ?? {}) as StackFile;
  const files = [
    ["Pulumi.yaml", project.config ?? {}],
    [file, config ?? {}],
  ] as const;
  const twice = files.flatMap(([at, settings]) =>
    writtenTwice(at, { project: project.name, config: settings }),
  );
  if (doubled === "refuse" && twice.length > 0)
    throw new CommandError(twice.join("\n"), { code: "settings" });
  const written = [
    ...Object.entries(project.config ?? {}).flatMap(projectValue),
    ...Object.entries(config ?? {}),
  ];
  const values = environment == null ? written : await readByCli(stack, file);
  // Each key once, so that a secret does not leave the default that it replaces.
  const merged = new Map(values.map(([key, value]) => [qualified(project.name, key), value]));
  const entries = [...merged]
    .filter(([, value]) => encrypted === "refuse" || !isEncrypted(value))
    .map(([key, value]) => [key, plainText(name, key, value)] as const);
  return { project: project.name, stack: name, config: Object.fromEntries(entries) };
}

/**
 * A value that holds for every stack, where Pulumi.yaml gives one: a default, a value, or in place of a description the value itself.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options
 */
function projectValue([key, entry]: readonly [string, unknown]): (readonly [string, unknown])[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [[key, entry]];
  const { default: preset, value = preset } = entry as { default?: unknown; value?: unknown };
  return value === undefined ? [] : [[key, value]];
}

/** Settings as the CLI prints them; a secret among them as the files write one. */
async function readByCli(stack: string, file: string): Promise<(readonly [string, unknown])[]> {
  const { cli, found } = await findPulumiCli();
  if (cli === undefined) {
    throw new CommandError(
      `"environment" in ${file} names Pulumi ESC environments, which only the Pulumi CLI can read. Found: ${found}. Get it: ${howToGetCli}. Or write their settings into ${file}.`,
      { code: "pulumi" },
    );
  }
  const args = ["config", "--json", "--stack", stack, "--non-interactive"];
  const { stdout } = await promisify(execFile)(cli.command, args, { cwd: projectRoot }).catch(
    (cause: unknown) => {
      const { stderr = "", message } = cause as { stderr?: string; message: string };
      throw new CommandError(
        `"environment" in ${file} names Pulumi ESC environments, and the Pulumi CLI cannot read the settings of stack "${stack}":\n${stderr.trim() || message}\nCorrect that, or write their settings into ${file}.`,
        { code: "pulumi", cause },
      );
    },
  );
  const settings = JSON.parse(stdout) as Record<
    string,
    { readonly value?: string; readonly secret: boolean }
  >;
  return Object.entries(settings).map(([key, { value, secret }]) => [key, secret ? { secure: "" } : value]);
}

async function readYaml(name: string): Promise<unknown> {
  const text = await readFile(path.join(projectRoot, name), "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "ENOENT") throw cause;
    throw new CommandError(`There is no settings file "${name}". Name another stack, or write the file.`, {
      code: "settings",
    });
  });
  try {
    // As the CLI reads it.
    return parse(text, { merge: true });
  } catch (cause) {
    throw new CommandError(`"${name}" is not YAML: ${(cause as Error).message.trim()} Correct the file.`, {
      code: "settings",
      cause,
    });
  }
}

/** Whether the project's Pulumi.yaml has a setting of its program's own, by default or by description. */
export async function declaresSetting(name: string): Promise<boolean> {
  const { name: project, config = {} } = (await readYaml("Pulumi.yaml")) as ProjectFile;
  return Object.keys(config ?? {}).some((key) => qualified(project, key) === `${project}:${name}`);
}

/** The project's name in Pulumi.yaml. */
export async function readProjectName(): Promise<string> {
  const { name } = (await readYaml("Pulumi.yaml")) as ProjectFile;
  return name;
}

/**
 * Whether a value is `{ secure: "v1:…" }`, also as a part of a list or a map, which Pulumi then keeps secret as a whole. An API may be named `secure`.
 */
export function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const [[key, text] = [], ...others] = Object.entries(value);
  if (key === "secure" && typeof text === "string" && others.length === 0) return true;
  return Object.values(value).some(isEncrypted);
}

function plainText(stack: string, key: string, value: unknown): string {
  if (typeof value === "string") return value;
  // As the CLI has it, until a version of it that is announced.
  if (value === null || value === undefined) return "";
  if (isEncrypted(value)) {
    throw new CommandError(
      `"${key}" of stack "${stack}" is encrypted, and cannot be read without the Pulumi CLI's secrets. Use a stack without secrets here.`,
      { code: "settings" },
    );
  }
  return JSON.stringify(value);
}
