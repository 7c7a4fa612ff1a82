import { type Cors, cors } from "./elements/cors.ts";

/**
 * Lets the developer portal's console call an API from a browser: the settings of the Azure portal's button _Enable CORS_.
 *
 * @see https://learn.microsoft.com/azure/api-management/enable-cors-developer-portal
 */
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
