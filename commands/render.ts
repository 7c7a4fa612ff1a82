import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { renderStack } from "./rendering.ts";
import { runCommand } from "./run-command.ts";
import { projectRoot, stackName } from "./stack-settings.ts";

/** `npm run render [-- --stack NAME]`: writes each policy document of the stack to rendered/NAME/…xml. */
async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { stack: { type: "string", default: "dev" } } });
  const stack = stackName(values.stack);
  const { documents } = await renderStack(stack);
  const folder = path.join(projectRoot, "rendered", stack);
  await rm(folder, { recursive: true, force: true });
  for (const [name, xml] of documents) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, xml);
    console.log(path.relative(process.cwd(), file));
  }
  return 0;
}

await runCommand(main);
