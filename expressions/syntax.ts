import type { Value } from "./value.ts";

/** A type as it is written. */
export type TypeSyntax =
  | {
      readonly kind: "name";
      readonly name: string;
      readonly arguments: readonly TypeSyntax[];
      readonly at: number;
    }
  | { readonly kind: "array" | "nullable"; readonly element: TypeSyntax; readonly at: number }
  | {
      readonly kind: "tuple";
      readonly items: readonly { readonly type: TypeSyntax; readonly name: string | undefined }[];
      readonly at: number;
    };

/** One argument of a call. */
export interface ArgumentSyntax {
  /** Of `name: value`. */
  readonly name: string | undefined;
  readonly passing: "value" | "out" | "ref";
  /** `undefined` for `out var x`, which {@link ArgumentSyntax.declares} then. */
  readonly value: ExpressionSyntax | undefined;
  /** `out var x`, `out string x`. */
  readonly declares: { readonly type: TypeSyntax | undefined; readonly name: string } | undefined;
  readonly at: number;
}

/** A hole of an interpolated string. */
export interface HoleSyntax {
  readonly value: ExpressionSyntax;
  readonly alignment: ExpressionSyntax | undefined;
  readonly format: string | undefined;
}

/** What stands in braces after `new T(…)`. */
export type InitializerSyntax =
  | {
      readonly kind: "members";
      readonly members: readonly {
        readonly name: string | undefined;
        readonly keys: readonly ArgumentSyntax[];
        readonly value: ExpressionSyntax;
        readonly at: number;
      }[];
    }
  | { readonly kind: "items"; readonly items: readonly (readonly ExpressionSyntax[])[] };

/** A parameter of a lambda. */
export interface ParameterSyntax {
  readonly name: string;
  readonly type: TypeSyntax | undefined;
}

/** What `is`, `case` and the arms of a `switch` match. */
export type PatternSyntax =
  | { readonly kind: "constant"; readonly value: ExpressionSyntax; readonly at: number }
  | {
      readonly kind: "type";
      readonly type: TypeSyntax;
      readonly name: string | undefined;
      readonly at: number;
    }
  | { readonly kind: "var"; readonly name: string | undefined; readonly at: number }
  | {
      readonly kind: "relation";
      readonly operator: string;
      readonly value: ExpressionSyntax;
      readonly at: number;
    }
  | { readonly kind: "not"; readonly pattern: PatternSyntax; readonly at: number }
  | {
      readonly kind: "and" | "or";
      readonly left: PatternSyntax;
      readonly right: PatternSyntax;
      readonly at: number;
    };

/** An expression; `at` is its place in the source. */
export type ExpressionSyntax = { readonly at: number } & (
  | { readonly kind: "literal"; readonly type: string; readonly value: Value }
  | { readonly kind: "interpolated"; readonly parts: readonly (string | HoleSyntax)[] }
  | {
      readonly kind: "name";
      readonly name: string;
      readonly typeArguments: readonly TypeSyntax[] | undefined;
    }
  | {
      readonly kind: "member";
      readonly target: ExpressionSyntax;
      readonly name: string;
      readonly typeArguments: readonly TypeSyntax[] | undefined;
    }
  | { readonly kind: "predefined-type"; readonly type: TypeSyntax }
  | {
      readonly kind: "conditional-access";
      readonly target: ExpressionSyntax;
      readonly rest: ExpressionSyntax;
    }
  | { readonly kind: "receiver" }
  | {
      readonly kind: "call";
      readonly target: ExpressionSyntax;
      readonly arguments: readonly ArgumentSyntax[];
    }
  | {
      readonly kind: "index";
      readonly target: ExpressionSyntax;
      readonly arguments: readonly ArgumentSyntax[];
    }
  | { readonly kind: "bound"; readonly bound: unknown }
  | {
      readonly kind: "new";
      readonly type: TypeSyntax;
      readonly arguments: readonly ArgumentSyntax[];
      readonly initializer: InitializerSyntax | undefined;
    }
  | {
      readonly kind: "new-array";
      readonly element: TypeSyntax | undefined;
      readonly size: ExpressionSyntax | undefined;
      readonly items: readonly ExpressionSyntax[] | undefined;
    }
  | {
      readonly kind: "new-anonymous";
      readonly members: readonly { readonly name: string; readonly value: ExpressionSyntax }[];
    }
  | { readonly kind: "cast"; readonly type: TypeSyntax; readonly operand: ExpressionSyntax }
  | { readonly kind: "as"; readonly type: TypeSyntax; readonly operand: ExpressionSyntax }
  | { readonly kind: "is"; readonly operand: ExpressionSyntax; readonly pattern: PatternSyntax }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: ExpressionSyntax }
  | { readonly kind: "prefix"; readonly operator: string; readonly operand: ExpressionSyntax }
  | { readonly kind: "postfix"; readonly operator: string; readonly operand: ExpressionSyntax }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: ExpressionSyntax;
      readonly right: ExpressionSyntax;
    }
  | {
      readonly kind: "assign";
      readonly operator: string;
      readonly target: ExpressionSyntax;
      readonly value: ExpressionSyntax;
    }
  | {
      readonly kind: "condition";
      readonly test: ExpressionSyntax;
      readonly then: ExpressionSyntax;
      readonly otherwise: ExpressionSyntax;
    }
  | {
      readonly kind: "lambda";
      readonly parameters: readonly ParameterSyntax[];
      readonly body: ExpressionSyntax | StatementSyntax;
    }
  | {
      readonly kind: "tuple";
      readonly items: readonly { readonly name: string | undefined; readonly value: ExpressionSyntax }[];
    }
  | { readonly kind: "typeof"; readonly type: TypeSyntax }
  | { readonly kind: "default"; readonly type: TypeSyntax | undefined }
  | { readonly kind: "throw"; readonly value: ExpressionSyntax }
  | {
      readonly kind: "switch-value";
      readonly operand: ExpressionSyntax;
      readonly arms: readonly {
        readonly pattern: PatternSyntax;
        readonly guard: ExpressionSyntax | undefined;
        readonly value: ExpressionSyntax;
      }[];
    }
);

/** A section of a `switch`; an empty label is `default`. */
export interface SwitchSectionSyntax {
  readonly labels: readonly (
    | { readonly pattern: PatternSyntax; readonly guard: ExpressionSyntax | undefined }
    | undefined
  )[];
  readonly body: readonly StatementSyntax[];
}

/** A `catch`. */
export interface CatchSyntax {
  readonly type: TypeSyntax | undefined;
  readonly name: string | undefined;
  readonly guard: ExpressionSyntax | undefined;
  readonly body: StatementSyntax;
}

/** A statement. */
export type StatementSyntax = { readonly at: number } & (
  | { readonly kind: "block"; readonly body: readonly StatementSyntax[] }
  | {
      readonly kind: "local";
      readonly type: TypeSyntax | undefined;
      readonly using: boolean;
      readonly variables: readonly {
        readonly name: string;
        readonly value: ExpressionSyntax | undefined;
        readonly at: number;
      }[];
    }
  | {
      readonly kind: "deconstruct";
      readonly names: readonly string[];
      readonly value: ExpressionSyntax;
    }
  | { readonly kind: "expression"; readonly value: ExpressionSyntax }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly result: TypeSyntax;
      readonly parameters: readonly { readonly name: string; readonly type: TypeSyntax }[];
      readonly body: ExpressionSyntax | StatementSyntax;
    }
  | {
      readonly kind: "if";
      readonly test: ExpressionSyntax;
      readonly then: StatementSyntax;
      readonly otherwise: StatementSyntax | undefined;
    }
  | {
      readonly kind: "for";
      readonly start: readonly StatementSyntax[];
      readonly test: ExpressionSyntax | undefined;
      readonly next: readonly ExpressionSyntax[];
      readonly body: StatementSyntax;
    }
  | {
      readonly kind: "foreach";
      readonly type: TypeSyntax | undefined;
      readonly name: string;
      readonly source: ExpressionSyntax;
      readonly body: StatementSyntax;
    }
  | { readonly kind: "while" | "do"; readonly test: ExpressionSyntax; readonly body: StatementSyntax }
  | {
      readonly kind: "switch";
      readonly operand: ExpressionSyntax;
      readonly sections: readonly SwitchSectionSyntax[];
    }
  | {
      readonly kind: "try";
      readonly body: StatementSyntax;
      readonly catches: readonly CatchSyntax[];
      readonly finally: StatementSyntax | undefined;
    }
  | { readonly kind: "using"; readonly resource: StatementSyntax; readonly body: StatementSyntax }
  | { readonly kind: "return" | "throw"; readonly value: ExpressionSyntax | undefined }
  | { readonly kind: "break" | "continue" | "empty" }
);
