import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import { answer, type RpcServer, serveRpc } from "../../simulator/engine/rpc-server.ts";
import { spawnPlugin } from "./plugin-host.ts";

/**
 * The part of Pulumi's language plugin for Node that `pulumi package add` uses, for a CLI that comes without it. It installs nothing:
 * the packages are there, and npm would need the network. The generator of SDKs is Pulumi's own and is not here: what it is given is
 * written to `schema.json` in the SDK's place.
 */
export function servePackageLanguage(): Promise<RpcServer> {
  const implementation = {
    handshake: answer(() => new messages.LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new plugins.PluginInfo()),
    getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
    installDependencies: (call: InstallCall) => call.end(),
    runPlugin: (call: PluginCall) => {
      runPlugin(call).catch((error: Error) => call.destroy(error));
    },
    generatePackage: answer(async (request: messages.GeneratePackageRequest) => {
      await writeFile(path.join(request.getDirectory(), "schema.json"), request.getSchema());
      return new messages.GeneratePackageResponse();
    }),
    link: answer(() => new messages.LinkResponse()),
  };
  return serveRpc([[services.LanguageRuntimeService, implementation]]);
}

type InstallCall = ServerWritableStream<
  messages.InstallDependenciesRequest,
  messages.InstallDependenciesResponse
>;
type PluginCall = ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>;

async function runPlugin(call: PluginCall): Promise<void> {
  const folder = call.request.getInfo()?.getProgramDirectory();
  if (folder === undefined) throw new Error("The engine names no folder of the plugin.");
  const child = spawnPlugin(folder, call.request.getArgsList());
  call.on("cancelled", () => child.kill());
  child.stdout?.on("data", (text: Buffer) => call.write(new messages.RunPluginResponse().setStdout(text)));
  child.stderr?.on("data", (text: Buffer) => call.write(new messages.RunPluginResponse().setStderr(text)));
  const [code] = await once(child, "close");
  // The engine ends a plugin by giving up the call.
  if (call.cancelled) return;
  call.write(new messages.RunPluginResponse().setExitcode(code ?? 1));
  call.end();
}
