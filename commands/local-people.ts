import { z } from "zod";
import type { Person } from "../proof/client.ts";
import type { LocalCloud } from "../simulator/cloud.ts";

/**
 * The people who can sign in at a local Okta, with the groups that they are in. A person goes by the first word of the login,
 * `ada` for `ada.attendee@example.com`, or by the whole login where two would have the same name.
 */
export function localPeople({ users, groups }: LocalCloud["org"]): readonly Person[] {
  const active = [...users.values()].filter(
    ({ status, password }) => status === "ACTIVE" && password !== null,
  );
  const named = Map.groupBy(active, ({ login }) => firstWord(login));
  return active.map(({ login, password, groupIds }) => {
    const isAlone = named.get(firstWord(login))?.length === 1;
    const own = groupIds.flatMap((id) => groups.get(id) ?? []).filter(({ type }) => type !== "BUILT_IN");
    return {
      name: isAlone ? firstWord(login) : login,
      login,
      password: password ?? "",
      groups: own.map(({ name }) => name),
    };
  });
}

function firstWord(login: string): string {
  return /^[^.@]+/.exec(login)?.[0] ?? login;
}

const shape = z.object({
  people: z
    .array(
      z.object({ name: z.string(), login: z.string(), password: z.string(), groups: z.array(z.string()) }),
    )
    .default([]),
});

/** The people among the outputs that `npm start` leaves for `npm run token`; none where there are none. */
export function keptPeople(outputs: unknown): readonly Person[] {
  return shape.safeParse(outputs).data?.people ?? [];
}
