import type { LocalPeople } from "../simulator/okta/local-people.ts";
import { localPeopleCheck } from "../stack/local-people.ts";
import { CommandError } from "./command-error.ts";
import type { StackSettings } from "./stack-settings.ts";

/**
 * Who is to be in the local cloud's org, by the setting `localPeople`; `undefined` where it names nobody.
 *
 * @throws {CommandError} when it is no map from people to groups.
 */
export function peopleOf({ project, stack, config }: StackSettings): LocalPeople | undefined {
  const key = `${project}:localPeople`;
  const parsed = localPeopleCheck.safeParse(config[key] ?? "{}", { reportInput: true });
  if (parsed.data !== undefined) return Object.keys(parsed.data).length > 0 ? parsed.data : undefined;
  const [issue] = parsed.error.issues;
  const place = [key, ...(issue?.path ?? [])].join(".");
  throw new CommandError(
    `"${place}" ${issue?.message}; got ${JSON.stringify(issue?.input)}. Correct it in Pulumi.${stack}.yaml.`,
    { code: "settings" },
  );
}
