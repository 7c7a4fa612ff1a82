import type { StackSettings } from "../../commands/stack-settings.ts";

/** Lets the portal's console get tokens by itself too, not by a sign-in alone. */
export const bothGrants = { portalGrantTypes: '["authorizationCode","clientCredentials"]' };

// The example's clients ask for the example's scopes: with other APIs the portal's app gets the tokens, for all scopes.
const consoleOnly = { clients: "{}", ...bothGrants };

/** Settings with single keys changed, named without the project; `undefined` takes a key away. */
export function withSettings(
  settings: StackSettings,
  change: Readonly<Record<string, string | undefined>>,
): StackSettings {
  const config = new Map(Object.entries(settings.config));
  const isOfExample = change.apis?.includes("conference.openapi.yaml") ?? true;
  const changes = { ...(isOfExample ? {} : consoleOnly), ...change };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) config.delete(`${settings.project}:${key}`);
    else config.set(`${settings.project}:${key}`, value);
  }
  return { ...settings, config: Object.fromEntries(config) };
}
