/** The value of a JSON text; `undefined` where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** Whether a value is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object, or a member of one that is an object; an empty one for anything else. */
export function recordAt(value: unknown, name?: string): Readonly<Record<string, unknown>> {
  const found = name === undefined || !isRecord(value) ? value : value[name];
  return isRecord(found) ? found : {};
}

/** A member that is a text. */
export function textMember(value: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const found = value[name];
  return typeof found === "string" ? found : undefined;
}
