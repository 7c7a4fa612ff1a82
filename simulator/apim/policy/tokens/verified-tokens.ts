import type { KeyObject } from "node:crypto";
import { type JsonWebToken, parseToken } from "./json-web-token.ts";
import type { VerificationKey } from "./signing-key.ts";

const capacity = 1000;

/**
 * Tokens whose signature was found good, taken apart, with the key that made it; the oldest are forgotten. Time and claims are
 * not remembered as judged: that happens on each request.
 */
export class VerifiedTokens {
  readonly #tokens = new Map<string, JsonWebToken>();
  readonly #keys = new WeakMap<JsonWebToken, KeyObject>();

  /** Takes a token apart, or gives it as it was when it was verified; `undefined` for what is no token. */
  parse(text: string): JsonWebToken | undefined {
    return this.#tokens.get(text) ?? parseToken(text);
  }

  /** Whether this very key was found to have signed this very token. */
  has(token: JsonWebToken, { key }: VerificationKey): boolean {
    return this.#keys.get(token) === key;
  }

  /** Remembers that this key signed this token. */
  add(token: JsonWebToken, { key }: VerificationKey): void {
    if (this.#tokens.size >= capacity) {
      const [oldest] = this.#tokens.keys();
      if (oldest !== undefined) this.#tokens.delete(oldest);
    }
    this.#tokens.set(token.text, token);
    this.#keys.set(token, key);
  }
}
