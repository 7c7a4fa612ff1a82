import { SimulatorError } from "../kernel/error.ts";
import type { FunctionHandler, ResourceHandler } from "./resource.ts";

/** The resource types and functions of simulated providers. */
export interface Handlers {
  readonly resources: readonly ResourceHandler[];
  readonly functions: readonly FunctionHandler[];
  /** Handles the types that `resources` lacks; absent, they are refused. */
  readonly otherResources?: (type: string) => ResourceHandler;
}

/** Handlers by type and by token, as an engine asks for them. */
export class HandlerTable {
  readonly #resources: ReadonlyMap<string, ResourceHandler>;
  readonly #functions: ReadonlyMap<string, FunctionHandler>;
  readonly #otherResources: Handlers["otherResources"];

  constructor({ resources, functions, otherResources }: Handlers) {
    this.#otherResources = otherResources;
    this.#resources = new Map(resources.map((handler) => [handler.type, handler]));
    this.#functions = new Map(functions.map((handler) => [handler.token, handler]));
  }

  /** @throws {SimulatorError} `UnsupportedResource` for a type that is not simulated; `name` is the logical name. */
  resource(type: string, name: string): ResourceHandler {
    const handler = this.#resources.get(type) ?? this.#otherResources?.(type);
    if (handler !== undefined) return handler;
    const { folder, file, cloud } = placeOf(type);
    throw new SimulatorError(
      "UnsupportedResource",
      `No simulated resource for "${name}" (${type}). Add a file for it to ${folder} and list it in ${file}, or deploy to ${cloud}.`,
    );
  }

  /** @throws {SimulatorError} `UnsupportedFunction` for a token that is not simulated. */
  function(token: string): FunctionHandler {
    const handler = this.#functions.get(token);
    if (handler !== undefined) return handler;
    const { file, cloud } = placeOf(token);
    throw new SimulatorError(
      "UnsupportedFunction",
      `No simulated function for "${token}". Add it to ${file}, or deploy to ${cloud}.`,
    );
  }
}

/** Where a provider's handlers are written and listed. */
function placeOf(token: string): { folder: string; file: string; cloud: string } {
  switch (token.split(":", 1)[0]) {
    case "azure-native":
      return { folder: "simulator/arm/resources/", file: "simulator/arm/azure-handlers.ts", cloud: "Azure" };
    case "okta":
      return { folder: "simulator/okta/resources/", file: "simulator/okta/okta-handlers.ts", cloud: "Okta" };
    default:
      return { folder: "simulator/", file: "simulator/cloud.ts", cloud: "the real cloud" };
  }
}
