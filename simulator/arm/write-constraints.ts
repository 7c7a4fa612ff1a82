import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { Constraint, Constraints } from "./constraints.ts";

/** The part of an Azure SDK mapper that constrains a value. */
interface Mapper {
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly serializedName?: string;
  readonly constraints?: {
    readonly MinLength?: number;
    readonly MaxLength?: number;
    readonly Pattern?: RegExp;
    readonly InclusiveMinimum?: number;
    readonly InclusiveMaximum?: number;
  };
  readonly type: {
    readonly name: string;
    readonly className?: string;
    readonly allowedValues?: readonly string[];
    readonly element?: Mapper;
    readonly value?: Mapper;
    readonly modelProperties?: Readonly<Record<string, Mapper>>;
  };
}

/** The models of the bodies that the local Azure takes; those inside them come along. */
const models = [
  "ApiManagementServiceResource",
  "ApiCreateOrUpdateParameter",
  "ApiVersionSetContract",
  "AuthorizationServerContract",
  "BackendContract",
  "DiagnosticContract",
  "LoggerContract",
  "NamedValueCreateContract",
  "OperationContract",
  "PolicyContract",
  "PolicyFragmentContract",
  "PortalRevisionContract",
  "ProductContract",
  "SubscriptionCreateParameters",
  "TagContract",
];

/** The parameters that name a resource. */
const names = [
  ...["resourceGroupName", "serviceName", "apiId", "operationId", "policyId", "authsid", "backendId"],
  ...["namedValueId", "id", "versionSetId", "productId", "sid", "loggerId", "diagnosticId", "tagId"],
  "portalRevisionId",
];

/** Lengths, patterns and values of API version 2024-05-01, which Azure's own client holds as data and does not export. */
export async function readConstraints(): Promise<Constraints> {
  const root = path.dirname(createRequire(import.meta.url).resolve("@azure/arm-apimanagement/package.json"));
  const load = (file: string) => import(pathToFileURL(path.join(root, "dist/esm/models", file)).href);
  const mappers = (await load("mappers.js")) as Readonly<Record<string, Mapper>>;
  const parameters = (await load("parameters.js")) as Readonly<Record<string, { readonly mapper: Mapper }>>;
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
    apiVersion: "2024-05-01",
    models: Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1))),
    names: Object.fromEntries(
      names.map((name) => [name, constraintOf(parameters[name]?.mapper ?? textMapper, [])]),
    ),
  };
}

const textMapper: Mapper = { type: { name: "String" } };

/** @param models Receives the models inside. */
function constraintOf({ type, constraints = {}, required, readOnly }: Mapper, models: string[]): Constraint {
  const { MinLength, MaxLength, Pattern, InclusiveMinimum, InclusiveMaximum } = constraints;
  if (type.className !== undefined) models.push(type.className);
  return defined({
    type: type.name,
    required: required || undefined,
    readOnly: readOnly || undefined,
    minLength: MinLength,
    maxLength: MaxLength,
    pattern: Pattern?.source,
    minimum: InclusiveMinimum,
    maximum: InclusiveMaximum,
    values: type.allowedValues,
    model: type.className,
    items: type.element && constraintOf(type.element, models),
    entries: type.value && constraintOf(type.value, models),
  }) as Constraint;
}

function defined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

if (import.meta.main) {
  const file = path.join(import.meta.dirname, "constraints.json");
  await writeFile(file, `${JSON.stringify(await readConstraints(), undefined, 2)}\n`);
}
