/** A local Azure and Okta for tests: `import { startCloud, runInProcess } from "apim-okta/local-cloud"`. */
export { type CloudOptions, type LocalCloud, startCloud } from "../simulator/cloud.ts";
export { CloudFile } from "../simulator/cloud-file.ts";
export { type CloudOrigins, cloudOrigins, defaultPort } from "../simulator/cloud-origins.ts";
export { runInProcess, type StackResult, type StackRun } from "../simulator/engine/in-process.ts";
export { serveProviders } from "../simulator/engine/provider-server.ts";
export { StackError } from "../simulator/engine/stack-error.ts";
export { type Clock, CloudClock } from "../simulator/kernel/clock.ts";
export { SimulatorError } from "../simulator/kernel/error.ts";
export type { Outage } from "../simulator/kernel/outage.ts";
