import type { Properties } from "../../providers/resource.ts";
import { readDocument } from "./document-text.ts";
import { object, text } from "./json.ts";
import { contractProblems } from "./operation-contract.ts";
import { type ImportedOperation, importOperations } from "./operations.ts";
import { recursionProblems } from "./recursion.ts";
import { type ImportProblem, ImportRefusal } from "./refusal.ts";
import { firstHttpsServer } from "./servers.ts";
import { shapeProblems } from "./shape-rules.ts";
import type { RequiredQueryConduct } from "./url-template.ts";

/** What an import makes of a document. */
export interface ImportedApi {
  readonly operations: readonly ImportedOperation[];
  /** Where the document says that requests go; absent where it says it of no https address. */
  readonly serviceUrl?: string;
  /** What the document says of the whole API; empty when it says nothing. */
  readonly description: string;
}

// The gateway and the portal ask at every change, and a resource's inputs are another object once they change.
const ofInputs = new WeakMap<Properties, ImportedApi>();
// An import is checked before its resource is kept, and several stacks of a test have one document.
const ofText = new Map<string, ImportedApi>();
const maxTexts = 16;

/**
 * Imports the OpenAPI document that an Api resource carries, as API Management does.
 *
 * @throws {SimulatorError} `ValidationError` for a document that Azure would not import, `UnsupportedImport` for one that the local
 * cloud does not.
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function importOpenApi(inputs: Properties): ImportedApi {
  const imported = ofInputs.get(inputs) ?? importText(inputs);
  ofInputs.set(inputs, imported);
  return imported;
}

function importText({
  format,
  value,
  translateRequiredQueryParametersConduct: conduct,
}: Properties): ImportedApi {
  if (value === undefined) return { operations: [], description: "" };
  const key = `${format} ${conduct} ${value}`;
  const imported =
    ofText.get(key) ??
    importDocument(String(value), String(format), conduct === "query" ? "query" : "template");
  ofText.delete(key);
  ofText.set(key, imported);
  const [oldest] = ofText.keys();
  if (ofText.size > maxTexts && oldest !== undefined) ofText.delete(oldest);
  return imported;
}

function importDocument(value: string, format: string, conduct: RequiredQueryConduct): ImportedApi {
  const document = readDocument(value, format);
  refuse(shapeProblems(document));
  refuse(recursionProblems(document));
  const { operations, problems } = importOperations(document, conduct);
  refuse([...problems, ...contractProblems(operations)]);
  const serviceUrl = firstHttpsServer(document);
  return {
    operations,
    description: text(object(document.info).description),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
  };
}

function refuse(problems: readonly ImportProblem[]): void {
  if (problems.length > 0) throw new ImportRefusal(problems);
}
