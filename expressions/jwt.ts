import type { NamedValuesContext } from "./context.ts";

/** A JSON object. */
export type JsonObjectData = Readonly<Record<string, unknown>>;

/** A JSON Web Token that was taken apart; nothing of it is verified. */
export class JwtValue {
  readonly header: JsonObjectData;
  readonly payload: JsonObjectData;

  /** @param payload Its claims. */
  constructor(header: JsonObjectData, payload: JsonObjectData) {
    this.header = header;
    this.payload = payload;
  }

  /** A claim that is a text, or `null`. */
  text(name: string): string | null {
    const value = ownValue(this.payload, name);
    return typeof value === "string" ? value : null;
  }

  /** A claim that is a time, in milliseconds since 1970, or `null`. */
  time(name: string): number | null {
    const value = ownValue(this.payload, name);
    return typeof value === "number" && Number.isFinite(value) ? value * 1000 : null;
  }

  /** The audiences. */
  get audiences(): readonly string[] {
    return claimTexts(ownValue(this.payload, "aud"));
  }

  /** Each claim with its values as texts. */
  readonly claims: NamedValuesContext = {
    get: (name) => {
      const value = ownValue(this.payload, name);
      return value === undefined ? undefined : claimTexts(value);
    },
    entries: () => Object.entries(this.payload).map(([name, value]) => [name, claimTexts(value)] as const),
  };
}

function ownValue(object: JsonObjectData, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * The values of a claim.
 *
 * Assumed of Azure: a claim that is a list has a value for each of its items, and what is no text is a value as JSON writes it.
 */
function claimTexts(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((one) => claimTexts(one));
  return [typeof value === "string" ? value : JSON.stringify(value)];
}

const base64url = /^[A-Za-z0-9_-]+$/;
const longestToken = 256 * 1024;

/**
 * Takes a token apart; `undefined` when it is none.
 *
 * @param text The compact form of RFC 7515, or the value of an `Authorization` header that holds it.
 */
export function parseJwt(text: string): JwtValue | undefined {
  if (text.length > longestToken) return undefined;
  const token = /^\s*(?:[A-Za-z]+\s+)?(\S+)\s*$/.exec(text)?.[1] ?? "";
  const [header, payload, signature, ...rest] = token.split(".");
  if (header === undefined || payload === undefined || signature === undefined || rest.length > 0)
    return undefined;
  const [head, body] = [decode(header), decode(payload)];
  return head === undefined || body === undefined ? undefined : new JwtValue(head, body);
}

function decode(part: string): JsonObjectData | undefined {
  if (!base64url.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObjectData)
      : undefined;
  } catch {
    // What is no JSON is no token.
    return undefined;
  }
}
