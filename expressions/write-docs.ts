import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { supportedMembersPage } from "./supported-members.ts";

await writeFile(path.join(import.meta.dirname, "../docs/expressions.md"), supportedMembersPage());
