import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ClaimToHave } from "../policies/authorize.ts";
import type { PolicyDocument } from "../policies/document.ts";
import { circularFragments } from "../policies/own-fragments.ts";
import {
  type KnownTexts,
  type OwnPolicy,
  type OwnPolicyProblem,
  ownFragmentProblems,
  readOwnPolicy,
} from "../policies/own-policy.ts";
import type { OwnPolicyLevel } from "../policies/own-sections.ts";
import {
  type DeploymentFacts,
  type OperationToProtect,
  ownOperationPolicy,
  protectApi,
} from "../policies/protect-api.ts";
import { after } from "./after.ts";
import { changedMeanings } from "./changed-meanings.ts";
import { looserOperationWarnings } from "./looser-operations.ts";
import { renderPolicy } from "./policy-text.ts";
import { withoutVersionedAliases } from "./versioned-aliases.ts";

/** An operation of an API, and who may call it. */
export interface ProtectedOperation {
  /** As API Management names it on import, `getsession`: its operationId in lower case. */
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** As in the document, `/session/{id}`. */
  readonly path: string;
  /** Alternatives: a token needs all scopes of one of them. @defaultValue any valid token is let in */
  readonly anyOf?: string[][];
  /** Whether everybody is let in, without a token. @defaultValue false */
  readonly isPublic?: boolean;
  /** What a token must say besides its scopes: all of it. Not possible where everybody is let in. @defaultValue none */
  readonly requiredClaims?: RequiredClaimArgs[];
  /** Status that a mock answers with. @defaultValue 200 */
  readonly successStatus?: number;
}

/** A claim of a token: `{ name: "groups", match: "any", values: ["Speakers", "Staff"] }`. */
export interface RequiredClaimArgs {
  readonly name: string;
  /** `all`: the claim must hold every value; `any`: at least one. A text, since Pulumi's schema has no unions. */
  readonly match: string;
  /** At least one. */
  readonly values: string[];
}

/** Policy documents of one's own, XML as API Management takes it. */
export interface OwnPoliciesArgs {
  /** That of the API. @defaultValue none */
  readonly api?: pulumi.Input<string>;
  /** Those of operations, by the operations' names. Plain keys: each is a resource. @defaultValue none */
  readonly operations?: Record<string, pulumi.Input<string>>;
  /** Texts of policy fragments by id, whose policies are written where the documents include them. @defaultValue none: only fragments of the instance are included, and none in `on-error` */
  readonly fragments?: Record<string, pulumi.Input<string>>;
  /** Plain named values that may stand in a `cors` before `base`, by display name. @defaultValue none */
  readonly namedValues?: Record<string, pulumi.Input<string>>;
}

/** What {@link ProtectedApi} is made of. */
export interface ProtectedApiArgs {
  /** Resource group of the instance. */
  readonly resourceGroupName: pulumi.Input<string>;
  /** The instance. */
  readonly serviceName: pulumi.Input<string>;
  /** Origin of the instance's gateway, without a slash at its end. */
  readonly gatewayUrl: pulumi.Input<string>;
  /** Tier of the instance, which limits the length of policies. @defaultValue a tier other than Consumption */
  readonly sku?: pulumi.Input<string> | undefined;
  /** Origins of the developer portal, whose console calls the API from a browser. @defaultValue none: there is no portal */
  readonly portalOrigins?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Origins of other pages that call the API from a browser. @defaultValue none */
  readonly browserOrigins?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Resource name of the portal's OAuth 2.0 server, the `loginName` of a PortalLogin. Needed where there is a portal. */
  readonly portalLoginName?: pulumi.Input<string> | undefined;
  /** Scopes that the portal's console asks for when it calls this API. @defaultValue those of the PortalLogin */
  readonly portalScopes?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Discovery document of the Okta authorization server. */
  readonly openIdConfigUrl: pulumi.Input<string>;
  /** Issuer that tokens must have. */
  readonly issuer: pulumi.Input<string>;
  /** Audience that tokens must have. */
  readonly audience: pulumi.Input<string>;
  /** Name that people see. */
  readonly displayName: pulumi.Input<string>;
  /** The document to import: OpenAPI 3.0 in JSON, without references to other files. */
  readonly document: pulumi.Input<string>;
  /** The document's operations. An operation that is not listed lets nobody in. */
  readonly operations: ProtectedOperation[];
  /** URL suffix without slashes at its ends; "" is the gateway's root. */
  readonly path: pulumi.Input<string>;
  /** Where the gateway sends what it lets in. @defaultValue none: each operation answers with the document's example */
  readonly serviceUrl?: pulumi.Input<string> | undefined;
  /**
   * Policy documents of one's own, which stand behind the checks of the token. Each has all four sections with `<base />`, in `inbound` as
   * the first statement; in that of the API `<cors>` may stand before it. @defaultValue none
   */
  readonly policies?: OwnPoliciesArgs | undefined;
  /** What an import makes of required query parameters, `template` or `query`. @defaultValue Azure's own: "template", they become part of the URL template */
  readonly translateRequiredQueryParametersConduct?: pulumi.Input<string> | undefined;
  /**
   * What the last update left: name of the operation → method and path, `{ getsessions: "GET /sessions" }`, the `operationsByName` of
   * that update. A name that stands for another operation now makes Pulumi import the API anew. @defaultValue none: a new API
   */
  readonly formerOperations?: Record<string, string> | undefined;
}

/**
 * An API imported from its OpenAPI document, with one policy document that lets in exactly the tokens that its operations ask for.
 *
 * It is closed at every moment. The API's own address leads nowhere, and the backend is reached by a branch of the document alone, after
 * its checks: an operation that the document does not name, because its update failed or is still to come or somebody added it by hand,
 * answers nobody.
 */
export class ProtectedApi extends pulumi.ComponentResource {
  /** Where callers reach it, without a slash at its end. */
  readonly url: pulumi.Output<string>;
  /** What the developer portal shows of it, JSON; known once the API stands with its policies. */
  readonly shown: pulumi.Output<string>;
  /** URL suffix, known once the API is imported. */
  readonly path: pulumi.Output<string>;
  /** Name of the operation in API Management → method and path, known once the API is imported. */
  readonly operationsByName: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: ProtectedApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("apim-okta:index:ProtectedApi", name, {}, withoutVersionedAliases(opts));
    if (args.portalOrigins !== undefined && args.portalLoginName === undefined) {
      throw new pulumi.RunError(
        `API "${name}" has no portal login, but its instance has a developer portal: the portal's console would offer no sign-in, and every call from it would get 401. Give it the loginName of a PortalLogin.`,
      );
    }
    for (const warning of looserOperationWarnings(args.operations))
      void pulumi.log.warn(`API "${name}": ${warning}`, this);
    const operationsByName = Object.fromEntries(
      args.operations.map((operation) => [operation.name, `${operation.method} ${operation.path}`]),
    );
    const api = importedApi(name, { ...args, operationsByName }, this);
    const policies = attachPolicies(name, api, args, this);
    this.url = pulumi
      .all([args.gatewayUrl, args.path])
      .apply(([gatewayUrl, path]) => (path === "" ? gatewayUrl : `${gatewayUrl}/${path}`));
    this.shown = after([api, ...policies], shownOf(name, args));
    // Not before the import has happened.
    this.path = pulumi.all([args.path, api.id]).apply(([path]) => path);
    this.operationsByName = api.id.apply(() => operationsByName);
    this.registerOutputs({ url: this.url });
  }
}

function shownOf(name: string, { path, document }: ProtectedApiArgs): pulumi.Output<string> {
  return pulumi.all([path, document]).apply(
    // The document is JSON already, and may be long.
    ([suffix, text]) =>
      `{"name":${JSON.stringify(name)},"path":${JSON.stringify(suffix)},"document":${text}}`,
  );
}

// No name below .invalid can exist (https://www.rfc-editor.org/rfc/rfc6761#section-6.4). Left out, the import would take the first of
// the document's servers, and serve it before any policy stands.
const nowhere = "https://leads-nowhere.invalid";

function importedApi(
  name: string,
  args: ProtectedApiArgs & { readonly operationsByName: Record<string, string> },
  parent: ProtectedApi,
): apimanagement.Api {
  const { portalLoginName } = args;
  const changed = changedMeanings(args.formerOperations ?? {}, args.operationsByName);
  if (changed.length > 0) {
    void pulumi.log.warn(
      `API "${name}" is deleted and imported again, because names of its operations now stand for other operations: ${changed.join(", ")}. Until it is back, calls get 404. To avoid that, give these operations new names.`,
      parent,
    );
  }
  return new apimanagement.Api(
    name,
    {
      resourceGroupName: args.resourceGroupName,
      serviceName: args.serviceName,
      apiId: name,
      displayName: args.displayName,
      path: args.path,
      protocols: ["https"],
      // Inline and not as a link, so that a changed document is a changed input.
      format: apimanagement.ContentFormat.Openapi_json,
      value: args.document,
      translateRequiredQueryParametersConduct: args.translateRequiredQueryParametersConduct,
      serviceUrl: nowhere,
      // The token alone decides who gets in.
      subscriptionRequired: false,
      authenticationSettings: portalLoginName === undefined ? undefined : portalLink(args, portalLoginName),
    },
    {
      parent,
      // An import keeps the policies that operations have by their names: users', and those that the program once made. Between it and
      // the policies' own updates, an operation would run the policy of another one.
      ...(changed.length > 0 ? { replaceOnChanges: ["value"], deleteBeforeReplace: true } : {}),
    },
  );
}

type AuthenticationSettings = NonNullable<apimanagement.ApiArgs["authenticationSettings"]>;

/** The API's link to the portal's OAuth 2.0 server. Its scope takes the place of the server's own. */
function portalLink(
  { portalScopes }: ProtectedApiArgs,
  authorizationServerId: pulumi.Input<string>,
): AuthenticationSettings {
  const scope =
    portalScopes === undefined
      ? {}
      : { scope: pulumi.output(portalScopes).apply((scopes) => scopes.join(" ")) };
  return { oAuth2AuthenticationSettings: [{ authorizationServerId, ...scope }] };
}

function attachPolicies(
  name: string,
  api: apimanagement.Api,
  args: ProtectedApiArgs,
  parent: ProtectedApi,
): readonly pulumi.Resource[] {
  const facts = deploymentFacts(args, backend(name, args, parent));
  const {
    api: ownOfApi,
    operations: ownOfOperations = {},
    fragments = {},
    namedValues = {},
  } = args.policies ?? {};
  const operations = args.operations.map((operation) => ({
    ...toProtect(operation),
    name: operation.name,
    hasOwnPolicy: Object.hasOwn(ownOfOperations, operation.name),
  }));
  const shared = {
    resourceGroupName: args.resourceGroupName,
    serviceName: args.serviceName,
    apiId: api.name,
    policyId: "policy",
    format: "rawxml",
  };
  const rendered = (subject: string, own: pulumi.Input<string> | undefined, build: OwnBuild) =>
    pulumi
      .all([facts, args.sku ?? "Developer", own, pulumi.output({ fragments, namedValues })])
      .apply(([known, sku, text, texts]) =>
        renderPolicy(subject, sku, () =>
          build(known, text, (level, written) => readOwn(subject, written, { level, ...texts })),
        ),
      );
  const ofApi = new apimanagement.ApiPolicy(
    `${name}-policy`,
    {
      ...shared,
      value: rendered(`API "${name}"`, ownOfApi, (known, text, read) =>
        protectApi(operations, text === undefined ? undefined : read("api", text))(known),
      ),
    },
    { parent },
  );
  const ofOperations = Object.entries(ownOfOperations).map(([operationId, own]) => {
    const subject = `Operation "${operationId}" of API "${name}"`;
    const operation = operations.find((one) => one.name === operationId);
    if (operation === undefined)
      throw new pulumi.RunError(`${subject} has a policy, but is none of its operations. Correct its name.`);
    const value = rendered(subject, own, (known, text = "", read) =>
      ownOperationPolicy(read("operation", text), operation)(known),
    );
    // Not before the checks stand that it builds on.
    return new apimanagement.ApiOperationPolicy(
      `${name}-${operationId}-policy`,
      { ...shared, operationId, value },
      { parent, dependsOn: ofApi },
    );
  });
  return [ofApi, ...ofOperations];
}

type OwnBuild = (
  facts: DeploymentFacts,
  own: string | undefined,
  read: (level: OwnPolicyLevel, text: string) => OwnPolicy,
) => PolicyDocument;

function readOwn(
  subject: string,
  text: string,
  { level, ...known }: KnownTexts & { readonly level: OwnPolicyLevel },
): OwnPolicy {
  for (const [id, fragment] of Object.entries(known.fragments ?? {}))
    assertTaken(`${subject}: the policy fragment "${id}"`, ownFragmentProblems(fragment));
  const circular = circularFragments(known.fragments ?? {});
  if (circular.length > 0)
    throw new pulumi.RunError(
      `${subject}: the policy fragments "${circular.join('", "')}" include themselves. Break the circle.`,
    );
  const { policy, problems = [] } = readOwnPolicy(text, level, known);
  assertTaken(`${subject}: its own policy`, problems);
  return policy as OwnPolicy;
}

function assertTaken(what: string, problems: readonly OwnPolicyProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
  throw new pulumi.RunError(`${what} is refused by this project: ${lines.join("\n")}`);
}

function toProtect({
  name,
  method,
  path,
  isPublic = false,
  anyOf = [[]],
  requiredClaims = [],
  successStatus = 200,
}: ProtectedOperation): OperationToProtect {
  const security = isPublic ? { kind: "public" as const } : { kind: "token" as const, anyOf };
  return {
    method,
    path,
    successStatus,
    security,
    requiredClaims: requiredClaims.map((claim) => toHave(name, claim)),
  };
}

function toHave(operation: string, { name, match, values }: RequiredClaimArgs): ClaimToHave {
  if (match === "all" || match === "any") return { name, match, values };
  throw new pulumi.RunError(
    `Operation "${operation}" requires the claim "${name}" with match "${match}". Write "all" or "any".`,
  );
}

function backend(
  name: string,
  { resourceGroupName, serviceName, serviceUrl }: ProtectedApiArgs,
  parent: ProtectedApi,
): apimanagement.Backend | undefined {
  if (serviceUrl === undefined) return undefined;
  return new apimanagement.Backend(
    `${name}-backend`,
    {
      resourceGroupName,
      serviceName,
      backendId: name,
      description: `Backend of the API "${name}".`,
      url: serviceUrl,
      protocol: apimanagement.BackendProtocol.Http,
      tls: { validateCertificateChain: true, validateCertificateName: true },
    },
    { parent },
  );
}

function deploymentFacts(
  { openIdConfigUrl, issuer, audience, portalOrigins = [], browserOrigins = [] }: ProtectedApiArgs,
  backend: apimanagement.Backend | undefined,
): pulumi.Output<DeploymentFacts> {
  return pulumi.output({
    openIdConfigUrl,
    issuer,
    audience,
    consoleOrigins: pulumi
      .all([portalOrigins, browserOrigins])
      .apply(([portal, browser]) => [...new Set([...portal, ...browser])]),
    ...(backend === undefined ? {} : { backendId: backend.name }),
  });
}
