import { ArmStore } from "../../simulator/arm/arm-store.ts";
import { ResourceManager } from "../../simulator/arm/resource-manager.ts";
import { typeRegistry } from "../../simulator/arm/type-registry.ts";

/** Where the instance of {@link testManager} would be reached. */
export const testOrigins = { gateway: "http://127.0.0.1:1", developerPortal: "http://127.0.0.1:2" };

/** An Azure Resource Manager that keeps nothing on disk. */
export function testManager(store = new ArmStore(), origins = testOrigins): ResourceManager {
  return new ResourceManager({ store, types: typeRegistry(origins), save: async () => {} });
}
