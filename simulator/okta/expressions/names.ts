import type { App, User } from "../entities.ts";
import { OktaExpressionError } from "./expression-error.ts";
import type { Evaluated, ExpressionValue } from "./values.ts";

/**
 * Reads a name: `user.email`, `app.clientId`, `access.scope`. Without a value it is `null`, as everything about a person is where
 * nobody signed in.
 *
 * @throws {OktaExpressionError} for a name that the local Okta does not simulate.
 * @see https://developer.okta.com/docs/reference/okta-expression-language/#reference-user-attributes
 */
export function readName(parts: readonly string[]): Evaluated {
  const [subject = "", ...path] = parts;
  const [attribute = "", inside, ...more] = path;
  const isShort =
    more.length === 0 && (inside === undefined || (subject === "app" && attribute === "profile"));
  if (!isShort) throw unsimulated(parts);
  if (subject === "user")
    return ({ user }) =>
      user === undefined ? null : path.length === 0 ? user.id : userAttribute(user, attribute);
  if (subject === "appuser")
    return ({ user }) =>
      user === undefined
        ? null
        : path.length === 0
          ? user.id
          : userAttribute(user, attribute === "userName" ? "login" : attribute);
  if (subject === "app" && ["id", "clientId", "label", "name"].includes(attribute))
    return ({ app }) => (app === undefined ? null : appAttribute(app, attribute));
  if (subject === "app" && attribute === "profile" && inside !== undefined)
    return ({ app }) => (app?.kept.profile?.[inside] as ExpressionValue | undefined) ?? null;
  if (subject === "access" && attribute === "scope") return ({ scopes }) => scopes;
  throw unsimulated(parts);
}

function unsimulated(parts: readonly string[]): OktaExpressionError {
  return new OktaExpressionError(`"${parts.join(".")}"`, { isUnsimulated: true });
}

const own = ["login", "email", "firstName", "lastName"] as const;

function userAttribute(user: User, name: string): ExpressionValue {
  const field = own.find((one) => one === name);
  return field === undefined ? ((user.attributes[name] as ExpressionValue | undefined) ?? null) : user[field];
}

function appAttribute({ id, label }: App, name: string): string {
  if (name === "label") return label;
  return name === "name" ? "oidc_client" : id;
}
