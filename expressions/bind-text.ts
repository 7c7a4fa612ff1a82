import { type Binder, type Bound, constructNotSimulated, convertTo } from "./binder.ts";
import type { RunInFrame } from "./evaluation.ts";
import { intType, objectType, stringType } from "./static-type.ts";
import type { ExpressionSyntax, HoleSyntax } from "./syntax.ts";

type Syntax<K extends ExpressionSyntax["kind"]> = Extract<ExpressionSyntax, { readonly kind: K }>;

/** `$"…{a,5:N2}…"` */
export function bindInterpolated(binder: Binder, syntax: Syntax<"interpolated">): Bound {
  const runs = syntax.parts.map((part): RunInFrame => {
    if (typeof part === "string") return () => part;
    return bindHole(binder, part, syntax.at);
  });
  return {
    type: stringType,
    run: (frame) => {
      let text = "";
      for (const run of runs) text += run(frame) as string;
      if (text.length > 256) frame.run.allocate(text.length);
      return text;
    },
    at: syntax.at,
  };
}

function bindHole(binder: Binder, hole: HoleSyntax, at: number): RunInFrame {
  const value = binder.expression(hole.value);
  if (hole.format === undefined && hole.alignment === undefined)
    return (frame) => frame.run.text(value.run(frame));
  const alignment =
    hole.alignment === undefined ? undefined : convertTo(binder, binder.expression(hole.alignment), intType);
  const found = binder.language.registry
    .staticMembers(stringType, "Format")
    .find(({ member }) => member.signature.parameters.some(({ passing }) => passing === "params"));
  const implementation = found?.member.implementation;
  if (typeof implementation !== "function")
    throw constructNotSimulated(binder, at, "The format of a hole in an interpolated string");
  const format = implementation as (...list: unknown[]) => unknown;
  const run = convertTo(binder, value, objectType).run;
  const suffix = hole.format === undefined ? "" : `:${hole.format}`;
  return (frame) => {
    const width = alignment === undefined ? "" : `,${String(alignment.run(frame))}`;
    return format(`{0${width}${suffix}}`, [run(frame)], frame.run);
  };
}
