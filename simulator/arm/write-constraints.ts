import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { limitsOf, readSdkModels, type SdkMapper } from "../kernel/azure-sdk-models.ts";
import type { Constraint, Constraints } from "./constraints.ts";

/** The models of the bodies that the local Azure takes; those inside them come along. */
const models = [
  "ApiManagementServiceResource",
  "ApiCreateOrUpdateParameter",
  "ApiVersionSetContract",
  "AuthorizationServerContract",
  "BackendContract",
  "CertificateCreateOrUpdateParameters",
  "DiagnosticContract",
  "GroupCreateParameters",
  "LoggerContract",
  "NamedValueCreateContract",
  "OperationContract",
  "PolicyContract",
  "PolicyFragmentContract",
  "PortalRevisionContract",
  "ProductContract",
  "SubscriptionCreateParameters",
  "TagContract",
  "UserCreateParameters",
];

/** The parameters that name a resource. */
const names = [
  ...["resourceGroupName", "serviceName", "apiId", "operationId", "policyId", "authsid", "backendId"],
  ...["namedValueId", "id", "versionSetId", "productId", "sid", "loggerId", "diagnosticId", "tagId"],
  ...["portalRevisionId", "userId", "groupId", "certificateId"],
];

/** Lengths, patterns and values of API version 2024-05-01, which Azure's own client holds as data and does not export. */
export async function readConstraints(): Promise<Constraints> {
  const { apiVersion, mappers, parameters } = await readSdkModels();
  const found: Record<string, Record<string, Constraint>> = {};
  const waiting = [...models];
  for (let model = waiting.pop(); model !== undefined; model = waiting.pop()) {
    if (model in found) continue;
    const properties = Object.entries(mappers[model]?.type.modelProperties ?? {});
    found[model] = Object.fromEntries(
      properties.map(([name, mapper]) => [mapper.serializedName ?? name, constraintOf(mapper, waiting)]),
    );
  }
  return {
    apiVersion,
    models: Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))),
    names: Object.fromEntries(names.map((name) => [name, constraintOf(parameters[name] ?? textMapper, [])])),
  };
}

const textMapper: SdkMapper = { type: { name: "String" } };

/** @param models Receives the models inside. */
function constraintOf(mapper: SdkMapper, models: string[]): Constraint {
  const { name, className, allowedValues, element, value } = mapper.type;
  if (className !== undefined) models.push(className);
  return {
    type: name,
    ...limitsOf(mapper),
    ...(allowedValues === undefined ? {} : { values: allowedValues }),
    ...(className === undefined ? {} : { model: className }),
    ...(element === undefined ? {} : { items: constraintOf(element, models) }),
    ...(value === undefined ? {} : { entries: constraintOf(value, models) }),
  } as Constraint;
}

if (import.meta.main) {
  const file = path.join(import.meta.dirname, "constraints.json");
  await writeFile(file, `${JSON.stringify(await readConstraints(), undefined, 2)}\n`);
}
