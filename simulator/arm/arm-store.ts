import type { GatewayService } from "../apim/gateway-model.ts";
import type { PolicyDocument } from "../apim/policy/document.ts";
import type { Properties } from "../providers/resource.ts";
import { armTypes } from "./arm-types.ts";
import { deriveGatewayModel } from "./gateway-derivation.ts";

/** A resource as Azure Resource Manager keeps it. */
export interface ArmResource {
  /** `/subscriptions/…/resourceGroups/…`, compared in any letter case. */
  readonly id: string;
  /** Pulumi's type token, which tells the kinds apart. */
  readonly type: string;
  /** What was PUT last. */
  readonly inputs: Properties;
  /** What the service added: URLs, identities. */
  readonly outputs: Properties;
}

/** An {@link ArmStore} as plain JSON. */
export interface ArmSnapshot {
  /** In the order of creation. */
  readonly resources: readonly ArmResource[];
  /** Names of API Management instances that were deleted and not purged. */
  readonly softDeleted: readonly string[];
}

/** The local Azure's resources, and the gateway's configuration that follows from them. */
export class ArmStore {
  readonly #resources = new Map<string, ArmResource>();
  readonly #softDeleted = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #policies = new Map<string, PolicyDocument>();
  #model: { readonly current: GatewayService | undefined } | undefined;

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
    this.#resources.set(resource.id.toLowerCase(), resource);
    this.#model = undefined;
  }

  /** Keeps the policy document that was read from a policy resource's text. */
  putPolicy(id: string, document: PolicyDocument): void {
    this.#policies.set(id.toLowerCase(), document);
    this.#model = undefined;
  }

  /** The document that {@link putPolicy} kept. */
  policy(id: string): PolicyDocument | undefined {
    return this.#policies.get(id.toLowerCase());
  }

  /** Removes a resource and everything below it; the name of an API Management instance stays taken. */
  delete(id: string): void {
    const own = id.toLowerCase();
    for (const [key, { type, inputs }] of this.#resources) {
      if (key !== own && !key.startsWith(`${own}/`)) continue;
      if (type === armTypes.service) this.#softDeleted.add(String(inputs.serviceName).toLowerCase());
      this.#resources.delete(key);
      this.#policies.delete(key);
    }
    this.#model = undefined;
  }

  /** Everything as plain JSON. */
  toJSON(): ArmSnapshot {
    return { resources: [...this.#resources.values()], softDeleted: [...this.#softDeleted] };
  }

  /** Takes over what {@link toJSON} gave; policy documents have to be read again. */
  restore({ resources, softDeleted }: ArmSnapshot): void {
    for (const resource of resources) this.put(resource);
    for (const name of softDeleted) this.#softDeleted.add(name);
  }

  /** Whether an instance of this name was deleted and its name is still taken. */
  isSoftDeleted(serviceName: string): boolean {
    return this.#softDeleted.has(serviceName.toLowerCase());
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

  /** What the gateway serves; the same object for as long as nothing changes. */
  gatewayModel(): GatewayService | undefined {
    this.#model ??= { current: deriveGatewayModel(this) };
    return this.#model.current;
  }
}
