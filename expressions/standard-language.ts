import { allowedTypes, impliedTypes } from "./allowed-types.ts";
import { charged } from "./charged.ts";
import { arrayTypes } from "./core/array-types.ts";
import { cipherTypes } from "./core/cipher-types.ts";
import { collectionTypes } from "./core/collection-types.ts";
import { contextTypes } from "./core/context-types.ts";
import { exceptionTypes } from "./core/exception-types.ts";
import { linqTypes } from "./core/linq-types.ts";
import { lookupTypes } from "./core/lookup-types.ts";
import { objectTypes } from "./core/object-types.ts";
import { tokenTypes } from "./core/token-types.ts";
import { dotnetTypes } from "./dotnet/all-types.ts";
import { Language } from "./language.ts";

let language: Language | undefined;

/** The language of policy expressions; made when the first one is compiled. */
export function standardLanguage(): Language {
  language ??= new Language([
    ...objectTypes,
    ...dotnetTypes.map(charged),
    ...arrayTypes.map(charged),
    ...collectionTypes,
    ...lookupTypes,
    ...linqTypes,
    ...contextTypes,
    ...tokenTypes,
    ...cipherTypes,
    ...exceptionTypes,
  ]);
  return language;
}

/** Microsoft's list of what an expression may use. */
export const allowedMembers = {
  /** Whether a type may be named, by its full name without type parameters. */
  allowsType(fullName: string): boolean {
    return Object.hasOwn(allowedTypes, fullName) || impliedTypes.has(fullName) || isOfLanguage(fullName);
  },

  /** Whether a member of a type may be used; a constructor is `new`, an indexer `this`. */
  allowsMember(fullName: string, member: string): boolean {
    const list = Object.hasOwn(allowedTypes, fullName) ? allowedTypes[fullName] : undefined;
    if (list === undefined) return impliedTypes.has(fullName) || isOfLanguage(fullName);
    if (list === "all") return true;
    const name = member === "new" ? "(Constructor)" : member === "this" ? "Item" : member;
    return "only" in list ? list.only.includes(name) : !list.except.includes(name);
  },

  /** The full name of a listed type. */
  typeNamed(name: string): string | undefined {
    return Object.keys(allowedTypes).find((full) => full === name || full.endsWith(`.${name}`));
  },
};

/** What the language itself or `context` brings: no list names it, for nobody could do without it. */
function isOfLanguage(fullName: string): boolean {
  return (
    fullName.startsWith("Microsoft.Azure.ApiManagement.") ||
    /^System\.(Func|Action|Predicate|Comparison|Converter|Object)$/.test(fullName) ||
    /^System\.(Collections\.IEnumerable|Collections\.Generic\.IReadOnlyList|Linq\.\w+)$/.test(fullName)
  );
}
