import * as apimanagement from "@pulumi/azure-native/apimanagement/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { ApiDocument } from "../openapi/document.ts";
import { type DeploymentFacts, type PolicyTemplate, protectApi } from "../policies/protect-api.ts";
import { type ApiRecord, changedMeanings, type FormerApi } from "../stack/last-update.ts";
import type { Gateway } from "./api-gateway.ts";
import type { OktaAuthorization } from "./okta-authorization.ts";
import { renderPolicy } from "./policy-text.ts";
import type { PortalLogin } from "./portal-login.ts";
import { withoutVersionedAliases } from "./versioned-aliases.ts";

/** What {@link ProtectedApi} is made of. */
export interface ProtectedApiArgs {
  readonly gateway: Gateway;
  readonly okta: OktaAuthorization;
  /** The developer portal's OAuth 2.0 server; `undefined` where there is no portal. */
  readonly portalLogin: PortalLogin | undefined;
  readonly document: ApiDocument;
  /** URL suffix without slashes at its ends; "" is the gateway's root. */
  readonly path: string;
  /** Where the gateway sends what it lets in; absent, each operation answers with the document's example. */
  readonly serviceUrl?: string;
  /** What an import makes of required query parameters. @defaultValue Azure's own: "template", they become part of the URL template */
  readonly requiredQueryParameters?: "template" | "query";
  /** What the API was at the last update; `undefined` for a new one. */
  readonly former?: FormerApi | undefined;
}

/**
 * An API imported from its OpenAPI document, with the policies that let in exactly the tokens that the document asks
 * for: `validate-jwt` for the API, one more for each operation that needs scopes.
 *
 * It is closed at every moment. The API's own address leads nowhere, and the backend is reached by the policy of an operation alone,
 * after its checks: an operation without one, because its update failed or is still to come or somebody added it by hand, answers
 * nobody.
 */
export class ProtectedApi extends pulumi.ComponentResource {
  /** Where callers reach it, without a slash at its end. */
  readonly url: pulumi.Output<string>;
  /** What the developer portal shows of it. */
  readonly shown: object;
  /** What the next update has to know of it. */
  readonly record: pulumi.Output<ApiRecord>;

  constructor(name: string, args: ProtectedApiArgs, opts?: pulumi.ComponentResourceOptions) {
    // Azure has room for one API at a path, so a renamed one takes the place of the former.
    const formerName = args.former?.name ?? name;
    const aliases = formerName === name ? [] : [{ name: formerName }];
    const own = { aliases, transformations: [withoutVersionedAliases] };
    super("apim-okta:index:ProtectedApi", name, {}, pulumi.mergeOptions(own, opts));
    const { gateway, portalLogin, document, path } = args;
    if (gateway.portalOrigins.length > 0 && portalLogin === undefined) {
      throw new pulumi.RunError(
        `API "${name}" must have the portal login, since its instance has a developer portal: without it the console offers no authorization, and every call is answered 401; got none. Hand it the PortalLogin.`,
      );
    }
    if (gateway.isShared) warnOfSkippedPolicy(name, document, this);
    const operations = Object.fromEntries(
      document.operations.map((operation) => [operation.name, `${operation.method} ${operation.path}`]),
    );
    const api = importedApi(name, { ...args, operations }, this);
    attachPolicies(name, api, args, this);
    this.url = pulumi.interpolate`${gateway.gatewayUrl}${path === "" ? "" : `/${path}`}`;
    this.shown = { name, path, document: document.content };
    // Not before the import has happened.
    this.record = api.id.apply(() => ({ path, operations }));
    this.registerOutputs({ url: this.url });
  }
}

function warnOfSkippedPolicy(name: string, { operations }: ApiDocument, parent: ProtectedApi): void {
  const open = operations.filter(({ security }) => security.kind === "public");
  if (open.length === 0) return;
  const named = open.map(({ method, path }) => `${method} ${path}`).join(", ");
  pulumi.log.warn(
    `The public operations of API "${name}" run without the global inbound policy of the instance: ${named}. Their policies leave <base /> out, since it authenticates. Ask the owner of the instance whether that policy may be skipped.`,
    parent,
  );
}

// No name below .invalid can exist (https://www.rfc-editor.org/rfc/rfc6761#section-6.4). Left out, the import would take the first of
// the document's servers, and serve it before any policy stands.
const nowhere = "https://leads-nowhere.invalid";

function importedApi(
  name: string,
  args: ProtectedApiArgs & Pick<ApiRecord, "operations">,
  parent: ProtectedApi,
): apimanagement.Api {
  const { gateway, document } = args;
  const changed = changedMeanings(args.former?.operations ?? {}, args.operations);
  if (changed.length > 0) {
    pulumi.log.warn(
      `API "${name}" is deleted and imported anew, since names of its operations stand for others than before: ${changed.join(", ")}. Until it is back it answers 404. Give such operations new names to avoid that.`,
      parent,
    );
  }
  return new apimanagement.Api(
    name,
    {
      resourceGroupName: gateway.resourceGroupName,
      serviceName: gateway.serviceName,
      apiId: name,
      displayName: document.title,
      path: args.path,
      protocols: ["https"],
      // Inline and not as a link, so that a changed document is a changed input.
      format: apimanagement.ContentFormat.Openapi_json,
      value: document.value,
      ...(args.requiredQueryParameters === undefined
        ? {}
        : { translateRequiredQueryParametersConduct: args.requiredQueryParameters }),
      serviceUrl: nowhere,
      // The token alone decides who gets in.
      subscriptionRequired: false,
      ...(args.portalLogin === undefined
        ? {}
        : {
            authenticationSettings: {
              oAuth2AuthenticationSettings: [{ authorizationServerId: args.portalLogin.serverName }],
            },
          }),
    },
    {
      parent,
      // Azure refuses an API whose authorization server it does not know; the name alone would not make Pulumi wait.
      ...(args.portalLogin === undefined ? {} : { dependsOn: [args.portalLogin] }),
      // An import keeps the policies that operations have by their names. Between it and the policies' own updates, an operation
      // would be guarded by the policy of another one.
      ...(changed.length > 0 ? { replaceOnChanges: ["value"], deleteBeforeReplace: true } : {}),
    },
  );
}

function attachPolicies(
  name: string,
  api: apimanagement.Api,
  args: ProtectedApiArgs,
  parent: ProtectedApi,
): void {
  const { gateway, okta } = args;
  const facts = deploymentFacts(args, backend(name, args, parent));
  // Which documents there are follows from the OpenAPI document alone; their text waits for Okta's issuer.
  const policies = protectApi(args.document.operations);
  const policyArgs = (subject: string, build: PolicyTemplate) => ({
    resourceGroupName: gateway.resourceGroupName,
    serviceName: gateway.serviceName,
    apiId: api.name,
    policyId: "policy",
    format: "rawxml",
    value: facts.apply((known) => renderPolicy(subject, gateway.sku, () => build(known))),
  });
  // API Management fetches Okta's discovery document when a policy is saved, and a policy is of no use before Okta's
  // scopes and rule stand.
  const options = { parent, dependsOn: [okta] };
  new apimanagement.ApiPolicy(`${name}-policy`, policyArgs(`API "${name}"`, policies.api), options);
  for (const [operationId, build] of policies.operations) {
    new apimanagement.ApiOperationPolicy(
      `${name}-${operationId}-policy`,
      { ...policyArgs(`Operation "${operationId}" of API "${name}"`, build), operationId },
      options,
    );
  }
}

function backend(
  name: string,
  { gateway, serviceUrl }: ProtectedApiArgs,
  parent: ProtectedApi,
): apimanagement.Backend | undefined {
  if (serviceUrl === undefined) return undefined;
  return new apimanagement.Backend(
    `${name}-backend`,
    {
      resourceGroupName: gateway.resourceGroupName,
      serviceName: gateway.serviceName,
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
  { gateway, okta }: ProtectedApiArgs,
  backend: apimanagement.Backend | undefined,
): pulumi.Output<DeploymentFacts> {
  const { openIdConfigUrl, issuer, audience } = okta;
  return pulumi.output({
    openIdConfigUrl,
    issuer,
    audience,
    consoleOrigins: pulumi.all(gateway.portalOrigins),
    ...(backend === undefined ? {} : { backendId: backend.name }),
  });
}
