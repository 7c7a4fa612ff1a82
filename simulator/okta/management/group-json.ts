import type { Group } from "../entities.ts";
import type { OktaOrg } from "../org.ts";

/** A group as Okta answers it. */
export function groupJson(org: OktaOrg, group: Group): object {
  const { id, name, description, type, created, lastUpdated, lastMembershipUpdated } = group;
  const href = `${org.origin}/api/v1/groups/${id}`;
  return {
    ...{ id, created, lastUpdated, lastMembershipUpdated, objectClass: ["okta:user_group"], type },
    profile: { name, description },
    _links: { users: { href: `${href}/users` }, apps: { href: `${href}/apps` } },
  };
}
