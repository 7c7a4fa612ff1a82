import { readJsonObject } from "./strict-json.ts";

/** A token taken apart; nothing is verified yet. */
export interface JsonWebToken {
  /** The text itself: what was verified once is remembered under it. */
  readonly text: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly algorithm: string;
  readonly kid: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Where header and payload end, which are signed; the signature stands behind the point that follows. */
  readonly contentEnd: number;
}

const base64url = /^[A-Za-z0-9_-]*$/;

/**
 * Takes a compact JWS apart, strictly: three parts in Base64url without padding, header and payload JSON objects, no
 * critical extension. Gives `undefined` for anything else.
 *
 * Assumed of Azure: a token whose JSON can be read in two ways is no token.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-5.2
 */
export function parseToken(text: string): JsonWebToken | undefined {
  const parts = text.split(".");
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined)
    return undefined;
  if (![header, payload, signature].every((part) => base64url.test(part) && part.length % 4 !== 1))
    return undefined;
  const fields = readHeader(header);
  const claims = readJsonObject(Buffer.from(payload, "base64url"));
  if (fields === undefined || claims === undefined) return undefined;
  const { alg, kid, crit } = fields;
  // An extension that must be understood is not understood here: RFC 7515 §4.1.11.
  if (typeof alg !== "string" || crit !== undefined || (kid !== undefined && typeof kid !== "string"))
    return undefined;
  const contentEnd = header.length + 1 + payload.length;
  return { text, header: fields, algorithm: alg, kid, claims, contentEnd };
}

let lastHeader: { readonly text: string; readonly fields: ReturnType<typeof readJsonObject> } | undefined;

/** Most tokens have the header of the one before them: their issuer's, which changes with its key. */
function readHeader(text: string): ReturnType<typeof readJsonObject> {
  if (lastHeader?.text !== text)
    lastHeader = { text, fields: readJsonObject(Buffer.from(text, "base64url")) };
  return lastHeader.fields;
}
