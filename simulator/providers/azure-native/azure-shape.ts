import type { Properties } from "../resource.ts";
import { definitions, type Model, type Property } from "./definition.ts";

/**
 * Inputs as Azure takes them: `{ displayName: "A" }` → `{ properties: { displayName: "A" } }`.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/convert/sdkInputsToRequestBody.go
 */
export function toBody(model: Model, inputs: Properties): Properties {
  const body: Properties = {};
  for (const [name, property] of writable(model)) {
    if (isThere(inputs[name])) {
      const value = converted(property, inputs[name], toBody);
      put(body, property.at ?? name, property.isKeys === true ? keys(value) : value);
    }
  }
  return body;
}

/**
 * An answer as Pulumi shows it: `{ properties: { displayName: "A" } }` → `{ displayName: "A" }`. What the model lacks is left out.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/convert/responseBodyToSdkOutputs.go
 */
export function toOutputs(model: Model, body: Properties): Properties {
  return each(model, (name, property) => {
    const value = find(body, property.at ?? name);
    return isThere(value) ? converted(property, value, toOutputs) : undefined;
  });
}

/** The outputs that are inputs too. */
export function toInputs(model: Model, outputs: Properties): Properties {
  return each(Object.fromEntries(writable(model)), (name, property) => {
    const value = outputs[name];
    if (!isThere(value)) return undefined;
    return property.isKeys === true && isObject(value)
      ? Object.keys(value)
      : converted(property, value, toInputs);
  });
}

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function writable(model: Model): readonly (readonly [name: string, property: Property])[] {
  return Object.entries(model).filter(([, { readOnly }]) => readOnly !== true);
}

function each(model: Model, read: (name: string, property: Property) => unknown): Properties {
  const entries = Object.entries(model).map(([name, property]) => [name, read(name, property)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function converted(
  { model, items, values }: Property,
  value: unknown,
  convert: (model: Model, value: Properties) => Properties,
): unknown {
  if (Array.isArray(value))
    return items === undefined ? value : value.map((item) => converted(items, item, convert));
  if (!isObject(value)) return value;
  if (values !== undefined) {
    const entries = Object.entries(value).filter(([, inner]) => isThere(inner));
    return Object.fromEntries(entries.map(([key, inner]) => [key, converted(values, inner, convert)]));
  }
  return model === undefined ? value : convert(modelOf(model), value);
}

/** A model by its name. */
export function modelOf(name: string): Model {
  const model = definitions.models[name];
  if (model === undefined) throw new Error(`definitions.json has no model "${name}".`);
  return model;
}

// A set of texts is an object with empty values in Azure: `["a"]` → `{ a: {} }`.
function keys(value: unknown): unknown {
  return Array.isArray(value) ? Object.fromEntries(value.map((key) => [String(key), {}])) : value;
}

function put(body: Properties, place: string, value: unknown): void {
  const steps = place.split(".");
  const last = steps.pop() ?? place;
  let container = body;
  for (const step of steps) {
    const inner = container[step];
    const next = isObject(inner) ? inner : {};
    container[step] = next;
    container = next;
  }
  container[last] = value;
}

function find(body: Properties, place: string): unknown {
  return place.split(".").reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), body);
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
