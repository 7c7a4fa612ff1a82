/** How drift.yml's job for a stack is named: `drift of dev`. */
export const driftJobPrefix = "drift of ";
