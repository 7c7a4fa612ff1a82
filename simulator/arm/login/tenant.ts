/** The directory that the local cloud's clients are in. */
export const tenantId = "11111111-1111-1111-1111-111111111111";
