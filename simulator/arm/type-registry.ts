import { RecentConfigurations } from "../apim/policy/tokens/recent-configurations.ts";
import { type Clock, machineClock } from "../kernel/clock.ts";
import type { ArmType } from "./arm-type.ts";
import { api } from "./resources/api.ts";
import { apiManagementService, type ServiceOrigins } from "./resources/api-management-service.ts";
import { apiOperation } from "./resources/api-operation.ts";
import { apiVersionSet } from "./resources/api-version-set.ts";
import { authorizationServer } from "./resources/authorization-server.ts";
import { backend } from "./resources/backend.ts";
import { certificateResource } from "./resources/certificate.ts";
import { deployment } from "./resources/deployment.ts";
import { diagnostics } from "./resources/diagnostics.ts";
import { group, groupUser, productGroup, userGroup } from "./resources/group.ts";
import type { KeyVaultSecrets } from "./resources/key-vault-secret.ts";
import { logger } from "./resources/logger.ts";
import { namedValueResource } from "./resources/named-value.ts";
import { policies } from "./resources/policies.ts";
import { policyFragment } from "./resources/policy-fragment.ts";
import { portalRevision } from "./resources/portal-revision.ts";
import { product, productApi } from "./resources/product.ts";
import { resourceGroup } from "./resources/resource-group.ts";
import { subscription } from "./resources/subscription.ts";
import { tag } from "./resources/tag.ts";
import { user } from "./resources/user.ts";

/** The resource types of the local Azure, by Azure's name in lower case. */
export type TypeRegistry = ReadonlyMap<string, ArmType>;

/** Every resource type that is simulated. */
export function typeRegistry(
  origins: ServiceOrigins,
  clock: Clock = machineClock,
  secrets: KeyVaultSecrets = () => undefined,
): TypeRegistry {
  const types = [
    ...[resourceGroup, deployment, apiManagementService(origins), api, apiOperation, apiVersionSet],
    ...[
      authorizationServer,
      backend,
      logger,
      certificateResource(secrets),
      namedValueResource(secrets),
      policyFragment,
      portalRevision,
    ],
    ...[product, productApi, productGroup, subscription, tag, user, userGroup, group, groupUser],
    ...diagnostics,
    ...policies(new RecentConfigurations(clock)),
  ];
  return new Map(types.map((one) => [one.type.toLowerCase(), one]));
}
