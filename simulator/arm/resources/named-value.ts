import { withRenamed } from "../../apim/policy/named-values.ts";
import { isoTime } from "../../kernel/clock.ts";
import { SimulatorError } from "../../kernel/error.ts";
import type { ArmBody, ArmObject, ArmResource, ArmStore } from "../arm-store.ts";
import type { ArmType, Kept, PutSite } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import {
  assertUnused,
  namedValueText,
  policySources,
  rereadUsers,
  usersOfNamedValue,
} from "../policy-documents.ts";
import { serviceIdOf } from "../resource-ids.ts";
import { type KeyVaultSecrets, keyVaultSecret } from "./key-vault-secret.ts";

/**
 * A value by name, for policies: plain, secret, or a secret of a Key Vault.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export function namedValueResource(secrets: KeyVaultSecrets): ArmType {
  return {
    type: armTypes.namedValue,
    nameParameter: "namedValueId",
    model: "NamedValueCreateContract",
    required: ["displayName"],
    busyState: "InProgress",
    rules: ({ properties: { value, keyVault } }) =>
      value === undefined || keyVault === undefined || keyVault === null
        ? []
        : [{ target: "value", reason: "must not be set beside keyVault. Remove one of them." }],
    put: async (site) => putNamedValue(site, secrets),
    afterPut: async (store, resource) =>
      (await rereadUsers(store, usersOf(store, resource, resource.body.properties.displayName)))(),
    beforeDelete: (store, resource) => {
      const { displayName } = resource.body.properties;
      assertUnused(`Property '${displayName}'`, usersOf(store, resource, displayName));
    },
    view: viewNamedValue,
    actions: { listValue: (resource) => ({ value: namedValueText(resource) }) },
  };
}

function usersOf(store: ArmStore, { id }: Pick<ArmResource, "id">, displayName: unknown) {
  return usersOfNamedValue(store, serviceIdOf(id), String(displayName));
}

async function putNamedValue({ store, id, body, before }: PutSite, secrets: KeyVaultSecrets): Promise<Kept> {
  const displayName = String(body.properties.displayName);
  assertNameIsFree(store, id, displayName);
  const { keyVault } = body.properties;
  // The value of a secret is in no answer, so a body that was read has none, and takes none away.
  const { value = keyVault ? undefined : before?.body.properties.value } = body.properties;
  const kept: Kept = {
    body: {
      ...body,
      properties: { secret: false, ...body.properties, ...(value === undefined ? {} : { value }) },
    },
    hidden: keyVault ? { secret: keyVaultSecret(keyVault, secrets), fetchedAt: isoTime(store.clock) } : {},
  };
  const sources = policySources(store, serviceIdOf(id));
  const text = namedValueText({ body: kept.body, hidden: kept.hidden ?? {} });
  const former = String(before?.body.properties.displayName ?? displayName);
  const users = usersOf(store, { id }, former);
  await rereadUsers(store, users, {
    namedValue: (name) => (name === former || name === displayName ? text : sources.namedValue(name)),
  });
  // Microsoft's page, "Add or edit a named value": policies that refer to it get its new name.
  if (former !== displayName) {
    for (const { resource } of users) {
      const renamed = withRenamed(String(resource.body.properties.value), former, displayName);
      store.put({
        ...resource,
        body: { ...resource.body, properties: { ...resource.body.properties, value: renamed } },
      });
    }
  }
  return kept;
}

function assertNameIsFree(store: ArmStore, id: string, displayName: string): void {
  const twin = store
    .below(serviceIdOf(id), armTypes.namedValue)
    .find(
      (one) => one.id.toLowerCase() !== id.toLowerCase() && one.body.properties.displayName === displayName,
    );
  if (twin === undefined) return;
  // Azure's words: https://github.com/Azure/apiops/issues/837
  throw new SimulatorError("ValidationError", "Property with the same name already exist.");
}

function viewNamedValue({ body, hidden }: ArmResource): ArmBody {
  const { value, keyVault, ...properties } = body.properties;
  const isSecret = properties.secret === true || Boolean(keyVault);
  const lastStatus = { code: "Success", timeStampUtc: hidden.fetchedAt };
  return {
    ...body,
    properties: {
      ...properties,
      ...(isSecret ? { secret: true } : { value }),
      ...(keyVault ? { keyVault: { ...(keyVault as ArmObject), lastStatus } } : {}),
      provisioningState: "Succeeded",
    },
  };
}
