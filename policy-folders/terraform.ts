import type { FolderFiles, PolicyFolder } from "./policy-folder.ts";
import { type DeclaredResource, folderOf, targetName } from "./resource-folder.ts";
import { lineAt } from "./source-text.ts";
import { type TerraformBlock, terraformBlocks } from "./terraform-blocks.ts";
import { type TerraformFiles, terraformDocument, terraformPolicy } from "./terraform-policy.ts";
import {
  argumentsIn,
  asName,
  byFolder,
  objectsIn,
  resolved,
  rootFolders,
  type TerraformExpression,
  TerraformScope,
  terraformText,
} from "./terraform-scope.ts";

/** Whether a Terraform file holds policies, or calls a module with some. */
export function holdsTerraformPolicies(file: string, text: string): boolean {
  return (
    /\.tf$/i.test(file) &&
    /"azurerm_api_management\w*polic(?:y|y_fragment)"|^[ \t]*(?:xml_content|policy_xml)[ \t]*=/m.test(text)
  );
}

/**
 * Reads the resources of `azurerm` in Terraform files, as far as they stand there as text: also those of modules in the folder, and
 * calls of modules elsewhere whose arguments are those of the resources. What is known only when it is deployed, `${…}`, becomes a named
 * value of its name.
 *
 * @see https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/api_management_api_policy
 */
export function readTerraform(files: FolderFiles): PolicyFolder {
  const notes = new Set<string>();
  const blocks = byFolder(
    [...files].flatMap(([file, source]) => (/\.tf$/i.test(file) ? terraformBlocks(file, source) : [])),
  );
  const context: TerraformFiles = { files, note: (line) => notes.add(line) };
  const known = new Map<string, string>();
  const again = new Map<string, string>();
  const resources = rootFolders(blocks).flatMap((root) => {
    const own = resourcesOf(new TerraformScope(root, blocks), context);
    const isAgain = (one: DeclaredResource) => (known.get(keyOf(one)) ?? root) !== root;
    const [first] = own.filter(isAgain);
    if (first !== undefined) again.set(root, known.get(keyOf(first)) ?? "");
    const read = own.filter((one) => !isAgain(one));
    for (const one of read) known.set(keyOf(one), root);
    return read;
  });
  const [one] = again;
  if (one !== undefined)
    notes.add(
      `Folders of Terraform declare by the same names what another one does (${again.size}); what comes first is read: ${one[1] || "."} and not ${one[0] || "."}. Name one of them with --policies.`,
    );
  return folderOf("Terraform files", resources, [...notes]);
}

/** What two declarations of one thing have in common. */
function keyOf(resource: DeclaredResource): string {
  switch (resource.kind) {
    case "policy":
      return `policy ${targetName(resource.at)}`;
    case "api":
      return `api ${resource.api.name}`;
    case "operation":
      return `operation ${resource.api} ${resource.operation.name}`;
    case "product":
      return `product ${resource.product.name}`;
    case "productApi":
      return `productApi ${resource.product} ${resource.api}`;
    case "namedValue":
      return `namedValue ${resource.value.displayName}`;
    default:
      return `${resource.kind} ${resource.name}`;
  }
}

function resourcesOf(scope: TerraformScope, context: TerraformFiles): readonly DeclaredResource[] {
  return scope.blocks.flatMap((block): readonly DeclaredResource[] => {
    const declaration = new Declaration(block, scope, context);
    if (block.kind === "resource") return declaration.resource();
    if (block.kind !== "module") return [];
    const called = scope.module(block);
    return called === undefined ? declaration.call() : resourcesOf(called, context);
  });
}

/** One block as a declaration of something that an instance has. */
class Declaration {
  readonly #block: TerraformBlock;
  readonly #scope: TerraformScope;
  readonly #context: TerraformFiles;

  constructor(block: TerraformBlock, scope: TerraformScope, context: TerraformFiles) {
    this.#block = block;
    this.#scope = scope;
    this.#context = context;
  }

  resource(): readonly DeclaredResource[] {
    const { type } = this.#block;
    const own = this.#ownName();
    switch (type) {
      case "azurerm_api_management_policy":
        return this.#policies({ scope: "global" }, "xml_content");
      case "azurerm_api_management_product_policy":
        return this.#policies({ scope: "product", product: this.#name("product_id") }, "xml_content");
      case "azurerm_api_management_api_policy":
        return this.#policies({ scope: "api", api: this.#name("api_name") }, "xml_content");
      case "azurerm_api_management_api_operation_policy": {
        const [api, operation] = [this.#name("api_name"), this.#name("operation_id")];
        return this.#policies({ scope: "operation", api, operation }, "xml_content");
      }
      case "azurerm_api_management_policy_fragment": {
        const policy = this.#policy(this.#attribute("value"), own);
        return policy === undefined ? [] : [{ kind: "fragment", name: own, policy }];
      }
      case "azurerm_api_management_api":
        return [{ kind: "api", api: this.#api(objectsIn(this.#attribute("import") ?? this.#nothing())[0]) }];
      case "azurerm_api_management_api_operation": {
        const method = (this.#text("method") ?? "GET").toUpperCase();
        const operation = { name: own, method, urlTemplate: this.#text("url_template") ?? "/*" };
        return [{ kind: "operation", api: this.#name("api_name"), operation }];
      }
      case "azurerm_api_management_product_api":
        return [{ kind: "productApi", product: this.#name("product_id"), api: this.#name("api_name") }];
      default:
        return this.#simple(own);
    }
  }

  /** What has no document. */
  #simple(own: string): readonly DeclaredResource[] {
    switch (this.#block.type) {
      case "azurerm_api_management_named_value": {
        const displayName = this.#text("display_name") ?? own;
        const isSecret = this.#is("secret", false);
        return [{ kind: "namedValue", value: { displayName, value: this.#text("value"), isSecret } }];
      }
      case "azurerm_api_management_backend":
        return [{ kind: "backend", name: own, url: this.#text("url") ?? "" }];
      case "azurerm_api_management_product":
        return [this.#product(own)];
      default:
        return [];
    }
  }

  /** A call of a module that is elsewhere, by arguments that are those of the resources. */
  call(): readonly DeclaredResource[] {
    const { attributes } = this.#block;
    const has = (name: string) => attributes.has(name);
    if (has("path") && has("name") && (has("xml_content") || has("content_value"))) return this.#apiCall();
    if (!has("product_id") || has("path")) return [];
    const product = this.#name("product_id");
    return [this.#product(product), ...this.#policies({ scope: "product", product }, "policy_xml")];
  }

  #apiCall(): readonly DeclaredResource[] {
    const api = this.#name("name");
    const content = this.#attribute("content_value");
    const list = this.#attribute("product_ids")?.text.replace(/^\[|\]$/g, "");
    const one = this.#attribute("product_id")?.text;
    const products = [...argumentsIn(list ?? ""), ...(one === undefined ? [] : [one])];
    const operations = this.#attribute("api_operation_policies");
    return [
      { kind: "api", api: this.#api(new Map(content && [["content_value", content]])) },
      ...products.map((text): DeclaredResource => {
        const product = terraformText({ text, scope: this.#scope }, asName) ?? text;
        return { kind: "productApi", product, api };
      }),
      ...this.#policies({ scope: "api", api }, "xml_content"),
      ...(operations === undefined ? [] : objectsIn(resolved(operations))).flatMap(
        (given): readonly DeclaredResource[] => {
          const id = given.get("operation_id");
          const operation = (id && terraformText(id, asName)) ?? "";
          const policy = this.#policy(given.get("xml_content"), operation);
          return policy === undefined
            ? []
            : [{ kind: "policy", policy, at: { scope: "operation", api, operation } }];
        },
      ),
    ];
  }

  #product(name: string): DeclaredResource {
    const displayName = this.#text("display_name");
    const subscriptionRequired = this.#is("subscription_required", true);
    return {
      kind: "product",
      product: { name, displayName, subscriptionRequired, isPublished: this.#is("published", true) },
    };
  }

  #api(imported: ReadonlyMap<string, TerraformExpression> | undefined) {
    const content = imported?.get("content_value");
    const specification = content && terraformDocument(content, this.#context);
    const serviceUrl = this.#attribute("service_url");
    const path = this.#attribute("path");
    const text = (expression: TerraformExpression | undefined) =>
      expression && terraformText(expression, asName);
    return {
      name: this.#ownName(),
      displayName: this.#text("display_name"),
      path: text(path),
      serviceUrl: serviceUrl?.text === "null" ? undefined : text(serviceUrl),
      subscriptionRequired: this.#is("subscription_required", true),
      ...(specification === undefined ? {} : { specification }),
    };
  }

  #policies(
    at: Extract<DeclaredResource, { kind: "policy" }>["at"],
    attribute: string,
  ): readonly DeclaredResource[] {
    const policy = this.#policy(this.#attribute(attribute), this.#block.label);
    return policy === undefined ? [] : [{ kind: "policy", policy, at }];
  }

  #policy(written: TerraformExpression | undefined, of: string) {
    if (written === undefined || written.text === "null") return undefined;
    const { kind, type } = this.#block;
    return terraformPolicy(written, `${kind === "module" ? "module" : type} "${of}"`, this.#context);
  }

  #attribute(name: string): TerraformExpression | undefined {
    return this.#scope.attribute(this.#block, name);
  }

  /** An attribute as far as it is known. */
  #text(name: string): string | undefined {
    const written = this.#attribute(name);
    return written && terraformText(written);
  }

  #is(name: string, otherwise: boolean): boolean {
    const text = this.#text(name);
    return text === undefined ? otherwise : text === "true";
  }

  /** What an attribute names: what is not known stands there by its own name, and a resource that has none by its label. */
  #name(attribute: string): string {
    const written = this.#attribute(attribute);
    return (written && nameIn(written)) ?? this.#block.label;
  }

  #ownName(): string {
    return ownNameOf(this.#block, this.#scope);
  }

  #nothing(): TerraformExpression {
    const { file, source } = this.#block;
    return { text: "", index: lineAt(source, 0), scope: this.#scope, file, source };
  }
}

function nameIn(written: TerraformExpression): string | undefined {
  const end = resolved(written);
  const [block] = end.scope.resource(end.text.trim()) ?? [];
  return block === undefined ? terraformText(end, asName) : ownNameOf(block, end.scope);
}

/** A name that stands there, else the label, which is what the files call it. */
function ownNameOf(block: TerraformBlock, scope: TerraformScope): string {
  const name = ["operation_id", "product_id"].find((one) => block.type.endsWith(one.replace(/_id$/, "")));
  const written = scope.attribute(block, name ?? "name");
  const end = written && resolved(written);
  const isKnownInPart = end !== undefined && /^"|^format\(/.test(end.text.trim());
  return (isKnownInPart ? terraformText(end, asName) : end && terraformText(end)) ?? block.label;
}
