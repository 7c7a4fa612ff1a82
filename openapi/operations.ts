import { exampleReplaced } from "./call/parameter-example.ts";
import { type MadeExample, type RequestExample, requestExample } from "./call/request-example.ts";
import {
  type ExpectedStatus,
  type Success,
  successNotDescribed,
  successOf,
  undescribedSuccess,
} from "./call/success.ts";
import { TemplateIndex } from "./call/template-index.ts";
import { readTemplate, splitAtQuery } from "./call/url-template.ts";
import { azureRule } from "./check/azure-rule.ts";
import type { Finding, Rule } from "./finding.ts";
import { type JsonObject, objectAt } from "./json.ts";
import { operationNames, plainName } from "./operation-name.ts";
import { type OperationSite, sameTemplates } from "./operation-sites.ts";
import { type Parameter, parametersOfOperation, repeatedParameters } from "./parameters.ts";
import { resolve } from "./references.ts";
import type { RequiredQueryConduct } from "./required-query.ts";
import type { ClaimRequirement, OperationSecurity } from "./security/security.ts";

/** One operation of a document. */
export interface Operation {
  /** As in the document, `GetSession`; method and path where it has none. */
  readonly operationId: string;
  /** As API Management names it on import, `getsession`. */
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** `/session/{id}`. */
  readonly path: string;
  readonly tags: readonly string[];
  readonly security: OperationSecurity;
  /** What a token must say besides its scopes: all of it. None for a public operation. */
  readonly requiredClaims: readonly ClaimRequirement[];
  /** What a call that is let in answers with. */
  readonly expectedStatus: ExpectedStatus;
  /** What a mock answers with. */
  readonly successStatus: number;
  /** Whether that response is described with a body that is never empty. */
  readonly successHasBody: boolean;
  readonly example: RequestExample;
}

/** How the document is imported, as far as it matters for its operations. */
export interface ImportOptions {
  /** Whether required query parameters become part of the URL template, as Azure has it unless it is told otherwise. @defaultValue "template" */
  readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined;
}

const queryNotInTemplate = azureRule("required-query-object");
const nameNumbered = azureRule("operation-name-suffix");
const nameNotUnique = azureRule("operation-name-exhausted");

/** An operation that no call reaches. */
const exampleOfOther: Rule = {
  code: "example-call-elsewhere",
  outcome: "refused",
  text: "No example call of the operation reaches it: its path and query fit another operation, or none.",
  fix: "Change the path, or give its parameters an example that fits this operation only.",
};

/** The example was replaced because it leads to another operation. */
const exampleLedElsewhere: Rule = {
  ...exampleReplaced,
  code: "example-led-elsewhere",
  text: "A path with the parameters' examples is another operation's path, so that the proof sends other values.",
};

/** An operation whose template an import makes that of another one, or of none that the policy names. */
const templateOfOther: Rule = {
  code: "query-tells-apart",
  outcome: "refused",
  text: "Operations of the same method and path differ in their query alone, and API Management adds a required query parameter to the URL template of one: the policy, which knows operations by their templates, could take it for another one.",
  fix: "Write the parameter into the path in x-ms-paths, or set translateRequiredQueryParametersConduct to query.",
};

/** An operation that is made up to its call. */
interface Drafted {
  readonly site: OperationSite;
  readonly parameters: readonly Parameter[];
  readonly made: MadeExample;
  readonly success: Success;
}

/** Reads the operations in the document's order, with the calls that prove them, and finds what API Management or the proof cannot do with them. */
export function readOperations(
  document: JsonObject,
  sites: readonly OperationSite[],
  options: ImportOptions & {
    readonly security: ReadonlyMap<string, OperationSecurity>;
    readonly requiredClaims: ReadonlyMap<string, readonly ClaimRequirement[]>;
  },
): { readonly operations: readonly Operation[]; readonly findings: readonly Finding[] } {
  const drafts = sites.map((site) => drafted(document, site));
  const names = namesOf(sites);
  const routed = routedDrafts(document, drafts, options);
  const operations = routed.drafts.flatMap(({ site, made, success }, index): Operation[] => {
    const security = options.security.get(site.place);
    const name = names.names[index];
    if (security === undefined || name === undefined) return [];
    const { method, path, tags } = site;
    const operationId = site.operationId ?? `${method.toUpperCase()} ${path}`;
    return [
      {
        operationId,
        name,
        method: method.toUpperCase(),
        path,
        tags,
        security,
        requiredClaims: options.requiredClaims.get(site.place) ?? [],
        expectedStatus: success.expected,
        successStatus: success.mockStatus,
        successHasBody: success.hasBody,
        example: made.example,
      },
    ];
  });
  const ofDrafts = drafts.flatMap(({ site, parameters, made, success }) => [
    ...repeatedParameters(parameters),
    ...(success === undescribedSuccess
      ? [{ rule: successNotDescribed, place: `${site.place}.responses` }]
      : []),
    ...made.findings,
  ]);
  const ambiguous =
    options.translateRequiredQueryParametersConduct === "query" ? [] : changedTemplates(drafts);
  return { operations, findings: [...names.findings, ...ofDrafts, ...routed.findings, ...ambiguous] };
}

function drafted(document: JsonObject, site: OperationSite): Drafted {
  const parameters = parametersOfOperation(document, site);
  const success = successOf(document, site.method, site.operation) ?? undescribedSuccess;
  const made = requestExample(document, { ...site, parameters, accept: success.mediaType });
  return { site, parameters, made, success };
}

/** The required query parameters that an import adds to templates which their query alone tells apart. */
function changedTemplates(drafts: readonly Drafted[]): readonly Finding[] {
  const groups = Map.groupBy(drafts, ({ site }) => `${site.method} ${splitAtQuery(site.path)[0]}`);
  return [...groups.values()]
    .filter(({ length }) => length > 1)
    .flat()
    .flatMap(({ site, parameters }) => {
      const named = new Set(readTemplate(site.path).query.map(({ name }) => name));
      return parameters
        .filter((one) => one.in === "query" && one.required && !named.has(one.name))
        .map(({ place, name }) => ({ rule: templateOfOther, place, detail: `"${name}"` }));
    });
}

/** Runs each example call against all URL templates; one that leads elsewhere gets other values. */
function routedDrafts(
  document: JsonObject,
  drafts: readonly Drafted[],
  { translateRequiredQueryParametersConduct }: ImportOptions,
): { readonly drafts: readonly Drafted[]; readonly findings: readonly Finding[] } {
  const index = new TemplateIndex<OperationSite>();
  const same = new Set(sameTemplates(drafts.map(({ site }) => site)).map(([site]) => site));
  const findings: Finding[] = [];
  for (const { site, parameters } of drafts) {
    const required = parameters.filter((one) => one.in === "query" && one.required).map(({ name }) => name);
    index.add(site, {
      ...site,
      required: translateRequiredQueryParametersConduct === "query" ? [] : required,
    });
  }
  const routed = drafts.map((draft): Drafted => {
    const { site, made } = draft;
    const unnamed = translateRequiredQueryParametersConduct === "query" ? [] : unnamedQuery(document, draft);
    findings.push(...unnamed);
    const isOwn = (path: string) => index.find(site.method, path) === site;
    if (isOwn(made.example.path)) return draft;
    const other = made.otherPaths.find(isOwn);
    const at = { place: site.place, detail: `${site.method.toUpperCase()} ${other ?? made.example.path}` };
    if (other !== undefined) {
      findings.push({ rule: exampleLedElsewhere, ...at });
      return { ...draft, made: { ...made, example: { ...made.example, path: other } } };
    }
    // Where the check finds the same template twice, that is the reason.
    if (unnamed.length === 0 && !same.has(site)) findings.push({ rule: exampleOfOther, ...at });
    return draft;
  });
  return { drafts: routed, findings };
}

/** The required query parameters that are sent under other names than their own, whatever their value. */
function unnamedQuery(document: JsonObject, { parameters, made }: Drafted): readonly Finding[] {
  const sent = new URL(`https://gateway.invalid${made.example.path}`).searchParams;
  return parameters
    .filter((one) => one.in === "query" && one.required)
    .filter(({ name, definition }) => !sent.has(name) || isSentByMembers(document, definition))
    .map(({ place, name }) => ({ rule: queryNotInTemplate, place, detail: `"${name}"` }));
}

function isSentByMembers(document: JsonObject, definition: JsonObject): boolean {
  const { style = "form", explode = style === "form" } = definition;
  const { type, properties } = objectAt(resolve(document, definition.schema));
  const isObject = type === "object" || (type === undefined && properties !== undefined);
  return style === "deepObject" || (isObject && explode === true);
}

function namesOf(sites: readonly OperationSite[]): {
  readonly names: readonly (string | undefined)[];
  readonly findings: readonly Finding[];
} {
  const names = operationNames(sites);
  const findings = sites.flatMap((site, index): Finding[] => {
    const name = names[index];
    const place = `${site.place}.operationId`;
    if (name === undefined) return [{ rule: nameNotUnique, place }];
    const plain = plainName(site);
    return name === plain ? [] : [{ rule: nameNumbered, place, detail: `"${name}"` }];
  });
  return { names, findings };
}
