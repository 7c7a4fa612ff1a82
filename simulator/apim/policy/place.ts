/** The four sections of a policy document. */
export const sectionNames = ["inbound", "backend", "outbound", "on-error"] as const;

/** Name of a section. */
export type SectionName = (typeof sectionNames)[number];

/** The scopes that the local cloud knows, from the widest. Differs from Azure: there are no workspaces. */
export type PolicyScope = "global" | "product" | "api" | "operation";

/** Which statement of a section it is. */
export interface StatementPlace {
  /** Element name. */
  readonly element: string;
  /** Where it stands in its section: `choose[2]/when[1]/set-header[1]`. Absent for a step of the gateway's own. */
  readonly path?: string;
  /** The attribute `id`, which every policy may have. */
  readonly id?: string;
}
