import { azureNativeHandlers } from "../../simulator/providers/azure-native/azure-native.ts";
import type {
  HttpsRequest,
  HttpsResponse,
  HttpsSender,
} from "../../simulator/providers/azure-native/https-request.ts";
import { ResourceManagerClient } from "../../simulator/providers/azure-native/resource-manager-client.ts";
import type { FunctionHandler, ResourceHandler } from "../../simulator/providers/resource.ts";
import { handlerFor } from "./handler-for.ts";

/** An Azure that answers what the test says, in this order, and notes what it was asked. */
export interface ScriptedAzure {
  readonly azure: ResourceManagerClient;
  readonly send: HttpsSender;
  /** `GET /subscriptions/…?api-version=…`. */
  readonly asked: string[];
  readonly requests: HttpsRequest[];
  /** Milliseconds of each wait. */
  readonly waits: number[];
  /** azure-native's handler of a type, for `https://azure.example` and the subscription `s`. */
  handler(type: string): ResourceHandler;
  /** Its function, by the name at the end of its token. */
  function(name: string): FunctionHandler;
}

/** `[status, body, headers]`. */
export type ScriptedAnswer = readonly [
  status: number,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
];

/** Makes a {@link ScriptedAzure}; a request beyond the script is an error of the test. */
export function scriptedAzure(...answers: readonly ScriptedAnswer[]): ScriptedAzure {
  const script = [...answers];
  const requests: HttpsRequest[] = [];
  const asked: string[] = [];
  const waits: number[] = [];
  const send = async (request: HttpsRequest): Promise<HttpsResponse> => {
    requests.push(request);
    asked.push(`${request.method} ${request.url.replace("https://azure.example", "")}`);
    const next = script.shift();
    if (next === undefined) throw new Error(`The script has no answer to ${asked.at(-1)}.`);
    const [status, body, headers = {}] = next;
    return {
      status,
      headers,
      body: typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body),
    };
  };
  const azure = new ResourceManagerClient({
    origin: "https://azure.example",
    send,
    token: async () => "the-token",
    wait: async (milliseconds) => waits.push(milliseconds),
  });
  const { resources, functions } = azureNativeHandlers({ azure, subscriptionId: "s" });
  return {
    ...{ azure, send, asked, requests, waits },
    handler: (type) => handlerFor(resources, type),
    function: (name) => {
      const found = functions.find(({ token }) => token.endsWith(`:${name}`));
      if (found === undefined) throw new Error(`azure-native has no function "${name}".`);
      return found;
    },
  };
}

/** An error as Azure Resource Manager answers it. */
export function armError(code: string, message: string, details?: readonly object[]): object {
  return { error: { code, message, ...(details === undefined ? {} : { details }) } };
}
