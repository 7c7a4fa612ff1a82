import { localSecretsCheck } from "../stack/named-value-settings.ts";
import { CommandError } from "./command-error.ts";
import type { StackSettings } from "./stack-settings.ts";

/**
 * What the Key Vaults of the local cloud hold, by the setting `localSecrets`.
 *
 * @throws {CommandError} when it is no map from addresses to texts.
 */
export function localSecretsOf({ project, stack, config }: StackSettings): Readonly<Record<string, string>> {
  const key = `${project}:localSecrets`;
  const parsed = localSecretsCheck.safeParse(config[key] ?? "{}");
  if (parsed.data !== undefined) return parsed.data;
  const [issue] = parsed.error.issues;
  const rule = issue?.code === "invalid_key" ? issue.issues[0]?.message : issue?.message;
  // Without what was got: it may be a secret.
  throw new CommandError(
    `"${[key, ...(issue?.path ?? [])].join(".")}" ${rule}. Correct it in Pulumi.${stack}.yaml.`,
    { code: "settings" },
  );
}
