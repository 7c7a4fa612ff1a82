import type { StaticType } from "./static-type.ts";

/** The variables of one function: how many places a call of it needs. */
export interface Layout {
  size: number;
  readonly parent: Layout | undefined;
}

/** A variable. */
export interface Variable {
  readonly name: string;
  readonly type: StaticType;
  readonly slot: number;
  readonly layout: Layout;
}

/** The variables that can be seen at one place. */
export class LocalScope {
  readonly layout: Layout;
  readonly #parent: LocalScope | undefined;
  readonly #variables = new Map<string, Variable>();

  /** @param layout Of the function that it is part of. */
  constructor(layout: Layout, parent?: LocalScope) {
    this.layout = layout;
    this.#parent = parent;
  }

  /** A scope inside this one. */
  inner(): LocalScope {
    return new LocalScope(this.layout, this);
  }

  /** The scope of a function that is written in this one. */
  ofFunction(): LocalScope {
    return new LocalScope({ size: 0, parent: this.layout }, this);
  }

  /** The variable of a name. */
  find(name: string): Variable | undefined {
    for (let scope: LocalScope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const found = scope.#variables.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Declares one; `undefined` when the name is taken, which C# does not allow. */
  declare(name: string, type: StaticType): Variable | undefined {
    if (this.find(name) !== undefined) return undefined;
    const variable = { name, type, slot: this.layout.size++, layout: this.layout };
    this.#variables.set(name, variable);
    return variable;
  }

  /** A place for a value that has no name. */
  reserve(): number {
    return this.layout.size++;
  }

  /** How many functions lie between this place and the one that declared a variable. */
  distance(variable: Variable): number {
    let distance = 0;
    for (let at: Layout | undefined = this.layout; at !== undefined && at !== variable.layout; at = at.parent)
      distance++;
    return distance;
  }
}
