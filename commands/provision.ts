import { pathToFileURL } from "node:url";
import { type RecordedResult, runInProcess, type StackResult } from "../simulator/engine/in-process.ts";
import type { CreatedResource } from "../simulator/engine/monitor.ts";
import type { ProviderHandlers } from "../simulator/providers/provider-handlers.ts";
import { type LocalPlaces, withLocalPlaces } from "../stack/local-cloud.ts";
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
  handlers: ProviderHandlers,
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
  handlers: ProviderHandlers,
  onCreated: (resource: CreatedResource) => void = () => {},
): Promise<RecordedResult> {
  return runInProcess({ ...settings, providerHandlers: handlers, onCreated, program: importProgram });
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

/** The settings with the addresses of a local cloud in place of the word `local`. */
export function withOrigins(settings: StackSettings, places: LocalPlaces): StackSettings {
  return { ...settings, config: withLocalPlaces(settings.config, { project: settings.project, places }) };
}
