import { memberSetter } from "./bind-assignment.ts";
import { bindInvocation } from "./bind-invocation.ts";
import { commonType } from "./bind-lambda.ts";
import { isMethodGroup } from "./bind-member.ts";
import { type Binder, type Bound, constructNotSimulated, convertTo, refused, resolveType } from "./binder.ts";
import { ItemsValue } from "./core/tuple.ts";
import type { Frame, RunInFrame } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import { anonymousType, intType, namedType, type StaticType, substitute, tupleType } from "./static-type.ts";
import type { ArgumentSyntax, ExpressionSyntax, InitializerSyntax } from "./syntax.ts";
import { ArrayValue, NumberValue, type Value } from "./value.ts";

type Syntax<K extends ExpressionSyntax["kind"]> = Extract<ExpressionSyntax, { readonly kind: K }>;

/** `new T(…) { … }` */
export function bindNew(binder: Binder, syntax: Syntax<"new">): Bound {
  const type = resolveType(binder, syntax.type);
  const candidates = binder.language.registry.constructorsOf(type);
  if (candidates.length === 0) throw noConstructor(binder, type, syntax.at);
  const made = bindInvocation(
    binder,
    {
      candidates,
      receiver: undefined,
      arguments: syntax.arguments,
      typeArguments: undefined,
      title: type.text,
      at: syntax.at,
    },
    isMethodGroup,
  );
  const bound: Bound = { type, run: made.run, at: syntax.at };
  return syntax.initializer === undefined ? bound : initialized(binder, bound, syntax.initializer);
}

function noConstructor(binder: Binder, type: StaticType, at: number): Error {
  const info = binder.language.registry.info(type);
  if (info?.kind === "interface")
    return refused(binder, at, "CS0144", `Cannot create an instance of the interface '${type.text}'.`);
  if (info?.kind === "static")
    return refused(binder, at, "CS0712", `Cannot create an instance of the static class '${type.text}'.`);
  return constructNotSimulated(binder, at, `new ${info?.fullName ?? type.text}`);
}

type Fill = (frame: Frame, target: Value) => void;

function initialized(binder: Binder, bound: Bound, initializer: InitializerSyntax): Bound {
  const slot = binder.scope.reserve();
  const fills =
    initializer.kind === "items"
      ? initializer.items.map((items) => bindAdd(binder, bound, slot, items))
      : initializer.members.map((member) => bindMemberFill(binder, bound, member));
  return {
    ...bound,
    run: (frame) => {
      const target = bound.run(frame);
      for (const fill of fills) {
        frame.slots[slot] = target;
        fill(frame, target);
      }
      return target;
    },
  };
}

/** An item of a collection initializer: a call of `Add`. */
function bindAdd(binder: Binder, bound: Bound, slot: number, items: readonly ExpressionSyntax[]): Fill {
  const call = bindInvocation(
    binder,
    {
      candidates: binder.language.registry.instanceMembers(bound.type, "Add"),
      receiver: { type: bound.type, run: (frame) => frame.slots[slot] ?? null, at: bound.at },
      arguments: items.map(
        (value): ArgumentSyntax => ({
          name: undefined,
          passing: "value",
          value,
          declares: undefined,
          at: value.at,
        }),
      ),
      typeArguments: undefined,
      title: `${bound.type.text}.Add`,
      at: bound.at,
    },
    isMethodGroup,
  );
  return (frame) => {
    call.run(frame);
  };
}

type MemberInitializer = Extract<InitializerSyntax, { readonly kind: "members" }>["members"][number];

function bindMemberFill(binder: Binder, bound: Bound, { name, keys, value, at }: MemberInitializer): Fill {
  const { registry, conversions } = binder.language;
  const keyBounds = keys.map((key) => {
    if (key.value === undefined) throw refused(binder, at, "CS1525", "An index is a value.");
    return binder.expression(key.value);
  });
  const found = registry.instanceMembers(bound.type, name ?? "this").find(
    ({ member: { signature }, given }) =>
      signature.isSettable &&
      signature.parameters.length === keys.length &&
      signature.parameters.every((one, index) => {
        const key = keyBounds[index];
        return (
          key !== undefined &&
          conversions.implicit(key.type, substitute(one.type, given), key.constant) !== undefined
        );
      }),
  );
  if (found === undefined) {
    const title = `${bound.type.text}.${name ?? "this"}`;
    if (registry.instanceMembers(bound.type, name ?? "this").length > 0)
      throw refused(
        binder,
        at,
        "CS0200",
        `Property or indexer '${title}' cannot be assigned to -- it is read only.`,
      );
    throw constructNotSimulated(binder, at, title);
  }
  const setter = memberSetter(binder, found);
  const run = convertTo(binder, binder.expression(value, setter.type), setter.type).run;
  const keyRuns = keyBounds.map((key, index) => {
    const type = found.member.signature.parameters[index]?.type;
    const target = type === undefined ? undefined : (found.given.get(type.name) ?? type);
    const convert = target === undefined ? undefined : conversions.implicit(key.type, target)?.convert;
    return (frame: Frame) => convert?.(key.run(frame), frame.run) ?? key.run(frame);
  });
  return (frame, target) => {
    const list = keyRuns.map((key) => key(frame));
    setter.set(frame, target, list, run(frame));
  };
}

/** `new[] { … }`, `new T[n]`, `new T[] { … }` */
export function bindNewArray(binder: Binder, syntax: Syntax<"new-array">): Bound {
  const declared = syntax.element === undefined ? undefined : resolveType(binder, syntax.element);
  const items = syntax.items?.map((item) => binder.expression(item, declared));
  const element =
    declared ??
    commonType(
      binder,
      (items ?? []).map(({ type }) => type),
    );
  if (element.name === "void" || element.name === "null")
    throw refused(binder, syntax.at, "CS0826", "No best type found for implicitly-typed array.");
  const type = namedType("[]", element);
  if (items === undefined) return { type, run: sizedArray(binder, syntax, element), at: syntax.at };
  const runs = items.map((item) => convertTo(binder, item, element).run);
  const run: RunInFrame =
    element.name === "byte"
      ? (frame) => Uint8Array.from(runs.map((item) => byteOf(item(frame))))
      : (frame) =>
          new ArrayValue(
            element.text,
            runs.map((item) => item(frame)),
          );
  return { type, run, at: syntax.at };
}

function byteOf(value: Value): number {
  return value instanceof NumberValue ? Number(value.value) : Number(value);
}

function sizedArray(binder: Binder, { size, at }: Syntax<"new-array">, element: StaticType): RunInFrame {
  if (size === undefined)
    throw refused(binder, at, "CS1586", "Array creation must have array size or array initializer.");
  const count = convertTo(binder, binder.expression(size), intType).run;
  const initial = binder.language.defaultOf(element);
  return (frame) => {
    const length = count(frame) as number;
    if (length < 0)
      throw new DotnetException("OverflowException", "Arithmetic operation resulted in an overflow.");
    frame.run.allocate(length);
    frame.run.spend(length >> 3);
    return element.name === "byte"
      ? new Uint8Array(length)
      : new ArrayValue(element.text, new Array(length).fill(initial));
  };
}

/** `new { A = 1, b.C }` */
export function bindAnonymous(binder: Binder, syntax: Syntax<"new-anonymous">): Bound {
  const values = syntax.members.map(({ value }) => binder.expression(value));
  const type = anonymousType(
    values.map((one) => one.type),
    syntax.members.map(({ name }) => name),
  );
  return { type, run: itemsRun(type, values), at: syntax.at };
}

/** `(1, name: "a")` */
export function bindTuple(binder: Binder, syntax: Syntax<"tuple">): Bound {
  const values = syntax.items.map(({ value }) => binder.expression(value));
  const type = tupleType(
    values.map((one) => one.type),
    syntax.items.map(
      ({ name, value }) =>
        name ?? (value.kind === "name" || value.kind === "member" ? value.name : undefined),
    ),
  );
  return { type, run: itemsRun(type, values), at: syntax.at };
}

function itemsRun(type: StaticType, values: readonly Bound[]): RunInFrame {
  const runs = values.map(({ run }) => run);
  return (frame) =>
    new ItemsValue(
      type,
      runs.map((run) => run(frame)),
    );
}
