import type { Group, User } from "./entities.ts";
import { localPassword, type OktaOrg, oktaTime } from "./org.ts";

/** Who is in a local org: name → names of the groups that the person is in. `{ ada: ["Attendees"], oscar: [] }` */
export type LocalPeople = Readonly<Record<string, readonly string[]>>;

/** A person whom anybody on this machine can sign in as. */
export interface LocalPerson {
  /** The name in the settings: `ada`. */
  readonly name: string;
  readonly login: string;
  readonly password: string;
  /** Names of the groups that the person is in, without Everyone. */
  readonly groups: readonly string[];
}

/** The login of a person of the settings: `ada` → `ada@example.com`. */
function localLogin(name: string): string {
  return `${name.toLowerCase()}@example.com`;
}

/**
 * Gives an org the people of the settings, and their groups where it has none of the name. Who is there already keeps id, password
 * and the groups that the settings do not name.
 *
 * @returns Whether that changed the org.
 */
export function seedPeople(org: OktaOrg, people: LocalPeople): boolean {
  const before = [org.groups.size, org.users.size];
  const named = new Map(
    [...new Set(Object.values(people).flat())].map((name) => [name, groupNamed(org, name)]),
  );
  const moved = Object.entries(people).filter(([name, groups]) => seedPerson(org, { name, groups, named }));
  return moved.length > 0 || before[0] !== org.groups.size || before[1] !== org.users.size;
}

function groupNamed(org: OktaOrg, name: string): Group {
  return org.groups.values().find((group) => group.name === name) ?? org.addGroup(name, "");
}

function seedPerson(
  org: OktaOrg,
  { name, groups, named }: { name: string; groups: readonly string[]; named: ReadonlyMap<string, Group> },
): boolean {
  const login = localLogin(name);
  const wanted = groups.flatMap((group) => named.get(group)?.id ?? []);
  const known = org.users.values().find((user) => user.login === login);
  if (known === undefined) {
    const everyone = [...org.groups.values()].filter(({ type }) => type === "BUILT_IN").map(({ id }) => id);
    org.addUser(login, `${capitalized(name)} Example`, {
      groupIds: [...new Set([...everyone, ...wanted])],
      nickName: name,
    });
    return true;
  }
  const others = known.groupIds.filter((id) => isElsewhere(org, id, named));
  const groupIds = [...new Set([...others, ...wanted])];
  if (isSameSet(groupIds, known.groupIds)) return false;
  org.users.set(known.id, { ...known, groupIds, lastUpdated: oktaTime(org.clock) });
  return true;
}

// Everyone is in Everyone, whatever the settings say.
function isElsewhere(org: OktaOrg, groupId: string, named: ReadonlyMap<string, Group>): boolean {
  const group = org.groups.get(groupId);
  return group?.type === "BUILT_IN" || !named.has(group?.name ?? "");
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one) => right.includes(one));
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The people of an org whom anybody on this machine can sign in as, by the names that the settings give them. */
export function localPeople(org: OktaOrg): readonly LocalPerson[] {
  return [...org.users.values()].filter(canSignIn).map((user) => ({
    name: String(user.attributes.nickName),
    login: user.login,
    password: localPassword,
    groups: groupNames(org, user),
  }));
}

function canSignIn({ status, password, attributes }: User): boolean {
  return status === "ACTIVE" && password === localPassword && typeof attributes.nickName === "string";
}

function groupNames(org: OktaOrg, { groupIds }: User): readonly string[] {
  return groupIds
    .flatMap((id) => org.groups.get(id) ?? [])
    .filter(({ type }) => type === "OKTA_GROUP")
    .map(({ name }) => name);
}
