import { credentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/callback_pb.js";
import { SimulatorError } from "../kernel/error.ts";

/** Calls functions of the program, which the SDK serves to its engine: transforms and hooks. */
export class CallbackClients {
  readonly #clients = new Map<string, InstanceType<typeof services.CallbacksClient>>();

  /**
   * What a function of the program answers, as the bytes of a message.
   *
   * @throws {SimulatorError} `CallbackFailed` when the function throws.
   */
  invoke(
    callback: messages.Callback,
    request: { serializeBinary(): Uint8Array },
  ): Promise<Uint8Array<ArrayBufferLike>> {
    const message = new messages.CallbackInvokeRequest();
    message.setToken(callback.getToken());
    message.setRequest(request.serializeBinary());
    return new Promise((resolve, reject) => {
      this.#client(callback.getTarget()).invoke(message, (error, response) => {
        if (error === null) resolve(response.getResponse_asU8());
        else reject(new SimulatorError("CallbackFailed", error.details, { cause: error }));
      });
    });
  }

  /** Ends the connections. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  #client(target: string): InstanceType<typeof services.CallbacksClient> {
    const client =
      this.#clients.get(target) ?? new services.CallbacksClient(target, credentials.createInsecure());
    this.#clients.set(target, client);
    return client;
  }
}
