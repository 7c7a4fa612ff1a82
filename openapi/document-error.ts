/** Every problem of one document, or of several that do not go together; one line each. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  /** `paths./session/{id}.get.security: must …; got …. …` */
  readonly problems: readonly string[];

  constructor(source: string, problems: readonly string[]) {
    const head = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${head} in ${source}:\n${problems.map((line) => `  - ${line}`).join("\n")}`);
    this.problems = problems;
  }
}
