import { targetOf } from "../../../../kernel/request-target.ts";
import { canonicalPath, parametersOf, targetWith } from "../../backend-target.ts";
import type { Exchange } from "../../exchange.ts";
import { anyText, trueOrFalse } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";

/**
 * `rewrite-uri`: the path and query for the backend in place of those that came, with the parameters of the operation's template.
 *
 * Assumed of Azure: a parameter in braces that the operation's template does not have stays as it is written.
 * Assumed of Azure: parameters of the request that the operation's template lacks are added also where the new query has one of that name.
 *
 * Assumed of Azure: `rewrite-uri` may stand in `backend`, which its page leaves out: Microsoft's accelerator of a language model gateway
 * deploys such a document.
 *
 * @see https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
 * @see https://github.com/Azure/terraform-ai-gateway-landing-zone/blob/main/modules/apim/policies/unified-ai-api-policy.xml
 */
export const definition: ElementDefinition = {
  sections: ["inbound", "backend"],
  parse: ({ reader }) => {
    const template = reader.requiredValue("template", anyText);
    const copiesUnmatched = reader.value("copy-unmatched-params", trueOrFalse);
    reader.sequence({});
    reader.done();
    return {
      run: (exchange) => {
        if (template === undefined) return "next";
        const { path, query } = targetOf(filled(template(exchange), exchange));
        const copied = (copiesUnmatched?.(exchange) ?? true) ? unmatched(exchange) : [];
        const parameters = [query.replace(/^\?/, ""), ...copied].filter((part) => part !== "");
        const rooted = path.startsWith("/") ? path : `/${path}`;
        exchange.request.backendTarget = targetWith(canonicalPath(rooted), parameters.join("&"));
        return "next";
      },
    };
  },
};

/** The template with the request's parameters in the place of their names. */
function filled(template: string, { matchedParameters, operation }: Exchange): string {
  const known = matchedParameters();
  const isRest = (name: string) => operation?.urlTemplate.includes(`{*${name}}`) ?? false;
  return template.replace(/\{\*?([^{}]+)\}/g, (written, name: string) => {
    const value = known.get(name);
    return value === undefined ? written : encodedForPath(value, { segments: isRest(name) });
  });
}

/** Query parameters that came and that the operation's template does not have. */
function unmatched({ request, operation }: Exchange): readonly string[] {
  const { query } = targetOf(operation?.urlTemplate);
  const matched = new Set(parametersOf(query).map(({ name }) => name));
  return parametersOf(targetOf(request.backendTarget).query)
    .filter(({ name }) => !matched.has(name))
    .map(({ written }) => written);
}

/** @param segments Whether it may be several segments: a slash in any other value would lead the backend elsewhere. */
function encodedForPath(value: string, { segments }: { segments: boolean }): string {
  // https://www.rfc-editor.org/rfc/rfc3986#section-3.3: what a path may hold besides.
  const kept = segments ? /%(?:2F|3A|40|2C|24)/g : /%(?:3A|40|2C|24)/g;
  return encodeURIComponent(value).replace(kept, decodeURIComponent);
}
