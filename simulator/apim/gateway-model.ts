import type { PolicyDocument } from "./policy/document.ts";

/** What the gateway needs to know of the API Management service, derived from its ARM resources after each change. */
export interface GatewayService {
  readonly name: string;
  /** The global policy document; absent in a test's gateway alone. */
  readonly policy?: PolicyDocument;
  readonly apis: readonly GatewayApi[];
  /** URLs of the `Backend` resources, by name in lower case. */
  readonly backends: ReadonlyMap<string, string>;
}

/** One API as the gateway serves it. */
export interface GatewayApi {
  /** ARM name of the API, `conference`. */
  readonly id: string;
  /** URL suffix without slashes at its ends; "" means the root of the gateway. */
  readonly path: string;
  /** Where requests go; absent for an API without a backend. */
  readonly serviceUrl?: string;
  readonly policy?: PolicyDocument;
  readonly operations: readonly GatewayOperation[];
}

/** One operation as the gateway matches and runs it. */
export interface GatewayOperation {
  /** ARM name of the operation, `getsessions`. */
  readonly id: string;
  /** Upper-case HTTP method. */
  readonly method: string;
  /** `/session/{id}`, relative to the API's path. */
  readonly urlTemplate: string;
  readonly policy?: PolicyDocument;
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
