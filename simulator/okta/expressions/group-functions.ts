import type { Group } from "../entities.ts";
import {
  type ExpressionValue,
  groupsOf,
  listOf,
  OktaEvaluationError,
  type TokenSubject,
  valueAsText,
} from "./values.ts";

type GroupFunction = (args: readonly ExpressionValue[], subject: TokenSubject) => ExpressionValue;

// Where nobody signed in, nothing is known of groups.
const ofPerson =
  (work: GroupFunction): GroupFunction =>
  (args, subject) =>
    subject.user === undefined ? null : work(args, subject);

const isMember = (fits: (group: Group, text: string) => boolean): GroupFunction =>
  ofPerson((args, subject) =>
    args.some((one) => groupsOf(subject).some((group) => fits(group, valueAsText(one) ?? ""))),
  );

const named = (fits: (name: string, pattern: string) => boolean): GroupFunction =>
  ofPerson(([source, pattern, limit], subject) => {
    const most = Number(limit);
    // "This parameter must evaluate to a value between 1 and 100": the support article on the limitations of group functions.
    if (!(most >= 1 && most <= 100)) throw new OktaEvaluationError();
    // Groups of directories and apps have another source; the local Okta has none of those.
    if (valueAsText(source) !== "OKTA") return null;
    const names = groupsOf(subject).map(({ name }) => name);
    const fitting = names.filter((name) => fits(name, valueAsText(pattern) ?? "")).slice(0, most);
    return fitting.length === 0 ? null : fitting;
  });

/**
 * The functions about a person's groups.
 *
 * @see https://developer.okta.com/docs/reference/okta-expression-language/#group-functions
 */
export const groupFunctions: Readonly<Record<string, GroupFunction>> = {
  "Groups.contains": named((name, pattern) => name.includes(pattern)),
  "Groups.endsWith": named((name, pattern) => name.endsWith(pattern)),
  "Groups.startsWith": named((name, pattern) => name.startsWith(pattern)),
  isMemberOfAnyGroup: isMember(({ id }, text) => id === text),
  isMemberOfGroup: isMember(({ id }, text) => id === text),
  isMemberOfGroupName: isMember(({ name }, text) => name === text),
  isMemberOfGroupNameContains: isMember(({ name }, text) => name.includes(text)),
  isMemberOfGroupNameRegex: isMember(({ name }, text) => matchesWhole(name, text)),
  isMemberOfGroupNameStartsWith: isMember(({ name }, text) => name.startsWith(text)),
  getFilteredGroups: ofPerson(([allowed, expression, limit], subject) => {
    const field = valueAsText(expression) === "group.id" ? "id" : "name";
    const ids = listOf(allowed);
    const groups = groupsOf(subject).filter(({ id }) => ids.includes(id));
    return groups.slice(0, Number(limit)).map((group) => group[field]);
  }),
  "user.getGroups": ofPerson((criteria, subject) =>
    groupsOf(subject)
      .filter((group) => criteria.every((one) => meets(group, one)))
      .map(({ id, name, type }) => ({ id, name, type })),
  ),
};

/** Whether a text as a whole is what a regular expression describes, as Java has it. @throws {OktaEvaluationError} where it is none. */
export function matchesWhole(text: string, expression: string): boolean {
  const [, flags = "", pattern = ""] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(expression) ?? [];
  try {
    return new RegExp(`^(?:${pattern})$`, flags).test(text);
  } catch {
    throw new OktaEvaluationError();
  }
}

function meets(group: Group, criterion: ExpressionValue): boolean {
  const { operator = "STARTS_WITH", ...wanted } = criterion as Readonly<Record<string, ExpressionValue>>;
  return Object.entries(wanted).every(([key, value]) => {
    const values = (Array.isArray(value) ? value : [value]).map(valueAsText);
    if (key === "group.id") return values.includes(group.id);
    if (key === "group.type") return values.includes(group.type);
    if (key !== "group.profile.name") throw new OktaEvaluationError();
    return values.some((one) =>
      operator === "EXACT" ? group.name === one : group.name.startsWith(one ?? ""),
    );
  });
}
