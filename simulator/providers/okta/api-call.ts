import { SimulatorError } from "../../kernel/error.ts";
import { OktaApiError } from "./okta-api.ts";

/** How the provider tells an error of Okta's management API. */
export interface ErrorWords {
  /** `create auth server scope` */
  readonly action: string;
  /** `status`: by an SDK of Okta's whose errors tell the HTTP status alone. */
  readonly errors: "summary" | "status";
  /** Whether the provider adds the HTTP status, as it does where it looks at the status itself. */
  readonly addsStatus?: boolean;
  /** Whether the provider writes "failed get …" without "to". */
  readonly isTerse?: boolean;
}

/**
 * Calls Okta's management API, and tells a refusal in the provider's words.
 *
 * Differs from Okta: where the provider tells the HTTP status alone, Okta's reason follows it.
 *
 * @throws {SimulatorError} with Okta's error code.
 * @see https://github.com/okta/terraform-provider-okta/blob/v6.12.0/sdk/v2_error.go
 */
export async function callOkta<T>(words: ErrorWords, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof OktaApiError)) throw error;
    throw new SimulatorError(error.errorCode || `HTTP ${error.status}`, messageOf(words, error), {
      cause: error,
    });
  }
}

function messageOf(
  { action, errors, addsStatus, isTerse }: ErrorWords,
  { message, statusLine }: OktaApiError,
): string {
  const told = message === "" ? "the API returned an unknown error" : `the API returned an error: ${message}`;
  const text = `failed ${isTerse ? "" : "to "}${action}: ${errors === "summary" ? told : statusLine}`;
  const whole = addsStatus ? `${text}, Status: ${statusLine}` : text;
  return errors === "status" && message !== "" ? `${whole}. Okta says: ${message}` : whole;
}

/** `undefined` where Okta does not find it. */
export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OktaApiError && error.status === 404) return undefined;
    throw error;
  }
}
