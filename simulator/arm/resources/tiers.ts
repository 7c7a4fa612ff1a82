import { SimulatorError } from "../../kernel/error.ts";
import type { BodyProblem } from "../arm-error.ts";
import type { ArmBody } from "../arm-store.ts";

/** A tier of API Management. */
export interface ServiceTier {
  readonly name: string;
  /** Platforms that no instance moves between. */
  readonly kind: "Consumption" | "classic" | "v2";
  readonly units: readonly [from: number, to: number];
  readonly hasPortal: boolean;
}

// https://learn.microsoft.com/azure/api-management/api-management-features
const tiers: readonly ServiceTier[] = [
  { name: "Consumption", kind: "Consumption", units: [0, 0], hasPortal: false },
  { name: "Developer", kind: "classic", units: [1, 1], hasPortal: true },
  { name: "Basic", kind: "classic", units: [1, 2], hasPortal: true },
  { name: "Standard", kind: "classic", units: [1, 4], hasPortal: true },
  { name: "Premium", kind: "classic", units: [1, 31], hasPortal: true },
  { name: "BasicV2", kind: "v2", units: [1, 10], hasPortal: true },
  { name: "StandardV2", kind: "v2", units: [1, 10], hasPortal: true },
  { name: "PremiumV2", kind: "v2", units: [1, 30], hasPortal: true },
];

/** The tier that a `sku` names. */
export function findTier({ sku }: Pick<ArmBody, "sku">): ServiceTier | undefined {
  return tiers.find(({ name }) => name === sku?.name);
}

/** The tier of an instance, whose body was checked. */
export function serviceTier(body: Pick<ArmBody, "sku">): ServiceTier {
  const tier = findTier(body);
  if (tier === undefined) throw new Error(`The instance has an unknown tier: ${JSON.stringify(body.sku)}.`);
  return tier;
}

/** What Azure refuses in a `sku`. */
export function skuProblems(body: Pick<ArmBody, "sku">): readonly BodyProblem[] {
  const { sku } = body;
  if (typeof sku?.name !== "string" || typeof sku.capacity !== "number") return [];
  const tier = findTier(body);
  if (tier === undefined) {
    const names = tiers.map(({ name }) => name).join('", "');
    return [{ target: "sku.name", reason: `must be one of "${names}"; got "${sku.name}".` }];
  }
  const [from, to] = tier.units;
  if (Number.isInteger(sku.capacity) && sku.capacity >= from && sku.capacity <= to) return [];
  const units = from === to ? from : `${from} to ${to}`;
  return [{ target: "sku.capacity", reason: `must be ${units} in tier ${sku.name}; got ${sku.capacity}.` }];
}

/**
 * Azure keeps an instance on the platform that it was made on.
 *
 * @throws {SimulatorError} `SkuChangeNotSupported`.
 * @see https://learn.microsoft.com/azure/api-management/upgrade-and-scale
 * @see https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview
 */
export function assertSameKind(before: ServiceTier, after: ServiceTier): void {
  if (before.kind === after.kind) return;
  throw new SimulatorError(
    "SkuChangeNotSupported",
    `An instance of tier ${before.name} (${before.kind}) must stay ${before.kind}; got ${after.name} (${after.kind}). Give it another name, which makes a new instance.`,
  );
}
