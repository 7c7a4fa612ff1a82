import type { BodyProblem } from "./arm-error.ts";
import type { ArmBody, ArmObject } from "./arm-store.ts";
import type { ArmType } from "./arm-type.ts";
import { type Constraint, constraintOfName, propertiesOf } from "./constraints.ts";

const isNotSimulated = {
  reason: "is not simulated by the local cloud. Leave it out for the stack local, or deploy to Azure.",
  isNotSimulated: true,
};

/** What is wrong with the name of a resource. */
export function nameProblems({ nameParameter }: ArmType, name: string): readonly BodyProblem[] {
  return valueProblems(nameParameter, name, constraintOfName(nameParameter));
}

/** What is wrong with a body, by its model and by the type's own rules. */
export function bodyProblems(type: ArmType, body: ArmBody, name: string): readonly BodyProblem[] {
  const required = (type.required ?? [])
    .filter((property) => valueAt(body, property) === undefined)
    .map((target) => ({ target, reason: "must be set; got nothing." }));
  const modelled = type.model === undefined ? [] : modelProblems(type, type.model, body);
  return [...required, ...modelled, ...(type.rules?.(body, name) ?? [])];
}

/** The value of a property, wherever its model has it: `sku` at the top, `path` among the properties. */
function valueAt(body: ArmBody, property: string): unknown {
  return (body as unknown as ArmObject)[property] ?? body.properties[property];
}

/** Assumed of Azure: a property that its REST API does not have is refused, and one that only Azure sets is ignored. */
function modelProblems(type: ArmType, model: string, body: ArmBody): readonly BodyProblem[] {
  const { simulated, harmless = {} } = type;
  const constraints = propertiesOf(model);
  return flat(body).flatMap(([path, value]): readonly BodyProblem[] => {
    const target = path.replace(/^properties\./, "");
    const constraint = constraints[path];
    if (constraint === undefined)
      return [{ target, reason: "is not a property of this resource. Remove it." }];
    if (simulated?.includes(target) === false)
      return target in harmless && harmless[target] === value ? [] : [{ target, ...isNotSimulated }];
    return valueProblems(target, value, constraint);
  });
}

/** `{ sku, properties: { path } }` → `sku`, `properties.path`. */
function flat({ properties, ...top }: ArmBody): readonly (readonly [path: string, value: unknown])[] {
  const inside = Object.entries(properties).map(([name, value]) => [`properties.${name}`, value] as const);
  return [...Object.entries(top), ...inside].filter(([, value]) => value !== undefined && value !== null);
}

/** A body without what only Azure sets, which clients send back as they read it. */
export function writable(model: string | undefined, body: ArmObject): ArmBody {
  const { id: _id, name: _name, type: _type, etag: _etag, systemData: _systemData, ...rest } = body;
  const properties = (rest.properties ?? {}) as ArmObject;
  if (model === undefined) return { ...rest, properties };
  const constraints = propertiesOf(model);
  const isWritable = ([name]: [string, unknown]) => constraints[`properties.${name}`]?.readOnly !== true;
  return { ...rest, properties: Object.fromEntries(Object.entries(properties).filter(isWritable)) };
}

/** What is wrong with one value. */
export function valueProblems(target: string, value: unknown, constraint: Constraint): BodyProblem[] {
  switch (constraint.type) {
    case "Composite":
      return compositeProblems(target, value, constraint.model ?? "");
    case "Sequence":
      if (!Array.isArray(value)) return [{ target, reason: `must be a list; got ${typeof value}.` }];
      return value.flatMap((item, index) =>
        constraint.items === undefined ? [] : valueProblems(`${target}[${index}]`, item, constraint.items),
      );
    case "Dictionary":
      if (!isObject(value)) return [{ target, reason: `must be an object; got ${typeof value}.` }];
      return Object.entries(value).flatMap(([key, item]) =>
        constraint.entries === undefined ? [] : valueProblems(`${target}.${key}`, item, constraint.entries),
      );
    case "Enum":
      return constraint.values?.includes(String(value))
        ? []
        : [
            {
              target,
              reason: `must be one of "${constraint.values?.join('", "')}"; got ${JSON.stringify(value)}.`,
            },
          ];
    case "Boolean":
      return typeof value === "boolean"
        ? []
        : [{ target, reason: `must be true or false without quotes; got ${JSON.stringify(value)}.` }];
    case "Number":
      return numberProblems(target, value, constraint);
    case "any":
      return [];
    default:
      return textProblems(target, value, constraint);
  }
}

function compositeProblems(target: string, value: unknown, model: string): BodyProblem[] {
  if (!isObject(value)) return [{ target, reason: `must be an object; got ${typeof value}.` }];
  const constraints = propertiesOf(model);
  const required = Object.entries(constraints).filter(([name, { required }]) => required && !(name in value));
  return [
    ...required.map(([name]) => ({ target: `${target}.${name}`, reason: "must be set; got nothing." })),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const constraint = constraints[name];
      const inside = `${target}.${name}`;
      if (constraint === undefined)
        return [{ target: inside, reason: "is not a property of this resource. Remove it." }];
      return inner === undefined || inner === null || constraint.readOnly
        ? []
        : valueProblems(inside, inner, constraint);
    }),
  ];
}

function isObject(value: unknown): value is ArmObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function numberProblems(target: string, value: unknown, { minimum, maximum }: Constraint): BodyProblem[] {
  if (typeof value !== "number")
    return [{ target, reason: `must be a number without quotes; got ${JSON.stringify(value)}.` }];
  if (value >= (minimum ?? value) && value <= (maximum ?? value)) return [];
  return [{ target, reason: `must be ${range(minimum, maximum)}; got ${value}.` }];
}

function range(from: number | undefined, to: number | undefined): string {
  if (to === undefined) return `${from} or more`;
  return from === undefined ? `${to} or less` : `${from} to ${to}`;
}

// The value is not shown: it may be the client secret.
function textProblems(
  target: string,
  value: unknown,
  { minLength = 0, maxLength, pattern }: Constraint,
): BodyProblem[] {
  if (typeof value !== "string") return [{ target, reason: `must be a text; got ${typeof value}.` }];
  if (value.length < minLength || value.length > (maxLength ?? value.length)) {
    const nextStep = value.length < minLength ? "Lengthen it." : "Shorten it.";
    return [
      {
        target,
        reason: `must have ${range(minLength, maxLength)} characters; got ${value.length}. ${nextStep}`,
      },
    ];
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value))
    return [{ target, reason: `must match ${pattern}.` }];
  return [];
}
