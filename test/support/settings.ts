import type { StackSettings } from "../../commands/stack-settings.ts";

/** Settings with single keys changed, named without the project; `undefined` takes a key away. */
export function withSettings(
  settings: StackSettings,
  change: Readonly<Record<string, string | undefined>>,
): StackSettings {
  const config = new Map(Object.entries(settings.config));
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) config.delete(`${settings.project}:${key}`);
    else config.set(`${settings.project}:${key}`, value);
  }
  return { ...settings, config: Object.fromEntries(config) };
}
