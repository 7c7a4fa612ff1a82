/** A link to a part of the management API, with the methods that it takes. */
export interface HalLink {
  readonly href: string;
  readonly hints: { readonly allow: readonly string[] };
}

/** `{ href, hints: { allow } }`, as Okta writes a link. */
export function link(href: string, ...allow: readonly string[]): HalLink {
  return { href, hints: { allow } };
}

/** The link to the life cycle call that an entity's status leaves: `deactivate` for an active one. */
export function lifecycleLink(href: string, status: string): Readonly<Record<string, HalLink>> {
  const call = status === "ACTIVE" ? "deactivate" : "activate";
  return { [call]: link(`${href}/lifecycle/${call}`, "POST") };
}
