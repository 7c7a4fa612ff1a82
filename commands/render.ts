import { mkdir, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { findingsText, importSummary } from "../openapi/findings-text.ts";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import { type CommandLine, type CommandOption, parseCommandLine } from "./command-line.ts";
import { projectRoot } from "./project.ts";
import { hasConfiguredApis } from "./prove.ts";
import { assertDocuments } from "./refused-documents.ts";
import { readSettingsToRender, renderStack } from "./rendering.ts";
import { runCommand } from "./run-command.ts";
import { stackName } from "./stack-settings.ts";

const commandLine = {
  usage: "npm run render -- [options]",
  summary:
    "Writes every policy document of a stack, and the OpenAPI document of each API as it is imported, to rendered/NAME/, for review and diff.",
  options: {
    stack: { type: "string", value: "NAME", default: "dev", help: "The stack." },
    all: { type: "boolean", default: false, help: "Prints every place where an imported document differs." },
  },
} as const satisfies CommandLine<Record<string, CommandOption>>;

/** `npm run render`: see its {@link commandLine}. */
async function main(args: string[]): Promise<number> {
  const { values } = parseCommandLine(commandLine, args);
  const stack = stackName(values.stack);
  const settings = await readSettingsToRender(values.stack);
  if (hasConfiguredApis(settings)) await assertDocuments(settings, values);
  const { documents, findings } = await renderStack(values.stack);
  const folder = path.join(projectRoot, "rendered", stack);
  await writeFolder(folder, documents);
  for (const name of documents.keys()) console.log(path.relative(process.cwd(), path.join(folder, name)));
  for (const [name, ofApi] of findings) {
    console.log(`\nAPI "${name}" ${importSummary(ofApi)}:`);
    for (const line of findingsText(ofApi, values)) console.log(line);
  }
  return 0;
}

/** All documents or none: a stack that was rendered by half would look as if policies had been deleted. */
async function writeFolder(folder: string, documents: ReadonlyMap<string, string>): Promise<void> {
  // A stack's name cannot begin with a period.
  const aside = path.join(path.dirname(folder), `.${path.basename(folder)}.tmp`);
  await rm(aside, { recursive: true, force: true });
  try {
    for (const [name, xml] of documents) {
      const file = path.join(aside, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeWhole(file, xml, 0o666);
    }
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

await runCommand(main);
