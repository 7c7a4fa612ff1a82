import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";

const samples = path.join(import.meta.dirname, "samples");

/** A sample that runs in a process of its own until {@link stop}. */
export interface Child<Report> {
  /** What it said once it was ready. */
  readonly report: Report;
  readonly stop: () => Promise<void>;
}

/** Starts bench/samples/NAME.ts and waits for its report, one line of JSON. */
export async function startChild<Report>(name: string, args: readonly string[]): Promise<Child<Report>> {
  const child = spawnSample(name, args);
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  while (!text.includes("\n")) {
    const [event] = await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, "data").then(() => ["data"]),
      once(child, "close").then(() => ["close"]),
    ]);
    if (event === "close" && !text.includes("\n"))
      throw new Error(`The sample "${name} ${args.join(" ")}" must report; it ended with ${child.exitCode}.`);
  }
  const stop = async () => {
    if (child.exitCode !== null) return;
    child.kill();
    await once(child, "close");
  };
  return { report: JSON.parse(text.split("\n")[0] ?? "") as Report, stop };
}

/** Runs bench/samples/NAME.ts to its end, and gives the wall time of the whole process with its report. */
export async function timeChild<Report>(
  name: string,
  args: readonly string[],
): Promise<{ readonly seconds: number; readonly report: Report }> {
  const started = performance.now();
  const child = spawnSample(name, args);
  let text = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await once(child, "close");
  const seconds = (performance.now() - started) / 1000;
  if (child.exitCode !== 0)
    throw new Error(`The sample "${name} ${args.join(" ")}" must succeed; it ended with ${child.exitCode}.`);
  return { seconds, report: JSON.parse(text) as Report };
}

function spawnSample(name: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [path.join(samples, `${name}.ts`), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}
