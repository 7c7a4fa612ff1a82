import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import * as path from "node:path";
import { createInterface } from "node:readline";

/** A component package that runs as a plugin of the engine. */
export interface PluginHost {
  /** Port of its provider on 127.0.0.1. */
  readonly port: number;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Starts the package in a folder as Pulumi's language plugin for Node does: with the SDK's runner that the package resolves to. */
export function spawnPlugin(folder: string, args: readonly string[]): ChildProcess {
  const resolve = createRequire(path.join(folder, "package.json")).resolve;
  const runner = resolve("@pulumi/pulumi/cmd/run-plugin");
  return spawn(process.execPath, [runner, folder, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

/** Starts the package in a folder without an engine, and waits for the port that it prints first. */
export async function startPlugin(folder: string): Promise<PluginHost> {
  const host = spawnPlugin(folder, ["127.0.0.1:1"]);
  const exit = once(host, "exit");
  if (host.stdout === null || host.stderr === null) throw new Error("The plugin host has no output.");
  host.stderr.pipe(process.stderr);
  const port = once(createInterface(host.stdout), "line").then(([line]) => Number(line));
  const ended = exit.then(([code]) => Promise.reject(new Error(`The plugin host ended with ${code}.`)));
  return {
    port: await Promise.race([port, ended]),
    stop: async () => {
      host.kill();
      await exit;
    },
  };
}
