import { SimulatorError } from "../../kernel/error.ts";
import type { ArmType } from "../arm-type.ts";
import { armTypes } from "../arm-types.ts";
import { forgetOperation, operationResources, operationsOf } from "../operations.ts";
import { nameIn, parentIdOf, resourceAt } from "../resource-ids.ts";

/** An operation of an API: made by the import of a document, or put by itself. */
export const apiOperation: ArmType = {
  type: armTypes.apiOperation,
  nameParameter: "operationId",
  model: "OperationContract",
  simulated: [
    ...["displayName", "method", "urlTemplate", "templateParameters", "description", "request", "responses"],
  ],
  required: ["displayName", "method", "urlTemplate"],
  derived: operationResources,
  put: async ({ store, id, body }) => {
    const api = resourceAt(store, parentIdOf(id) ?? "");
    const shape = (method: unknown, template: unknown) =>
      `${method} ${String(template).replace(/\{[^}]*\}/g, "{}")}`.toLowerCase();
    const { method, urlTemplate } = body.properties;
    const own = nameIn(id, "operations").toLowerCase();
    const twin = operationsOf(store, api).find(
      (one) =>
        one.id.toLowerCase() !== own && shape(one.method, one.urlTemplate) === shape(method, urlTemplate),
    );
    if (twin !== undefined) {
      throw new SimulatorError(
        "ValidationError",
        `Operation with the same method and URL template already exists: ${method} ${urlTemplate} (${twin.id}).`,
      );
    }
    return { body };
  },
  afterDelete: (store, { id }) => forgetOperation(store, parentIdOf(id) ?? "", nameIn(id, "operations")),
};
