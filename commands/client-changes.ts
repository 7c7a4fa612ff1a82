import { code, escapedText } from "./markdown.ts";

/** A client's cell of a report. */
export interface ReportedCell {
  readonly api: string;
  readonly operation: string;
  readonly kind: string;
  readonly actual: number | string | null;
  readonly client?: string | null | undefined;
  readonly person?: string | null | undefined;
  /** Of the person; null where nobody signed in, or the groups are not known. */
  readonly groups?: readonly string[] | null | undefined;
}

/** A client as a report has it. */
export interface ReportedClient {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly groups: readonly string[];
}

/** What a report says of the clients. */
export interface ClientReport {
  readonly matrix: readonly ReportedCell[];
  readonly clients: readonly ReportedClient[];
  /** Operations that everybody may call, as `API: GET /path`. */
  readonly open: ReadonlySet<string>;
}

/**
 * What becomes of who can call what, a line of Markdown each, the worst first: whoever can call an operation now, what a client may have
 * now, and who can no longer.
 */
export function clientChanges(before: ClientReport, after: ClientReport): readonly string[] {
  const [old, now] = [callersOf(before), callersOf(after)];
  const opened = [...after.open].filter((operation) => !before.open.has(operation));
  const isToldOnce = (operation: string) => opened.includes(operation);
  const moved = [...now].map(([key, caller]) => {
    const former = old.get(key) ?? closest(caller, [...old.values()]);
    const reached = difference(caller.open, former?.open ?? new Set()).filter((one) => !isToldOnce(one));
    return { caller, reached, lost: former === undefined ? [] : lostOf(former, caller) };
  });
  const [reaching, losing] = [withoutImplied(moved, "reached"), withoutImplied(moved, "lost")];
  return [
    ...(opened.length === 0 ? [] : [`⚠ Everybody can now call ${operationsText(opened)}, without a token.`]),
    ...reaching.flatMap(({ caller, reached }) =>
      reached.length === 0 ? [] : [`⚠ ${callerText(caller)} can now call ${operationsText(reached)}.`],
    ),
    ...settingChanges(before.clients, after.clients),
    ...losing.flatMap(({ caller, lost }) =>
      lost.length === 0 ? [] : [`${callerText(caller)} can no longer call ${operationsText(lost)}.`],
    ),
  ];
}

interface Move {
  readonly caller: ReportedCaller;
  /** Operations that it can call now, and those that it no longer can. */
  readonly reached: readonly string[];
  readonly lost: readonly string[];
}

/** Without who is told already: what goes for members of a group goes for those who are in another one besides. */
function withoutImplied(moves: readonly Move[], direction: "reached" | "lost"): readonly Move[] {
  return moves.filter(
    (move) =>
      !moves.some(
        (other) =>
          isWider(other.caller, move.caller) &&
          move[direction].every((operation) => other[direction].includes(operation)),
      ),
  );
}

/** Whether somebody's groups are some of another's with the same client. */
function isWider(one: ReportedCaller, other: ReportedCaller): boolean {
  if (one.client !== other.client || !one.groups?.length || other.groups === null) return false;
  return (
    one.groups.length < other.groups.length && one.groups.every((group) => other.groups?.includes(group))
  );
}

interface ReportedCaller {
  readonly client: string;
  readonly groups: readonly string[] | null;
  readonly person: string | null;
  /** Operations that let it in, and all that it was sent to. */
  readonly open: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

const keyOf = ({ api, operation }: ReportedCell) => `${api}: ${operation}`;

/** The callers by client and groups: another person of the same groups stands for the same. */
function callersOf({ matrix }: ClientReport): ReadonlyMap<string, ReportedCaller> {
  const own = matrix.filter(({ kind }) => kind.startsWith("client:"));
  const alike = Map.groupBy(own, ({ client, person, groups }) =>
    JSON.stringify([client, groups === null || groups === undefined ? (person ?? null) : [...groups].sort()]),
  );
  return new Map(
    [...alike].flatMap(([key, cells]) => {
      const [first] = cells;
      if (first === undefined) return [];
      const { client, person = null, groups = null } = first;
      const isIn = ({ actual }: ReportedCell) => typeof actual === "number" && actual < 400;
      const caller: ReportedCaller = {
        ...{ client: client ?? "", person, groups: groups && [...groups].sort() },
        open: new Set(cells.filter(isIn).map(keyOf)),
        all: new Set(cells.map(keyOf)),
      };
      return [[key, caller] as const];
    }),
  );
}

/** Who stood for somebody that had no column: the one of the same client with the most of the groups, and no other ones. */
function closest(caller: ReportedCaller, callers: readonly ReportedCaller[]): ReportedCaller | undefined {
  const { groups } = caller;
  if (groups === null) return undefined;
  return callers
    .filter(
      ({ client, groups: own }) => client === caller.client && own?.every((one) => groups.includes(one)),
    )
    .toSorted((one, other) => (other.groups?.length ?? 0) - (one.groups?.length ?? 0))[0];
}

function lostOf(former: ReportedCaller, caller: ReportedCaller): readonly string[] {
  return [...former.open].filter((operation) => caller.all.has(operation) && !caller.open.has(operation));
}

function difference(one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] {
  return [...one].filter((operation) => !other.has(operation));
}

/** The scopes and groups that a client gets or loses, and the clients that come and go. */
function settingChanges(
  before: readonly ReportedClient[],
  after: readonly ReportedClient[],
): readonly string[] {
  const old = new Map(before.map((client) => [client.name, client]));
  const names = new Set(after.map(({ name }) => name));
  const more = after.flatMap(({ name, scopes, groups }) => {
    const former = old.get(name);
    if (former === undefined) return [`⚠ ${code(name)} is a new client.`];
    const [newScopes, newGroups] = [lacking(scopes, former.scopes), lacking(groups, former.groups)];
    return [
      ...(newScopes.length === 0 ? [] : [`⚠ ${code(name)} may have ${listed(newScopes)} now.`]),
      ...(newGroups.length === 0
        ? []
        : [`⚠ Members of ${listed(newGroups)} may sign in with ${code(name)} now.`]),
    ];
  });
  const less = after.flatMap(({ name, scopes, groups }) => {
    const former = old.get(name);
    if (former === undefined) return [];
    const [lostScopes, lostGroups] = [lacking(former.scopes, scopes), lacking(former.groups, groups)];
    return [
      ...(lostScopes.length === 0 ? [] : [`${code(name)} may no longer have ${listed(lostScopes)}.`]),
      ...(lostGroups.length === 0
        ? []
        : [`Members of ${listed(lostGroups)} may no longer sign in with ${code(name)}.`]),
    ];
  });
  const gone = before.flatMap(({ name }) => (names.has(name) ? [] : [`${code(name)} is gone.`]));
  return [...more, ...less, ...gone];
}

function lacking(of: readonly string[], from: readonly string[]): readonly string[] {
  return of.filter((one) => !from.includes(one));
}

function listed(names: readonly string[]): string {
  return names.map(code).join(", ");
}

// A client that may call a whole API now is told by a few of its operations.
const mostOperations = 5;

function operationsText(operations: readonly string[]): string {
  const shown = operations.slice(0, mostOperations).map(operationText);
  const more = operations.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** `conference: GET /sessions` → the operation as code. */
function operationText(key: string): string {
  return code(key.slice(key.indexOf(": ") + 2));
}

function callerText({ client, person, groups }: ReportedCaller): string {
  if (person === null) return code(client);
  if (groups === null) return `${code(client)} as ${escapedText(person)}`;
  if (groups.length === 0) return `${code(client)} as somebody in no group`;
  return `${code(client)} as a member of ${groups.map(escapedText).join(" and ")}`;
}
