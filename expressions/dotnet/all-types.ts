import type { TypeDescription } from "../type-description.ts";

/** The types of .NET's base library that the language knows, family by family. */
export const dotnetTypes: readonly TypeDescription[] = [];
