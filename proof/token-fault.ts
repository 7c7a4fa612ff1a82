import type { RefusalReason } from "./token-kinds.ts";

/** One thing that is wrong with a token: what API Management answers to it, and in words why and what to do. */
export interface TokenFault {
  /** Stays as it is, whatever the words become: `id-token`. */
  readonly code: string;
  readonly status: 401 | 403;
  /** As API Management tells it in `context.LastError.Reason`. */
  readonly reason: RefusalReason;
  readonly problem: string;
  readonly next: string;
}

/** Some texts as a person reads them: `"a" and "b"`; of many the first five. */
export function listed(values: readonly string[], word = "and"): string {
  const shown = values.slice(0, 5).map((value) => `"${cut(value)}"`);
  const more = values.length - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  return all.length < 2 ? (all[0] ?? "none") : `${all.slice(0, -1).join(", ")} ${word} ${all.at(-1)}`;
}

// Whoever makes a token decides what stands in it: it must neither fill the screen nor reach the terminal as a command.
function cut(text: string): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
  return plain.length > 120 ? `${plain.slice(0, 117)}…` : plain;
}
