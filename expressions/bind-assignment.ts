import { checkAllowed } from "./bind-invocation.ts";
import { indexers, outOfArray } from "./bind-member.ts";
import { variableWriter } from "./bind-variable.ts";
import { type Binder, type Bound, constructNotSimulated, converted, convertTo, refused } from "./binder.ts";
import { type Frame, nullReference, type RunInFrame } from "./evaluation.ts";
import { elementTypeOf, intType, type StaticType, substitute } from "./static-type.ts";
import type { ExpressionSyntax } from "./syntax.ts";
import type { FoundMember } from "./type-registry.ts";
import type { ArrayValue, Value } from "./value.ts";

type Syntax<K extends ExpressionSyntax["kind"]> = Extract<ExpressionSyntax, { readonly kind: K }>;

/** What stands left of `=`: it is evaluated once, then read and written. */
interface Place {
  readonly type: StaticType;
  /** Evaluates what the place is made of, into the frame. */
  readonly prepare: (frame: Frame) => void;
  readonly read: RunInFrame;
  readonly write: (frame: Frame, value: Value) => void;
}

/** `a = b`, `a += b`, `a ??= b` */
export function bindAssign(binder: Binder, syntax: Syntax<"assign">): Bound {
  const place = bindPlace(binder, syntax.target);
  const { at, operator } = syntax;
  if (operator === "=") {
    const { run } = convertTo(binder, binder.expression(syntax.value, place.type), place.type);
    return { type: place.type, run: writing(place, run), at };
  }
  const value = binder.expression(syntax.value, place.type);
  if (operator === "??=") {
    const { run } = convertTo(binder, value, place.type);
    return { type: place.type, run: writing(place, (frame) => place.read(frame) ?? run(frame)), at };
  }
  return { type: place.type, run: writing(place, compound(binder, operator.slice(0, -1), place, value)), at };
}

function writing({ prepare, write }: Place, compute: RunInFrame): RunInFrame {
  return (frame) => {
    prepare(frame);
    const value = compute(frame);
    write(frame, value);
    return value;
  };
}

/** The operator, and the cast back that C# does by itself. */
function compound(binder: Binder, operator: string, place: Place, value: Bound): RunInFrame {
  const found = binder.language.operators.binary(operator, place.type, value.type);
  const cast = found === undefined ? undefined : binder.language.conversions.explicit(found.type, place.type);
  if (found === undefined || cast === undefined)
    throw refused(
      binder,
      value.at,
      "CS0019",
      `Operator '${operator}=' cannot be applied to operands of type '${place.type.text}' and '${value.type.text}'.`,
    );
  const run: RunInFrame = (frame) => found.compute(place.read(frame), value.run(frame), frame.run);
  return converted(run, cast.convert, value.at);
}

/** `a++`, `--a` */
export function bindIncrement(binder: Binder, syntax: Syntax<"prefix"> | Syntax<"postfix">): Bound {
  const place = bindPlace(binder, syntax.operand);
  const { at } = syntax;
  const one: Bound = { type: intType, run: () => 1, constant: { value: 1 }, at };
  const next = compound(binder, syntax.operator === "++" ? "+" : "-", place, one);
  if (syntax.kind === "prefix") return { type: place.type, run: writing(place, next), at };
  return {
    type: place.type,
    run: (frame) => {
      place.prepare(frame);
      const before = place.read(frame);
      place.write(frame, next(frame));
      return before;
    },
    at,
  };
}

function bindPlace(binder: Binder, syntax: ExpressionSyntax): Place {
  if (syntax.kind === "name") {
    const variable = binder.scope.find(syntax.name);
    if (variable === undefined) throw notAssignable(binder, binder.expression(syntax));
    const { run } = binder.expression(syntax);
    return {
      type: variable.type,
      prepare: () => undefined,
      read: run,
      write: variableWriter(binder, variable),
    };
  }
  if (syntax.kind === "index") return bindIndexPlace(binder, syntax);
  if (syntax.kind === "member") return bindPropertyPlace(binder, syntax);
  if (syntax.kind === "tuple") throw constructNotSimulated(binder, syntax.at, "An assignment to a tuple");
  throw notAssignable(binder, binder.expression(syntax));
}

function notAssignable(binder: Binder, { at }: Bound): Error {
  return refused(
    binder,
    at,
    "CS0131",
    "The left-hand side of an assignment must be a variable, property or indexer.",
  );
}

function bindPropertyPlace(binder: Binder, syntax: Syntax<"member">): Place {
  const read = binder.expression(syntax);
  const target = binder.expression(syntax.target);
  const found = binder.language.registry
    .instanceMembers(target.type, syntax.name)
    .find(({ member }) => member.signature.kind === "property");
  if (found === undefined || !found.member.signature.isSettable)
    throw refused(
      binder,
      syntax.at,
      "CS0200",
      `Property or indexer '${target.type.text}.${syntax.name}' cannot be assigned to -- it is read only.`,
    );
  checkAllowed(binder, found.member, syntax.at);
  return memberPlace(binder, found, target, [], read);
}

/** Sets one property or indexer of whatever object it is given. */
export interface MemberSetter {
  readonly type: StaticType;
  /** Sets it; the keys are those of an indexer. */
  readonly set: (frame: Frame, target: Value, keys: readonly Value[], value: Value) => void;
}

/** Assigns a property or indexer of an object that is there already; for `new T { A = 1, ["b"] = 2 }` as well. */
export function memberSetter(binder: Binder, { member, given }: FoundMember): MemberSetter {
  const { implementation, signature } = member;
  const type = substitute(signature.result, given);
  // What is declared as a type parameter is kept or compared as the value that it is.
  const native = binder.language.marshal.toNative(signature.result);
  const keyNatives = signature.parameters.map((one) => binder.language.marshal.toNative(one.type));
  if (typeof implementation === "function") return { type, set: () => undefined };
  const set = implementation.set as (...list: unknown[]) => void;
  return {
    type,
    set: (frame, target, keys, value) => {
      if (target === null) throw nullReference();
      const list = keys.map((key, index) => keyNatives[index]?.(key) ?? key);
      set(target, ...list, native === undefined ? value : native(value), frame.run);
    },
  };
}

function memberPlace(
  binder: Binder,
  found: FoundMember,
  target: Bound,
  keys: readonly Bound[],
  read: Bound,
): Place {
  const { type, set } = memberSetter(binder, found);
  const own = binder.scope.reserve();
  const slots = keys.map(() => binder.scope.reserve());
  return {
    type,
    prepare: (frame) => {
      frame.slots[own] = target.run(frame);
      keys.forEach((key, index) => {
        const slot = slots[index];
        if (slot !== undefined) frame.slots[slot] = key.run(frame);
      });
    },
    read: read.run,
    write: (frame, value) => {
      frame.run.at = read.at;
      set(
        frame,
        frame.slots[own] ?? null,
        slots.map((slot) => frame.slots[slot] ?? null),
        value,
      );
    },
  };
}

function bindIndexPlace(binder: Binder, syntax: Syntax<"index">): Place {
  const target = binder.expression(syntax.target);
  if (target.type.name === "[]") return bindElementPlace(binder, target, syntax);
  const keys = syntax.arguments.map(({ value }) => {
    if (value === undefined) throw refused(binder, syntax.at, "CS1525", "An index is a value.");
    return binder.expression(value);
  });
  const settable = indexers(binder, target.type).filter(
    ({ member: { signature } }) => signature.isSettable && signature.parameters.length === keys.length,
  );
  const found = settable.find(({ member, given }) =>
    member.signature.parameters.every(({ type }, index) => {
      const key = keys[index];
      return (
        key !== undefined &&
        binder.language.conversions.implicit(key.type, substitute(type, given)) !== undefined
      );
    }),
  );
  if (found === undefined) {
    const read = binder.expression(syntax);
    throw refused(
      binder,
      read.at,
      "CS0200",
      `Property or indexer '${target.type.text}.this' cannot be assigned to -- it is read only.`,
    );
  }
  const fitted = keys.map((key, index) => {
    const type = found.member.signature.parameters[index]?.type;
    return type === undefined ? key : convertTo(binder, key, substitute(type, found.given));
  });
  return memberPlace(binder, found, target, fitted, binder.expression(syntax));
}

function bindElementPlace(binder: Binder, target: Bound, syntax: Syntax<"index">): Place {
  const [argument] = syntax.arguments;
  if (argument?.value === undefined)
    throw refused(binder, syntax.at, "CS0022", "Wrong number of indices inside []; expected 1.");
  const index = convertTo(binder, binder.expression(argument.value), intType);
  const [own, slot] = [binder.scope.reserve(), binder.scope.reserve()];
  const read = binder.expression({
    ...syntax,
    target: {
      kind: "bound",
      bound: { type: target.type, run: (frame: Frame) => frame.slots[own] ?? null, at: syntax.at },
      at: syntax.at,
    },
    arguments: [
      {
        ...argument,
        value: {
          kind: "bound",
          bound: { type: intType, run: (frame: Frame) => frame.slots[slot] ?? 0, at: syntax.at },
          at: syntax.at,
        },
      },
    ],
  });
  return {
    type: elementTypeOf(target.type),
    prepare: (frame) => {
      frame.slots[own] = target.run(frame);
      frame.slots[slot] = index.run(frame);
    },
    read: read.run,
    write: (frame, value) => writeElement(frame.slots[own] ?? null, frame.slots[slot] as number, value),
  };
}

function writeElement(list: Value, index: number, value: Value): void {
  if (list === null) throw nullReference();
  if (list instanceof Uint8Array) {
    if (!(index >= 0 && index < list.length)) throw outOfArray();
    list[index] = Number((value as { readonly value: number }).value);
    return;
  }
  const { items } = list as ArrayValue;
  if (!(index >= 0 && index < items.length)) throw outOfArray();
  items[index] = value;
}
