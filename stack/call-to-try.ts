import type { Operation } from "../openapi/operations.ts";

/** The call to begin with: the first protected one that only reads, else any that only reads, else the first. */
export function callToTry<Call extends { readonly operation: Operation }>(
  calls: readonly Call[],
): Call | undefined {
  const reads = calls.filter(({ operation }) => operation.method === "GET");
  return reads.find(({ operation }) => operation.security.kind === "token") ?? reads[0] ?? calls[0];
}

/** A shell line that makes an operation's example call: `curl -i 'https://a.example/sessions'`. */
export function curl(apiUrl: string, { method, example }: Operation): string {
  return `curl -i${method === "GET" ? "" : ` -X ${method}`} ${quoted(apiUrl + example.path)}`;
}

/** `it's` → `'it'\''s'`, one word for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
