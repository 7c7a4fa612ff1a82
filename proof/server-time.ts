/** Seconds since 1970 by the clock of whoever answered; `undefined` where the answer does not tell. */
export function dateOf({ headers }: Response): number | undefined {
  const milliseconds = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

/** Seconds since 1970 by the clock of whoever answers at an address; `undefined` where nobody does, or the answer does not tell. */
export async function timeAt(url: string): Promise<number | undefined> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  await response?.body?.cancel();
  return response && dateOf(response);
}
