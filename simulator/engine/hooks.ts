import type callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import { SimulatorError } from "../kernel/error.ts";
import type { Properties } from "../providers/resource.ts";
import type { CallbackClients } from "./callback-clients.ts";
import { toStruct } from "./structs.ts";

/** The resource that hooks run for, and what is known of it. Properties are in the engine's wrappings. */
export interface HookedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Empty before the resource exists. */
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs?: Properties;
}

// https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/retries.go
const maximumRetries = 100;

/**
 * The program's hooks, by name.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/options/hooks/
 */
export class ResourceHooks {
  readonly #clients: CallbackClients;
  readonly #warn: (message: string) => void;
  readonly #hooks = new Map<string, messages.RegisterResourceHookRequest>();
  readonly #errorHooks = new Map<string, messages.RegisterErrorHookRequest>();

  /** `warn` is told of a hook's failure that the program ignores, and of each retry. */
  constructor(clients: CallbackClients, warn: (message: string) => void) {
    this.#clients = clients;
    this.#warn = warn;
  }

  /** @throws {SimulatorError} `DuplicateHook` when the name is taken. */
  add(request: messages.RegisterResourceHookRequest): void {
    this.#assertFree(request.getName());
    this.#hooks.set(request.getName(), request);
  }

  /** @throws {SimulatorError} `DuplicateHook` when the name is taken. */
  addErrorHook(request: messages.RegisterErrorHookRequest): void {
    this.#assertFree(request.getName());
    this.#errorHooks.set(request.getName(), request);
  }

  /**
   * Runs hooks one after the other.
   *
   * @throws {SimulatorError} `HookFailed` when one fails whose failure the program does not ignore.
   */
  async run(
    when: "before" | "after",
    names: readonly string[] | undefined,
    resource: HookedResource,
  ): Promise<void> {
    for (const name of names ?? []) {
      const hook = this.#hooks.get(name);
      if (hook === undefined)
        throw new SimulatorError("HookFailed", `${subjectOf(resource)}: hook "${name}" was not registered`);
      const failure = await this.#failureOf(hook.getCallback(), resource);
      if (failure === "") continue;
      const message = `${subjectOf(resource)}: ${when} hook "${name}" failed: ${failure}`;
      if (!hook.getIgnoreErrors()) throw new SimulatorError("HookFailed", message);
      this.#warn(message);
    }
  }

  /**
   * Does an operation, and again for as long as an error hook asks for it.
   *
   * @throws the operation's last error, or `HookFailed` when an error hook fails itself.
   */
  async withRetries<T>(
    names: readonly string[] | undefined,
    resource: HookedResource,
    operate: () => Promise<T>,
  ): Promise<T> {
    const errors: string[] = [];
    while (true) {
      try {
        return await operate();
      } catch (error) {
        errors.unshift(error instanceof Error ? error.message : String(error));
        if (errors.length >= maximumRetries)
          throw new SimulatorError(
            "HookFailed",
            `${subjectOf(resource)}: maximum number of error hook retries reached`,
            { cause: error },
          );
        if (!(await this.#asksForRetry(names, resource, errors))) throw error;
        this.#warn(`retrying create due to on-error hook request (${errors.length}/${maximumRetries})`);
      }
    }
  }

  #assertFree(name: string): void {
    if (this.#hooks.has(name) || this.#errorHooks.has(name))
      throw new SimulatorError("DuplicateHook", `resource hook already registered for name "${name}"`);
  }

  async #failureOf(callback: callbacks.Callback | undefined, resource: HookedResource): Promise<string> {
    if (callback === undefined) return "";
    const request = new messages.ResourceHookRequest();
    request.setUrn(resource.urn);
    request.setId(resource.id);
    request.setName(resource.name);
    request.setType(resource.type);
    request.setNewInputs(toStruct(resource.inputs));
    if (resource.outputs !== undefined) request.setNewOutputs(toStruct(resource.outputs));
    const bytes = await this.#clients.invoke(callback, request);
    return messages.ResourceHookResponse.deserializeBinary(bytes).getError();
  }

  async #asksForRetry(
    names: readonly string[] | undefined,
    resource: HookedResource,
    errors: readonly string[],
  ): Promise<boolean> {
    let retries = false;
    for (const name of names ?? []) {
      const callback = this.#errorHooks.get(name)?.getCallback();
      if (callback === undefined)
        throw new SimulatorError(
          "HookFailed",
          `${subjectOf(resource)}: error hook "${name}" was not registered`,
        );
      const request = new messages.ErrorHookRequest();
      request.setUrn(resource.urn);
      request.setName(resource.name);
      request.setType(resource.type);
      request.setNewInputs(toStruct(resource.inputs));
      request.setFailedOperation("create");
      request.setErrorsList([...errors]);
      const bytes = await this.#clients.invoke(callback, request);
      const response = messages.ErrorHookResponse.deserializeBinary(bytes);
      if (response.getError() !== "")
        throw new SimulatorError(
          "HookFailed",
          `${subjectOf(resource)}: error hook "${name}" failed: ${response.getError()}`,
        );
      retries ||= response.getRetry();
    }
    return retries;
  }
}

function subjectOf({ name, type }: HookedResource): string {
  return `"${name}" (${type})`;
}
