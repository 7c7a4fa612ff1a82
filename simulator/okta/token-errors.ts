import type Provider from "oidc-provider";
import type { KoaContextWithOIDC } from "oidc-provider";
import { type OAuthError, refusal } from "./oauth-error.ts";

/** Puts Okta's words in the place of the library's where the token endpoint refuses a code, and logs refusal. */
export function tokenErrorWords(provider: Provider, log: (line: string) => void) {
  const details = new WeakMap<KoaContextWithOIDC, string>();
  provider.on("grant.error", (ctx, error) => {
    const cause = error.cause instanceof Error ? error.cause.message : "";
    details.set(ctx, `${error.error_detail ?? ""} ${cause}`);
  });
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.path !== "/v1/token" || ctx.status < 400) return;
    const body = ctx.body as { error?: string; error_description?: string };
    const known = knownRefusal(ctx, details.get(ctx) ?? "");
    if (known !== undefined) ctx.body = { error: known.error, error_description: known.message };
    log(`Okta refused a token: ${body.error}: ${known?.message ?? body.error_description}`);
  };
}

function knownRefusal({ body, oidc }: KoaContextWithOIDC, detail: string): OAuthError | undefined {
  const { error, scope = "" } = body as { error?: string; scope?: string };
  const isRefresh = oidc?.params?.grant_type === "refresh_token";
  if (error === "invalid_grant") return isRefresh ? refusal("invalid_refresh_token") : invalidGrant(detail);
  return error === "invalid_scope" && isRefresh
    ? refusal("refresh_scopes_denied", scope.split(" "))
    : undefined;
}

// The library says the same to every client and tells what it was by these words only.
function invalidGrant(detail: string): OAuthError {
  if (/redirect_uri/.test(detail)) return refusal("mismatched_redirect_uri");
  if (/code_verifier|code_challenge/.test(detail)) return refusal("pkce_verification_failed");
  if (/client mismatch/.test(detail)) return refusal("mismatched_client");
  return refusal("invalid_authorization_code");
}
