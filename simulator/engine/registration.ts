import type messages from "@pulumi/pulumi/proto/resource_pb.js";
import type { Properties } from "../providers/resource.ts";
import { isSecretDeep, openedProperties } from "./engine-values.ts";
import { fromStruct } from "./structs.ts";
import { nameInUrn } from "./urn.ts";

/** What a program asked its engine to register, after its transforms. */
export interface Registration {
  readonly urn: string;
  /** Pulumi's full type token. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Plain values; secrets opened. */
  readonly inputs: Properties;
  /** Names of the inputs that are secret or hold a secret. */
  readonly secretInputs: readonly string[];
  /** Name of the parent resource; empty for the stack itself. */
  readonly parent: string;
  /** Names of the resources that come first. */
  readonly dependencies: readonly string[];
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** Name of the resource whose deletion deletes this one; empty for none. */
  readonly deletedWith: string;
  /** Go duration, "2h"; empty for the provider's own. */
  readonly createTimeout: string;
  readonly additionalSecretOutputs: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** Former names. */
  readonly aliases: readonly string[];
  /** Former types. */
  readonly aliasTypes: readonly string[];
  /** Names of the inputs that an update leaves as they are. */
  readonly ignoreChanges: readonly string[];
  /** Id of what exists and is taken over; empty where the resource is created. */
  readonly importId: string;
}

/** Reads a registration from its request. */
export function readRegistration(urn: string, request: messages.RegisterResourceRequest): Registration {
  const wrapped = fromStruct(request.getObject());
  const aliases = request.getAliasesList().flatMap((alias) => alias.getSpec() ?? []);
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: openedProperties(wrapped),
    secretInputs: Object.keys(wrapped).filter((name) => isSecretDeep(wrapped[name])),
    parent: nameInUrn(request.getParent()),
    dependencies: [...new Set(request.getDependenciesList().map(nameInUrn))].sort(),
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deletedWith: nameInUrn(request.getDeletedwith()),
    createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    aliases: aliases.flatMap((spec) => spec.getName() || []),
    aliasTypes: aliases.flatMap((spec) => spec.getType() || []),
    ignoreChanges: request.getIgnorechangesList(),
    importId: request.getImportid(),
  };
}
