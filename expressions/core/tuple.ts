import { allocate, spend } from "../meter.ts";
import type { StaticType } from "../static-type.ts";
import type { Host } from "../type-description.ts";
import type { Value } from "../value.ts";

/** A tuple, or an object of an anonymous type. */
export class ItemsValue {
  readonly staticType: StaticType;
  readonly comparedItems: readonly Value[];

  /** @param items In the order of the type's items. */
  constructor(staticType: StaticType, items: readonly Value[]) {
    this.staticType = staticType;
    this.comparedItems = items;
  }

  /** Each member with its name: what is written as JSON. */
  entries(): readonly (readonly [name: string, value: Value])[] {
    return this.comparedItems.map(
      (item, index) => [this.staticType.names?.[index] ?? `Item${index + 1}`, item] as const,
    );
  }

  /** `ToString()` */
  text(host: Host): string {
    spend(1);
    const text =
      this.staticType.name === "{}"
        ? `{ ${this.entries()
            .map(([name, value]) => `${name} = ${host.text(value)}`)
            .join(", ")} }`
        : `(${this.comparedItems.map((item) => host.text(item)).join(", ")})`;
    allocate(text.length);
    return text;
  }
}
