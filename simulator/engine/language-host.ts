import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { answer, type RpcServer, serveRpc } from "./rpc-server.ts";

// The SDK's own entry point, which Pulumi's language plugin for Node starts as well.
const runner = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run/index.js");

// The runner's exit code for an error that it has already shown.
const shownExitCode = 32;

/**
 * Runs Pulumi programs for the engine as its language plugin for Node does, for a CLI that comes without that plugin: each run is
 * a Node process of its own with the SDK's runner. What is about the project instead of a run is answered UNIMPLEMENTED.
 *
 * @param variables Environment variables of the programs, beside this process's own.
 * @see https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/languages.html
 */
export function serveLanguageHost(variables: Readonly<Record<string, string>>): Promise<RpcServer> {
  let engineAddress = "";
  const running = new Set<ChildProcess>();
  const cancel = () => {
    for (const child of running) child.kill();
  };
  const implementation = {
    handshake: answer((request: messages.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: answer(() => new plugins.PluginInfo()),
    // The local cloud's providers are attached, so there is nothing to install.
    getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
    run: answer(async (request: messages.RunRequest, call) => {
      const child = startRunner(request, { engineAddress, variables });
      running.add(child);
      call.on("cancelled", cancel);
      try {
        return responseTo(await once(child, "close"));
      } finally {
        running.delete(child);
      }
    }),
    cancel: answer(() => {
      cancel();
      return new empties.Empty();
    }),
  };
  return serveRpc([[services.LanguageRuntimeService, implementation]]);
}

interface RunnerSite {
  readonly engineAddress: string;
  readonly variables: Readonly<Record<string, string>>;
}

function startRunner(request: messages.RunRequest, { engineAddress, variables }: RunnerSite): ChildProcess {
  const info = request.getInfo();
  const args = [
    runner,
    `--monitor=${request.getMonitorAddress()}`,
    `--engine=${engineAddress}`,
    `--organization=${request.getOrganization()}`,
    `--project=${request.getProject()}`,
    `--root-directory=${info?.getRootDirectory()}`,
    `--stack=${request.getStack()}`,
    `--pwd=${info?.getProgramDirectory()}`,
    `--parallel=${request.getParallel()}`,
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
  const env = {
    ...process.env,
    ...variables,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().entries())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  return spawn(process.execPath, args, {
    env,
    // The engine's stdout may be one JSON document; what the program prints goes beside it.
    stdio: ["ignore", process.stderr, process.stderr],
    // A terminal's Ctrl-C must not reach the program: the engine ends it in its own time.
    detached: true,
  });
}

function responseTo([code, signal]: readonly unknown[]): messages.RunResponse {
  const response = new messages.RunResponse();
  if (code === shownExitCode) response.setBail(true);
  else if (code !== 0) response.setError(`The program ended with ${signal ?? `exit code ${code}`}.`);
  return response;
}
