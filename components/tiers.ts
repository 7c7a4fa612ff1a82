/** What an instance of one tier has. */
export interface Tier {
  /** How many units it can have: none to choose, exactly one, or several. */
  readonly units: "none" | "one" | "several";
  readonly hasDeveloperPortal: boolean;
}

const withPortal: Tier = { units: "several", hasDeveloperPortal: true };

/**
 * The tiers of API Management, by Azure's name.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-features
 */
export const tiers = {
  Consumption: { units: "none", hasDeveloperPortal: false },
  Developer: { units: "one", hasDeveloperPortal: true },
  Basic: withPortal,
  Standard: withPortal,
  Premium: withPortal,
  BasicV2: withPortal,
  StandardV2: withPortal,
  PremiumV2: withPortal,
} as const satisfies Record<string, Tier>;

/** What a tier has. One that is not in the table, such as a new one of Azure's, counts as one with several units and a portal. */
export function tierOf(sku: string): Tier {
  return Object.hasOwn(tiers, sku) ? tiers[sku as keyof typeof tiers] : withPortal;
}
