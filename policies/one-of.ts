/** One member of a union, without the properties of the others: TypeScript alone would let them be mixed. */
export type OneOf<
  Union,
  Keys extends PropertyKey = Union extends unknown ? keyof Union : never,
> = Union extends unknown ? Union & { readonly [Key in Exclude<Keys, keyof Union>]?: never } : never;
