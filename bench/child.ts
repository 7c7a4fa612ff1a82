import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";

const samples = path.join(import.meta.dirname, "samples");

/** Runs bench/samples/NAME.ts beside what uses its report, one line of JSON, and stops it whatever comes of that. */
export async function withChild<Report, Result>(
  name: string,
  args: readonly string[],
  use: (report: Report) => Promise<Result>,
): Promise<Result> {
  const child = spawnSample(name, args);
  const closed = once(child, "close");
  try {
    return await use(JSON.parse(await firstLine(child, `${name} ${args.join(" ")}`)) as Report);
  } finally {
    child.kill();
    await closed;
  }
}

async function firstLine(child: ChildProcess, sample: string): Promise<string> {
  let text = "";
  for await (const part of child.stdout?.setEncoding("utf8") ?? []) {
    text += part;
    if (text.includes("\n")) break;
  }
  const [line, ...more] = text.split("\n");
  if (line !== undefined && more.length > 0) return line;
  throw new Error(
    `The sample "${sample}" must report one line of JSON; got none. Look at what it printed above.`,
  );
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
