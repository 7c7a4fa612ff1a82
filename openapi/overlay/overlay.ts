import { isDeepStrictEqual } from "node:util";
import { exec } from "jsonpath-rfc9535";
import type { Finding, Rule, StepResult } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import { type OverlayAction, overlayActions } from "./overlay-shape.ts";

const source = "https://spec.openapis.org/overlay/v1.1.0.html#action-object";

const overlayApplied: Rule = {
  code: "overlay-applied",
  outcome: "noted",
  text: "The overlay changes the document.",
};

const targetMissing: Rule = {
  code: "overlay-target-missing",
  outcome: "refused",
  text: "The JSONPath selects nothing in the document, as it is after conversion and the actions before.",
  fix: "Correct it, or remove the action.",
};

const pathBroken: Rule = {
  code: "overlay-path-broken",
  outcome: "refused",
  text: "The text is not a JSONPath.",
  fix: "Correct it. Put names with other characters than letters and digits in quotes: $.paths['/orders'].",
  source: "https://www.rfc-editor.org/rfc/rfc9535",
};

const mergeImpossible: Rule = {
  code: "overlay-merge-impossible",
  outcome: "refused",
  text: "An overlay merges objects with objects and lists with lists, and replaces single values by single values. What it selects and what it brings differ.",
  fix: "Change the update, or remove the value first.",
  source,
};

const copyAmbiguous: Rule = {
  code: "overlay-copy-ambiguous",
  outcome: "refused",
  text: 'The JSONPath under "copy" has to select one value.',
  fix: "Correct it.",
  source,
};

const rootRemoved: Rule = {
  code: "overlay-removes-document",
  outcome: "refused",
  text: "The action removes the whole document.",
  fix: "Select a part of it.",
};

/**
 * Applies an overlay of the OpenAPI Overlay Specification 1.0 or 1.1; 1.0 is read as 1.1, which corrects it. An action
 * that selects nothing is refused, though the specification lets it pass: it is a mistake, or the document has changed.
 * `source` is the overlay's file, for the findings.
 */
export function applyOverlay(
  content: JsonObject,
  overlay: JsonObject,
  source: string,
): StepResult<JsonObject> {
  const { actions, findings: faults } = overlayActions(overlay);
  const findings: Finding[] = faults.map((fault) => ({ ...fault, detail: `${source}: ${fault.detail}` }));
  if (faults.length > 0) return { content, findings };
  const state = { document: structuredClone(content) as unknown };
  for (const action of actions) {
    const found = applyAction(state, action);
    if (found === undefined) continue;
    const { rule, place = action.place, detail } = found;
    findings.push({ rule, place, detail: `${source}: ${detail}` });
  }
  const isRefused = findings.some(({ rule }) => rule.outcome === "refused");
  return { content: isRefused ? content : (state.document as JsonObject), findings };
}

interface State {
  document: unknown;
}

type Found = { readonly rule: Rule; readonly place?: string; readonly detail: string };

/** Applies an action; `undefined` when it says nothing, as the update of an overlay that is still empty. */
function applyAction(state: State, { place, target, change }: OverlayAction): Found | undefined {
  const selected = select(state.document, target);
  if ("fault" in selected) return { rule: pathBroken, place: `${place}.target`, detail: selected.fault };
  const { paths } = selected;
  if (paths.length === 0) return { rule: targetMissing, place: `${place}.target`, detail: `"${target}"` };
  const applied: Found = {
    rule: overlayApplied,
    detail: `${change.kind} of "${target}", ${paths.length} ${paths.length === 1 ? "place" : "places"}`,
  };
  if (change.kind === "remove") {
    if (paths.some((path) => path.length === 0)) return { rule: rootRemoved, detail: `"${target}"` };
    removeAll(state.document, paths);
    return applied;
  }
  if (change.kind === "update") {
    const isSaid = !isDeepStrictEqual(change.value, {}) || !areObjects(state.document, paths);
    return updateAll(state, paths, change.value) ?? (isSaid ? applied : undefined);
  }
  const copied = select(state.document, change.from);
  if ("fault" in copied) return { rule: pathBroken, place: `${place}.copy`, detail: copied.fault };
  const [path, ...others] = copied.paths;
  if (path === undefined || others.length > 0)
    return {
      rule: copyAmbiguous,
      place: `${place}.copy`,
      detail: `"${change.from}" selects ${copied.paths.length}`,
    };
  return updateAll(state, paths, structuredClone(valueAtPath(state.document, path))) ?? applied;
}

type Path = readonly (string | number)[];

function select(document: unknown, expression: string): { paths: readonly Path[] } | { fault: string } {
  const paths: Path[] = [];
  try {
    exec(document as Parameters<typeof exec>[0], expression, (_, path) => paths.push([...path]));
  } catch (cause) {
    if (!(cause instanceof Error) || cause.name !== "SyntaxError") throw cause;
    return { fault: `"${expression}". ${cause.message}` };
  }
  // A descendant may be selected more than once.
  return { paths: [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()] };
}

type Container = Record<string | number, unknown>;

function valueAtPath(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => (at as Container)[step], document);
}

// The nodes are found before any is removed, since indexes move.
function removeAll(document: unknown, paths: readonly Path[]): void {
  const removed = new Map<unknown, Set<string | number>>();
  for (const path of paths) {
    const parent = valueAtPath(document, path.slice(0, -1));
    const keys = removed.get(parent) ?? new Set();
    removed.set(parent, keys.add(path.at(-1) ?? ""));
  }
  for (const [parent, keys] of removed) {
    if (Array.isArray(parent))
      parent.splice(0, parent.length, ...parent.filter((_, index) => !keys.has(index)));
    else for (const key of keys) delete (parent as Container)[key];
  }
}

function updateAll(state: State, paths: readonly Path[], value: unknown): Found | undefined {
  const kinds = new Set(paths.map((path) => kindOf(valueAtPath(state.document, path))));
  if (kinds.size > 1)
    return { rule: mergeImpossible, detail: `The JSONPath selects ${[...kinds].join(" and ")}.` };
  for (const path of paths) {
    const current = valueAtPath(state.document, path);
    const faults: string[] = [];
    const isEntry = Array.isArray(current) && !Array.isArray(value);
    const merged = merge(current, structuredClone(isEntry ? [value] : value), "", faults);
    if (faults.length > 0) return { rule: mergeImpossible, detail: faults.join(" ") };
    const key = path.at(-1);
    if (key === undefined) state.document = merged;
    else put(valueAtPath(state.document, path.slice(0, -1)) as Container, key, merged);
  }
  return undefined;
}

function areObjects(document: unknown, paths: readonly Path[]): boolean {
  return paths.every((path) => kindOf(valueAtPath(document, path)) === "an object");
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : "a single value";
}

function merge(current: unknown, brought: unknown, place: string, faults: string[]): unknown {
  const kind = kindOf(current);
  if (kind !== kindOf(brought)) {
    faults.push(
      `${place === "" ? "The selected value" : `"${place}"`} is ${kind}, the update ${kindOf(brought)}.`,
    );
    return current;
  }
  if (kind === "a single value") return brought;
  if (Array.isArray(current)) return [...current, ...(brought as readonly unknown[])];
  const result = { ...(current as Container) };
  for (const [key, value] of Object.entries(brought as Container)) {
    const inner = place === "" ? key : `${place}.${key}`;
    put(result, key, Object.hasOwn(result, key) ? merge(result[key], value, inner, faults) : value);
  }
  return result;
}

// An assignment to "__proto__" would set no property.
function put(container: Container, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true });
}
