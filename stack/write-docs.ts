import { mkdir, readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { outputsPage, settingsPage, withConfigBlock } from "./docs.ts";

const root = path.join(import.meta.dirname, "..");
const pulumiYaml = path.join(root, "Pulumi.yaml");
await writeFile(pulumiYaml, withConfigBlock(await readFile(pulumiYaml, "utf8")));
await mkdir(path.join(root, "docs"), { recursive: true });
await writeFile(path.join(root, "docs/settings.md"), settingsPage());
await writeFile(path.join(root, "docs/outputs.md"), outputsPage());
