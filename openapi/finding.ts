/**
 * What became of a document, or of a part of it:
 * - `refused`: it cannot be imported or proved as it is;
 * - `converted`: the derived document says the same in other words;
 * - `lost`: the derived document lacks something that the document says;
 * - `added`: the derived document says what the document does not;
 * - `made up`: a call of the proof has a value that the document does not give;
 * - `noted`: nothing changed, but the reader has to know.
 */
export type Outcome = "refused" | "converted" | "lost" | "added" | "made up" | "noted";

/** One rule about documents. What it says holds for each of its findings, so that many of them are told in one sentence. */
export interface Rule {
  /** Stays as it is, whatever the text becomes: `reference-missing`. */
  readonly code: string;
  readonly outcome: Outcome;
  /** What is so, in one or two sentences, without a place: `Azure refuses a schema that refers to itself.` */
  readonly text: string;
  /** The next step, a sentence: `Describe the inner level as a plain object.` Absent where nothing is to be done. */
  readonly fix?: string;
  /** Page that says so, for what another system does. */
  readonly source?: string;
}

/** One place where a rule applies. */
export interface Finding {
  readonly rule: Rule;
  /** `paths./session/{id}.get.security`, or `document`. */
  readonly place: string;
  /** What stands there, where that helps: `"conference.raed"`. */
  readonly detail?: string;
}

/** What a step of the pipeline gives: the document as it is now, and what the step found or changed. */
export interface StepResult<Content> {
  readonly content: Content;
  readonly findings: readonly Finding[];
}
