// What Pulumi's plugin host loads for `pulumi package add`, by PulumiPlugin.yaml and "main" in package.json. JavaScript, because that
// host hands a TypeScript entry to an old ts-node; Node itself strips the types of what is imported here.
export * from "./components.ts";
