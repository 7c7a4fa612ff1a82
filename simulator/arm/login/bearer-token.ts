import type { ArmAnswer } from "../arm-answer.ts";
import { ArmError, errorBody } from "../arm-error.ts";
import { tenantId } from "./tenant.ts";

/** Why a token lets nobody in. */
export interface TokenProblem {
  /** `InvalidAuthenticationToken`, `ExpiredAuthenticationToken` … */
  readonly code: string;
  readonly message: string;
}

/** Looks at an access token; `undefined` when it lets its client in. */
export type TokenCheck = (token: string) => Promise<TokenProblem | undefined>;

/**
 * Azure's answer to a request whose `Authorization` header does not let it in; `undefined` when it does.
 *
 * @see https://learn.microsoft.com/rest/api/azure/#create-the-request
 */
export async function bearerRefusal(
  header: string | undefined,
  check: TokenCheck,
): Promise<ArmAnswer | undefined> {
  const problem = await problemOf(header, check);
  if (problem === undefined) return undefined;
  const description =
    header === undefined
      ? "The authentication failed because of missing 'Authorization' header."
      : problem.message;
  return {
    status: 401,
    headers: {
      "www-authenticate": `Bearer authorization_uri="https://login.microsoftonline.com/${tenantId}", error="invalid_token", error_description="${description.replaceAll('"', "'")}"`,
    },
    body: errorBody(new ArmError(401, problem.code, problem.message)),
  };
}

async function problemOf(header: string | undefined, check: TokenCheck): Promise<TokenProblem | undefined> {
  if (header === undefined) {
    const message = "Authentication failed. The 'Authorization' header is missing.";
    return { code: "AuthenticationFailed", message };
  }
  const [, token] = /^Bearer +(\S+) *$/i.exec(header) ?? [];
  if (token === undefined) {
    const message = "Authentication failed. The 'Authorization' header is provided in an invalid format.";
    return { code: "AuthenticationFailedInvalidHeader", message };
  }
  return check(token);
}
