import { errors } from "oidc-provider";
import { OAuthError } from "./oauth-error.ts";

/** The library answers with its own errors only; the words stay Okta's. */
export function asLibraryError<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof OAuthError) throw new errors.CustomOIDCProviderError(error.error, error.message);
    throw error;
  }
}
