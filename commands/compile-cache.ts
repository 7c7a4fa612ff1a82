/**
 * Keeps the compiled code of what this process and its children load, where other tools keep theirs: in `node_modules/.cache` of the
 * working directory. Most of a command's first seconds go into compiling. Node loads this file before the command's own, as
 * package.json's scripts say.
 */
import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import * as path from "node:path";

// A folder without packages stays as it is. Node's default, below the system's temporary folder, is for nobody's code but one's own
// only as long as nobody else makes the folder first.
if (existsSync("node_modules")) {
  process.env.NODE_COMPILE_CACHE ??= path.resolve("node_modules/.cache/apim-okta");
  enableCompileCache();
  // The variable is for the children: Pulumi runs the program in a process of its own.
}
