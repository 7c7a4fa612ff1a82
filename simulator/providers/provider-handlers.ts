import { SimulatorError } from "../kernel/error.ts";
import type { FunctionHandler, ResourceHandler } from "./resource.ts";

/** The resource types and functions of simulated providers. */
export interface ProviderHandlers {
  readonly resources: readonly ResourceHandler[];
  readonly functions: readonly FunctionHandler[];
  /** Handles the types that `resources` lacks; absent, they are refused. */
  readonly otherResources?: (type: string) => ResourceHandler;
}

/** Handlers by type and by token, as an engine asks for them. */
export class HandlerTable {
  readonly #resources: ReadonlyMap<string, ResourceHandler>;
  readonly #functions: ReadonlyMap<string, FunctionHandler>;
  readonly #otherResources: ProviderHandlers["otherResources"];

  constructor({ resources, functions, otherResources }: ProviderHandlers) {
    this.#otherResources = otherResources;
    this.#resources = new Map(resources.map((handler) => [handler.type, handler]));
    this.#functions = new Map(functions.map((handler) => [handler.token, handler]));
  }

  /** @throws {SimulatorError} `UnsupportedResource` for a type that is not simulated; `name` is the logical name. */
  resource(type: string, name: string): ResourceHandler {
    const handler = this.#resources.get(type) ?? this.#otherResources?.(type);
    if (handler !== undefined) return handler;
    const unversioned = type.replace(/\/v\d{8}(?:preview)?:/, ":");
    const step = this.#resources.has(unversioned)
      ? `It simulates ${unversioned}: import that module without its version`
      : "Leave the resource out of the local stack";
    throw new SimulatorError(
      "UnsupportedResource",
      `The local cloud does not simulate ${type} ("${name}"). ${step}, or deploy to ${cloudOf(type)}.`,
    );
  }

  /** @throws {SimulatorError} `UnsupportedFunction` for a token that is not simulated. */
  function(token: string): FunctionHandler {
    const handler = this.#functions.get(token);
    if (handler !== undefined) return handler;
    throw new SimulatorError(
      "UnsupportedFunction",
      `The local cloud does not simulate the function ${token}. Leave the call out of the local stack, or deploy to ${cloudOf(token)}.`,
    );
  }
}

const clouds: Readonly<Record<string, string>> = { "azure-native": "Azure", okta: "Okta" };

/** Where a type or function that is not simulated can be had. */
function cloudOf(token: string): string {
  return clouds[token.split(":", 1)[0] ?? ""] ?? "the real cloud";
}
