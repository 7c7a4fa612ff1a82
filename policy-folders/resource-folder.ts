import {
  emptyFolder,
  type PolicyFolder,
  type WrittenApi,
  type WrittenNamedValue,
  type WrittenOperation,
  type WrittenPolicy,
  type WrittenProduct,
} from "./policy-folder.ts";

/** One resource of a file that deploys an instance, as far as it stands there as text. */
export type DeclaredResource =
  | { readonly kind: "policy"; readonly policy: WrittenPolicy; readonly at: PolicyTarget }
  | { readonly kind: "fragment"; readonly name: string; readonly policy: WrittenPolicy }
  | { readonly kind: "namedValue"; readonly value: WrittenNamedValue }
  | { readonly kind: "backend"; readonly name: string; readonly url: string }
  | { readonly kind: "api"; readonly api: Omit<WrittenApi, "policy" | "operationPolicies" | "operations"> }
  | { readonly kind: "operation"; readonly api: string; readonly operation: WrittenOperation }
  | { readonly kind: "product"; readonly product: Omit<WrittenProduct, "policy" | "apis"> }
  | { readonly kind: "productApi"; readonly product: string; readonly api: string };

/** Where a policy document stands. */
export type PolicyTarget =
  | { readonly scope: "global" }
  | { readonly scope: "product"; readonly product: string }
  | { readonly scope: "api"; readonly api: string }
  | { readonly scope: "operation"; readonly api: string; readonly operation: string };

/** A target in words: `operation getOrder of orders`. */
export function targetName(target: PolicyTarget): string {
  switch (target.scope) {
    case "global":
      return "of all APIs";
    case "product":
      return `of product ${target.product}`;
    case "api":
      return `of ${target.api}`;
    default:
      return `of ${target.operation} of ${target.api}`;
  }
}

/** Puts declared resources together. An API that only its policies name is there too. */
export function folderOf(
  layout: string,
  resources: readonly DeclaredResource[],
  notes: readonly string[],
): PolicyFolder {
  const of = <Kind extends DeclaredResource["kind"]>(kind: Kind) =>
    resources.filter((one): one is Extract<DeclaredResource, { kind: Kind }> => one.kind === kind);
  const policies = of("policy");
  const at = (isAt: (target: PolicyTarget) => boolean) => policies.find((one) => isAt(one.at))?.policy;
  const declared = new Map(of("api").map(({ api }) => [api.name, api]));
  const named = policies.flatMap(({ at: target }) => ("api" in target ? [target.api] : []));
  for (const name of [...named, ...of("operation").map(({ api }) => api)])
    if (!declared.has(name)) declared.set(name, { name, subscriptionRequired: false });
  const products = new Map(of("product").map(({ product }) => [product.name, product]));
  for (const { at: target } of policies)
    if (target.scope === "product" && !products.has(target.product))
      products.set(target.product, { name: target.product, subscriptionRequired: true, isPublished: true });
  const policy = at(({ scope }) => scope === "global");
  return {
    ...emptyFolder,
    layout,
    ...(policy === undefined ? {} : { policy }),
    apis: [...declared.values()].map((api): WrittenApi => {
      const own = at((target) => target.scope === "api" && target.api === api.name);
      return {
        ...api,
        ...(own === undefined ? {} : { policy: own }),
        operations: of("operation").flatMap((one) => (one.api === api.name ? [one.operation] : [])),
        operationPolicies: new Map(
          policies.flatMap(({ at: target, policy: text }) =>
            target.scope === "operation" && target.api === api.name
              ? [[target.operation, text] as const]
              : [],
          ),
        ),
      };
    }),
    products: [...products.values()].map((product): WrittenProduct => {
      const own = at((target) => target.scope === "product" && target.product === product.name);
      const apis = of("productApi").flatMap((one) => (one.product === product.name ? [one.api] : []));
      return { ...product, apis, ...(own === undefined ? {} : { policy: own }) };
    }),
    fragments: new Map(of("fragment").map(({ name, policy: text }) => [name, text])),
    namedValues: of("namedValue").map(({ value }) => value),
    backends: new Map(of("backend").map(({ name, url }) => [name, url])),
    notes,
  };
}
