import { randomInt } from "node:crypto";
import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";

const classes = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

type CharacterClass = keyof typeof classes;

const minimums = {
  lower: "minLower",
  upper: "minUpper",
  numeric: "minNumeric",
  special: "minSpecial",
} as const;
/** Every argument; the provider makes a new text when one changes. */
export const inputs: readonly string[] = [
  "length",
  "keepers",
  "number",
  "overrideSpecial",
  ...Object.keys(classes),
  ...Object.values(minimums),
];

/**
 * `random.RandomString`: characters of the chosen classes, at least as many of each as asked for.
 *
 * @see https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/string
 */
export const randomStringHandler: ResourceHandler = {
  type: "random:index/randomString:RandomString",
  replaceOnChanges: inputs,
  check,
  create: async (_name, given) => {
    const result = generate(given);
    return { id: result, properties: { ...given, result } };
  },
  // The string lives in Pulumi's state alone.
  read: async (id) => ({ id, properties: { result: id } }),
  update: async (id, given) => ({ id, properties: { ...given, result: id } }),
  delete: async () => {},
};

/** What the provider refuses by looking at the arguments. */
export function check(given: Properties): readonly CheckFailure[] {
  const unknown = Object.keys(given).filter((name) => !inputs.includes(name));
  const length = Number(given.length);
  const isLength = Number.isInteger(length) && length >= 1;
  const minimum = chosen(given).reduce((sum, name) => sum + minimumOf(given, name), 0);
  return [
    ...unknown.map((property) => ({ property, reason: "is not an input of this resource. Remove it." })),
    ...(isLength
      ? []
      : [{ property: "length", reason: `must be an integer of 1 or more; got ${given.length}.` }]),
    ...(!isLength || minimum <= length
      ? []
      : [
          {
            property: "length",
            reason: `must be at least the sum of the minimums, ${minimum}; got ${length}. Raise it, or lower a minimum.`,
          },
        ]),
    ...(chosen(given).length > 0
      ? []
      : [
          {
            reason:
              "At least one of lower, upper, numeric and special must be true; got none. Leave one of them out: true is the default.",
          },
        ]),
  ];
}

function chosen(given: Properties): readonly CharacterClass[] {
  const names = Object.keys(classes) as CharacterClass[];
  return names.filter(
    (name) => (name === "numeric" ? (given.numeric ?? given.number) : given[name]) !== false,
  );
}

function minimumOf(given: Properties, name: CharacterClass): number {
  return Number(given[minimums[name]] ?? 0);
}

/** Random characters of the chosen classes. */
export function generate(given: Properties): string {
  const alphabets = chosen(given).map((name) => ({
    minimum: minimumOf(given, name),
    characters: name === "special" ? String(given.overrideSpecial ?? classes.special) : classes[name],
  }));
  const all = alphabets.map(({ characters }) => characters).join("");
  const required = alphabets.flatMap(({ minimum, characters }) =>
    Array.from({ length: minimum }, () => pick(characters)),
  );
  const rest = Array.from({ length: Number(given.length) - required.length }, () => pick(all));
  return shuffled([...required, ...rest]).join("");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function shuffled(characters: readonly string[]): string[] {
  const keyed = characters.map((character) => ({ character, key: randomInt(2 ** 32) }));
  return keyed.sort((a, b) => a.key - b.key).map(({ character }) => character);
}
