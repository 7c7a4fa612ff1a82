import type { App, Group, User } from "../entities.ts";
import type { OktaOrg } from "../org.ts";

/** Whose token an expression is evaluated for. */
export interface TokenSubject {
  readonly org: OktaOrg;
  readonly app: App | undefined;
  /** Absent for client credentials. */
  readonly user: User | undefined;
  readonly scopes: readonly string[];
}

/** What an expression, or a part of it, gives. */
export type ExpressionValue =
  | string
  | number
  | boolean
  | null
  | readonly ExpressionValue[]
  | { readonly [name: string]: ExpressionValue };

/** A part of an expression, ready to be evaluated. */
export type Evaluated = (subject: TokenSubject) => ExpressionValue;

/** The value could not be found; Okta gives no token then. */
export class OktaEvaluationError extends Error {
  override readonly name = "OktaEvaluationError";
}

/** A value as text; `null` stays. */
export function valueAsText(value: ExpressionValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? listOf(value).map(valueAsText).join(",") : String(value);
}

/** A value as a list: a text is taken for values between commas. */
export function listOf(value: ExpressionValue | undefined): readonly ExpressionValue[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as readonly ExpressionValue[];
  if (typeof value === "string") return value === "" ? [] : value.split(",").map((one) => one.trim());
  return [value];
}

/** The groups that a person is in; none where nobody signed in. */
export function groupsOf({ org, user }: TokenSubject): readonly Group[] {
  return (user?.groupIds ?? []).flatMap((id) => org.groups.get(id) ?? []);
}
