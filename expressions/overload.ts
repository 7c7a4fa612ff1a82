import type { Language } from "./language.ts";
import type { SignatureParameter } from "./signature.ts";
import {
  delegateParts,
  dynamicType,
  elementTypeOf,
  isSame,
  namedType,
  type StaticType,
  substitute,
} from "./static-type.ts";
import type { FoundMember } from "./type-registry.ts";
import type { Value } from "./value.ts";

/** What is known of an argument when an overload is chosen. */
export interface ArgumentShape {
  readonly name: string | undefined;
  readonly passing: "value" | "out" | "ref";
  /** `=>` for a lambda; `undefined` for `out var x`. */
  readonly type: StaticType | undefined;
  readonly constant?: { readonly value: Value } | undefined;
}

/** Where an argument goes: to a parameter, or into the list of the last one. */
export interface Placed {
  readonly parameter: SignatureParameter;
  readonly type: StaticType;
  /** The index of the argument, those of a `params` list, or `undefined` for the default. */
  readonly source: number | readonly number[] | undefined;
}

/** A member that fits the arguments. */
export interface Choice {
  readonly found: FoundMember;
  readonly placed: readonly Placed[];
  /** The type parameters, of the type and the method. */
  readonly given: Map<string, StaticType>;
  readonly distance: number;
}

/** The member that fits the arguments best, as C# chooses; `undefined` when none fits. */
export function chooseOverload(
  language: Language,
  candidates: readonly FoundMember[],
  shapes: readonly ArgumentShape[],
  typeArguments: readonly StaticType[] | undefined,
): Choice | undefined {
  let best: Choice | undefined;
  for (const candidate of candidates) {
    const choice = fitting(language, candidate, shapes, typeArguments);
    if (choice !== undefined && choice.distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = choice;
  }
  return best;
}

function fitting(
  language: Language,
  found: FoundMember,
  shapes: readonly ArgumentShape[],
  typeArguments: readonly StaticType[] | undefined,
): Choice | undefined {
  const { signature } = found.member;
  if (typeArguments !== undefined && typeArguments.length !== signature.typeParameters.length)
    return undefined;
  const plain = place(signature.parameters, shapes, false);
  const placedSources = plain ?? place(signature.parameters, shapes, true);
  if (placedSources === undefined) return undefined;
  const given = new Map(found.given);
  signature.typeParameters.forEach((name, index) => {
    const type = typeArguments?.[index];
    if (type !== undefined) given.set(name, type);
  });
  const open = new Set(typeArguments === undefined ? signature.typeParameters : []);
  infer(language, placedSources, shapes, { given, open });
  if ([...open].some((name) => !given.has(name) && !isOfLambda(signature.parameters, name))) return undefined;
  const choice = measure(language, { found, given, distance: 0, placed: placedSources }, shapes);
  if (choice !== undefined || plain === undefined || signature.parameters.at(-1)?.passing !== "params")
    return choice;
  const expanded = place(signature.parameters, shapes, true);
  if (expanded === undefined) return undefined;
  return measure(language, { found, given, distance: 40, placed: expanded }, shapes);
}

/** Whether a lambda can still tell a type parameter. */
function isOfLambda(parameters: readonly SignatureParameter[], name: string): boolean {
  return parameters.some(({ type }) => delegateParts(type) !== undefined && mentions(type, name));
}

function mentions(type: StaticType, name: string): boolean {
  return type.name === name || type.arguments.some((one) => mentions(one, name));
}

/** Puts arguments to parameters; with `expands` those that are left over go into the `params` list. */
function place(
  parameters: readonly SignatureParameter[],
  shapes: readonly ArgumentShape[],
  expands: boolean,
): readonly Placed[] | undefined {
  const last = parameters.at(-1);
  const hasList = expands && last?.passing === "params";
  if (expands && !hasList) return undefined;
  const placed: Placed[] = [];
  const named = new Map(
    shapes.flatMap(({ name }, index) => (name === undefined ? [] : [[name, index] as const])),
  );
  const positional = shapes.findIndex(({ name }) => name !== undefined);
  const count = positional < 0 ? shapes.length : positional;
  for (const [index, parameter] of parameters.entries()) {
    if (hasList && parameter === last) {
      const rest = Array.from({ length: Math.max(0, count - index) }, (_, step) => index + step);
      placed.push({ parameter, type: parameter.type, source: rest });
      return placed;
    }
    const source = index < count ? index : named.get(parameter.name);
    if (source === undefined && parameter.default === undefined) return undefined;
    if (source !== undefined && (shapes[source]?.passing === "out") !== (parameter.passing === "out"))
      return undefined;
    named.delete(parameter.name);
    placed.push({ parameter, type: parameter.type, source });
  }
  return count > parameters.length || named.size > 0 ? undefined : placed;
}

/** The type parameters of a call: those that are known, and those still to be found. */
export interface Inference {
  readonly given: Map<string, StaticType>;
  readonly open: ReadonlySet<string>;
}

function infer(
  language: Language,
  placed: readonly Placed[],
  shapes: readonly ArgumentShape[],
  inference: Inference,
): void {
  if (inference.open.size === 0) return;
  for (const { parameter, source } of placed) {
    if (typeof source === "number") unify(language, parameter.type, shapes[source]?.type, inference);
    else
      for (const one of source ?? [])
        unify(language, elementTypeOf(parameter.type), shapes[one]?.type, inference);
  }
}

/** Finds type parameters by comparing a parameter's type with an argument's. */
export function unify(
  language: Language,
  parameter: StaticType,
  argument: StaticType | undefined,
  inference: Inference,
): void {
  if (
    argument === undefined ||
    argument.name === "null" ||
    argument.name === "=>" ||
    argument.name === "void"
  )
    return;
  const { given, open } = inference;
  if (open.has(parameter.name)) {
    const known = given.get(parameter.name);
    if (
      known === undefined ||
      (language.conversions.implicit(argument, known) === undefined &&
        language.conversions.implicit(known, argument) !== undefined)
    )
      given.set(parameter.name, argument);
    return;
  }
  if (parameter.arguments.length === 0) return;
  if (parameter.name === "?" && argument.name !== "?") {
    unify(language, elementTypeOf(parameter), argument, inference);
    return;
  }
  const matching = language.registry
    .lineage(argument)
    .find(
      ({ name, arguments: list }) => name === parameter.name && list.length === parameter.arguments.length,
    );
  if (matching !== undefined)
    for (const [index, one] of parameter.arguments.entries())
      unify(language, one, matching.arguments[index], inference);
  else if (argument.name === "dynamic")
    for (const one of parameter.arguments) unify(language, one, dynamicType, inference);
}

function measure(language: Language, choice: Choice, shapes: readonly ArgumentShape[]): Choice | undefined {
  let { distance } = choice;
  const placed: Placed[] = [];
  for (const one of choice.placed) {
    const type = substituteOpen(one.parameter.type, choice);
    const sources = typeof one.source === "number" ? [one.source] : (one.source ?? []);
    const target = typeof one.source === "object" ? elementTypeOf(type) : type;
    for (const source of sources) {
      const far = distanceOf(language, shapes[source], target);
      if (far === undefined) return undefined;
      distance += far;
    }
    if (typeof one.source === "object") distance += 5;
    if (one.source === undefined) distance += 1;
    placed.push({ ...one, type });
  }
  return {
    ...choice,
    placed,
    distance: distance + (choice.found.member.signature.typeParameters.length > 0 ? 0.5 : 0),
  };
}

/** A parameter's type with what is known filled in, and `dynamic` for what only a lambda can tell. */
function substituteOpen(type: StaticType, { found, given }: Choice): StaticType {
  const filled = new Map(given);
  for (const name of found.member.signature.typeParameters)
    if (!filled.has(name)) filled.set(name, dynamicType);
  return substitute(type, filled);
}

function distanceOf(
  language: Language,
  shape: ArgumentShape | undefined,
  target: StaticType,
): number | undefined {
  if (shape === undefined) return undefined;
  if (shape.type === undefined) return 0;
  if (shape.passing === "out")
    return isSame(shape.type, target) || target.name === "dynamic" || shape.type.name === "dynamic"
      ? 0
      : undefined;
  if (shape.type.name === "group") return delegateParts(target) === undefined ? undefined : 0;
  return language.conversions.implicit(shape.type, target, shape.constant)?.distance;
}

/** The type of a method's name without a call, such as `int.Parse` in `Select(int.Parse)`. */
export const groupType = namedType("group");
