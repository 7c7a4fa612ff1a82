import { type Cors, cors } from "./cors.ts";
import { globalPolicyDocument, type PolicyDocument } from "./document.ts";
import { forwardRequest } from "./forward-request.ts";

/** Lets the developer portal's console call the gateway from a browser. */
export function consoleCors(origins: readonly [string, ...string[]]): Cors {
  return cors({
    allowCredentials: true,
    terminateUnmatchedRequest: false,
    allowedOrigins: origins,
    allowedMethods: ["*"],
    preflightMaxAgeSeconds: 300,
    allowedHeaders: ["*"],
    exposeHeaders: ["*"],
  });
}

/**
 * The global document: cors before everything else, so that a browser can read the 401 of a policy further
 * down, and the one `forward-request` of the instance.
 */
export function portalCors(origins: readonly [string, ...string[]]): PolicyDocument {
  return globalPolicyDocument({ inbound: [consoleCors(origins)], backend: [forwardRequest()] });
}
