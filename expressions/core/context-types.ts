import type {
  ApiContext,
  AuthorizationContext,
  BodyContext,
  CertificateContext,
  DeploymentContext,
  ExpressionContext,
  GroupContext,
  LastErrorContext,
  NamedValuesContext,
  OperationContext,
  ProductContext,
  RequestContext,
  ResponseContext,
  SubscriptionContext,
  UrlContext,
  UserContext,
} from "../context.ts";
import { Certificate } from "../dotnet/certificate.ts";
import { DateTime } from "../dotnet/date-time.ts";
import { Guid } from "../dotnet/guid.ts";
import { TimeSpan } from "../dotnet/time-span.ts";
import { DotnetException } from "../exception.ts";
import { stringType } from "../static-type.ts";
import type { Host, Implementation, TypeDescription } from "../type-description.ts";
import { EnumValue, type Value } from "../value.ts";
import { DictionaryValue } from "./dictionary.ts";
import { ListValue } from "./list.ts";
import { HeaderLookup, MapLookup } from "./lookup.ts";

type Members = Readonly<Record<string, Implementation>>;

const space = "Microsoft.Azure.ApiManagement";

function face(name: string, members: Members, is?: (value: Value) => boolean): TypeDescription {
  return { name: `${space}.${name}`, kind: "interface", members, ...(is === undefined ? {} : { is }) };
}

const wrappedValues = new WeakMap<NamedValuesContext, HeaderLookup>();

/** The same headers are the same object each time. */
function named(values: NamedValuesContext): HeaderLookup {
  const known = wrappedValues.get(values);
  if (known !== undefined) return known;
  const made = new HeaderLookup(values);
  wrappedValues.set(values, made);
  return made;
}

const wrappedMaps = new WeakMap<ReadonlyMap<string, Value>, MapLookup>();

function mapped(map: ReadonlyMap<string, Value>, isText = false): MapLookup {
  const known = wrappedMaps.get(map);
  if (known !== undefined) return known;
  const made = isText ? new MapLookup(map, stringType) : new MapLookup(map);
  wrappedMaps.set(map, made);
  return made;
}

function time(milliseconds: number | null): Value {
  return milliseconds === null ? null : DateTime.fromUnix(milliseconds);
}

function texts(list: readonly string[]): readonly string[] {
  return list;
}

const request: Members = {
  "IMessageBody Body": (self: RequestContext) => self.body,
  "X509Certificate2 Certificate": (self: RequestContext, host: Host) => certificate(self.certificate, host),
  "IReadOnlyDictionary<string, string[]> Headers": (self: RequestContext) => named(self.headers),
  "string IpAddress": (self: RequestContext) => self.ipAddress,
  "IReadOnlyDictionary<string, string> MatchedParameters": (self: RequestContext) =>
    mapped(self.matchedParameters, true),
  "string Method": (self: RequestContext) => self.method,
  "IUrl OriginalUrl": (self: RequestContext) => self.originalUrl,
  "IUrl Url": (self: RequestContext) => self.url,
};

const response: Members = {
  "IMessageBody Body": (self: ResponseContext) => self.body,
  "IReadOnlyDictionary<string, string[]> Headers": (self: ResponseContext) => named(self.headers),
  "int StatusCode": (self: ResponseContext) => self.statusCode,
  "string StatusReason": (self: ResponseContext) => self.statusReason,
};

/** A certificate by the class that the library has for it. */
function certificate(source: string | Uint8Array | null, host: Host): Value {
  if (source === null) return null;
  const bytes = typeof source === "string" ? Buffer.from(source) : source;
  return host.create("X509Certificate2", [bytes]);
}

function certificates({ certificates: map }: DeploymentContext, host: Host): DictionaryValue {
  const made = new DictionaryValue("string", "X509Certificate2", "IReadOnlyDictionary");
  for (const [name, one] of map) made.set(name, uploaded(one), host);
  return made;
}

const wrappedCertificates = new WeakMap<CertificateContext, Certificate>();

/** A certificate is read once. */
function uploaded(context: CertificateContext): Certificate {
  const known = wrappedCertificates.get(context);
  if (known !== undefined) return known;
  const made = new Certificate(context.certificate, context.privateKey);
  wrappedCertificates.set(context, made);
  return made;
}

const url: Members = {
  "string Host": (self: UrlContext) => self.host,
  "string Path": (self: UrlContext) => self.path,
  "int Port": (self: UrlContext) => self.port,
  "IReadOnlyDictionary<string, string[]> Query": (self: UrlContext) => named(self.query),
  "string QueryString": (self: UrlContext) => self.queryString,
  "string Scheme": (self: UrlContext) => self.scheme,
  "string ToString()": urlText,
  // Assumed of Azure: an `IUrl` has `ToUri()`, which is not documented and which public policies call.
  "Uri ToUri()": (self: UrlContext, host: Host) => host.create("Uri", [urlText(self)]),
};

/** By what no other value has beside one another; its text is asked for where its static type is lost, as in `"a" + url`. */
function isUrl(value: unknown): boolean {
  return typeof value === "object" && value !== null && "queryString" in value && "scheme" in value;
}

function urlText({ scheme, host, port, path, queryString }: UrlContext): string {
  const isDefault = port === (scheme === "https" ? 443 : 80);
  return `${scheme}://${host}${isDefault ? "" : `:${port}`}${path}${queryString}`;
}

const decoder = new TextDecoder("utf-8");

function bodyText(self: BodyContext, preserves: boolean, host: Host): string {
  const bytes = self.read(preserves);
  host.allocate(bytes.length);
  return decoder.decode(bytes);
}

/** A body as one of the types that the documentation lists. */
function bodyAs(
  self: BodyContext,
  preserves: boolean,
  host: Host,
  [type = "string"]: readonly string[],
): Value {
  // A Buffer's own slice() would share its memory with the message.
  if (type === "byte[]") return new Uint8Array(self.read(preserves));
  const text = bodyText(self, preserves, host);
  if (type === "string" || type === "object") return text;
  const parsed = host.parse(type, text);
  if (parsed !== undefined) return parsed;
  throw new DotnetException("NotSupportedException", `A body cannot be read as '${type}'.`);
}

function formContent(self: BodyContext, preserves: boolean, host: Host): DictionaryValue {
  const made = new DictionaryValue("string", "IList<string>");
  for (const [name, value] of new URLSearchParams(bodyText(self, preserves, host))) {
    const known = made.find(name, host)?.value;
    if (known instanceof ListValue) known.add(value, host);
    else made.set(name, new ListValue("List", "string", [value]), host);
  }
  return made;
}

function formText(self: DictionaryValue, host: Host): string {
  const parameters = new URLSearchParams();
  for (const [index, key] of self.keys().entries())
    for (const value of host.enumerate(self.values()[index] ?? null) ?? [])
      parameters.append(host.text(key), host.text(value));
  return parameters.toString();
}

const body: Members = {
  "T As<T>(bool preserveContent = false)": bodyAs,
  "IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)": formContent,
};

const api: Members = {
  "string Id": (self: ApiContext) => self.id,
  "bool IsCurrentRevision": (self: ApiContext) => self.isCurrentRevision,
  "string Name": (self: ApiContext) => self.name,
  "string Path": (self: ApiContext) => self.path,
  "IEnumerable<string> Protocols": (self: ApiContext) => texts(self.protocols),
  "string Revision": (self: ApiContext) => self.revision,
  "IUrl ServiceUrl": (self: ApiContext) => self.serviceUrl,
  "ISubscriptionKeyParameterNames SubscriptionKeyParameterNames": (self: ApiContext) =>
    self.subscriptionKeyParameterNames,
  "string Version": (self: ApiContext) => self.version,
};

const context: Members = {
  "IApi Api": (self: ExpressionContext) => self.api,
  "IBackend Backend": (self: ExpressionContext) => self.backend,
  "IDeployment Deployment": (self: ExpressionContext) => self.deployment,
  "TimeSpan Elapsed": (self: ExpressionContext) =>
    TimeSpan.from(Math.max(0, self.now() - self.timestamp), "millisecond"),
  "ILastError LastError": (self: ExpressionContext) => self.lastError,
  "IOperation Operation": (self: ExpressionContext) => self.operation,
  "IProduct Product": (self: ExpressionContext) => self.product,
  "IRequest Request": (self: ExpressionContext) => self.request,
  "Guid RequestId": (self: ExpressionContext) => Guid.parse(self.requestId),
  "IResponse Response": (self: ExpressionContext) => self.response,
  "ISubscription Subscription": (self: ExpressionContext) => self.subscription,
  "DateTime Timestamp": (self: ExpressionContext) => time(self.timestamp),
  "bool Tracing": (self: ExpressionContext) => self.tracing,
  "IUser User": (self: ExpressionContext) => self.user,
  "IReadOnlyDictionary<string, object> Variables": (self: ExpressionContext) => mapped(self.variables),
  "IWorkspace Workspace": (self: ExpressionContext) => self.workspace,
  "void Trace(string message)": (self: ExpressionContext, message: string | null) =>
    self.trace(message ?? ""),
};

const subscription: Members = {
  "DateTime CreatedDate": (self: SubscriptionContext) => time(self.createdDate),
  "DateTime? EndDate": (self: SubscriptionContext) => time(self.endDate),
  "string Id": (self: SubscriptionContext) => self.id,
  "string Key": (self: SubscriptionContext) => self.key,
  "string Name": (self: SubscriptionContext) => self.name,
  "string PrimaryKey": (self: SubscriptionContext) => self.primaryKey,
  "string SecondaryKey": (self: SubscriptionContext) => self.secondaryKey,
  "DateTime? StartDate": (self: SubscriptionContext) => time(self.startDate),
};

const user: Members = {
  "string Email": (self: UserContext) => self.email,
  "string FirstName": (self: UserContext) => self.firstName,
  "IEnumerable<IGroup> Groups": (self: UserContext) => [...self.groups],
  "string Id": (self: UserContext) => self.id,
  "IEnumerable<IUserIdentity> Identities": (self: UserContext) => [...self.identities],
  "string LastName": (self: UserContext) => self.lastName,
  "string Note": (self: UserContext) => self.note,
  "DateTime RegistrationDate": (self: UserContext) => time(self.registrationDate),
};

const product: Members = {
  "bool ApprovalRequired": (self: ProductContext) => self.approvalRequired,
  "IEnumerable<IGroup> Groups": (self: ProductContext) => [...self.groups],
  "string Id": (self: ProductContext) => self.id,
  "string Name": (self: ProductContext) => self.name,
  "ProductState State": (self: ProductContext) =>
    new EnumValue(`${space}.ProductState`, self.state === "Published" ? 1 : 0),
  "bool SubscriptionRequired": (self: ProductContext) => self.subscriptionRequired,
  "int? SubscriptionsLimit": (self: ProductContext) => self.subscriptionsLimit,
};

const lastError: Members = {
  "string Source": (self: LastErrorContext) => self.source,
  "string Reason": (self: LastErrorContext) => self.reason,
  "string Message": (self: LastErrorContext) => self.message,
  "string Scope": (self: LastErrorContext) => self.scope,
  "string Section": (self: LastErrorContext) => self.section,
  "string Path": (self: LastErrorContext) => self.path,
  "string PolicyId": (self: LastErrorContext) => self.policyId,
};

type Backend = NonNullable<ExpressionContext["backend"]>;

function isAuthorization(value: Value): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Partial<AuthorizationContext>).kind === "authorization"
  );
}

/** Microsoft's own types: `context` and what it holds. */
export const contextTypes: readonly TypeDescription[] = [
  face("IProxyRequestContext", context),
  face("IRequest", request),
  face(
    "IResponse",
    response,
    (value) =>
      typeof value === "object" && value !== null && (value as Partial<ResponseContext>).kind === "response",
  ),
  face("IUrl", url, isUrl),
  face("IMessageBody", body),
  face("IApi", api),
  face("ISubscriptionKeyParameterNames", {
    "string Header": (self: ApiContext["subscriptionKeyParameterNames"]) => self.header,
    "string Query": (self: ApiContext["subscriptionKeyParameterNames"]) => self.query,
  }),
  face("IOperation", {
    "string Id": (self: OperationContext) => self.id,
    "string Method": (self: OperationContext) => self.method,
    "string Name": (self: OperationContext) => self.name,
    "string UrlTemplate": (self: OperationContext) => self.urlTemplate,
  }),
  face("IProduct", product),
  face("ISubscription", subscription),
  face("IUser", user),
  face("IGroup", {
    "string Id": (self: GroupContext) => self.id,
    "string Name": (self: GroupContext) => self.name,
  }),
  face("IUserIdentity", {
    "string Id": (self: UserContext["identities"][number]) => self.id,
    "string Provider": (self: UserContext["identities"][number]) => self.provider,
  }),
  face("IDeployment", {
    "IGateway Gateway": (self: DeploymentContext) => self.gateway,
    "string GatewayId": (self: DeploymentContext) => self.gateway.id,
    "string Region": (self: DeploymentContext) => self.region,
    "string ServiceId": (self: DeploymentContext) => self.serviceId,
    "string ServiceName": (self: DeploymentContext) => self.serviceName,
    "IReadOnlyDictionary<string, X509Certificate2> Certificates": certificates,
  }),
  face("IGateway", {
    "string Id": (self: DeploymentContext["gateway"]) => self.id,
    "string InstanceId": (self: DeploymentContext["gateway"]) => self.instanceId,
    "bool IsManaged": (self: DeploymentContext["gateway"]) => self.isManaged,
  }),
  face("ILastError", lastError),
  face("IBackend", {
    "string AzureRegion": (self: Backend) => self.azureRegion,
    "string Id": (self: Backend) => self.id,
    "BackendType Type": (self: Backend) =>
      new EnumValue(`${space}.BackendType`, self.type === "Pool" ? 1 : 0),
  }),
  face("IWorkspace", {
    "string Id": (self: NonNullable<ExpressionContext["workspace"]>) => self.id,
    "string Name": (self: NonNullable<ExpressionContext["workspace"]>) => self.name,
  }),
  {
    name: `${space}.Authorization`,
    kind: "class",
    is: isAuthorization,
    members: {
      "string AccessToken": (self: AuthorizationContext) => self.accessToken,
      "IReadOnlyDictionary<string, object> Claims": (self: AuthorizationContext) => mapped(self.claims),
    },
  },
  { name: `${space}.ProductState`, kind: "enum", values: { NotPublished: 0, Published: 1 } },
  { name: `${space}.BackendType`, kind: "enum", values: { Single: 0, Pool: 1 } },
  {
    name: `${space}.FormExtensions`,
    kind: "static",
    members: {
      "static string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> content)": formText,
      "static string ToQueryString(this IDictionary<string, IList<string>> content)": formText,
    },
  },
];
