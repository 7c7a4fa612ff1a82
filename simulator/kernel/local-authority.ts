import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { machineClock } from "./clock.ts";
import type { LocalAuthority } from "./make-authority.ts";
import { writeWhole } from "./whole-file.ts";

const days = 24 * 60 * 60 * 1000;
// One that ends while a cloud runs would stop it being reached.
const renewedMilliseconds = 2 * days;

/**
 * The authority kept in a folder; made anew when it is not there, or near its end.
 *
 * Its private key is thrown away once it has signed the listener's certificate: nobody can make a second one with it, not even
 * whoever reads the folder. Both hold for loopback names alone, and nothing enters the machine's trust store.
 *
 * @returns The authority, and the file with its certificate.
 */
export async function keptAuthority(folder: string): Promise<LocalAuthority & { readonly file: string }> {
  const [state, file] = [path.join(folder, "authority.json"), path.join(folder, "authority.pem")];
  const kept = await readKept(state);
  const isFresh = kept !== undefined && kept.notAfter - machineClock.now() > renewedMilliseconds;
  const authority = isFresh ? kept : await newAuthority();
  if (!isFresh) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeWhole(state, `${JSON.stringify(authority)}\n`);
  }
  await writeWhole(file, authority.certificate);
  return { ...authority, file };
}

async function readKept(file: string): Promise<LocalAuthority | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const kept: unknown = JSON.parse(text);
    return isAuthority(kept) ? kept : undefined;
  } catch {
    // Damaged: a new one does as well.
    return undefined;
  }
}

function isAuthority(kept: unknown): kept is LocalAuthority {
  const { certificate, listenerCertificate, listenerKey, notAfter } = Object(kept) as Partial<LocalAuthority>;
  const texts = [certificate, listenerCertificate, listenerKey];
  return texts.every((text) => typeof text === "string") && typeof notAfter === "number";
}

/** An authority for a cloud that keeps nothing; one for the whole process. */
export function passingAuthority(): Promise<LocalAuthority> {
  passing ??= newAuthority();
  return passing;
}

let passing: Promise<LocalAuthority> | undefined;

// The library takes longer to load than the rest of the local cloud, and is needed once a month.
async function newAuthority(): Promise<LocalAuthority> {
  const { makeAuthority } = await import("./make-authority.ts");
  return makeAuthority();
}
