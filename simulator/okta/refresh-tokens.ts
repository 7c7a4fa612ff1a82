import type { App, PolicyRule } from "./entities.ts";

/** What an app's settings say of its refresh tokens. */
export interface RefreshTokenSettings {
  /** Whether each use gives a new refresh token in the place of the used one. */
  readonly rotates: boolean;
  /** How long a refresh token can be used again once another took its place. */
  readonly leewaySeconds: number;
}

/**
 * What an app's settings say of its refresh tokens, `settings.oauthClient.refresh_token`.
 *
 * Assumed of Okta: without a grace period in an app's settings there is none.
 *
 * @see https://developer.okta.com/docs/guides/refresh-tokens/main/#refresh-token-rotation
 */
export function refreshTokenSettings({ type, kept }: App): RefreshTokenSettings {
  const { refresh_token } = kept.oauthSettings;
  const { rotation_type, leeway } = (refresh_token ?? {}) as { rotation_type?: string; leeway?: number };
  // "Rotating refresh token behavior is the default for SPAs": the guide.
  return {
    rotates: (rotation_type ?? (type === "browser" ? "ROTATE" : "STATIC")) === "ROTATE",
    leewaySeconds: leeway ?? 0,
  };
}

/**
 * Seconds that a refresh token is valid for from now on: it ends when nobody uses it for the rule's window, and at the latest when its
 * lifetime is over, which counts from the sign-in.
 *
 * @param sinceSignIn Seconds since the person signed in.
 * @see https://developer.okta.com/docs/guides/refresh-tokens/main/#refresh-token-lifetime
 */
export function refreshTokenSeconds(
  rule: Pick<PolicyRule, "refreshTokenLifetimeMinutes" | "refreshTokenWindowMinutes">,
  sinceSignIn: number,
): number {
  const window = rule.refreshTokenWindowMinutes * 60;
  // 0: without end.
  if (rule.refreshTokenLifetimeMinutes === 0) return window;
  return Math.max(1, Math.min(window, rule.refreshTokenLifetimeMinutes * 60 - sinceSignIn));
}
