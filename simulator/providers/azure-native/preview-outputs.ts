import { type Properties, unknownInput } from "../resource.ts";
import { isObject, modelOf } from "./azure-shape.ts";
import type { Model, Property, ResourceDefinition } from "./definition.ts";

/**
 * What a preview shows: the inputs that are outputs too, and every other output as unknown, but for the name and the location of a
 * resource that is there.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/convert/previewOutputs.go
 */
export function previewOutputs(
  { answer }: ResourceDefinition,
  inputs: Properties,
  before: Properties | undefined,
): Properties {
  const stable = Object.entries(before ?? {}).filter(([name]) => name === "name" || name === "location");
  return { ...modelOutputs(answer, inputs), ...Object.fromEntries(stable) };
}

function modelOutputs(model: Model, inputs: Properties): Properties {
  const entries = Object.entries(model).map(([name, property]) => [name, output(property, inputs[name])]);
  return Object.fromEntries(entries);
}

function output(property: Property, input: unknown): unknown {
  const { type, model, items, values } = property;
  if (Array.isArray(input))
    return items === undefined ? unknownInput : input.map((item) => output(items, item));
  if (isObject(input)) {
    if (values !== undefined)
      return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, output(values, value)]));
    if (model !== undefined) return modelOutputs(modelOf(model), input);
    return type === "any" ? input : unknownInput;
  }
  return fits(type, input) ? input : unknownInput;
}

function fits(type: Property["type"], input: unknown): boolean {
  switch (type) {
    case "integer":
    case "number":
      return typeof input === "number";
    case "string":
    case "boolean":
      return typeof input === type;
    default:
      return type === "any" && input !== undefined;
  }
}
