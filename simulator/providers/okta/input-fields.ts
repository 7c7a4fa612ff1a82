import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CheckFailure, Properties } from "../resource.ts";

/** One input of a resource, as the okta provider declares it. */
export interface InputField {
  readonly kind: "text" | "number" | "boolean" | "list" | "set" | "json";
  readonly isRequired?: boolean;
  /** What the provider fills in. */
  readonly default?: string | number | boolean;
  /** Okta decides what the program leaves out; the provider then keeps what Okta has. */
  readonly isComputed?: boolean;
  /** A change replaces the resource. */
  readonly replaces?: boolean;
  readonly isSecret?: boolean;
  /** The values that the provider accepts, for a list the values of its items. */
  readonly oneOf?: readonly string[];
  /** Longest text, in Unicode code points. */
  readonly maxLength?: number;
  /** The provider's own name, where it is not the Pulumi name in snake case: `client_whitelist`. */
  readonly ownName?: string;
  /**
   * The values that the local cloud acts on; absent, it takes all. An empty list: none, the input is refused when it is given.
   */
  readonly simulated?: readonly unknown[];
}

/** The inputs of a resource by name. */
export type InputFields = Readonly<Record<string, InputField>>;

/** An input that the provider has and the local cloud does not simulate. */
export const unsimulatedField: InputField = { kind: "text", simulated: [] };

/** The status of most entities. */
export const statusField: InputField = { kind: "text", default: "ACTIVE" };

/**
 * Why the provider refuses inputs, in its own words; and which of them the local cloud does not simulate.
 *
 * @param name Pulumi's logical name of the resource.
 */
export function checkInputs(fields: InputFields, inputs: Properties, name: string): readonly CheckFailure[] {
  const given = Object.keys(inputs).filter((input) => inputs[input] !== undefined);
  const unknown = given
    .filter((input) => fields[input] === undefined)
    .map((input) => ({ reason: withPlace("Invalid or unknown key", name, input) }));
  const missing = Object.entries(fields)
    .filter(([input, field]) => field.isRequired && inputs[input] === undefined)
    .map(([input, field]) => ({
      property: input,
      reason: withPlace(
        `Missing required argument. The argument "${ownName(input, field)}" is required, but no definition was found.`,
        name,
        input,
      ),
    }));
  const refused = given.flatMap((input) => {
    const field = fields[input];
    if (field === undefined) return [];
    const problem = problemOf(input, field, inputs[input]);
    if (problem !== undefined) return [{ reason: withPlace(problem, name, input) }];
    return isSimulated(field, inputs[input]) ? [] : [{ reason: notSimulatedReason(input, field) }];
  });
  return [...unknown, ...missing, ...refused];
}

// https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/check_failures.go
function withPlace(reason: string, name: string, input: string): string {
  return `${reason}. Examine values at '${name}.${input}'.`;
}

function problemOf(input: string, field: InputField, value: unknown): string | undefined {
  const { oneOf, maxLength } = field;
  const own = ownName(input, field);
  if (!fitsKind(field, value)) return `The input "${input}" must be ${kindWords[field.kind]}`;
  if (field.kind === "json") return jsonProblem(own, value as string);
  if (maxLength !== undefined && [...(value as string)].length > maxLength)
    // The provider prints Terraform's path of the attribute in Go's notation.
    return `[{{} ${own}}] cannot be longer than ${maxLength} runes`;
  if (oneOf === undefined) return undefined;
  const values = Array.isArray(value) ? value.map((one, index) => [`${own}.${index}`, one]) : [[own, value]];
  const wrong = values.find(([, one]) => !oneOf.includes(one));
  const accepted = oneOf.map((one) => `"${one}"`).join(" ");
  return wrong && `expected ${wrong[0]} to be one of [${accepted}], got ${wrong[1]}`;
}

const kindWords = {
  text: "a text",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  set: "a list",
  json: "a text",
} as const;

function fitsKind({ kind }: InputField, value: unknown): boolean {
  if (kind === "list" || kind === "set") return Array.isArray(value);
  if (kind === "text") return ["string", "number", "boolean"].includes(typeof value);
  return typeof value === (kind === "json" ? "string" : kind);
}

function jsonProblem(own: string, text: string): string | undefined {
  if (text === "") return `expected "${own}" JSON to not be empty, got `;
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    return `"${own}" contains an invalid JSON`;
  }
}

function isSimulated({ simulated }: InputField, value: unknown): boolean {
  return simulated === undefined || simulated.some((one) => isDeepStrictEqual(one, value));
}

function notSimulatedReason(input: string, { simulated = [] }: InputField): string {
  const values = simulated.map((one) => JSON.stringify(one)).join(", ");
  const step = simulated.length === 0 ? "Remove it" : `Leave it out or give ${values}`;
  const what = simulated.length === 0 ? `"${input}"` : `This value of "${input}"`;
  return `${what} is not simulated by the local cloud. ${step} for the stack local, or deploy to Okta.`;
}

/** The provider's own name of an input: `authServerId` → `auth_server_id`. */
export function ownName(input: string, field: InputField | undefined): string {
  return field?.ownName ?? input.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * The inputs as the provider keeps them: defaults filled in and listed in `__defaults`, and a name of its own given. A default of
 * `false`, `0` or no text is not filled in.
 *
 * @see https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go applyDefaults
 */
export function fillInDefaults(
  fields: InputFields,
  inputs: Properties,
  { name, before }: { readonly name: string; readonly before: Properties | undefined },
): Properties {
  const defaults: Record<string, unknown> = {};
  for (const [input, field] of Object.entries(fields)) {
    if (inputs[input] !== undefined) continue;
    if (isNamedByProvider(input, field)) defaults[input] = before?.[input] ?? autoName(name);
    else if (field.default) defaults[input] = field.default;
  }
  return { ...inputs, ...defaults, __defaults: Object.keys(defaults).sort() };
}

/** Pulumi's okta provider names what has an input `name`, also where Okta demands one. */
function isNamedByProvider(input: string, { kind }: InputField): boolean {
  return input === "name" && kind === "text";
}

/** A name of the provider's making: `logical-90141c2`. */
function autoName(logicalName: string): string {
  return `${logicalName}-${randomBytes(4).toString("hex").slice(1)}`;
}

/** Whether two values of an input are one to the provider, for example a set in another order, or a default written out. */
export function isSameInput(fields: InputFields, input: string, before: unknown, after: unknown): boolean {
  const field = fields[input];
  // An output that is no input.
  if (field === undefined) return true;
  if (after === undefined && (field.isComputed || isNamedByProvider(input, field))) return true;
  return isDeepStrictEqual(comparable(field, before), comparable(field, after));
}

function comparable(field: InputField, value: unknown): unknown {
  const known = value ?? field.default ?? zeroValue(field);
  if (field.kind === "set" && Array.isArray(known)) return [...new Set(known)].sort();
  if (field.kind === "json" && typeof known === "string" && known !== "") return JSON.parse(known);
  return field.kind === "text" ? String(known) : known;
}

/** What Terraform's schemas hold for an input that is not set. */
function zeroValue({ kind }: InputField): unknown {
  if (kind === "boolean") return false;
  if (kind === "number") return 0;
  return kind === "text" || kind === "json" ? "" : [];
}

/** What the provider takes for the inputs: defaults and zero values where the program leaves something out. */
export function wholeInputs(fields: InputFields, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(fields).map(([input, field]) => [
      input,
      inputs[input] ?? field.default ?? (field.isComputed ? undefined : zeroValue(field)),
    ]),
  );
}

/**
 * The inputs that an import takes from an entity: those that are not at their default.
 *
 * @see https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go extractSchemaInputsObject
 */
export function importedFields(fields: InputFields, outputs: Properties): Properties {
  const kept = Object.entries(fields).filter(([input, field]) => {
    if (!(input in outputs)) return false;
    return field.isRequired || !isDeepStrictEqual(outputs[input], field.default ?? zeroValue(field));
  });
  return { ...Object.fromEntries(kept.map(([input]) => [input, outputs[input]])), __defaults: [] };
}

/**
 * The inputs after a refresh: those that there were, as Okta has them now. What the provider had filled in is no longer its own
 * where somebody changed it. A set that has the same items stays as the program wrote it.
 *
 * @see https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go extractInputsObject
 */
export function refreshedFields(fields: InputFields, inputs: Properties, outputs: Properties): Properties {
  const { __defaults: defaults, ...before } = inputs;
  const names = Object.keys(before).filter((input) => input in outputs);
  const isUnchanged = (input: string) => isSameInput(fields, input, before[input], outputs[input]);
  const after = names.map((input) => [input, isUnchanged(input) ? before[input] : outputs[input]]);
  const kept = Array.isArray(defaults) ? { __defaults: defaults.filter(isUnchanged) } : {};
  return { ...Object.fromEntries(after), ...kept };
}
