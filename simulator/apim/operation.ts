/** An operation as an import makes it and the gateway serves it, without its policy. */
export interface ServedOperation {
  /** ARM name of the operation, `getsessions`. */
  readonly id: string;
  /** Upper-case HTTP method. */
  readonly method: string;
  /** `/session/{id}`, relative to the API's path. */
  readonly urlTemplate: string;
  /** Responses of the imported document, for `mock-response`. */
  readonly responses: readonly OperationResponse[];
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
