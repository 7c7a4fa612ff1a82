import type { UserContext } from "../../expressions/context.ts";

/** The owner of a subscription: what expressions read as `context.User`. */
export interface ServedUser extends UserContext {
  /**
   * The subscriptions of a blocked user let nobody in.
   *
   * @see https://learn.microsoft.com/rest/api/apimanagement/user/create-or-update#userstate
   */
  readonly isBlocked: boolean;
}
