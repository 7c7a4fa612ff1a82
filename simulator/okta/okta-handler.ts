import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { SimulatorError } from "../kernel/error.ts";
import type { CheckFailure, Properties, ResourceHandler, ResourceState } from "../providers/resource.ts";
import type { AuthorizationServer, Dated } from "./entities.ts";
import { newDates, type OktaOrg, oktaId } from "./org.ts";

/**
 * As much of zod's object schema as is needed here: comparing each schema with zod's own `ZodType` makes up a seventh of the
 * type check of the whole project.
 */
interface InputSchema<Inputs> {
  readonly shape: object;
  readonly parse: (given: unknown) => Inputs;
  readonly safeParse: (given: unknown) => { readonly error?: { readonly issues: z.core.$ZodIssue[] } };
}

/** Where an entity is made or changed. */
export interface Site<Entity> {
  readonly id: string;
  /** Pulumi's logical name, for auto-naming. */
  readonly name: string;
  readonly existing: Entity | undefined;
  /** The outputs that the engine has of it; absent before there are any. */
  readonly state?: Properties | undefined;
}

/** An entity as a handler makes it: the dates are added to it. */
type NewEntity<Entity> = Omit<Entity, keyof Dated>;

/** What is particular to one Okta resource type. */
export interface OktaDefinition<Inputs, Entity extends { readonly id: string }> {
  /** Pulumi's type token. */
  readonly type: string;
  /** First characters of its ids, `scp`. */
  readonly idKind: string;
  /** Pulumi's id of an entity, where it is not the org's own. */
  readonly idOf?: (entity: Entity) => string;
  /** The org's own id of what Pulumi knows by an id and its outputs. */
  readonly keyOf?: (id: string, state: Properties) => string;
  /** The inputs that the local Okta acts on; others are refused by name. */
  readonly schema: InputSchema<Inputs>;
  readonly replaceOnChanges: readonly string[];
  /** Okta tells no dates of it. */
  readonly isUndated?: boolean;
  /** Inputs that are sets: their order says nothing. */
  readonly sets?: readonly string[];
  /** Inputs that Okta fills in and keeps: leaving them out changes nothing. */
  readonly keptWhenLeftOut?: readonly string[];
  /** Where the entities are kept. */
  readonly entities: Map<string, Entity>;
  /**
   * The entity that the inputs describe.
   *
   * @throws {SimulatorError} `E0000001` and the like, as Okta answers.
   */
  readonly build: (inputs: Inputs, site: Site<Entity>) => NewEntity<Entity> | Promise<NewEntity<Entity>>;
  /** Output properties besides the inputs. */
  readonly outputs: (entity: Entity) => Properties;
  readonly secrets?: readonly string[];
  /** Outputs that Okta tells when it makes or changes the entity and never again. */
  readonly toldOnce?: readonly string[];
  /** Whether deleting what is gone already is fine, as for the provider's scopes; for most it is Okta's 404. */
  readonly isGoneDeleted?: boolean;
  /** @throws {SimulatorError} when Okta keeps the entity. */
  readonly beforeDelete?: (entity: Entity) => void;
  /** Changes what Okta changes with it. */
  readonly afterKeep?: (entity: Entity) => void;
  /** Removes what Okta removes with it. */
  readonly afterDelete?: (entity: Entity) => void;
}

/** Makes a resource handler that keeps its entities in the org. */
export function oktaHandler<Inputs, Entity extends { readonly id: string }>(
  definition: OktaDefinition<Inputs, Entity>,
): ResourceHandler {
  const { schema, entities, sets = [] } = definition;
  // An import names what is nested by its parents too: `SERVER/POLICY/RULE`.
  const keyOf = definition.keyOf ?? ((id: string) => id.slice(id.lastIndexOf("/") + 1));
  const inputsOf = (entity: Entity) => {
    const known = Object.entries(definition.outputs(entity)).filter(([name]) => name in schema.shape);
    return Object.fromEntries(known);
  };
  const stateOf = (entity: Entity, inputs: Properties = {}): ResourceState => ({
    id: definition.idOf?.(entity) ?? entity.id,
    properties: { ...inputs, ...definition.outputs(entity) },
    inputs: inputsOf(entity),
    secrets: definition.secrets ?? [],
  });
  const withoutToldOnce = ({ properties, ...state }: ResourceState): ResourceState => {
    const told = Object.entries(properties).filter(([name]) => !definition.toldOnce?.includes(name));
    return { ...state, properties: Object.fromEntries(told) };
  };
  const keep = async (given: Properties, site: Site<Entity>) => {
    const { created, lastUpdated } = newDates();
    const before = site.existing as Partial<Dated> | undefined;
    const built = await definition.build(schema.parse(given), site);
    const dates = definition.isUndated ? {} : { created: before?.created ?? created, lastUpdated };
    const entity = { ...built, ...dates } as unknown as Entity;
    entities.set(entity.id, entity);
    definition.afterKeep?.(entity);
    return stateOf(entityAt(entities, entity.id), given);
  };
  return {
    type: definition.type,
    replaceOnChanges: definition.replaceOnChanges,
    isSame: (name, before, after) => {
      if (after === undefined && definition.keptWhenLeftOut?.includes(name)) return true;
      const known = (value: unknown) => value ?? defaultOf(schema, name);
      const compared = (value: unknown) =>
        sets.includes(name) && Array.isArray(value) ? [...value].sort() : value;
      return isDeepStrictEqual(compared(known(before)), compared(known(after)));
    },
    check: (inputs) => checkAgainst(schema, inputs),
    create: (name, inputs) => keep(inputs, { id: oktaId(definition.idKind), name, existing: undefined }),
    read: async (id, state = {}) => {
      const entity = entities.get(keyOf(id, state));
      return entity === undefined ? undefined : withoutToldOnce(stateOf(entity));
    },
    toldOnce: definition.toldOnce ?? [],
    update: async (id, inputs, state = {}) => {
      const key = keyOf(id, state);
      return keep(inputs, { id: key, name: key, existing: entityAt(entities, key), state });
    },
    delete: async (id, state = {}) => {
      const key = keyOf(id, state);
      if (definition.isGoneDeleted && !entities.has(key)) return;
      const entity = entityAt(entities, key);
      definition.beforeDelete?.(entity);
      entities.delete(key);
      definition.afterDelete?.(entity);
    },
  };
}

/** A name of the provider's making: `logical-90141c2`. */
export function autoName(logicalName: string): string {
  return `${logicalName}-${randomBytes(4).toString("hex").slice(1)}`;
}

/** What stands for an input that is left out. */
function defaultOf({ shape }: { readonly shape: object }, name: string): unknown {
  const fields = shape as Readonly<
    Record<string, { safeParse(given: undefined): { readonly data?: unknown } }>
  >;
  return fields[name]?.safeParse(undefined).data;
}

/** The entity with an id. @throws {SimulatorError} `E0000007`, as Okta answers for what is not there. */
export function entityAt<Entity>(entities: ReadonlyMap<string, Entity>, id: string): Entity {
  const found = entities.get(id);
  if (found === undefined)
    throw new SimulatorError("E0000007", `Not found: Resource not found: ${id}. Create it first.`);
  return found;
}

/** The authorization server with an id, or the org's own as `default`. @throws {SimulatorError} `E0000007`. */
export function serverAt(org: OktaOrg, id: string): AuthorizationServer {
  return org.findServer(id) ?? entityAt(org.servers, id);
}

/**
 * Refuses an update that looks for an entity below another parent than its own: the provider sends it there, and it is not there.
 *
 * @throws {SimulatorError} `E0000007`.
 */
export function assertStaysBelow(parent: string, id: string, existingParent: string | undefined): void {
  if (existingParent === undefined || existingParent === parent) return;
  throw new SimulatorError(
    "E0000007",
    `Not found: Resource not found: ${id} below ${parent}; it is below ${existingParent}. Replace it: the resource option replaceOnChanges.`,
  );
}

/** Okta's refusal of a request whose fields do not fit. */
export function validationFailed(field: string, cause: string): SimulatorError {
  return new SimulatorError("E0000001", `Api validation failed: ${field}. ${cause}`);
}

function checkAgainst(schema: InputSchema<unknown>, inputs: Properties): readonly CheckFailure[] {
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
  return (schema.safeParse(given).error?.issues ?? []).map((issue): CheckFailure => {
    const property = issue.path.map(String).join(".");
    if (issue.code === "unrecognized_keys") {
      return {
        reason: `"${issue.keys.join('", "')}" is not simulated by the local Okta. Remove it for the stack local, or deploy to Okta.`,
      };
    }
    return { ...(property === "" ? {} : { property }), reason: `${issue.message}.` };
  });
}
