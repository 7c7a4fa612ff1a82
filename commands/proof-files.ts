// What decides over the answers that a run shows, besides the program, its policies and its documents, which are what is proved.
const folders = [
  ".ci/",
  ".github/",
  "commands/",
  "expressions/",
  "openapi/",
  "simulator/",
  "proof/",
  "stack/",
];
const files = [".npmrc", "package.json", "package-lock.json"];

/**
 * Those of a change's files that the proof itself is made of: `["proof/run.ts", "policies/elements/cors.ts"]` → `["proof/run.ts"]`. A
 * report by such a change says what the changed proof says.
 *
 * @param paths Paths in the repository, with `/` between folders.
 */
export function proofFilesAmong(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => files.includes(path) || folders.some((folder) => path.startsWith(folder)));
}
