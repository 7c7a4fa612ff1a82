/**
 * Writes into docs/policies.md which policy elements the local gateway runs, and in which sections. What `policies/` writes stays as
 * it stands there.
 */
import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { loadElements } from "./element-registry.ts";

const file = path.join(import.meta.dirname, "../../../docs/policies.md");
const row = /^\| `([\w-]+)` \| ([\w, –-]+) \| .*\n/gm;

const text = await readFile(file, "utf8");
const rows = [...text.matchAll(row)];
const written = new Map(rows.map(([, element = "", sections = ""]) => [element, sections]));
const table = [...(await loadElements())]
  .sort(([one], [other]) => one.localeCompare(other))
  .map(
    ([element, { sections }]) =>
      `| \`${element}\` | ${written.get(element) ?? "–"} | ${sections.join(", ")} | [${element}](https://learn.microsoft.com/azure/api-management/${element}-policy) |\n`,
  );
const [first] = rows;
if (first === undefined) throw new Error("docs/policies.md has no table of elements");
const begin = first.index;
const end = begin + rows.reduce((length, [line]) => length + line.length, 0);
await writeFile(file, text.slice(0, begin) + table.join("") + text.slice(end));
