/** Why a request had no answer, in a word: `ECONNREFUSED`, `TimeoutError`. */
export function whyNoAnswer(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string; message?: string } };
  // fetch says "fetch failed" of everything; what failed is its cause.
  return cause?.code ?? cause?.message ?? name ?? "unknown";
}
