import { type Binder, type Bound, refused } from "./binder.ts";
import type { Frame, RunInFrame } from "./evaluation.ts";
import type { Variable } from "./scope.ts";
import type { StaticType } from "./static-type.ts";
import type { Value } from "./value.ts";

/** Declares a variable, or refuses a name that is taken. */
export function declareVariable(binder: Binder, name: string, type: StaticType, at: number): Variable {
  const variable = binder.scope.declare(name, type);
  if (variable === undefined)
    throw refused(binder, at, "CS0128", `A local variable named '${name}' is already defined in this scope.`);
  return variable;
}

/** Reads a variable. */
export function readVariable(binder: Binder, variable: Variable, at: number): Bound {
  const { slot, type } = variable;
  const distance = binder.scope.distance(variable);
  return { type, run: reader(slot, distance), at };
}

function reader(slot: number, distance: number): RunInFrame {
  if (distance === 0) return (frame) => frame.slots[slot] ?? null;
  if (distance === 1) return (frame) => frame.parent?.slots[slot] ?? null;
  return (frame) => ancestor(frame, distance).slots[slot] ?? null;
}

/** Writes a variable that can be seen here. */
export function variableWriter(binder: Binder, variable: Variable): (frame: Frame, value: Value) => void {
  const { slot } = variable;
  const distance = binder.scope.distance(variable);
  if (distance === 0)
    return (frame, value) => {
      frame.slots[slot] = value;
    };
  return (frame, value) => {
    ancestor(frame, distance).slots[slot] = value;
  };
}

function ancestor(start: Frame, distance: number): Frame {
  let frame = start;
  for (let step = 0; step < distance && frame.parent !== undefined; step++) frame = frame.parent;
  return frame;
}
