import { pathToFileURL } from "node:url";
import { type CloudOrigins, cloudOrigins, defaultPort } from "../simulator/cloud-origins.ts";
import { type RecordedResult, runInProcess, type StackResult } from "../simulator/engine/in-process.ts";
import type { CreatedResource } from "../simulator/engine/monitor.ts";
import type { Handlers } from "../simulator/providers/handlers.ts";
import { programFile, projectRoot } from "./project.ts";
import type { StackSettings } from "./stack-settings.ts";

/** A provisioned stack, whichever engine did it. */
export interface Provisioned extends StackResult {
  /** `in-process`, or `pulumi` and the CLI's version. */
  readonly engine: string;
  /** What the engine did, `{ create: 30 }` or `{ same: 30 }`. */
  readonly changes: Readonly<Record<string, number>>;
  readonly seconds: number;
}

let evaluations = 0;

/** Runs the project's program against the handlers, in this process. */
export async function provisionInProcess(
  settings: StackSettings,
  handlers: Handlers,
  onCreated: (resource: CreatedResource) => void = () => {},
): Promise<Provisioned> {
  const started = performance.now();
  const { registrations: _, ...result } = await evaluateProgram(settings, handlers, onCreated);
  const changes = { create: result.resources.length };
  return { ...result, engine: "in-process", changes, seconds: (performance.now() - started) / 1000 };
}

/** Runs index.ts against the handlers, in this process, and gives what it registered, too. */
export function evaluateProgram(
  settings: StackSettings,
  handlers: Handlers,
  onCreated: (resource: CreatedResource) => void = () => {},
): Promise<RecordedResult> {
  return runInProcess({ ...settings, handlers, onCreated, program: importProgram });
}

/**
 * Evaluates the project's program and gives its exports. An ES module is evaluated once per process, so the query makes each
 * import a module of its own. A program that exports a function is what that returns, as for the Pulumi CLI.
 */
async function importProgram(): Promise<object> {
  evaluations += 1;
  const file = pathToFileURL(await programFile(projectRoot)).href;
  const exported = (await import(`${file}?evaluation=${evaluations}`)) as { readonly default?: unknown };
  // A module of CommonJS has all its exports there.
  const { default: main = exported } = exported;
  const result: unknown = await (typeof main === "function" ? main() : main);
  return typeof result === "object" && result !== null ? result : {};
}

/**
 * The settings with the origins of a local cloud on other ports in place of those on the default ones.
 *
 * `http://127.0.0.1:8403` → `http://127.0.0.1:9403`
 */
export function withOrigins(settings: StackSettings, to: CloudOrigins): StackSettings {
  const from = cloudOrigins(defaultPort);
  const config = Object.entries(settings.config).map(([key, value]) => [
    key,
    movedOrigins(value, { from, to }),
  ]);
  return { ...settings, config: Object.fromEntries(config) };
}

/** A text with the origins of another local cloud, all at once: one's new port may be another's old one. */
export function movedOrigins(text: string, { from, to }: { from: CloudOrigins; to: CloudOrigins }): string {
  const moved = new Map(
    Object.entries(from).map(([name, origin]) => [origin, to[name as keyof CloudOrigins]]),
  );
  // Port 80 is left out of an origin.
  return text.replace(/http:\/\/127\.0\.0\.1(?::\d+)?(?![\w.:-])/g, (origin) => moved.get(origin) ?? origin);
}
