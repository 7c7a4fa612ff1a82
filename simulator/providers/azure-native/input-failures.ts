import type { CheckFailure, Properties } from "../resource.ts";
import { isObject, modelOf } from "./azure-shape.ts";
import type { Model, Property, ResourceDefinition } from "./definition.ts";

/**
 * What azure-native refuses before it asks Azure, in its words: a missing property, a value of another type, a text or a number
 * outside its limits. Azure checks the rest, as the values of an enumeration.
 *
 * Differs from Azure: azure-native drops an input that it does not know; here it is refused.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/provider.go (validateType)
 */
export function inputFailures(
  type: string,
  { address, query, body }: ResourceDefinition,
  inputs: Properties,
): readonly CheckFailure[] {
  const known = { ...address, ...query, ...body };
  return [
    ...Object.keys(inputs)
      .filter((name) => !(name in known) && !providerOwn.includes(name))
      .map((property) => ({ property, reason: `is not an input of ${type}. Remove it.` })),
    ...modelFailures({ ...address, ...query }, "", inputs),
    ...modelFailures(body, "", inputs),
  ];
}

const providerOwn: readonly string[] = ["azureApiVersion"];

function modelFailures(model: Model, place: string, values: Properties): readonly CheckFailure[] {
  const at = (name: string) => (place === "" ? name : `${place}.${name}`);
  const own = Object.entries(model).filter(([, { readOnly }]) => readOnly !== true);
  const missing = own.filter(([name, { required }]) => required === true && values[name] === undefined);
  return [
    ...missing.map(([name]) => ({ property: at(name), reason: missingText(at(name)) })),
    ...own.flatMap(([name, property]) =>
      values[name] === undefined ? [] : valueFailures(property, at(name), values[name]),
    ),
  ];
}

function missingText(place: string): string {
  const text = `missing required property '${place}'`;
  return place === "location"
    ? `${text}. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.`
    : text;
}

function valueFailures(property: Property, place: string, value: unknown): readonly CheckFailure[] {
  if (property.type === "any") return [];
  if (Array.isArray(value)) return listFailures(property, place, value);
  if (isObject(value)) return objectFailures(property, place, value);
  const problems =
    typeof value === "string" ? textProblems(property, place, value) : numberProblems(property, place, value);
  return problems.map((reason) => ({ property: place, reason }));
}

function listFailures(
  { type, items }: Property,
  place: string,
  value: readonly unknown[],
): readonly CheckFailure[] {
  if (type !== "array")
    return [{ property: place, reason: `'${place}' should be of type '${type}' but got an array` }];
  if (items === undefined) return [];
  return value.flatMap((item, index) => valueFailures(items, `${place}[${index}]`, item));
}

function objectFailures({ model }: Property, place: string, value: Properties): readonly CheckFailure[] {
  if (model === undefined) return [];
  const properties = modelOf(model);
  const unknown = Object.keys(value).filter(
    (name) => !(name in properties) || properties[name]?.readOnly === true,
  );
  return [
    ...unknown.map((name) => ({ property: `${place}.${name}`, reason: "is not an input. Remove it." })),
    ...modelFailures(properties, place, value),
  ];
}

// The value is not shown: it may be a secret.
function textProblems({ type, ...limits }: Property, place: string, value: string): readonly string[] {
  if (type !== "string") return [`'${place}' should be of type '${type}' but got a string`];
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = limits;
  const length = Buffer.byteLength(value);
  return [
    ...(length < minLength
      ? [`'${place}' is too short (${length}): at least ${minLength} characters required`]
      : []),
    ...(length > maxLength
      ? [`'${place}' is too long (${length}): at most ${maxLength} characters allowed`]
      : []),
    ...(pattern !== undefined && !new RegExp(pattern).test(value)
      ? [`'${place}' does not match expression '${pattern}'`]
      : []),
  ];
}

function numberProblems({ type, ...limits }: Property, place: string, value: unknown): readonly string[] {
  if (typeof value !== "number") return [];
  if (type !== "number" && type !== "integer")
    return [`'${place}' should be of type '${type}' but got a number`];
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = limits;
  // As Go prints a number with %f.
  const shown = (number: number) => number.toFixed(6);
  return [
    ...(type === "integer" && !Number.isInteger(value)
      ? [`'${place}' must be an integer but got ${shown(value)}`]
      : []),
    ...(value < minimum ? [`'${place}' is too low (${shown(value)} < ${shown(minimum)})`] : []),
    ...(value > maximum ? [`'${place}' is too high (${shown(value)} > ${shown(maximum)})`] : []),
  ];
}
