import type { KeyObject } from "node:crypto";
import { type JsonWebToken, parseToken } from "./json-web-token.ts";
import type { VerificationKey } from "./signing-key.ts";

// Each is young when it is forgotten: four times as many would be copied about, for longer than a signature takes.
const capacity = 250;

/**
 * Tokens whose signature was found good, taken apart, with the key that made it; the oldest are forgotten. Time and claims are
 * not remembered as judged: that happens on each request.
 */
export class VerifiedTokens {
  readonly #known = new Map<string, { readonly token: JsonWebToken; readonly key: KeyObject }>();
  /** The texts in the order in which they came, around from {@link #next}. */
  readonly #order: string[] = [];
  #next = 0;

  /** Takes a token apart, or gives it as it was when it was verified; `undefined` for what is no token. */
  parse(text: string): JsonWebToken | undefined {
    return this.#known.get(text)?.token ?? parseToken(text);
  }

  /** Whether this very key was found to have signed this very token. */
  has(token: JsonWebToken, { key }: VerificationKey): boolean {
    const known = this.#known.get(token.text);
    return known?.token === token && known.key === key;
  }

  /** Remembers that this key signed this token. */
  add(token: JsonWebToken, { key }: VerificationKey): void {
    const { text } = token;
    if (!this.#known.has(text)) {
      const oldest = this.#order[this.#next];
      if (oldest !== undefined) this.#known.delete(oldest);
      this.#order[this.#next] = text;
      this.#next = (this.#next + 1) % capacity;
    }
    this.#known.set(text, { token, key });
  }
}
