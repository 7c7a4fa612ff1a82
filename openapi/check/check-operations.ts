import { type AzureImportCode, azureLimits } from "../azure-import.ts";
import { placeholdersOf, readTemplate, splitAtQuery } from "../call/url-template.ts";
import { pathSignature } from "../derive/join-paths.ts";
import type { Finding } from "../finding.ts";
import type { JsonObject } from "../json.ts";
import { type OperationSite, operationSites, sameTemplates } from "../operation-sites.ts";
import { type Parameter, parametersOfOperation } from "../parameters.ts";
import type { RequiredQueryConduct } from "../required-query.ts";
import { azureRule } from "./azure-rule.ts";

/** What Azure's model of an operation says to the operations that an import makes. */
export function checkOperations(
  document: JsonObject,
  {
    translateRequiredQueryParametersConduct = "template",
  }: { readonly translateRequiredQueryParametersConduct?: RequiredQueryConduct | undefined },
): readonly Finding[] {
  const sites = operationSites(document);
  const ofSites = sites.flatMap((site) => {
    const parameters = parametersOfOperation(document, site);
    const ofOptions =
      site.method === "options" ? [finding("options-operation", site.place, `"${site.path}"`)] : [];
    return [
      ...checkTemplate(site, { parameters, translateRequiredQueryParametersConduct }),
      ...checkPath(site, parameters),
      ...ofOptions,
    ];
  });
  return [...samePaths(sites), ...ofSites];
}

function finding(code: AzureImportCode, place: string, detail: string): Finding {
  return { rule: azureRule(code), place, detail };
}

function checkTemplate(
  { path, place }: OperationSite,
  {
    parameters,
    translateRequiredQueryParametersConduct,
  }: { parameters: readonly Parameter[]; translateRequiredQueryParametersConduct: RequiredQueryConduct },
): readonly Finding[] {
  const named = new Set(readTemplate(path).query.map(({ name }) => name));
  const query = parameters.filter((one) => one.in === "query" && one.required && !named.has(one.name));
  // One that is listed twice is told as such.
  const added =
    translateRequiredQueryParametersConduct === "query"
      ? []
      : [...new Map(query.map((one) => [one.name, one])).values()];
  const template =
    path +
    added.map(({ name }, at) => `${at === 0 && named.size === 0 ? "?" : "&"}${name}={${name}}`).join("");
  const limit = azureLimits.urlTemplateCharacters;
  const tooLong =
    template.length > limit ? [finding("url-template-length", place, `${template.length} characters`)] : [];
  const names = [...placeholdersOf(path), ...added.map(({ name }) => name)];
  const groups = Map.groupBy(names, (name) => name.toLowerCase());
  const repeated = [...groups.values()].filter((group) => group.length > 1);
  return [...tooLong, ...repeated.map(([name]) => finding("parameter-names-not-unique", place, `"${name}"`))];
}

function checkPath({ path, place }: OperationSite, parameters: readonly Parameter[]): readonly Finding[] {
  const held = placeholdersOf(splitAtQuery(path)[0]);
  const declared = parameters.filter((one) => one.in === "path").map(({ name }) => name);
  // One that is declared without its asterisk is told as not in the path.
  const undeclared = held.filter(
    (name) => !declared.includes(name) && !declared.includes(name.replace(/^\*/, "")),
  );
  const surplus = declared.filter((name) => !held.includes(name));
  return [
    ...undeclared.map((name) => finding("path-parameter-undeclared", place, `"${name}"`)),
    ...surplus.map((name) => finding("path-parameter-not-in-path", place, `"${name}"`)),
  ];
}

function samePaths(sites: readonly OperationSite[]): readonly Finding[] {
  const paths = new Map(sites.map((site) => [pathPlace(site), site.path]));
  const groups = Map.groupBy(paths, ([, path]) => pathSignature(path));
  const signatures = [...groups.values()].flatMap(([first, ...others]) =>
    others.map(([place]) => finding("path-signature", place, `as "${first?.[1]}"`)),
  );
  const told = new Set(signatures.map(({ place }) => place));
  const templates = sameTemplates(sites)
    .filter(([site]) => !told.has(pathPlace(site)))
    .map(([site, first]) => finding("same-template", site.place, `as "${first.path}"`));
  return [...signatures, ...templates];
}

function pathPlace({ place }: OperationSite): string {
  return place.slice(0, place.lastIndexOf("."));
}
