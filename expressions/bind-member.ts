import { bindInvocation, checkAllowed, type Invocation } from "./bind-invocation.ts";
import { readVariable } from "./bind-variable.ts";
import {
  type Binder,
  type Bound,
  constructNotSimulated,
  convertTo,
  disallowed,
  disallowedType,
  refused,
  resolveType,
  unknownType,
} from "./binder.ts";
import { type Frame, nullReference, type RunInFrame } from "./evaluation.ts";
import { DotnetException } from "./exception.ts";
import { ExpressionError } from "./expression-error.ts";
import {
  delegateParts,
  dynamicType,
  elementTypeOf,
  intType,
  namedType,
  objectType,
  type StaticType,
  substitute,
} from "./static-type.ts";
import type { ArgumentSyntax, ExpressionSyntax } from "./syntax.ts";
import type { FoundMember } from "./type-registry.ts";
import { type ArrayValue, EnumValue, NumberValue, type Value } from "./value.ts";

type Syntax<K extends ExpressionSyntax["kind"]> = Extract<ExpressionSyntax, { readonly kind: K }>;

/** The type that an expression names, when it names one. */
export function typeNamed(binder: Binder, syntax: ExpressionSyntax): StaticType | undefined {
  if (syntax.kind === "predefined-type") return resolveType(binder, syntax.type);
  const name = dottedName(syntax);
  if (name === undefined || binder.scope.find(name.split(".")[0] ?? "") !== undefined) return undefined;
  const typeArguments = "typeArguments" in syntax ? (syntax.typeArguments ?? []) : [];
  const info = binder.language.registry.find(name, typeArguments.length);
  if (info === undefined || /^[a-z]/.test(name)) return undefined;
  if (!binder.allowed.allowsType(info.fullName)) throw disallowedType(binder, info.fullName, syntax.at);
  return namedType(info.name, ...typeArguments.map((one) => resolveType(binder, one)));
}

function dottedName(syntax: ExpressionSyntax): string | undefined {
  const parts: string[] = [];
  for (let at = syntax; ; at = at.target) {
    if (at.kind === "name") return [at.name, ...parts].join(".");
    if (at.kind !== "member") return undefined;
    parts.unshift(at.name);
  }
}

/** A name: a variable, or the `context`. */
export function bindName(binder: Binder, syntax: Syntax<"name">): Bound {
  const variable = binder.scope.find(syntax.name);
  if (variable !== undefined) return readVariable(binder, variable, syntax.at);
  if (syntax.name === "context")
    return { type: namedType("IProxyRequestContext"), run: (frame) => frame.run.context, at: syntax.at };
  const type = typeNamed(binder, syntax);
  if (type !== undefined)
    throw refused(
      binder,
      syntax.at,
      "CS0119",
      `'${type.text}' is a type, which is not valid in the given context.`,
    );
  throw unknownType(binder, syntax.name, syntax.at);
}

/** `a.b` without a call. */
export function bindMember(binder: Binder, syntax: Syntax<"member">): Bound {
  const type = typeNamed(binder, syntax.target);
  if (type !== undefined) return bindStatic(binder, type, syntax);
  refuseUnknownPrefix(binder, syntax);
  const target = binder.expression(syntax.target);
  return bindProperty(binder, target, syntax.name, syntax.at);
}

/** `System.Foo.Bar`, where nothing is known of it. */
function refuseUnknownPrefix(binder: Binder, { target }: Syntax<"member">): void {
  const name = dottedName(target);
  if (name === undefined) return;
  const [first = ""] = name.split(".");
  if (first === "context" || binder.scope.find(first) !== undefined) return;
  for (let at: ExpressionSyntax = target; ; at = at.target) {
    if (typeNamed(binder, at) !== undefined) return;
    if (at.kind !== "member") break;
  }
  throw unknownType(binder, longestTypeName(binder, name), target.at);
}

function longestTypeName(binder: Binder, name: string): string {
  const parts = name.split(".");
  for (let count = parts.length; count > 0; count--) {
    const prefix = parts.slice(0, count).join(".");
    if (binder.allowed.typeNamed(prefix) !== undefined) return prefix;
  }
  return name;
}

function bindStatic(binder: Binder, type: StaticType, { name, at }: Syntax<"member">): Bound {
  const info = binder.language.registry.info(type);
  const value = info?.kind === "enum" ? info.values[name] : undefined;
  if (info !== undefined && value !== undefined) {
    const constant = new EnumValue(info.fullName, value);
    return { type, run: () => constant, at };
  }
  const [found] = binder.language.registry.staticMembers(type, name);
  if (found === undefined) throw unknownMember(binder, type, name, at);
  if (found.member.signature.kind !== "property")
    throw refused(
      binder,
      at,
      "CS0119",
      `'${type.text}.${name}' is a method, which is not valid in the given context.`,
    );
  checkAllowed(binder, found.member, at);
  return readProperty(binder, found, undefined, at);
}

/** A property of a value. */
export function bindProperty(binder: Binder, target: Bound, name: string, at: number): Bound {
  const { type } = target;
  const item = itemIndex(type, name);
  if (item !== undefined) return readItem(target, item, at);
  if (type.name === "dynamic") return lateProperty(binder, target, name, at);
  const found = binder.language.registry
    .instanceMembers(type, name)
    .find(({ member }) => member.signature.kind === "property");
  if (found !== undefined) {
    checkAllowed(binder, found.member, at);
    return readProperty(binder, found, target, at);
  }
  if (hasMethod(binder, type, name))
    throw refused(
      binder,
      at,
      "CS0428",
      `Cannot convert method group '${name}' to a value; it has to be called.`,
    );
  throw unknownMember(binder, type, name, at);
}

/** Which item of a tuple or anonymous type a name is. */
function itemIndex(type: StaticType, name: string): number | undefined {
  if (type.name !== "()" && type.name !== "{}" && type.name !== "Tuple") return undefined;
  const named = type.names?.indexOf(name) ?? -1;
  if (named >= 0) return named;
  const number = type.name === "{}" ? undefined : /^Item([1-9])$/.exec(name)?.[1];
  const index = number === undefined ? -1 : Number(number) - 1;
  return index >= 0 && index < type.arguments.length ? index : undefined;
}

function readItem(target: Bound, index: number, at: number): Bound {
  return {
    type: target.type.arguments[index] ?? objectType,
    run: (frame) => {
      const value = target.run(frame) as { readonly comparedItems: readonly Value[] } | null;
      if (value === null) throw nullReference();
      return value.comparedItems[index] ?? null;
    },
    at,
  };
}

function readProperty(
  binder: Binder,
  { member, given }: FoundMember,
  target: Bound | undefined,
  at: number,
): Bound {
  const { implementation, signature } = member;
  const get = (typeof implementation === "function" ? implementation : implementation.get) as (
    ...list: unknown[]
  ) => unknown;
  const type = substitute(signature.result, given);
  const back = binder.language.marshal.fromNative(type);
  if (target === undefined)
    return { type, run: (frame) => (back === undefined ? get(frame.run) : back(get(frame.run))), at };
  const takesNull = member.owner.name === "?";
  const native =
    member.owner.name === target.type.name ? binder.language.marshal.toReceiver(target.type) : undefined;
  const { run } = target;
  const read: RunInFrame = (frame) => {
    const value = run(frame);
    if (value === null && !takesNull) {
      frame.run.at = at;
      throw nullReference();
    }
    frame.run.at = at;
    return get(native === undefined ? value : native(value), frame.run);
  };
  return { type, run: back === undefined ? read : (frame) => back(read(frame)), at };
}

function lateProperty(binder: Binder, target: Bound, name: string, at: number): Bound {
  const { registry } = binder.language;
  const run: RunInFrame = (frame) => {
    const value = target.run(frame);
    frame.run.at = at;
    if (value === null) throw nullReference();
    const type = registry.typeOf(value);
    const item = itemIndex(type, name);
    const constant: Bound = { type, run: () => value, at };
    if (item !== undefined) return readItem(constant, item, at).run(frame);
    const found = registry
      .instanceMembers(type, name)
      .find(({ member }) => member.signature.kind === "property");
    if (found === undefined) throw lateFailure(`'${type.text}' does not contain a definition for '${name}'`);
    return readProperty(binder, found, constant, at).run(frame);
  };
  return { type: dynamicType, run, at };
}

function lateFailure(message: string): DotnetException {
  return new DotnetException("Microsoft.CSharp.RuntimeBinder.RuntimeBinderException", message);
}

function hasMethod(binder: Binder, type: StaticType, name: string): boolean {
  const { registry } = binder.language;
  return registry.instanceMembers(type, name).length > 0 || registry.extensionMethods(name).length > 0;
}

/** Whether an expression is a method's name without a call. */
export function isMethodGroup(binder: Binder, syntax: ExpressionSyntax): boolean {
  if (syntax.kind !== "member") return false;
  const type = typeNamed(binder, syntax.target);
  if (type === undefined) return false;
  const found = binder.language.registry.staticMembers(type, syntax.name);
  return found.length > 0 && found.every(({ member }) => member.signature.kind === "method");
}

/**
 * What Azure documents for `context` and nothing here computes.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
 */
const documentedOnly = new Set(["IProxyRequestContext.GraphQL", "IRequest.PrivateEndpointConnection"]);

/** Types of .NET of which every member is described. */
const described = new Set(["System.Object", "System.Nullable", "System.Collections.Generic.KeyValuePair"]);

/** A member that is not known: it does not exist, Azure does not allow it, or it is not simulated. */
function unknownMember(binder: Binder, type: StaticType, name: string, at: number): Error {
  const { registry } = binder.language;
  const info = registry.info(type);
  const subject = `${info?.fullName ?? type.text}.${name}`;
  const full = info?.fullName ?? "";
  if (documentedOnly.has(`${type.name}.${name}`)) return constructNotSimulated(binder, at, subject);
  const isClosed =
    info === undefined ||
    info.kind === "enum" ||
    (!full.startsWith("System.") && !full.startsWith("Newtonsoft.")) ||
    described.has(full);
  if (isClosed)
    return disallowed(
      binder,
      at,
      `'${type.text}' does not contain a definition for '${name}'. (CS1061)`,
      subject,
    );
  const names = registry.lineage(type).flatMap((one) => registry.info(one)?.fullName ?? []);
  if (names.slice(0, -1).some((one) => binder.allowed.allowsMember(one, name)))
    return constructNotSimulated(binder, at, subject);
  if (!binder.allowed.allowsType(full)) return disallowedType(binder, full, at);
  return disallowed(
    binder,
    at,
    `Usage of member '${name}' of type '${full}' is not supported within expressions.`,
    subject,
  );
}

/** `a.b(…)`, `f(…)` */
export function bindCall(binder: Binder, syntax: Syntax<"call">): Bound {
  const { target } = syntax;
  if (target.kind !== "member") return bindDelegate(binder, syntax, binder.expression(target));
  const typeArguments = target.typeArguments?.map((one) => resolveType(binder, one));
  const base = { arguments: syntax.arguments, typeArguments, at: target.at };
  const type = typeNamed(binder, target.target);
  if (type !== undefined) {
    const candidates = methods(binder.language.registry.staticMembers(type, target.name));
    if (candidates.length === 0) throw unknownMember(binder, type, target.name, target.at);
    return invoke(binder, { ...base, candidates, receiver: undefined, title: `${type.text}.${target.name}` });
  }
  refuseUnknownPrefix(binder, target);
  return bindMethod(binder, binder.expression(target.target), target.name, base);
}

function invoke(binder: Binder, invocation: Invocation): Bound {
  return bindInvocation(binder, invocation, isMethodGroup);
}

function methods(found: readonly FoundMember[]): readonly FoundMember[] {
  return found.filter(({ member }) => member.signature.kind === "method");
}

type CallBase = Pick<Invocation, "arguments" | "typeArguments" | "at">;

function bindMethod(binder: Binder, target: Bound, name: string, base: CallBase): Bound {
  if (target.type.name === "dynamic") return lateCall(binder, target, name, base);
  const { registry } = binder.language;
  const title = `${target.type.text}.${name}`;
  const own = methods(registry.instanceMembers(target.type, name));
  if (target.type.name === "null")
    throw refused(binder, base.at, "CS0023", "Operator '.' cannot be applied to operand of type '<null>'.");
  const extensions = fittingExtensions(binder, target.type, name);
  if (own.length > 0 || extensions.length > 0)
    return invoke(binder, { ...base, candidates: own, extensions, receiver: target, title });
  const property = registry
    .instanceMembers(target.type, name)
    .find(({ member }) => member.signature.kind === "property");
  if (property !== undefined || itemIndex(target.type, name) !== undefined)
    return bindDelegateCall(binder, bindProperty(binder, target, name, base.at), base);
  throw unknownMember(binder, target.type, name, base.at);
}

/** The extension methods whose first parameter takes a type. */
function fittingExtensions(binder: Binder, type: StaticType, name: string): readonly FoundMember[] {
  const { conversions, registry } = binder.language;
  return registry.extensionMethods(name).filter(({ member: { signature } }) => {
    const first = signature.parameters[0]?.type;
    if (first === undefined) return false;
    if (signature.typeParameters.includes(first.name)) return true;
    if (signature.typeParameters.length === 0 || first.arguments.length === 0)
      return conversions.implicit(type, first) !== undefined;
    return registry
      .lineage(type)
      .some((one) => one.name === first.name && one.arguments.length === first.arguments.length);
  });
}

function bindDelegate(binder: Binder, syntax: Syntax<"call">, target: Bound): Bound {
  const base = { arguments: syntax.arguments, typeArguments: undefined, at: syntax.at };
  return bindDelegateCall(binder, target, base);
}

function bindDelegateCall(binder: Binder, target: Bound, { arguments: list, at }: CallBase): Bound {
  const parts = delegateParts(target.type);
  if (parts === undefined && target.type.name !== "dynamic")
    throw refused(
      binder,
      at,
      "CS0149",
      `Method name expected: a value of type '${target.type.text}' cannot be called.`,
    );
  if (parts !== undefined && parts.parameters.length !== list.length)
    throw refused(
      binder,
      at,
      "CS1593",
      `Delegate '${target.type.text}' does not take ${list.length} arguments.`,
    );
  const runs = list.map(({ value }, index) => {
    if (value === undefined) throw refused(binder, at, "CS1615", "A delegate takes no argument by 'out'.");
    const bound = binder.expression(value, parts?.parameters[index]);
    const type = parts?.parameters[index];
    return type === undefined ? bound.run : convertTo(binder, bound, type).run;
  });
  return { type: parts?.result ?? dynamicType, run: delegateRun(target, runs, at), at };
}

function delegateRun(target: Bound, runs: readonly RunInFrame[], at: number): RunInFrame {
  return (frame) => {
    const called = target.run(frame);
    frame.run.at = at;
    if (called === null) throw nullReference();
    if (typeof called !== "function") throw lateFailure("Cannot invoke a non-delegate type");
    return (called as (...values: Value[]) => Value)(...runs.map((run) => run(frame)));
  };
}

/** A call on a value whose type is known only when it runs. */
function lateCall(binder: Binder, target: Bound, name: string, base: CallBase): Bound {
  const values = base.arguments.map(({ value }) => {
    if (value === undefined || value.kind === "lambda")
      throw constructNotSimulated(
        binder,
        base.at,
        `A lambda or 'out' in a call of '${name}' on a value of unknown type`,
      );
    return binder.expression(value);
  });
  const slots = values.map(() => binder.scope.reserve());
  const own = binder.scope.reserve();
  const known = new Map<string, RunInFrame>();
  const run: RunInFrame = (frame) => {
    frame.slots[own] = target.run(frame);
    values.forEach((value, index) => {
      const slot = slots[index];
      if (slot !== undefined) frame.slots[slot] = value.run(frame);
    });
    frame.run.at = base.at;
    if (frame.slots[own] === null) throw nullReference();
    const { registry } = binder.language;
    const types = [own, ...slots].map((slot) => registry.typeOf(frame.slots[slot]));
    const key = types.map(({ text }) => text).join(" ");
    const call = known.get(key) ?? bindLate(binder, name, base, [own, ...slots], types);
    if (known.size < 50) known.set(key, call);
    return call(frame);
  };
  return { type: dynamicType, run, at: base.at };
}

function bindLate(
  binder: Binder,
  name: string,
  base: CallBase,
  slots: readonly number[],
  types: readonly StaticType[],
): RunInFrame {
  const bounds = slots.map((slot, index) => lateBound(types[index] ?? objectType, slot, base.at));
  const [receiver, ...rest] = bounds;
  if (receiver === undefined) throw new Error("A call has its receiver.");
  const list = rest.map((bound, index) => boundArgument(bound, base.arguments[index]?.name));
  return lately(() => bindMethod(binder, receiver, name, { ...base, arguments: list }).run);
}

function lateBound(type: StaticType, slot: number, at: number): Bound {
  return { type, run: (frame: Frame) => frame.slots[slot] ?? null, at };
}

/** An argument that is bound already. */
function boundArgument(bound: Bound, name?: string): ArgumentSyntax {
  const value: ExpressionSyntax = { kind: "bound", bound, at: bound.at };
  return { name, passing: "value", value, declares: undefined, at: bound.at };
}

/** What is refused only now fails as an exception. */
function lately(bind: () => RunInFrame): RunInFrame {
  try {
    return bind();
  } catch (error) {
    if (error instanceof ExpressionError) throw lateFailure(error.message);
    throw error;
  }
}

/** `a[b]` */
export function bindIndex(binder: Binder, syntax: Syntax<"index">): Bound {
  const target = binder.expression(syntax.target);
  if (target.type.name === "[]") return bindElement(binder, target, syntax);
  if (target.type.name === "dynamic") return lateIndex(binder, target, syntax);
  const candidates = indexers(binder, target.type);
  if (candidates.length === 0)
    throw refused(
      binder,
      syntax.at,
      "CS0021",
      `Cannot apply indexing with [] to an expression of type '${target.type.text}'.`,
    );
  return invoke(binder, {
    candidates,
    receiver: target,
    arguments: syntax.arguments,
    typeArguments: undefined,
    title: `${target.type.text}[]`,
    at: syntax.at,
  });
}

/** The indexers of a type. */
export function indexers(binder: Binder, type: StaticType): readonly FoundMember[] {
  return binder.language.registry
    .instanceMembers(type, "this")
    .filter(({ member }) => member.signature.kind === "indexer");
}

function lateIndex(binder: Binder, target: Bound, syntax: Syntax<"index">): Bound {
  const [argument] = syntax.arguments;
  if (argument?.value === undefined || syntax.arguments.length > 1)
    throw constructNotSimulated(binder, syntax.at, "An index of several values");
  const key = binder.expression(argument.value);
  const [own, slot] = [binder.scope.reserve(), binder.scope.reserve()];
  const { at } = syntax;
  const { registry } = binder.language;
  const run: RunInFrame = (frame) => {
    frame.slots[own] = target.run(frame);
    frame.slots[slot] = key.run(frame);
    frame.run.at = at;
    if (frame.slots[own] === null) throw nullReference();
    const receiver = lateBound(registry.typeOf(frame.slots[own]), own, at);
    const index = lateBound(registry.typeOf(frame.slots[slot]), slot, at);
    if (receiver.type.name === "[]") return elementRun(receiver, index, at)(frame);
    const title = `${receiver.type.text}[]`;
    const candidates = indexers(binder, receiver.type);
    const call = {
      candidates,
      receiver,
      arguments: [boundArgument(index)],
      typeArguments: undefined,
      title,
      at,
    };
    return lately(() => invoke(binder, call).run)(frame);
  };
  return { type: dynamicType, run, at };
}

function bindElement(binder: Binder, target: Bound, syntax: Syntax<"index">): Bound {
  const [argument] = syntax.arguments;
  if (argument?.value === undefined || syntax.arguments.length > 1)
    throw refused(binder, syntax.at, "CS0022", "Wrong number of indices inside []; expected 1.");
  const index = convertTo(binder, binder.expression(argument.value), intType);
  return { type: elementTypeOf(target.type), run: elementRun(target, index, syntax.at), at: syntax.at };
}

function elementRun(target: Bound, index: Bound, at: number): RunInFrame {
  return (frame) => {
    const list = target.run(frame);
    const position = index.run(frame) as number;
    frame.run.at = at;
    if (list === null) throw nullReference();
    if (list instanceof Uint8Array) {
      const byte = list[position];
      if (byte === undefined) throw outOfArray();
      return new NumberValue("byte", byte);
    }
    const { items } = list as ArrayValue;
    if (!(position >= 0 && position < items.length)) throw outOfArray();
    return items[position] ?? null;
  };
}

/** What .NET throws for an index that an array does not have. */
export function outOfArray(): DotnetException {
  return new DotnetException("IndexOutOfRangeException", "Index was outside the bounds of the array.");
}

/** `a?.b` */
export function bindConditionalAccess(binder: Binder, syntax: Syntax<"conditional-access">): Bound {
  const target = binder.expression(syntax.target);
  const slot = binder.scope.reserve();
  const type = target.type.name === "?" ? elementTypeOf(target.type) : target.type;
  if (binder.language.conversions.isValueType(type) && target.type.name !== "?")
    throw refused(
      binder,
      syntax.at,
      "CS0023",
      `Operator '?' cannot be applied to operand of type '${type.text}'.`,
    );
  binder.receivers.push({ type, run: (frame) => frame.slots[slot], at: syntax.at });
  const rest = binder.expression(syntax.rest);
  const isValue = binder.language.conversions.isValueType(rest.type);
  return {
    type: isValue ? namedType("?", rest.type) : rest.type,
    run: (frame) => {
      const value = target.run(frame);
      if (value === null) return null;
      frame.slots[slot] = value;
      return rest.run(frame);
    },
    at: syntax.at,
  };
}

/** The innermost thing that `?.` or an extension method was applied to; each is asked for once. */
export function bindReceiver(binder: Binder, at: number): Bound {
  const receiver = binder.receivers.pop();
  if (receiver === undefined) throw refused(binder, at, "CS1525", "Invalid expression term '.'.");
  return receiver;
}
