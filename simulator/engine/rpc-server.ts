import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { SimulatorError } from "../kernel/error.ts";

/** A service as the Pulumi engine attaches to it. */
export interface RpcServer {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Stops serving and ends every call. */
  close(): Promise<void>;
}

/** Serves gRPC services on one free port of 127.0.0.1. Methods that an implementation lacks are answered UNIMPLEMENTED. */
export async function serveRpc(
  parts: readonly (readonly [ServiceDefinition, UntypedServiceImplementation])[],
): Promise<RpcServer> {
  const server = new Server({ "grpc.max_receive_message_length": 64 * 1024 * 1024 });
  for (const [service, implementation] of parts) server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    close: async () => {
      server.forceShutdown();
    },
  };
}

/** A method that answers with what a function gives; what it throws is told to the engine. */
export function answer<Request, Response>(
  respond: (request: Request, call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then((request) => respond(request, call))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(asServiceError(error)),
      );
  };
}

function asServiceError(error: unknown): Partial<ServiceError> {
  if (error instanceof SimulatorError)
    return { code: status.UNKNOWN, details: `${error.code}: ${error.message}` };
  return {
    code: status.INTERNAL,
    details: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
