import { parse } from "yaml";
import table from "../../../openapi/azure-import.json" with { type: "json" };
import { type DocumentPart, isObjectPart } from "./json.ts";
import { ImportRefusal, importNotSimulated } from "./refusal.ts";

/**
 * Reads the text of a document that an Api resource carries.
 *
 * Differs from Azure: only inline OpenAPI 3.0, YAML or JSON, is imported.
 *
 * Differs from Azure: a key that a JSON document has twice counts once, the last one.
 *
 * @throws {SimulatorError} `ValidationError` for what Azure refuses, `UnsupportedImport` for other versions that it imports.
 */
export function parseOpenApi(text: string, format: string): DocumentPart {
  const bytes = Buffer.byteLength(text);
  if (bytes > table.limits.inlineBytes)
    throw new ImportRefusal([{ rule: "inline-size", place: "#", got: `${bytes} bytes` }]);
  const document = parsed(text, format);
  if (!isObjectPart(document)) throw new ImportRefusal([{ rule: "syntax", place: "#", got: "no object" }]);
  assertVersion(document);
  return document;
}

function parsed(text: string, format: string): unknown {
  if (format === "openapi+json") return parsedBy(JSON.parse, text, "JSON");
  try {
    // A YAML parser takes JSON too, and a hundred times as long.
    if (/^\s*\{/.test(text)) return JSON.parse(text);
  } catch {
    // YAML may begin with a brace as well.
  }
  return parsedBy(parseYaml, text, "YAML");
}

function parsedBy(parser: (text: string) => unknown, text: string, language: string): unknown {
  try {
    return parser(text);
  } catch (cause) {
    const { message, code } = cause as { message: string; code?: string };
    const [why = ""] = message.split("\n");
    const rule = code === "DUPLICATE_KEY" ? "duplicate-key" : "syntax";
    const got = `not ${language}, ${why.replace(/[:.]$/, "")}`;
    throw new ImportRefusal([{ rule, place: "#", got }], { cause });
  }
}

/** As JSON has it: without aliases, of which one inside what it names has no end. */
function parseYaml(text: string): unknown {
  return JSON.parse(JSON.stringify(parse(text)));
}

function assertVersion({ openapi, swagger }: DocumentPart): void {
  const version = String(openapi ?? swagger);
  const [, patch] = /^3\.0\.(\d+)$/.exec(version) ?? [];
  if (patch !== undefined && Number(patch) <= table.limits.latestPatchOfOpenApi30) return;
  if (openapi === undefined && version === "2.0") throw importNotSimulated("OpenAPI 2.0");
  if (/^3\.1\.\d+$/.test(version)) throw importNotSimulated("OpenAPI 3.1");
  const rule = patch === undefined ? "version-unknown" : "version-3-0-later";
  throw new ImportRefusal([{ rule, place: "#/openapi", got: `"${version}"` }]);
}
