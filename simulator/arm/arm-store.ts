import type { CheckedPolicy } from "../apim/policy/document.ts";
import { type Clock, isoTime, machineClock } from "../kernel/clock.ts";
import { armTypes } from "./arm-types.ts";

/** A part of a resource's body: plain JSON values by name. */
export type ArmObject = Readonly<Record<string, unknown>>;

/** The body of a PUT, without what Azure adds. */
export interface ArmBody {
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sku?: ArmObject;
  readonly identity?: ArmObject;
  readonly zones?: readonly string[];
  readonly properties: ArmObject;
}

/** A resource as Azure Resource Manager keeps it. */
export interface ArmResource {
  /** `/subscriptions/…/resourceGroups/…`, compared in any letter case. */
  readonly id: string;
  /** `Microsoft.ApiManagement/service/apis`. */
  readonly type: string;
  readonly body: ArmBody;
  /** What the service has of it besides: identities, the document of an import, a published portal. */
  readonly hidden: ArmObject;
}

/** An API Management instance that was deleted and not purged. */
export interface DeletedService {
  /** Its former id. */
  readonly id: string;
  readonly location: string;
  readonly deletionDate: string;
}

/** An {@link ArmStore} as plain JSON. */
export interface ArmSnapshot {
  /** In the order of creation. */
  readonly resources: readonly ArmResource[];
  /** The instances whose names are still taken. */
  readonly softDeleted: readonly DeletedService[];
}

/** The name of a resource: the last segment of its id. */
export function nameOf({ id }: Pick<ArmResource, "id">): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

// https://learn.microsoft.com/azure/api-management/soft-delete : 48 hours.
const softDeletedMilliseconds = 48 * 60 * 60 * 1000;

/** When Azure purges a deleted instance, in milliseconds since 1970. */
export function purgeTime({ deletionDate }: DeletedService): number {
  return Date.parse(deletionDate) + softDeletedMilliseconds;
}

/** The local Azure's resources. */
export class ArmStore {
  /** What its dates are read from. */
  readonly clock: Clock;
  readonly #resources = new Map<string, ArmResource>();
  readonly #softDeleted = new Map<string, DeletedService>();
  readonly #busy = new Set<string>();
  readonly #policies = new Map<string, CheckedPolicy>();
  readonly #versions = new Map<string, number>();
  readonly #births = new Map<string, number>();
  #version: number;
  readonly #derived = new Map<unknown, unknown>();

  constructor(clock: Clock = machineClock) {
    this.clock = clock;
    // An entity tag of an earlier run fits nothing.
    this.#version = clock.now() * 1000;
  }

  /** The resource with an id, in any letter case. */
  get(id: string): ArmResource | undefined {
    return this.#resources.get(id.toLowerCase());
  }

  /** Every resource of a type below an id, in the order of creation. */
  below(id: string, type: string): readonly ArmResource[] {
    const prefix = `${id.toLowerCase()}/`;
    return this.all(type).filter((one) => one.id.toLowerCase().startsWith(prefix));
  }

  /** Every resource of a type. */
  all(type: string): readonly ArmResource[] {
    return this.#resources
      .values()
      .filter((one) => one.type === type)
      .toArray();
  }

  /** Keeps a resource in the place of an earlier one with its id. */
  put(resource: ArmResource): void {
    const key = resource.id.toLowerCase();
    this.#resources.set(key, resource);
    this.#version += 1;
    this.#versions.set(key, this.#version);
    if (!this.#births.has(key)) this.#births.set(key, this.#version);
    this.#derived.clear();
  }

  /** A number that tells a resource from an earlier one with its id, which was deleted. */
  birthOf(id: string): number {
    return this.#births.get(id.toLowerCase()) ?? 0;
  }

  /** The entity tag of a resource: another one after each change. */
  etag(id: string): string {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(this.#versions.get(id.toLowerCase()) ?? 0));
    return `"${bytes.toString("base64")}"`;
  }

  /** Keeps the policy document that was read from a policy resource's text. */
  putPolicy(id: string, document: CheckedPolicy): void {
    this.#policies.set(id.toLowerCase(), document);
    this.#derived.clear();
  }

  /** The document that {@link putPolicy} kept. */
  policy(id: string): CheckedPolicy | undefined {
    return this.#policies.get(id.toLowerCase());
  }

  /** Removes a resource and everything below it; the name of an API Management instance stays taken. */
  delete(id: string): void {
    const own = id.toLowerCase();
    for (const [key, resource] of this.#resources) {
      if (key !== own && !key.startsWith(`${own}/`)) continue;
      if (resource.type === armTypes.service) this.#softDelete(resource);
      this.#resources.delete(key);
      this.#policies.delete(key);
      this.#births.delete(key);
    }
    this.#derived.clear();
  }

  #softDelete(service: ArmResource): void {
    this.#softDeleted.set(nameOf(service).toLowerCase(), {
      id: service.id,
      location: service.body.location ?? "",
      deletionDate: isoTime(this.clock),
    });
  }

  /** Everything as plain JSON. */
  toJSON(): ArmSnapshot {
    return { resources: [...this.#resources.values()], softDeleted: this.softDeleted() };
  }

  /** Takes over what {@link toJSON} gave; policy documents have to be read again. */
  restore({ resources, softDeleted }: ArmSnapshot): void {
    for (const resource of resources) this.put(resource);
    for (const one of softDeleted) this.#softDeleted.set(nameOf(one).toLowerCase(), one);
  }

  /** The instances that were deleted and not purged: Azure does it by itself at their {@link purgeTime}. */
  softDeleted(): readonly DeletedService[] {
    const now = this.clock.now();
    return [...this.#softDeleted.values()].filter((one) => purgeTime(one) > now);
  }

  /** The deleted instance of a name, which is still taken. */
  softDeletedAt(serviceName: string): DeletedService | undefined {
    const name = serviceName.toLowerCase();
    return this.softDeleted().find((one) => nameOf(one).toLowerCase() === name);
  }

  /** Frees the name of a deleted instance. */
  purge(serviceName: string): void {
    this.#softDeleted.delete(serviceName.toLowerCase());
  }

  /** Says that Azure still works on a resource; {@link release} says that it is done. */
  hold(id: string): void {
    this.#busy.add(id.toLowerCase());
  }

  /** Ends what {@link hold} began. */
  release(id: string): void {
    this.#busy.delete(id.toLowerCase());
  }

  /** The resource that Azure still works on, among this one and those that it lies in. */
  busyAt(id: string): string | undefined {
    const own = id.toLowerCase();
    return this.#busy.values().find((busy) => own === busy || own.startsWith(`${busy}/`));
  }

  /** What a function makes of the resources: the same value for as long as nothing changes. */
  derived<T>(derive: (store: ArmStore) => T): T {
    if (!this.#derived.has(derive)) this.#derived.set(derive, derive(this));
    return this.#derived.get(derive) as T;
  }
}
