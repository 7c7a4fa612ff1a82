import * as path from "node:path";

// Run as the package's program, the commands are no scripts of the project's package.json.
const isProgram = /^apim-okta(?:\.[jt]s)?$/.test(path.basename(process.argv[1] ?? ""));

const calls =
  /\bnpm (?:run )?(?:-s )?(start|add|verify|token|render|compare|gateway|local)\b(?: --(?![\w-]))?/g;

/**
 * A text with its command lines as whoever reads it calls them: `npm run token -- --port 9400` stays in this repository, and is
 * `npx apim-okta token --port 9400` where the package is installed.
 */
export function asCalled(text: string, program: boolean = isProgram): string {
  return program ? text.replace(calls, "npx apim-okta $1") : text;
}
