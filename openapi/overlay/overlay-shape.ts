import type { Finding, Rule } from "../finding.ts";
import { arrayAt, type JsonObject, objectAt, textAt } from "../json.ts";

/** What an overlay asks for. */
export interface OverlayAction {
  /** `actions.3`. */
  readonly place: string;
  readonly target: string;
  readonly change:
    | { readonly kind: "remove" }
    | { readonly kind: "update"; readonly value: unknown }
    | { readonly kind: "copy"; readonly from: string };
}

const overlayInvalid: Rule = {
  code: "overlay-invalid",
  outcome: "refused",
  text: "The overlay does not follow the OpenAPI Overlay Specification 1.0 or 1.1.",
  fix: "Correct it.",
  source: "https://spec.openapis.org/overlay/v1.1.0.html",
};

/** Reads the actions of an overlay, and what is wrong with it. */
export function overlayActions(overlay: JsonObject): {
  actions: readonly OverlayAction[];
  findings: readonly Finding[];
} {
  const findings: Finding[] = [];
  const fault = (place: string, detail: string) => findings.push({ rule: overlayInvalid, place, detail });
  const version = textAt(overlay.overlay) ?? "";
  if (!/^1\.[01]\.\d+$/.test(version)) {
    fault(
      "overlay",
      `The version has to be 1.0.x or 1.1.x, and is ${JSON.stringify(overlay.overlay) ?? "missing"}.`,
    );
  }
  const unknownKeys = (object: JsonObject, known: readonly string[], place: string) => {
    for (const key of Object.keys(object)) {
      if (!known.includes(key) && !key.startsWith("x-")) fault(`${place}${key}`, "No such field is known.");
    }
  };
  unknownKeys(overlay, ["overlay", "info", "extends", "actions"], "");
  const info = objectAt(overlay.info);
  unknownKeys(info, ["title", "version", "description"], "info.");
  for (const field of ["title", "version"]) {
    if (textAt(info[field]) === undefined) fault(`info.${field}`, "A text has to stand here.");
  }
  if (arrayAt(overlay.actions).length === 0) fault("actions", "A list with an action has to stand here.");
  const actions = arrayAt(overlay.actions).flatMap((written, index) => {
    const place = `actions.${index}`;
    const copies = version.startsWith("1.0.") ? [] : ["copy"];
    unknownKeys(objectAt(written), ["target", "description", "update", "remove", ...copies], `${place}.`);
    return readAction(objectAt(written), place, fault);
  });
  return { actions, findings };
}

function readAction(
  action: JsonObject,
  place: string,
  fault: (place: string, detail: string) => void,
): readonly OverlayAction[] {
  const target = textAt(action.target);
  const change = changeOf(action);
  if (target === undefined) fault(`${place}.target`, "A JSONPath has to stand here.");
  if (typeof change === "string") fault(place, change);
  return target === undefined || typeof change === "string" ? [] : [{ place, target, change }];
}

function changeOf(action: JsonObject): OverlayAction["change"] | string {
  const { remove = false, update, copy } = action;
  if (typeof remove !== "boolean") return '"remove" has to be true or false.';
  // Without effect beside "remove", by the specification.
  if (remove) return { kind: "remove" };
  const hasUpdate = Object.hasOwn(action, "update");
  if (hasUpdate && copy !== undefined)
    return '"update" and "copy" have no effect beside each other. Write an action for each.';
  if (hasUpdate) return { kind: "update", value: update };
  if (copy === undefined) return 'The action needs "update", "remove: true" or "copy".';
  return typeof copy === "string" ? { kind: "copy", from: copy } : '"copy" has to be a JSONPath.';
}
