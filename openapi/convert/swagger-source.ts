import type { Rule } from "../finding.ts";
import type { JsonObject } from "../json.ts";

/** What the parts of a Swagger document's conversion share. */
export interface SwaggerSource {
  readonly document: JsonObject;
  /** Adds a finding. */
  readonly find: (rule: Rule, place: string, detail?: string) => void;
}

/** The conversion of one part of a Swagger document, and where the part stands. */
export interface SwaggerPart extends SwaggerSource {
  readonly place: string;
}
