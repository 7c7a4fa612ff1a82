/** The files of a folder that are read as text, by their paths in it, with `/` between the steps. */
export type FolderFiles = ReadonlyMap<string, string>;

/** A policy document or fragment as somebody wrote it, with its place. */
export interface WrittenPolicy {
  readonly xml: string;
  /** How it is written. */
  readonly format: "xml" | "rawxml";
  /** Path of the file that holds it. */
  readonly file: string;
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
}

/** An operation that a file declares itself, without an OpenAPI document. */
export interface WrittenOperation {
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** `/orders/{id}`. */
  readonly urlTemplate: string;
}

/** An API with the documents that stand at its scope and below. */
export interface WrittenApi {
  readonly name: string;
  readonly displayName?: string | undefined;
  /** URL suffix. @defaultValue the name */
  readonly path?: string | undefined;
  /** The address of its backend, as far as it stands there as text. */
  readonly serviceUrl?: string | undefined;
  /** Whether its clients need a subscription key. */
  readonly subscriptionRequired: boolean;
  /** Where clients write the key. @defaultValue Azure's own names */
  readonly keyNames?: { readonly header: string; readonly query: string } | undefined;
  /** Its OpenAPI document. */
  readonly specification?: { readonly file: string; readonly text: string } | undefined;
  readonly policy?: WrittenPolicy | undefined;
  /** The documents of its operations, by the operation's name. */
  readonly operationPolicies: ReadonlyMap<string, WrittenPolicy>;
  /** Operations that no OpenAPI document describes. */
  readonly operations: readonly WrittenOperation[];
}

/** A product with its document. */
export interface WrittenProduct {
  readonly name: string;
  readonly displayName?: string | undefined;
  readonly subscriptionRequired: boolean;
  readonly isPublished: boolean;
  /** Names of its APIs. */
  readonly apis: readonly string[];
  readonly policy?: WrittenPolicy | undefined;
}

/** A named value as somebody wrote it. */
export interface WrittenNamedValue {
  /** The name that policies write between braces. */
  readonly displayName: string;
  /** Absent where it stands elsewhere, as a secret's does. */
  readonly value?: string | undefined;
  readonly isSecret: boolean;
}

/** What a folder of policies holds. */
export interface PolicyFolder {
  /** In words: `an APIOps extract`. */
  readonly layout: string;
  /** It holds all of an instance, as an extract does: what is not in it is nowhere. */
  readonly isWhole: boolean;
  readonly policy?: WrittenPolicy | undefined;
  readonly apis: readonly WrittenApi[];
  readonly products: readonly WrittenProduct[];
  /** By name. */
  readonly fragments: ReadonlyMap<string, WrittenPolicy>;
  readonly namedValues: readonly WrittenNamedValue[];
  /** The URLs of backends, by name. */
  readonly backends: ReadonlyMap<string, string>;
  /** Documents whose place nobody says. */
  readonly unplaced: readonly WrittenPolicy[];
  /** What is there and was not read, a line each. */
  readonly notes: readonly string[];
}

/** A folder that holds nothing, for a spread. */
export const emptyFolder: PolicyFolder = {
  layout: "nothing",
  isWhole: false,
  apis: [],
  products: [],
  fragments: new Map(),
  namedValues: [],
  backends: new Map(),
  unplaced: [],
  notes: [],
};
