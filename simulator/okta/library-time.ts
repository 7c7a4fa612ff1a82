import { type Clock, epochSeconds, machineClock } from "../kernel/clock.ts";

// The OAuth library reads the machine's clock and takes no other. What it keeps and issues is dated by the cloud's clock: these are
// the times in its records.
const times = ["iat", "iiat", "exp", "loginTs", "authTime"] as const;

/** A record of the OAuth library, as far as its times go. */
interface Dated {
  [name: string]: unknown;
}

/** By how many seconds the cloud's clock is ahead of the one that the OAuth library reads. */
export function aheadSeconds(clock: Clock): number {
  return epochSeconds(clock) - epochSeconds(machineClock);
}

/** A record as it is kept: dated by the cloud's clock. */
export function keptRecord<Record extends Dated>(record: Record, clock: Clock): Record {
  return moved(record, aheadSeconds(clock));
}

/**
 * A record as the OAuth library has to see it now: what is past on the cloud's clock is past on the machine's. It ends a second later
 * there, since the machine's second may have changed after the library looked: where records are kept decides to the millisecond.
 */
export function seenRecord<Record extends Dated>(record: Record, clock: Clock): Record {
  const seen = moved(record, -aheadSeconds(clock));
  return typeof seen.exp === "number" ? { ...seen, exp: seen.exp + 1 } : seen;
}

/** The claims of a token that the OAuth library dated: it is issued now, and lives as long as the library has it. */
export function tokenTimes(
  { iat, exp }: { readonly iat?: unknown; readonly exp?: unknown },
  clock: Clock,
): { iat: number; exp: number } {
  const issuedAt = epochSeconds(clock);
  return { iat: issuedAt, exp: issuedAt + (Number(exp) - Number(iat)) };
}

function moved<Record extends Dated>(record: Record, seconds: number): Record {
  if (seconds === 0) return record;
  const changed = times.flatMap((name) => {
    const time = record[name];
    return typeof time === "number" ? [[name, time + seconds]] : [];
  });
  return { ...record, ...Object.fromEntries(changed) };
}
