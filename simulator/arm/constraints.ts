import table from "./constraints.json" with { type: "json" };

/** What a value must be. */
export interface Constraint {
  /** The Azure SDK's name of the kind of value: `String`, `Number`, `Enum`, `Composite`, `Sequence` … */
  readonly type: string;
  readonly required?: boolean;
  /** Only Azure sets it. */
  readonly readOnly?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of an `Enum`. */
  readonly values?: readonly string[];
  /** Of a `Composite`: its name among the models. */
  readonly model?: string;
  /** Of a `Sequence`. */
  readonly items?: Constraint;
  /** Of a `Dictionary`. */
  readonly entries?: Constraint;
}

/** A table of constraints: constraints.json, which `npm run constraints` writes. */
export interface Constraints {
  readonly apiVersion: string;
  /** For each model its properties by their path in the body: `properties.displayName`, `sku`. */
  readonly models: Readonly<Record<string, Readonly<Record<string, Constraint>>>>;
  /** By the name of the REST API's path parameter. */
  readonly names: Readonly<Record<string, Constraint>>;
}

const constraints: Constraints = table;

/** The version of the REST API that the constraints are of. */
export const apiVersion = constraints.apiVersion;

/** The properties of a model by their path in the body. */
export function propertiesOf(model: string): Readonly<Record<string, Constraint>> {
  const properties = constraints.models[model];
  if (properties === undefined) throw new Error(`constraints.json has no model "${model}".`);
  return properties;
}

/** The constraint of a path parameter that names a resource. */
export function constraintOfName(parameter: string): Constraint {
  return constraints.names[parameter] ?? { type: "String" };
}
