import { randomText } from "../org.ts";

/**
 * The errors of Okta's management API: HTTP status and summary. `%s` is filled in.
 *
 * @see https://developer.okta.com/docs/reference/error-codes/
 */
const table = {
  E0000001: [400, "Api validation failed: %s"],
  E0000003: [400, "The request body was not well-formed."],
  E0000005: [403, "Invalid session"],
  E0000006: [403, "You do not have permission to perform the requested action"],
  E0000007: [404, "Not found: %s"],
  E0000009: [500, "Internal Server Error"],
  E0000011: [401, "Invalid token provided"],
  E0000015: [401, "You do not have permission to access the feature you are requesting"],
  E0000021: [400, "Bad request.  Accept and/or Content-Type headers likely do not match supported values."],
  E0000022: [405, "The endpoint does not support the provided HTTP method"],
  E0000031: [400, "Invalid search criteria."],
  E0000056: [403, "Delete application forbidden."],
  E0000060: [501, "Unsupported operation."],
  E0000090: [409, "The role specified is already assigned to the user."],
} as const;

/** What a refusal of the management API carries beside its code. */
interface Refusal {
  /** Fills the summary's `%s`. */
  readonly detail?: string;
  /** Takes the place of the documented summary. */
  readonly summary?: string;
  readonly causes?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal of the management API, in Okta's shape and words. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  readonly code: keyof typeof table;
  readonly status: number;
  readonly causes: readonly string[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: keyof typeof table, { detail = "", summary, causes = [], headers = {} }: Refusal = {}) {
    const [status, words] = table[code];
    super(summary ?? words.replace("%s", detail));
    this.code = code;
    this.status = status;
    this.causes = causes;
    this.headers = headers;
  }

  /** The body that Okta answers with. */
  toJSON(): object {
    return {
      errorCode: this.code,
      errorSummary: this.message,
      errorLink: this.code,
      errorId: `oae${randomText(22)}`,
      errorCauses: this.causes.map((errorSummary) => ({ errorSummary })),
    };
  }
}

/** `Not found: Resource not found: 0oa… (OAuth2AppInstance)`: the kind is Okta's own name for it. */
export function notFoundError(id: string, kind: string): ManagementError {
  return new ManagementError("E0000007", { detail: `Resource not found: ${id} (${kind})` });
}

/** Okta's refusal of one field: `Api validation failed: name`, with `name: The field cannot be left blank` as its cause. */
export function fieldError(field: string, cause: string): ManagementError {
  return new ManagementError("E0000001", { detail: field, causes: [`${field}: ${cause}`] });
}

/** What Okta knows and the local Okta does not simulate. */
export function notSimulatedError(what: string, next: string): ManagementError {
  return new ManagementError("E0000060", {
    summary: `Unsupported operation: the local Okta does not simulate ${what}. ${next}`,
  });
}
