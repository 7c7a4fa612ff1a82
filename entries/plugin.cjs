// What Pulumi's plugin host loads, by PulumiPlugin.yaml and "main" in package.json. In a clone the components are TypeScript, which Node
// runs as it is. A package holds them built, because Node strips no types below node_modules.
const { existsSync } = require("node:fs");
const path = require("node:path");

const inClone = existsSync(path.join(__dirname, "component-plugin.ts"));
module.exports = () => import(inClone ? "./component-plugin.ts" : "../dist/entries/component-plugin.js");
