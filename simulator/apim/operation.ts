/** An operation as an import makes it and the gateway serves it, without its policy. */
export interface ServedOperation {
  /** ARM name of the operation, `getsessions`. */
  readonly id: string;
  /** @defaultValue the id */
  readonly displayName?: string;
  /** Upper-case HTTP method. */
  readonly method: string;
  /** `/session/{id}`, relative to the API's path. */
  readonly urlTemplate: string;
  /** Responses of the imported document, for `mock-response`. */
  readonly responses: readonly OperationResponse[];
}

/** An operation as the developer portal shows it. */
export interface ImportedOperation extends ServedOperation {
  /** The document's summary, else the operation's id. */
  readonly displayName: string;
  readonly description: string;
  readonly parameters: readonly ImportedParameter[];
  /** Media types of the request's body; empty when there is none. */
  readonly request: readonly Representation[];
}

/** A parameter as the developer portal shows it. */
export interface ImportedParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description: string;
  /** The document's example, empty without one. */
  readonly value: string;
  /** The values to choose from; empty where any value will do. */
  readonly choices: readonly string[];
}

/** A response that the imported document describes. */
export interface OperationResponse {
  readonly statusCode: number;
  readonly representations: readonly Representation[];
}

/** One media type of a body, with its example as the text to send. */
export interface Representation {
  readonly contentType: string;
  readonly example?: string;
  /** Makes a text of the schema; absent where there is no schema. */
  readonly sample?: () => string | undefined;
}
