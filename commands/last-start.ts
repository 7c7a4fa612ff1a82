import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename } from "node:fs/promises";
import * as path from "node:path";
import type { Answer } from "../proof/run.ts";
import { writeWhole } from "../simulator/kernel/whole-file.ts";
import { localFolder } from "./local-environment.ts";
import {
  type StartChange,
  type StartRecord,
  startChanges,
  startRecord,
  startRecordShape,
} from "./start-changes.ts";

/** What is otherwise than at the last start. */
export interface SinceLastStart {
  /** `undefined` where no earlier start is known. */
  readonly changes: readonly StartChange[] | undefined;
  /** Whether the two starts together know more than one API, so that an operation needs its API's name. */
  readonly severalApis: boolean;
  /** Why the last start is not known, or this one will not be. */
  readonly problems: readonly string[];
}

/**
 * Compares a matrix that was sent with that of the last start, and remembers it for the next one, in a file that both engines share.
 * Starts that end at the same time leave the record of one of them whole.
 *
 * @param folder Where the file is. @defaultValue `.local`
 */
export async function sinceLastStart(
  answers: readonly Answer[],
  folder: string = localFolder,
): Promise<SinceLastStart> {
  const file = path.join(folder, "last-start.json");
  const name = `"${path.join(path.basename(folder), path.basename(file))}"`;
  const { record, problem } = await read(file, name);
  const now = startRecord(answers);
  const unwritten = await write(file, name, now);
  return {
    changes: record && startChanges(record, now),
    severalApis: hasSeveralApis(record, now),
    problems: [problem, unwritten].filter((one) => one !== undefined),
  };
}

function hasSeveralApis(...records: readonly (StartRecord | undefined)[]): boolean {
  const operations = records.flatMap((record) => record?.operations ?? []);
  return new Set(operations.map(({ api }) => api)).size > 1;
}

async function read(file: string, name: string): Promise<{ record?: StartRecord; problem?: string }> {
  try {
    const record = startRecordShape.safeParse(JSON.parse(await readFile(file, "utf8")));
    if (record.success) return { record: record.data };
    return { problem: `${name} is of another version. This start is compared with none.` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return {};
    if (code === undefined && !(error instanceof SyntaxError)) throw error;
    const why = error instanceof SyntaxError ? "is not JSON" : `cannot be read (${code})`;
    return { problem: `${name} ${why}. This start is compared with none.` };
  }
}

async function write(file: string, name: string, record: StartRecord): Promise<string | undefined> {
  // Of this start alone until it is whole: another start may write at the same time.
  const own = `${file}.${randomUUID()}`;
  try {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeWhole(own, `${JSON.stringify(record)}\n`);
    await rename(own, file);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return `${name} cannot be written (${code}). The next start is compared with an earlier one, or none.`;
  }
}
