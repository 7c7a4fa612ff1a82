import { bindLambda } from "./bind-lambda.ts";
import { declareVariable, variableWriter } from "./bind-variable.ts";
import {
  type Binder,
  type Bound,
  convertTo,
  disallowed,
  disallowedType,
  refused,
  resolveType,
} from "./binder.ts";
import { type Frame, nullReference, type RunInFrame } from "./evaluation.ts";
import {
  type ArgumentShape,
  type Choice,
  chooseOverload,
  groupType,
  type Placed,
  unify,
} from "./overload.ts";
import {
  delegateParts,
  dynamicType,
  elementTypeOf,
  lambdaType,
  namedType,
  objectType,
  type StaticType,
  substitute,
} from "./static-type.ts";
import type { ArgumentSyntax, ExpressionSyntax } from "./syntax.ts";
import type { OutCell } from "./type-description.ts";
import type { FoundMember, Member } from "./type-registry.ts";
import type { Value } from "./value.ts";

/** What is called, on what, with what. */
export interface Invocation {
  readonly candidates: readonly FoundMember[];
  /** Extension methods, which take the receiver as their first argument; asked when no candidate fits. */
  readonly extensions?: readonly FoundMember[];
  /** Of an instance member. */
  readonly receiver: Bound | undefined;
  readonly arguments: readonly ArgumentSyntax[];
  readonly typeArguments: readonly StaticType[] | undefined;
  /** As a message names it: `string.Substring`. */
  readonly title: string;
  readonly at: number;
}

/** An argument: bound, or a lambda that waits for its type. */
interface Prepared {
  readonly syntax: ArgumentSyntax;
  readonly shape: ArgumentShape;
  readonly bound: Bound | undefined;
}

/** Binds a call of a member that has to be found among its overloads. */
export function bindInvocation(binder: Binder, invocation: Invocation, isGroup: GroupTest): Bound {
  const prepared = invocation.arguments.map((syntax) => prepare(binder, syntax, isGroup));
  const shapes = prepared.map(({ shape }) => shape);
  const choice = chooseOverload(binder.language, invocation.candidates, shapes, invocation.typeArguments);
  if (choice === undefined) return bindExtension(binder, invocation, prepared);
  checkAllowed(binder, choice.found.member, invocation.at);
  return bindChoice(binder, choice, prepared, invocation);
}

/** `source.Select(…)` as `Enumerable.Select(source, …)`. */
function bindExtension(binder: Binder, invocation: Invocation, prepared: readonly Prepared[]): Bound {
  const { receiver, extensions = [], at } = invocation;
  const shapes = prepared.map(({ shape }) => shape);
  if (receiver === undefined || extensions.length === 0) throw noOverload(binder, invocation, shapes);
  const syntax = { name: undefined, passing: "value", value: undefined, declares: undefined, at } as const;
  const shape = { name: undefined, passing: "value", type: receiver.type } as const;
  const all: readonly Prepared[] = [{ syntax, shape, bound: receiver }, ...prepared];
  const choice = chooseOverload(
    binder.language,
    extensions,
    all.map((one) => one.shape),
    invocation.typeArguments,
  );
  if (choice === undefined) throw noOverload(binder, { ...invocation, candidates: extensions }, shapes);
  checkAllowed(binder, choice.found.member, at);
  return bindChoice(binder, choice, all, { ...invocation, receiver: undefined });
}

/** Whether an expression is a method's name without a call. */
export type GroupTest = (binder: Binder, syntax: ExpressionSyntax) => boolean;

function prepare(binder: Binder, syntax: ArgumentSyntax, isGroup: GroupTest): Prepared {
  const { name, passing, value, declares } = syntax;
  if (passing === "ref") throw refused(binder, syntax.at, "CS1615", "No member takes an argument by 'ref'.");
  if (value === undefined || declares !== undefined) {
    const type = declares?.type === undefined ? undefined : resolveType(binder, declares.type);
    return { syntax, shape: { name, passing, type }, bound: undefined };
  }
  if (value.kind === "lambda")
    return { syntax, shape: { name, passing, type: lambdaType(value.parameters.length) }, bound: undefined };
  if ((value.kind === "member" || value.kind === "name") && isGroup(binder, value))
    return { syntax, shape: { name, passing, type: groupType }, bound: undefined };
  if (
    passing === "out" &&
    value.kind === "name" &&
    value.name === "_" &&
    binder.scope.find("_") === undefined
  )
    return { syntax, shape: { name, passing, type: undefined }, bound: undefined };
  const bound = binder.expression(value);
  return { syntax, shape: { name, passing, type: bound.type, constant: bound.constant }, bound };
}

function noOverload(
  binder: Binder,
  { candidates, title, at }: Invocation,
  shapes: readonly ArgumentShape[],
): Error {
  const counts = candidates.some(({ member: { signature } }) => signature.parameters.length >= shapes.length);
  const given = shapes.map(({ type }) => type?.text ?? "out var").join(", ");
  if (!counts)
    return refused(
      binder,
      at,
      "CS1501",
      `No overload for method '${title}' takes ${shapes.length} arguments.`,
    );
  return refused(binder, at, "CS1503", `No overload of '${title}' takes the arguments (${given}).`);
}

/** Refuses what is not on Azure's list: neither under the type that declares it nor under one that it derives from. */
export function checkAllowed(binder: Binder, { owner, signature }: Member, at: number): void {
  if (signature.kind === "operator" || binder.allowed.allowsMember(owner.fullName, signature.name)) return;
  if (!binder.allowed.allowsType(owner.fullName)) throw disallowedType(binder, owner.fullName, at);
  const { registry } = binder.language;
  const lineage = registry.lineage(namedType(owner.name, ...owner.parameters.map(() => dynamicType)));
  const isInherited = lineage.slice(1).some((type) => {
    const info = registry.info(type);
    return (
      info?.members.has(signature.name) === true && binder.allowed.allowsMember(info.fullName, signature.name)
    );
  });
  if (isInherited) return;
  throw disallowed(
    binder,
    at,
    `Usage of member '${signature.name}' of type '${owner.fullName}' is not supported within expressions.`,
    `${owner.fullName}.${signature.name}`,
  );
}

/** How one parameter gets its value. */
type Filler = (frame: Frame) => unknown;

function bindChoice(
  binder: Binder,
  choice: Choice,
  prepared: readonly Prepared[],
  invocation: Invocation,
): Bound {
  const { member } = choice.found;
  const fillers = choice.placed.map((placed) => bindParameter(binder, choice, placed, prepared));
  const outs = fillers.filter((one) => one.out !== undefined);
  const result = resultType(choice);
  // A value that knows its type tells its type arguments itself; the null of a nullable type does not.
  const generic =
    member.signature.kind === "constructor" || member.owner.name === "?"
      ? member.owner.parameters
      : member.signature.typeParameters;
  const run = callRun(binder, invocation, member, {
    fillers: fillers.map(({ fill }) => fill),
    result,
    names: generic.map((name) => (choice.given.get(name) ?? dynamicType).text),
  });
  if (outs.length === 0) return { type: result, run, at: invocation.at };
  return {
    type: result,
    run: withOuts(
      run,
      outs.flatMap(({ out }) => out ?? []),
    ),
    at: invocation.at,
  };
}

function resultType({ found, given }: Choice): StaticType {
  // What a constructor makes is a value already; its type is that of the `new` expression.
  if (found.member.signature.kind === "constructor") return objectType;
  const filled = new Map(given);
  for (const name of found.member.signature.typeParameters)
    if (!filled.has(name)) filled.set(name, dynamicType);
  return substitute(found.member.signature.result, filled);
}

interface Out {
  readonly slot: number;
  readonly assign: (frame: Frame, value: Value) => void;
  readonly back: ((value: Value) => unknown) | undefined;
}

interface Filled {
  readonly fill: Filler;
  readonly out?: Out | undefined;
}

function bindParameter(
  binder: Binder,
  choice: Choice,
  placed: Placed,
  prepared: readonly Prepared[],
): Filled {
  const { source, parameter } = placed;
  if (source === undefined) {
    const value = parameter.default?.value;
    return { fill: () => value };
  }
  if (typeof source === "object")
    return bindList(
      binder,
      choice,
      placed,
      source.map((index) => prepared[index]),
    );
  const argument = prepared[source];
  if (argument === undefined) return { fill: () => null };
  if (parameter.passing === "out") return bindOut(binder, argument, placed.type);
  const bound = bindArgument(binder, choice, argument, parameter.type, placed.type);
  // What is declared as a type parameter is kept or compared as the value that it is.
  const native = binder.language.marshal.toNative(
    parameter.type.name === "[]" ? placed.type : parameter.type,
  );
  return { fill: native === undefined ? bound.run : (frame) => native(bound.run(frame)) };
}

function bindList(
  binder: Binder,
  choice: Choice,
  placed: Placed,
  list: readonly (Prepared | undefined)[],
): Filled {
  const [declared, type] = [elementTypeOf(placed.parameter.type), elementTypeOf(placed.type)];
  const items = list.flatMap((one) =>
    one === undefined ? [] : [bindArgument(binder, choice, one, declared, type).run],
  );
  if (type.name === "byte")
    return { fill: (frame) => Uint8Array.from(items.map((item) => Number(item(frame)))) };
  return { fill: (frame) => items.map((item) => item(frame)) };
}

function bindArgument(
  binder: Binder,
  choice: Choice,
  argument: Prepared,
  declared: StaticType,
  type: StaticType,
): Bound {
  if (argument.bound !== undefined) return convertTo(binder, argument.bound, type);
  const { value } = argument.syntax;
  const parts = delegateParts(declared) ?? delegateParts(type);
  const syntax = value?.kind === "lambda" ? value : groupLambda(value, parts?.parameters.length ?? 0);
  const open = new Map(choice.given);
  for (const name of choice.found.member.signature.typeParameters)
    if (!open.has(name)) open.set(name, dynamicType);
  if (parts === undefined || syntax?.kind !== "lambda")
    throw refused(binder, argument.syntax.at, "CS1660", "A lambda stands where no delegate is taken.");
  const isOpen = choice.found.member.signature.typeParameters.some((name) => !choice.given.has(name));
  const result = substitute(parts.result, open);
  const lambda = bindLambda(binder, syntax, {
    parameters: parts.parameters.map((one) => substitute(one, open)),
    result: isOpen && result.text.includes("dynamic") ? undefined : result,
  });
  unify(binder.language, parts.result, lambda.result, {
    given: choice.given,
    open: new Set(choice.found.member.signature.typeParameters),
  });
  return lambda.bound;
}

/** `int.Parse` as `x => int.Parse(x)`. */
function groupLambda(value: ExpressionSyntax | undefined, count: number): ExpressionSyntax | undefined {
  if (value === undefined) return undefined;
  const names = Array.from({ length: count }, (_, index) => `<${index}>`);
  return {
    kind: "lambda",
    parameters: names.map((name) => ({ name, type: undefined })),
    body: {
      kind: "call",
      target: value,
      arguments: names.map((name) => ({
        name: undefined,
        passing: "value" as const,
        value: { kind: "name" as const, name, typeArguments: undefined, at: value.at },
        declares: undefined,
        at: value.at,
      })),
      at: value.at,
    },
    at: value.at,
  };
}

function bindOut(binder: Binder, { syntax }: Prepared, type: StaticType): Filled {
  const slot = binder.scope.reserve();
  const fill = (frame: Frame) => {
    const cell: OutCell = { value: null };
    frame.slots[slot] = cell;
    return cell;
  };
  const back = binder.language.marshal.fromNative(type);
  const name = syntax.declares?.name ?? (syntax.value?.kind === "name" ? syntax.value.name : undefined);
  if (name === undefined)
    throw refused(binder, syntax.at, "CS1510", "A ref or out value must be an assignable variable.");
  if (name === "_" && binder.scope.find("_") === undefined) return { fill };
  const variable =
    syntax.declares === undefined ? binder.scope.find(name) : declareVariable(binder, name, type, syntax.at);
  if (variable === undefined)
    throw refused(binder, syntax.at, "CS0103", `The name '${name}' does not exist in the current context.`);
  return { fill, out: { slot, assign: variableWriter(binder, variable), back } };
}

function withOuts(run: RunInFrame, outs: readonly Out[]): RunInFrame {
  return (frame) => {
    const result = run(frame);
    for (const { slot, assign, back } of outs) {
      const cell = frame.slots[slot] as OutCell;
      assign(frame, back === undefined ? cell.value : back(cell.value));
    }
    return result;
  };
}

interface Call {
  readonly fillers: readonly Filler[];
  readonly result: StaticType;
  readonly names: readonly string[];
}

function callRun(binder: Binder, invocation: Invocation, member: Member, call: Call): RunInFrame {
  const { receiver, at } = invocation;
  const implementation = member.implementation;
  const target = (typeof implementation === "function" ? implementation : implementation.get) as (
    ...list: unknown[]
  ) => unknown;
  const back = binder.language.marshal.fromNative(call.result);
  const names = call.names.length === 0 ? undefined : call.names;
  const takesNull = member.signature.isExtension || member.owner.name === "?";
  const own = receiver === undefined ? undefined : ownRun(binder, receiver, member, takesNull);
  const invoke = invoker(target, own, call.fillers, names);
  if (back === undefined)
    return (frame) => {
      frame.run.at = at;
      frame.run.spend(1);
      return invoke(frame, at);
    };
  return (frame) => {
    frame.run.at = at;
    frame.run.spend(1);
    return back(invoke(frame, at));
  };
}

/** The receiver, in the form that the member takes it. */
function ownRun(binder: Binder, receiver: Bound, member: Member, takesNull: boolean): Filler {
  const native = binder.language.marshal.toReceiver(receiver.type);
  const isOwn = member.owner.name === receiver.type.name;
  const { run } = receiver;
  return (frame) => {
    const value = run(frame);
    if (value === null && !takesNull) throw nullReference();
    return native === undefined || !isOwn ? value : native(value);
  };
}

type Invoke = (frame: Frame, at: number) => unknown;

/** The common numbers of arguments without a list in between. */
function invoker(
  target: (...list: unknown[]) => unknown,
  own: Filler | undefined,
  fillers: readonly Filler[],
  names: readonly string[] | undefined,
): Invoke {
  const all = own === undefined ? fillers : [own, ...fillers];
  const [first, second, third] = all;
  if (names === undefined) {
    if (all.length === 0) return (frame) => target(frame.run);
    if (all.length === 1 && first !== undefined)
      return (frame, at) => {
        const one = first(frame);
        frame.run.at = at;
        return target(one, frame.run);
      };
    if (all.length === 2 && first !== undefined && second !== undefined)
      return (frame, at) => {
        const [one, two] = [first(frame), second(frame)];
        frame.run.at = at;
        return target(one, two, frame.run);
      };
    if (all.length === 3 && first !== undefined && second !== undefined && third !== undefined)
      return (frame, at) => {
        const one = first(frame);
        const two = second(frame);
        const three = third(frame);
        frame.run.at = at;
        return target(one, two, three, frame.run);
      };
  }
  return (frame, at) => {
    const list = all.map((fill) => fill(frame));
    frame.run.at = at;
    return target(...list, frame.run, names);
  };
}
