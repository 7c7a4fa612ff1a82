/**
 * What an import can make of required query parameters, by Azure's names: `template` makes them part of the URL template, and is what
 * Azure does unless it is told otherwise; `query` leaves them parameters.
 */
export const requiredQueryConducts = ["template", "query"] as const;

/** One of {@link requiredQueryConducts}. */
export type RequiredQueryConduct = (typeof requiredQueryConducts)[number];
