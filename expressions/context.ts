import type { Value } from "./value.ts";

/**
 * What a gateway hands in for `context`, by the documented names. All of it is read when an expression asks for it, so that a
 * gateway may build it lazily with getters. `null` stands where API Management has `null`.
 *
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables
 */
export interface ExpressionContext {
  /** Milliseconds since 1970: `Elapsed`, `DateTime.UtcNow`. */
  readonly now: () => number;
  readonly api: ApiContext | null;
  readonly deployment: DeploymentContext;
  readonly lastError: LastErrorContext | null;
  readonly operation: OperationContext | null;
  readonly product: ProductContext | null;
  readonly request: RequestContext;
  /** A GUID in its common text. */
  readonly requestId: string;
  readonly response: ResponseContext | null;
  readonly subscription: SubscriptionContext | null;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly tracing: boolean;
  readonly user: UserContext | null;
  readonly variables: ReadonlyMap<string, Value>;
  readonly workspace: { readonly id: string; readonly name: string } | null;
  readonly backend: {
    readonly azureRegion: string;
    readonly id: string;
    readonly type: "Single" | "Pool";
  } | null;
  /** Takes what `context.Trace` says. */
  readonly trace: (message: string) => void;
}

/** `context.Api`. */
export interface ApiContext {
  readonly id: string;
  readonly isCurrentRevision: boolean;
  readonly name: string;
  readonly path: string;
  readonly protocols: readonly string[];
  readonly revision: string;
  readonly serviceUrl: UrlContext | null;
  readonly subscriptionKeyParameterNames: { readonly header: string; readonly query: string };
  readonly version: string | null;
}

/** `context.Deployment`. */
export interface DeploymentContext {
  readonly gateway: { readonly id: string; readonly instanceId: string; readonly isManaged: boolean };
  readonly region: string;
  readonly serviceId: string;
  readonly serviceName: string;
  /** By thumbprint. */
  readonly certificates: ReadonlyMap<string, CertificateContext>;
}

/** One of `context.Deployment.Certificates`. */
export interface CertificateContext {
  /** In PEM or DER. */
  readonly certificate: string | Uint8Array;
  /** In PEM; absent where there is none. */
  readonly privateKey?: string;
}

/** `context.LastError`. */
export interface LastErrorContext {
  /** By this a value is known as an `ILastError`. */
  readonly kind: "last-error";
  readonly source: string;
  readonly reason: string;
  readonly message: string;
  readonly scope: string | null;
  readonly section: string | null;
  readonly path: string | null;
  readonly policyId: string | null;
}

/** `context.Operation`. */
export interface OperationContext {
  readonly id: string;
  readonly method: string;
  readonly name: string;
  readonly urlTemplate: string;
}

/** `context.Product`. */
export interface ProductContext {
  readonly approvalRequired: boolean;
  readonly groups: readonly GroupContext[];
  readonly id: string;
  readonly name: string;
  readonly state: "NotPublished" | "Published";
  readonly subscriptionRequired: boolean;
  readonly subscriptionsLimit: number | null;
}

/** One of `context.User.Groups` or `context.Product.Groups`. */
export interface GroupContext {
  readonly id: string;
  readonly name: string;
}

/** `context.Subscription`; dates are milliseconds since 1970. */
export interface SubscriptionContext {
  readonly createdDate: number;
  readonly endDate: number | null;
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly primaryKey: string;
  readonly secondaryKey: string;
  readonly startDate: number | null;
}

/** `context.User`. */
export interface UserContext {
  readonly email: string;
  readonly firstName: string;
  readonly groups: readonly GroupContext[];
  readonly id: string;
  readonly identities: readonly { readonly id: string; readonly provider: string }[];
  readonly lastName: string;
  readonly note: string | null;
  /** Milliseconds since 1970. */
  readonly registrationDate: number;
}

/** `context.Request`. */
export interface RequestContext {
  readonly body: BodyContext | null;
  /** In PEM or DER. */
  readonly certificate: string | Uint8Array | null;
  readonly headers: NamedValuesContext;
  readonly ipAddress: string;
  readonly matchedParameters: ReadonlyMap<string, string>;
  readonly method: string;
  readonly originalUrl: UrlContext;
  readonly url: UrlContext;
}

/** `context.Response`, and what `send-request` leaves in a variable. */
export interface ResponseContext {
  /** By this a variable is known as an `IResponse`. */
  readonly kind: "response";
  readonly body: BodyContext | null;
  readonly headers: NamedValuesContext;
  readonly statusCode: number;
  readonly statusReason: string;
}

/** What `get-authorization-context` leaves in a variable. */
export interface AuthorizationContext {
  /** By this a variable is known as an `Authorization`. */
  readonly kind: "authorization";
  readonly accessToken: string;
  readonly claims: ReadonlyMap<string, Value>;
}

/** Headers or query parameters: several values for one name. */
export interface NamedValuesContext {
  /** The values of one name, compared as HTTP compares it; `undefined` when there is none. */
  get(name: string): readonly string[] | undefined;
  /** All of them in their order, each name once. */
  entries(): Iterable<readonly [name: string, values: readonly string[]]>;
}

/** The body of a message, which has arrived before the expression runs. */
export interface BodyContext {
  /**
   * Gives the bytes.
   *
   * @param preserveContent Without it they are gone for whoever reads next, the backend or client included.
   */
  read(preserveContent: boolean): Uint8Array;
}

/** An `IUrl`. */
export interface UrlContext {
  readonly host: string;
  readonly path: string;
  readonly port: number;
  readonly query: NamedValuesContext;
  /** With its `?`, or empty. */
  readonly queryString: string;
  readonly scheme: string;
}
