import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { z } from "zod";
import type { ArmSnapshot } from "./arm/arm-store.ts";
import type { LocalCredentials } from "./arm/login/local-credentials.ts";
import type { CloudOrigins } from "./cloud-origins.ts";
import { SimulatorError } from "./kernel/error.ts";
import { takeLock } from "./kernel/process-lock.ts";
import { writeWhole } from "./kernel/whole-file.ts";
import type { OrgSnapshot } from "./okta/org.ts";
import { orgSnapshotShape } from "./okta/org-snapshot.ts";

/** What a local cloud remembers between two runs. */
export interface CloudSnapshot {
  /** Where the parts of the cloud were; ids and addresses in the rest hold these. */
  readonly origins: CloudOrigins;
  readonly azure: ArmSnapshot;
  readonly okta: OrgSnapshot;
  readonly login: LocalCredentials;
}

const origin = z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ });

const snapshotShape = z.strictObject({
  origins: z.strictObject({ gateway: origin, developerPortal: origin, okta: origin, backend: origin }),
  azure: z.strictObject({
    resources: z.array(
      z.strictObject({
        id: z.string(),
        type: z.string(),
        body: z.looseObject({ properties: z.record(z.string(), z.unknown()) }),
        hidden: z.record(z.string(), z.unknown()),
      }),
    ),
    softDeleted: z.array(
      z.strictObject({ id: z.string(), location: z.string(), deletionDate: z.iso.datetime() }),
    ),
  }),
  okta: orgSnapshotShape,
  login: z.strictObject({
    clientId: z.string(),
    clientSecret: z.string(),
    signingKey: z.looseObject({ kty: z.literal("RSA"), kid: z.string(), d: z.string() }),
  }),
});

// More would scroll away what to do.
const problemsShown = 3;

/**
 * The file that a local cloud keeps its state in. One process holds it at a time; it is readable by its owner alone, since it
 * holds signing keys and client secrets.
 */
export class CloudFile {
  /** The folder that it is in. */
  readonly folder: string;
  readonly #file: string;
  readonly #lock: string;
  #writing: Promise<void> = Promise.resolve();
  #isReleased = false;

  private constructor(folder: string) {
    this.folder = folder;
    this.#file = path.join(folder, "cloud.json");
    this.#lock = path.join(folder, "cloud.lock");
  }

  /**
   * Takes the state in a folder for this process.
   *
   * @throws {SimulatorError} `StateLocked` while another living process holds it.
   */
  static async acquire(folder: string): Promise<CloudFile> {
    const file = new CloudFile(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const holder = await takeLock(file.#lock);
    if (holder === undefined) return file;
    throw new SimulatorError(
      "StateLocked",
      `The local cloud's state in "${folder}" must be free; got process ${holder}, which holds it. Stop that one first.`,
    );
  }

  /**
   * What was kept, or `undefined` where nothing was.
   *
   * @throws {SimulatorError} `StateDamaged` when the file is not what {@link write} wrote; it is left as it is.
   */
  async read(): Promise<CloudSnapshot | undefined> {
    const text = await readFile(this.#file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const kept = parseJson(text);
    const parsed = snapshotShape.safeParse(kept);
    // What was kept, in its own order of fields.
    if (parsed.success) return kept as CloudSnapshot;
    throw this.damaged(
      parsed.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`),
    );
  }

  /** The failure of a file that holds what the local cloud never wrote, with where that is. */
  damaged(problems: readonly string[], cause?: unknown): SimulatorError {
    const shown = problems.slice(0, problemsShown).map((line) => `  - ${line}`);
    const more = problems.length - shown.length;
    return new SimulatorError(
      "StateDamaged",
      [
        `The local cloud's state "${this.#file}" is not what this version of the local cloud writes:`,
        ...shown,
        ...(more > 0 ? [`  … and ${more} more.`] : []),
        "Keep a copy if you need it, then empty it with `npm run local -- --reset`.",
      ].join("\n"),
      { cause },
    );
  }

  /**
   * Puts a snapshot in the place of the last one, whole.
   *
   * @throws {SimulatorError} `StateLocked` once the state was released: another process may hold it by then.
   */
  async write(snapshot: CloudSnapshot): Promise<void> {
    if (this.#isReleased)
      throw new SimulatorError(
        "StateLocked",
        `The local cloud has stopped, so the change is not kept in "${this.#file}". Start the local cloud and make the change again.`,
      );
    const text = `${JSON.stringify(snapshot)}\n`;
    const written = this.#writing.then(() => writeWhole(this.#file, text));
    // Whoever wrote hears of a failure; the next one is tried all the same.
    this.#writing = written.catch(() => {});
    await written;
  }

  /** Lets other processes have the state. */
  async release(): Promise<void> {
    this.#isReleased = true;
    await this.#writing;
    await rm(this.#lock, { force: true });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged: the caller says so for any other shape alike.
    return undefined;
  }
}
