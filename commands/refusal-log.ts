// Callers of any kind decide what stands in a reason: it is one line, of a length to read, and nothing that a terminal obeys.
const maxLength = 1000;
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The gateway's and Okta's reasons: kept while the matrix runs, printed as they come while a person tries things. */
export class RefusalLog {
  #lines: string[] = [];
  #print: ((line: string) => void) | undefined;

  /** Receives a line. */
  readonly add = (line: string): void => {
    const shown = line.replace(controls, " ").slice(0, maxLength);
    if (this.#print) this.#print(shown);
    else this.#lines.push(shown);
  };

  /** The lines since the last call. */
  readonly take = (): readonly string[] => this.#lines.splice(0);

  /** Prints lines from now on instead of keeping them. */
  follow(print: (line: string) => void): void {
    this.#print = print;
  }
}
