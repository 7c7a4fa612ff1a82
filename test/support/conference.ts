import * as path from "node:path";
import { parse } from "yaml";
import { type ApiDocument, readDocument } from "../../openapi/document.ts";

/** What a response holds in one media type. */
export interface Media {
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly example?: unknown;
}
interface Answering {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
}
interface Raw {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { responses: Record<string, Answering> }>>>
  >;
  readonly components: {
    readonly responses: Readonly<Record<string, Answering>>;
    readonly schemas: Readonly<Record<string, unknown>>;
  };
}

/** The document of the Conference API. */
export const document: ApiDocument = await readDocument(
  { document: "apis/conference.openapi.yaml" },
  path.join(import.meta.dirname, "../.."),
);

const raw = parse(document.value) as Raw;

/** The document's schemas by name. */
export const schemas = raw.components.schemas;

/** What the document says of each response: status → media type → content. */
export function described(
  method: string,
  template: string,
): ReadonlyMap<string, Readonly<Record<string, Media>>> {
  const { responses = {} } = raw.paths[template]?.[method.toLowerCase()] ?? {};
  const contentOf = ({ $ref, content }: Answering) =>
    raw.components.responses[$ref?.split("/").at(-1) ?? ""]?.content ?? content ?? {};
  return new Map(Object.entries(responses).map(([status, response]) => [status, contentOf(response)]));
}
