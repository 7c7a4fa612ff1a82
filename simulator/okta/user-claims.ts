import type { JsonValue, User } from "./entities.ts";
import type { OktaOrg } from "./org.ts";

/**
 * Which of a person's claims come with which scope, in ID tokens and at the userinfo endpoint.
 *
 * @see https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/#scope-dependent-claims-not-always-returned
 */
export const identityClaims = {
  openid: ["sub", "ver", "idp"],
  profile: [
    ...["name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"],
    ...["profile", "zoneinfo", "locale", "updated_at"],
  ],
  email: ["email", "email_verified"],
  address: ["address"],
  phone: ["phone_number"],
};

/** A person's claims by name, whatever the scopes. */
export function userClaims(org: OktaOrg, user: User): Readonly<Record<string, JsonValue>> {
  const { firstName, lastName, login, email, lastUpdated, attributes } = user;
  const claims = {
    ...{ ver: 1, idp: org.identity.id },
    ...{ name: `${firstName} ${lastName}`, given_name: firstName, family_name: lastName },
    middle_name: attributes.middleName,
    nickname: attributes.nickName,
    preferred_username: login,
    profile: attributes.profileUrl,
    zoneinfo: attributes.timezone ?? "America/Los_Angeles",
    locale: attributes.locale ?? "en_US",
    updated_at: Math.floor(Date.parse(lastUpdated) / 1000),
    ...{ email, email_verified: true },
    address: addressOf(user),
    phone_number: attributes.primaryPhone ?? attributes.mobilePhone,
  };
  return Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => (value == null ? [] : [[name, value]])),
  );
}

function addressOf({ attributes }: User): JsonValue | undefined {
  const { streetAddress, city, state, zipCode, countryCode } = attributes;
  const parts = {
    ...{ street_address: streetAddress, locality: city, region: state },
    ...{ postal_code: zipCode, country: countryCode },
  };
  const known = Object.entries(parts).filter(([, value]) => typeof value === "string");
  return known.length === 0 ? undefined : (Object.fromEntries(known) as Record<string, string>);
}
