import { createRequire } from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import type { CheckFailure, Properties } from "../providers/resource.ts";

/** The part of an Azure SDK mapper that constrains a value. */
interface Mapper {
  readonly required?: boolean;
  readonly readOnly?: boolean;
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
    readonly element?: Mapper;
    readonly value?: Mapper;
    readonly modelProperties?: Readonly<Record<string, Mapper>>;
  };
}

// Azure's own client holds lengths, patterns and enum values of API version 2024-05-01 as data, but does not export them.
const models = path.join(
  path.dirname(createRequire(import.meta.url).resolve("@azure/arm-apimanagement/package.json")),
  "dist/esm/models",
);
const load = (file: string) => import(pathToFileURL(path.join(models, file)).href);
const mappers = (await load("mappers.js")) as Readonly<Record<string, Mapper>>;
const parameters = (await load("parameters.js")) as Readonly<Record<string, { readonly mapper: Mapper }>>;

/** What the inputs of one resource type may be. */
export interface InputShape {
  /** Class name of the Azure SDK's model; absent, every input is a text. */
  readonly model?: string;
  /** Inputs that are part of the resource's address. */
  readonly address: readonly string[];
  /** Inputs that the local cloud acts on; the model's others are refused by name. */
  readonly supported: readonly string[];
  /** Inputs whose shape the type's own rules check. */
  readonly structured?: readonly string[];
  /** Inputs that the provider fills in by itself; they are accepted with this value only. */
  readonly defaults?: Properties;
}

/** Checks inputs against Azure's constraints, and refuses whatever would be ignored here. */
export function checkInputs(
  inputs: Properties,
  { model, address, supported, structured = [], defaults = {} }: InputShape,
): CheckFailure[] {
  const text: Mapper = { type: { name: "String" } };
  const properties =
    model === undefined ? Object.fromEntries(supported.map((name) => [name, text])) : modelProperties(model);
  return Object.entries(inputs).flatMap(([name, value]): CheckFailure[] => {
    if (value === undefined || structured.includes(name)) return [];
    if (address.includes(name)) return checkValue(name, value, parameters[name]?.mapper ?? text);
    const mapper = properties[name];
    if (mapper === undefined || mapper.readOnly) {
      return [{ property: name, reason: "is not an input of this resource. Remove it." }];
    }
    if (name in defaults && defaults[name] === value) return [];
    if (!supported.includes(name)) {
      return [
        {
          property: name,
          reason: "is not simulated by the local cloud. Remove it for the stack local, or deploy to Azure.",
        },
      ];
    }
    return checkValue(name, value, mapper);
  });
}

function modelProperties(model: string): Readonly<Record<string, Mapper>> {
  const properties = mappers[model]?.type.modelProperties;
  if (properties === undefined)
    throw new Error(`@azure/arm-apimanagement must have a model "${model}"; got none.`);
  return properties;
}

function checkValue(property: string, value: unknown, mapper: Mapper): CheckFailure[] {
  const { type } = mapper;
  switch (type.name) {
    case "Composite":
      return checkComposite(property, value, type.className ?? "");
    case "Sequence":
      if (!Array.isArray(value))
        return [{ property, reason: `must be a list; got ${typeof value}. Put it into one.` }];
      return value.flatMap((item, index) =>
        type.element === undefined ? [] : checkValue(`${property}[${index}]`, item, type.element),
      );
    case "Dictionary":
      return Object.entries(value as object).flatMap(([key, item]) =>
        type.value === undefined ? [] : checkValue(`${property}.${key}`, item, type.value),
      );
    case "Enum":
      return type.allowedValues?.includes(String(value))
        ? []
        : [
            {
              property,
              reason: `must be one of "${type.allowedValues?.join('", "')}"; got ${JSON.stringify(value)}.`,
            },
          ];
    case "Boolean":
      return typeof value === "boolean"
        ? []
        : [
            {
              property,
              reason: `must be true or false; got ${JSON.stringify(value)}. Write it without quotes.`,
            },
          ];
    case "Number":
      return checkNumber(property, value, mapper);
    default:
      return checkText(property, value, mapper);
  }
}

function checkComposite(property: string, value: unknown, className: string): CheckFailure[] {
  if (typeof value !== "object" || value === null)
    return [{ property, reason: `must be an object; got ${typeof value}.` }];
  const properties = modelProperties(className);
  const required = Object.entries(properties).filter(([name, mapper]) => mapper.required && !(name in value));
  return [
    ...required.map(([name]) => ({
      property: `${property}.${name}`,
      reason: "must be set; got nothing. Add it.",
    })),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const mapper = properties[name];
      if (mapper === undefined)
        return [{ property: `${property}.${name}`, reason: "is not an input of this resource. Remove it." }];
      return inner === undefined ? [] : checkValue(`${property}.${name}`, inner, mapper);
    }),
  ];
}

function checkNumber(property: string, value: unknown, { constraints = {} }: Mapper): CheckFailure[] {
  const { InclusiveMinimum = Number.NEGATIVE_INFINITY, InclusiveMaximum = Number.POSITIVE_INFINITY } =
    constraints;
  if (typeof value !== "number") {
    return [
      {
        property,
        reason: `must be a number; got ${JSON.stringify(value)}. Write it as one, without quotes.`,
      },
    ];
  }
  if (value >= InclusiveMinimum && value <= InclusiveMaximum) return [];
  return [{ property, reason: `must be ${range(InclusiveMinimum, InclusiveMaximum)}; got ${value}.` }];
}

function range(from: number, to: number): string {
  if (to === Number.POSITIVE_INFINITY) return `${from} or more`;
  return from === Number.NEGATIVE_INFINITY ? `${to} or less` : `${from} to ${to}`;
}

// The value is not shown: it may be the client secret.
function checkText(property: string, value: unknown, { constraints = {} }: Mapper): CheckFailure[] {
  if (typeof value !== "string")
    return [{ property, reason: `must be a text; got ${typeof value}. Write it in quotes.` }];
  const { MinLength = 0, MaxLength = Number.POSITIVE_INFINITY, Pattern } = constraints;
  if (value.length < MinLength || value.length > MaxLength) {
    const nextStep = value.length > MaxLength ? "Shorten it." : "Lengthen it.";
    return [
      {
        property,
        reason: `must have ${range(MinLength, MaxLength)} characters; got ${value.length}. ${nextStep}`,
      },
    ];
  }
  if (Pattern !== undefined && !Pattern.test(value))
    return [
      { property, reason: `must match ${Pattern.source}; got another text. Leave out what does not fit.` },
    ];
  return [];
}
