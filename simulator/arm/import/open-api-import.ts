import type { ImportedOperation } from "../../apim/operation.ts";
import type { ArmResource } from "../arm-store.ts";
import { parseOpenApi } from "./document-text.ts";
import { object, text } from "./json.ts";
import { contractProblems } from "./operation-contract.ts";
import { importOperations } from "./operations.ts";
import { recursionProblems } from "./recursion.ts";
import { type ImportProblem, ImportRefusal } from "./refusal.ts";
import { firstHttpsServer } from "./servers.ts";
import { shapeProblems } from "./shape-rules.ts";
import type { QueryConduct } from "./url-template.ts";

/** What an import makes of a document. */
export interface ImportedApi {
  readonly operations: readonly ImportedOperation[];
  /** Where the document says that requests go; absent where it says it of no https address. */
  readonly serviceUrl?: string;
  readonly title: string;
  /** What the document says of the whole API; empty when it says nothing. */
  readonly description: string;
}

/** The document that a PUT of an API carried. */
export interface CarriedDocument {
  /** `openapi` or `openapi+json`. */
  readonly format: string;
  readonly value: string;
  readonly conduct: QueryConduct;
}

// The gateway and the portal ask at every change, and the document is another object once it changes.
const ofDocument = new WeakMap<CarriedDocument, ImportedApi>();
// An import is checked before its resource is kept, and several stacks of a test have one document.
const ofText = new Map<string, ImportedApi>();
const maxTexts = 16;
const nothing: ImportedApi = { operations: [], title: "", description: "" };

/** What the import of an API resource brought: nothing where it was made without a document. */
export function importOf({ hidden }: ArmResource): ImportedApi {
  return hidden.document === undefined ? nothing : importOpenApi(hidden.document as CarriedDocument);
}

/**
 * Imports an OpenAPI document as API Management does.
 *
 * @throws {SimulatorError} `ValidationError` for a document that Azure would not import, `UnsupportedImport` for one that the local
 * cloud does not.
 * @see https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
export function importOpenApi(document: CarriedDocument): ImportedApi {
  const imported = ofDocument.get(document) ?? importText(document);
  ofDocument.set(document, imported);
  return imported;
}

function importText({ format, value, conduct }: CarriedDocument): ImportedApi {
  const key = `${format} ${conduct} ${value}`;
  const imported = ofText.get(key) ?? importDocument(value, format, conduct);
  ofText.delete(key);
  ofText.set(key, imported);
  const [oldest] = ofText.keys();
  if (ofText.size > maxTexts && oldest !== undefined) ofText.delete(oldest);
  return imported;
}

function importDocument(value: string, format: string, conduct: QueryConduct): ImportedApi {
  const document = parseOpenApi(value, format);
  refuse(shapeProblems(document));
  refuse(recursionProblems(document));
  const { operations, problems } = importOperations(document, conduct);
  refuse([...problems, ...contractProblems(operations)]);
  const serviceUrl = firstHttpsServer(document);
  return {
    operations,
    title: text(object(document.info).title),
    description: text(object(document.info).description),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
  };
}

function refuse(problems: readonly ImportProblem[]): void {
  if (problems.length > 0) throw new ImportRefusal(problems);
}
