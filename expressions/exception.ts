/** An exception of .NET's: what `throw` and `catch` of the language handle, with .NET's type and its English message. */
export class DotnetException extends Error {
  /** Its full name, such as `System.FormatException`. */
  readonly type: string;
  /** The exception that it wraps. */
  readonly inner: DotnetException | null;

  /**
   * @param type Its name; one without a namespace is of `System`.
   * @param message As .NET words it.
   */
  constructor(type: string, message: string, inner: DotnetException | null = null) {
    super(message);
    this.type = type.includes(".") ? type : `System.${type}`;
    this.inner = inner;
  }
}
