import { allowedTypes } from "./allowed-types.ts";
import { allowedMembers, standardLanguage } from "./standard-language.ts";
import type { Member, TypeInfo } from "./type-registry.ts";

/** The page that lists what an expression can use here, from the same tables that the compiler checks by. */
export function supportedMembersPage(): string {
  const types = [...Map.groupBy(standardLanguage().registry.all(), ({ fullName }) => fullName)]
    .filter(([name]) => allowedMembers.allowsType(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const known = new Set(types.map(([name]) => name));
  const missing = Object.keys(allowedTypes).filter((name) => !known.has(name));
  const lines = [
    "# Supported members of policy expressions",
    "",
    "`npm run docs` writes this page. Policy expressions are C# 7 as Azure takes it: literals, verbatim and interpolated texts, operators, casts, `is`, `as`,",
    "patterns, `?:`, `??`, `?.`, indexers, lambdas, LINQ, tuples, anonymous types, and blocks with `if`, `switch`, loops, `try` and local functions.",
    "A type or member that Azure does not allow is refused. One that Azure allows and that is not listed here is not simulated.",
    "",
    "| Type | Members |",
    "|---|---|",
    ...types.map(([name, infos]) => `| \`${name}\` | ${membersOf(infos)} |`),
    "",
    "## Types that are not simulated",
    "",
    missing.length === 0 ? "None." : missing.map((name) => `\`${name}\``).join(", "),
    "",
  ];
  return lines.join("\n");
}

function membersOf(infos: readonly TypeInfo[]): string {
  const values = infos.flatMap((info) => Object.keys(info.values));
  const members = infos.flatMap((info) => [...info.members.values()].flat()).filter(isAllowed);
  const names = new Set([...values, ...members.map(nameOf)]);
  return names.size === 0 ? "used as a type" : [...names].map((name) => `\`${name}\``).join(", ");
}

function isAllowed({ owner, signature }: Member): boolean {
  return signature.kind === "operator" || allowedMembers.allowsMember(owner.fullName, signature.name);
}

function nameOf({ signature }: Member): string {
  if (signature.kind === "constructor") return "(Constructor)";
  if (signature.kind === "indexer") return "Item";
  if (signature.kind === "operator") return `operator ${signature.name}`;
  if (signature.kind === "implicit" || signature.kind === "explicit") return `(${signature.result.text})`;
  return signature.name;
}
