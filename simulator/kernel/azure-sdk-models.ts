import { createRequire } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

/** What Azure's own client for API Management knows of one value. */
export interface SdkMapper {
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly serializedName?: string;
  readonly constraints?: {
    readonly MinLength?: number;
    readonly MaxLength?: number;
    readonly Pattern?: RegExp;
    readonly InclusiveMinimum?: number;
    readonly InclusiveMaximum?: number;
  };
  readonly type: {
    readonly name: string;
    readonly className?: string;
    readonly allowedValues?: readonly string[];
    readonly element?: SdkMapper;
    readonly value?: SdkMapper;
    readonly modelProperties?: Readonly<Record<string, SdkMapper>>;
  };
}

/** The data of Azure's own client for API Management. */
export interface SdkModels {
  readonly apiVersion: string;
  /** Model → its mapper. */
  readonly mappers: Readonly<Record<string, SdkMapper>>;
  /** Parameter of an address → its mapper. */
  readonly parameters: Readonly<Record<string, SdkMapper>>;
  /** The text of a file of `dist/esm/operations`. */
  readonly operationsFile: (name: string) => string;
}

/**
 * Reads the data of `@azure/arm-apimanagement`, which that package does not export: for the scripts that write what the local cloud
 * knows of it to files, and not for the local cloud itself.
 */
export async function readSdkModels(): Promise<SdkModels> {
  const manifest = createRequire(import.meta.url).resolve("@azure/arm-apimanagement/package.json");
  const folder = path.join(path.dirname(manifest), "dist/esm");
  const load = (file: string) => import(pathToFileURL(path.join(folder, "models", file)).href);
  const parameters = (await load("parameters.js")) as Readonly<
    Record<string, { readonly mapper: SdkMapper }>
  >;
  return {
    apiVersion: "2024-05-01",
    mappers: (await load("mappers.js")) as Readonly<Record<string, SdkMapper>>,
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, { mapper }]) => [name, mapper])),
    operationsFile: (name) => path.join(folder, "operations", `${name}.js`),
  };
}

/** The limits of a value, without those that it does not have. */
export interface ValueLimits {
  readonly required?: true;
  readonly readOnly?: true;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** A regular expression. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The limits that a mapper puts on a value. */
export function limitsOf({ required, readOnly, constraints = {} }: SdkMapper): ValueLimits {
  const { MinLength, MaxLength, Pattern, InclusiveMinimum, InclusiveMaximum } = constraints;
  return {
    ...(required === true ? { required } : {}),
    ...(readOnly === true ? { readOnly } : {}),
    ...(MinLength === undefined ? {} : { minLength: MinLength }),
    ...(MaxLength === undefined ? {} : { maxLength: MaxLength }),
    ...(Pattern === undefined ? {} : { pattern: Pattern.source }),
    ...(InclusiveMinimum === undefined ? {} : { minimum: InclusiveMinimum }),
    ...(InclusiveMaximum === undefined ? {} : { maximum: InclusiveMaximum }),
  };
}

/** The models that a mapper's value is made of. */
export function modelsIn({ type: { className, element, value } }: SdkMapper): readonly string[] {
  return [
    ...(className === undefined ? [] : [className]),
    ...(element === undefined ? [] : modelsIn(element)),
    ...(value === undefined ? [] : modelsIn(value)),
  ];
}
