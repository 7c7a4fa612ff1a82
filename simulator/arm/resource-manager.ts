import { setTimeout } from "node:timers/promises";
import { ArmError, bodyRefusal } from "./arm-error.ts";
import { type ArmBody, type ArmObject, type ArmResource, type ArmStore, nameOf } from "./arm-store.ts";
import type { ArmType } from "./arm-type.ts";
import { armTypes } from "./arm-types.ts";
import { bodyProblems, nameProblems, writable } from "./body-check.ts";
import { operationNotFound } from "./operations.ts";
import { nameIn, notFound, parentIdOf } from "./resource-ids.ts";
import type { TypeRegistry } from "./type-registry.ts";

/** The conditions that a request makes by its headers. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** A change that was made. */
export interface ResourceChange {
  /** As it is now, or was before it was deleted. */
  readonly resource: ArmResource;
  readonly isNew: boolean;
  /** Settles once Azure works on it no more; it never fails. */
  readonly done: Promise<void>;
}

/** How changes are kept. */
export interface ManagerOptions {
  readonly store: ArmStore;
  readonly types: TypeRegistry;
  /** Writes the state to disk. */
  readonly save: () => Promise<void>;
  /** How long each change takes once it has happened. @defaultValue 0 */
  readonly latencyMilliseconds?: number;
}

/** Azure Resource Manager without HTTP: reads, puts and deletes resources by their types' rules. */
export class ResourceManager {
  readonly store: ArmStore;
  readonly types: TypeRegistry;
  readonly #save: () => Promise<void>;
  readonly #latencyMilliseconds: number;

  constructor({ store, types, save, latencyMilliseconds = 0 }: ManagerOptions) {
    this.store = store;
    this.types = types;
    this.#save = save;
    this.#latencyMilliseconds = latencyMilliseconds;
  }

  /** A resource, also one that its parent brought. */
  find(type: ArmType, id: string): ArmResource | undefined {
    const kept = this.store.get(id);
    if (kept !== undefined || type.derived === undefined) return kept;
    const same = id.toLowerCase();
    return type.derived(this.store, parentIdOf(id) ?? "").find((one) => one.id.toLowerCase() === same);
  }

  /** The resources of a type whose parent has an id; absent, all of them. */
  list(type: ArmType, parentId: string | undefined): readonly ArmResource[] {
    if (parentId === undefined) return this.store.all(type.type);
    if (type.derived !== undefined) return type.derived(this.store, parentId);
    const parent = parentId.toLowerCase();
    return this.store
      .below(parentId, type.type)
      .filter((one) => parentIdOf(one.id)?.toLowerCase() === parent);
  }

  /** The entity tag of a resource, with quotes; what its parent brought has its parent's. */
  etag({ id }: ArmResource): string {
    return this.store.etag(this.store.get(id) === undefined ? (parentIdOf(id) ?? id) : id);
  }

  /** A resource as answers show it. */
  view(type: ArmType, resource: ArmResource): ArmObject {
    const { id } = resource;
    const body = type.view?.(resource, this.store) ?? withoutSecrets(type, resource.body);
    const isBusy = this.store.busyAt(id) === id.toLowerCase() && type.busyState !== undefined;
    const properties = isBusy ? { ...body.properties, provisioningState: type.busyState } : body.properties;
    const etag = type.type === armTypes.service ? { etag: this.etag(resource).slice(1, -1) } : {};
    return { id, name: nameOf(resource), type: type.type, ...etag, ...body, properties };
  }

  /** Makes or replaces a resource. */
  async put(
    type: ArmType,
    id: string,
    given: ArmObject,
    conditions: Conditions = {},
  ): Promise<ResourceChange> {
    const body = writable(type.model, given);
    const name = nameOf({ id });
    const before = this.find(type, id);
    this.#assertParent(id);
    const problems = [...nameProblems(type, name), ...bodyProblems(type, body, name)];
    if (problems.length > 0) throw bodyRefusal(problems);
    this.#assertIdle(id);
    this.#assertConditions(before, conditions);
    const kept = (await type.put?.({ store: this.store, id, body, before })) ?? { body };
    // Its id keeps the letter case that it was made with.
    const resource = { id: before?.id ?? id, type: type.type, body: kept.body, hidden: kept.hidden ?? {} };
    this.store.put(resource);
    await type.afterPut?.(this.store, resource);
    return { resource, isNew: before === undefined, ...(await this.#settle(type, resource.id)) };
  }

  /** Changes the properties that a body names. @throws {ArmError} 404 when there is no such resource. */
  async patch(
    type: ArmType,
    id: string,
    given: ArmObject,
    conditions: Conditions = {},
  ): Promise<ResourceChange> {
    const before = this.find(type, id);
    if (before === undefined) throw notFound(id);
    const properties = { ...before.body.properties, ...(given.properties as ArmObject | undefined) };
    return this.put(type, id, { ...before.body, ...given, properties }, conditions);
  }

  /** Deletes a resource and everything below it; nothing where it is gone already. */
  async delete(
    type: ArmType,
    id: string,
    { query = new URLSearchParams(), ...conditions }: Conditions & { query?: URLSearchParams } = {},
  ): Promise<ResourceChange | undefined> {
    const resource = this.find(type, id);
    if (resource === undefined) return undefined;
    this.#assertIdle(id);
    this.#assertConditions(resource, conditions);
    type.beforeDelete?.(this.store, resource, query);
    this.store.delete(id);
    await type.afterDelete?.(this.store, resource);
    return { resource, isNew: false, ...(await this.#settle(type, resource.id)) };
  }

  /** Does what a POST on a resource says. */
  async act(type: ArmType, resource: ArmResource, action: string): Promise<object | undefined> {
    const answer = type.actions?.[action]?.(resource, this.store);
    if (answer === undefined) await this.#save();
    return answer;
  }

  /** Frees the name of a deleted instance. */
  async purge(serviceName: string): Promise<void> {
    this.store.purge(serviceName);
    await this.#save();
  }

  /** Writes a change to disk, and waits for the latency where Azure answers only then. */
  async #settle(type: ArmType, id: string): Promise<{ done: Promise<void> }> {
    const isLong = type.busyState !== undefined;
    if (isLong) this.store.hold(id);
    try {
      await this.#save();
    } catch (error) {
      this.store.release(id);
      throw error;
    }
    const done = this.#latencyMilliseconds > 0 ? setTimeout(this.#latencyMilliseconds) : Promise.resolve();
    const released = done.then(() => this.store.release(id));
    if (!isLong || this.#latencyMilliseconds === 0) await released;
    return { done: released };
  }

  /** @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource */
  #assertParent(id: string): void {
    const parentId = parentIdOf(id);
    if (parentId === undefined) return;
    const parentType = this.types.get(resourceType(parentId).toLowerCase());
    if (parentType !== undefined && this.find(parentType, parentId) !== undefined) return;
    const isApiThere = this.store.get(parentIdOf(parentId) ?? "") !== undefined;
    if (parentType?.type === armTypes.apiOperation && isApiThere)
      throw operationNotFound(this.store, parentId);
    const service = /^(.*\/service\/[^/]+)\/./i.exec(parentId)?.[1];
    const isGroupThere = this.store.get(parentId.replace(/\/providers\/.*$/, "")) !== undefined;
    if (!isGroupThere || (service !== undefined && this.store.get(service) !== undefined))
      throw notFound(isGroupThere ? parentId : parentId.replace(/\/providers\/.*$/, ""));
    throw new ArmError(
      404,
      "ParentResourceNotFound",
      `Can not perform requested operation on nested resource. Parent resource '${nameOf({ id: service ?? parentId })}' not found.`,
    );
  }

  /** Assumed of Azure: a write to what is still being imported or provisioned is answered 409. */
  #assertIdle(id: string): void {
    const busy = this.store.busyAt(id);
    if (busy === undefined) return;
    if (busy.includes("/apis/")) {
      throw new ArmError(
        409,
        "PessimisticConcurrencyConflict",
        "Operation on the API is in progress. Retry once its import is done, or let the resource depend on the API.",
      );
    }
    throw new ArmError(
      409,
      "ServiceLocked",
      `The API Service ${nameIn(busy, "service") || nameOf({ id: busy })} is transitioning at this time. Please try the request again later.`,
    );
  }

  /** @see https://learn.microsoft.com/rest/api/apimanagement/apis/create-or-update#request-headers */
  #assertConditions(before: ArmResource | undefined, { ifMatch, ifNoneMatch }: Conditions): void {
    const tag = before && this.etag(before);
    const matches = (tags: string) =>
      tags.split(",").some((one) => one.trim() === tag || `"${one.trim()}"` === tag);
    const isMet =
      (ifMatch === undefined || ifMatch === "*" || matches(ifMatch)) &&
      (ifNoneMatch === undefined || (ifNoneMatch === "*" ? before === undefined : !matches(ifNoneMatch)));
    if (!isMet)
      throw new ArmError(
        412,
        "PreconditionFailed",
        "The condition specified using HTTP conditional header(s) is not met.",
      );
  }
}

function withoutSecrets({ writeOnly = [] }: ArmType, body: ArmBody): ArmBody {
  const isPlain = ([name]: [string, unknown]) => !writeOnly.includes(name);
  return { ...body, properties: Object.fromEntries(Object.entries(body.properties).filter(isPlain)) };
}

/** Azure's name of an id's type: `…/providers/Microsoft.ApiManagement/service/x/apis/y` → `Microsoft.ApiManagement/service/apis`. */
export function resourceType(id: string): string {
  const [, namespace, rest = ""] = /^.*\/providers\/([^/]+)\/(.*)$/i.exec(id) ?? [];
  if (namespace === undefined) return armTypes.resourceGroup;
  const names = rest.split("/").filter((_, index) => index % 2 === 0);
  return [namespace, ...names].join("/");
}
