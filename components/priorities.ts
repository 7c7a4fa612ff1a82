/** The provider itself would look for it below the other authorization server or policy, where it is not. */
export const movesByReplacement = { replaceOnChanges: ["authServerId", "policyId"] };

/** Okta numbers policies and rules anew whenever one is put in or taken out, by whomever. */
export const ranked = { ...movesByReplacement, ignoreChanges: ["priority"] };
