import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { componentSchema } from "./component-schema.ts";

// Run by `npm run docs`.
const file = path.join(import.meta.dirname, "../entries/schema.json");
await writeFile(file, componentSchema());
