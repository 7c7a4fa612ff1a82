/** The gateway's and Okta's reasons: kept while the matrix runs, printed as they come while a person tries things. */
export class RefusalLog {
  #lines: string[] = [];
  #print: ((line: string) => void) | undefined;

  /** Receives a line. */
  readonly add = (line: string): void => {
    if (this.#print) this.#print(line);
    else this.#lines.push(line);
  };

  /** The lines since the last call. */
  readonly take = (): readonly string[] => this.#lines.splice(0);

  /** Prints lines from now on instead of keeping them. */
  follow(print: (line: string) => void): void {
    this.#print = print;
  }
}
