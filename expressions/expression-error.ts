/** An expression that cannot be compiled. */
export class ExpressionError extends Error {
  /** `refused`: Azure refuses it too. `not-simulated`: Azure takes it, the language here does not. */
  readonly kind: "refused" | "not-simulated";
  /** From 1, within the text between the brackets. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The member, type or construct that is not simulated, or that Azure does not allow. */
  readonly subject: string | undefined;

  /** @param at The source, and where in it, from 0. */
  constructor(
    kind: "refused" | "not-simulated",
    message: string,
    at: { readonly source: string; readonly offset: number },
    subject?: string,
  ) {
    super(message);
    this.kind = kind;
    const before = at.source.slice(0, at.offset);
    this.line = before.split("\n").length;
    this.column = at.offset - before.lastIndexOf("\n");
    this.subject = subject;
  }
}

/** An expression that failed while it ran. */
export class EvaluationError extends Error {
  /** .NET's exception, such as `System.NullReferenceException`; `NotSimulated` for what only shows when it runs. */
  readonly exception: string;
  readonly line: number;
  readonly column: number;

  /** @param exception Its full name. */
  constructor(exception: string, message: string, place: { readonly line: number; readonly column: number }) {
    super(message);
    this.exception = exception;
    this.line = place.line;
    this.column = place.column;
  }
}
