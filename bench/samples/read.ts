/** Reads an OpenAPI document as the program does, or by JSON.parse alone. Reports the seconds of that. */
import { readFile } from "node:fs/promises";
import { readDocument } from "../../openapi/document.ts";

const [how, file = ""] = process.argv.slice(2);
const text = how === "parse" ? await readFile(file, "utf8") : "";
const started = performance.now();
const read = how === "parse" ? (JSON.parse(text) as object) : await readDocument({ document: file }, ".");
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, keys: Object.keys(read).length }));
