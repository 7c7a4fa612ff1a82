import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

// What a package is installed from: Node strips no types below node_modules. Nothing here runs in the repository itself.
const root = path.join(import.meta.dirname, "..");
const output = path.join(root, "dist");
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const assets = "simulator/apim/portal/assets";

rmSync(output, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [compiler, "-p", path.join(import.meta.dirname, "tsconfig.json")],
  {
    cwd: root,
    stdio: "inherit",
  },
);
if (status !== 0) process.exit(status ?? 1);
// What the portal sends to browsers is read as files.
cpSync(path.join(root, assets), path.join(output, assets), {
  recursive: true,
  filter: (file) => path.basename(file) !== "tsconfig.json",
});
