import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { answer } from "./rpc-server.ts";

/** What a program told the person who runs it, by `pulumi.log`. */
export interface Notice {
  readonly severity: "info" | "warning";
  readonly message: string;
}

/** Everything that a program logs, by the Engine service that the SDK logs to. */
export class ProgramLog {
  readonly notices: Notice[] = [];
  /** Each fails the run, as it fails an update. */
  readonly errors: string[] = [];
  #rootResource = "";

  /** Adds a warning of the engine's own. */
  warn(message: string): void {
    this.notices.push({ severity: "warning", message });
  }

  /**
   * The Engine service of Pulumi's protocol. `RequirePulumiVersion` is answered UNIMPLEMENTED, which the SDK tells the program:
   * there is no CLI.
   */
  service(): UntypedServiceImplementation {
    return {
      log: answer((request: messages.LogRequest) => {
        this.#add(request);
        return new empties.Empty();
      }),
      getRootResource: answer(() => {
        const response = new messages.GetRootResourceResponse();
        response.setUrn(this.#rootResource);
        return response;
      }),
      setRootResource: answer((request: messages.SetRootResourceRequest) => {
        this.#rootResource = request.getUrn();
        return new messages.SetRootResourceResponse();
      }),
    };
  }

  #add(request: messages.LogRequest): void {
    const { INFO, WARNING, ERROR } = messages.LogSeverity;
    const message = request.getMessage();
    const severity = request.getSeverity();
    if (severity === ERROR) this.errors.push(message);
    else if (severity === WARNING) this.warn(message);
    else if (severity === INFO) this.notices.push({ severity: "info", message });
  }
}
