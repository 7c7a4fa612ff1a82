import type { ResourceHandler } from "../../simulator/providers/resource.ts";

/** The handler of a resource type, by its full token or by the name at its end. */
export function handlerFor(handlers: readonly ResourceHandler[], type: string): ResourceHandler {
  const found = handlers.find((handler) => handler.type === type || handler.type.endsWith(`:${type}`));
  if (found === undefined) throw new Error(`There must be a handler for "${type}"; got none.`);
  return found;
}
