/** The codes of what a command cannot do, and that docs/commands.md lists them. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { expect, it } from "vitest";
import { CommandError, commandErrors } from "../../commands/command-error.ts";

const root = path.join(import.meta.dirname, "../..");

it("are listed in docs/commands.md as commands end with them", async () => {
  const page = await readFile(path.join(root, "docs/commands.md"), "utf8");
  const [, table = ""] = page.split("| code | means | exit code |\n| --- | --- | --- |\n");
  const listed = table.slice(0, table.indexOf("\n\n")).split("\n");
  expect(listed).toEqual(
    Object.entries(commandErrors).map(
      ([code, { means, exitCode }]) => `| \`${code}\` | ${means} | ${exitCode} |`,
    ),
  );
});

it("hold the cause, and `refused` where the thrower names no other", () => {
  const cause = new Error("cause");
  expect(new CommandError("No.", { cause })).toMatchObject({ code: "refused", cause });
  expect(new CommandError("No.", { code: "stack", cause })).toMatchObject({ code: "stack", cause });
});
