import { describe, expect, it } from "vitest";
import type { GivenDocument } from "../../policy-folders/plain-xml.ts";
import { readPolicyFolder } from "../../policy-folders/read-policy-folder.ts";

const xml = "<policies><inbound><base /></inbound></policies>";

function read(files: Readonly<Record<string, string>>, documents: readonly GivenDocument[] = []) {
  return readPolicyFolder(new Map(Object.entries(files)), documents);
}

const orders: GivenDocument = {
  ...{ name: "orders", file: "orders.yaml", text: "openapi: 3.0.0" },
  operations: ["getOrder", "getorder"],
};

describe("an APIOps extract", () => {
  const information = (properties: object) => JSON.stringify({ properties });

  it("gives every document its place, wherever the extract lies", () => {
    const folder = read({
      "infra/apis/orders/apiInformation.json": information({
        path: "shop/orders",
        subscriptionRequired: false,
      }),
      "infra/apis/orders/policy.xml": xml,
      "infra/apis/orders/operations/getOrder/policy.xml": xml,
      "infra/apis/orders/specification.yaml": "openapi: 3.0.0",
      "infra/policy.xml": xml,
      "infra/products/gold/productInformation.json": information({ state: "published" }),
      "infra/products/gold/apis.json": '[{"name":"orders"}]',
      "infra/products/gold/policy.xml": xml,
      "infra/policy fragments/tokens/policy.xml": "<fragment />",
      "infra/named values/1/namedValueInformation.json": information({ displayName: "tenant", secret: true }),
      "infra/backends/pool/backendInformation.json": information({ url: "https://pool.example.com" }),
    });
    expect(folder.policy?.file).toBe("infra/policy.xml");
    expect(folder.apis).toEqual([
      expect.objectContaining({
        name: "orders",
        path: "shop/orders",
        subscriptionRequired: false,
        policy: expect.objectContaining({ file: "infra/apis/orders/policy.xml" }),
        operationPolicies: new Map([["getOrder", expect.anything()]]),
      }),
    ]);
    expect(folder.products[0]).toMatchObject({ name: "gold", apis: ["orders"], subscriptionRequired: true });
    expect([...folder.fragments.keys()]).toEqual(["tokens"]);
    expect(folder.namedValues).toEqual([{ displayName: "tenant", value: undefined, isSecret: true }]);
    expect(folder.backends).toEqual(new Map([["pool", "https://pool.example.com"]]));
  });

  it("puts a version behind the path where the version set says so, and tells another scheme", () => {
    const api = { path: "orders", apiVersion: "v2", apiVersionSetId: "/apiVersionSets/one" };
    const at = (versioningScheme: string) =>
      read({
        "apis/orders/apiInformation.json": information(api),
        "version sets/one/versionSetInformation.json": information({ versioningScheme }),
      });
    expect(at("Segment")).toMatchObject({ apis: [{ path: "orders/v2" }], notes: [] });
    expect(at("Header").notes[0]).toContain("has its version in a header");
  });

  it("names the extracts of a folder that holds several", () => {
    const two = { "dev/apis/a/apiInformation.json": "{}", "prod/apis/a/apiInformation.json": "{}" };
    expect(() => read(two)).toThrow("The folder holds 2 extracts: dev/, prod/.");
  });
});

describe("a folder of XML", () => {
  it.each([
    ["orders.xml", "api"],
    ["orders/api.xml", "api"],
    ["orders/policy.xml", "api"],
    ["orders-apiPolicy.xml", "api"],
    ["orders/getOrder.xml", "operation"],
    ["orders/operations/getOrder/policy.xml", "operation"],
    ["getOrder.xml", "operation"],
    ["orders-getOrder-operationPolicy.xml", "operation"],
  ])("takes %s as a document of the %s", (file, scope) => {
    const { apis, unplaced } = read({ [file]: xml, "other.xml": xml }, [orders]);
    const [api] = apis;
    const found = scope === "api" ? api?.policy : api?.operationPolicies.get("getOrder");
    expect(found?.file).toBe(file);
    expect(unplaced.map((one) => one.file)).toEqual(["other.xml"]);
  });

  it("takes one document for one API, whatever its name, and two have no place", () => {
    expect(read({ "check.xml": xml }, [orders]).apis[0]?.policy?.file).toBe("check.xml");
    const two = read({ "check.xml": xml, "limit.xml": xml }, [orders]);
    expect(two.unplaced).toHaveLength(2);
  });

  it("reads fragments, products and the global document by their names, and no XML of something else", () => {
    const folder = read({
      "global.xml": `<!-- all -->\n${xml}`,
      "gold-productPolicy.xml": xml,
      "fragments/tokens.xml": "<fragment><base /></fragment>",
      "pom.xml": "<project />",
    });
    expect(folder.policy?.file).toBe("global.xml");
    expect(folder.products.map(({ name }) => name)).toEqual(["gold"]);
    expect([...folder.fragments.keys()]).toEqual(["tokens"]);
    expect(folder.unplaced).toEqual([]);
  });
});

describe("Terraform files", () => {
  const api =
    'resource "azurerm_api_management_api" "orders" {\n  name = "orders"\n  path = "shop" # where\n}\n';

  it("reads a heredoc with its line, and a file beside it", () => {
    const folder = read({
      "infra/main.tf": `${api}
resource "azurerm_api_management_api_policy" "orders" {
  api_name    = azurerm_api_management_api.orders.name
  xml_content = <<-XML
    <policies><inbound><rate-limit calls="\${var.calls}" renewal-period="9" /></inbound></policies>
  XML
}
resource "azurerm_api_management_api_operation_policy" "get" {
  api_name     = "orders"
  operation_id = "get-order"
  xml_content  = file("\${path.module}/../policies/get.xml")
}`,
      "policies/get.xml": xml,
    });
    const [orders] = folder.apis;
    expect(orders).toMatchObject({ name: "orders", path: "shop", subscriptionRequired: true });
    expect(orders?.policy).toMatchObject({ file: "infra/main.tf", line: 9, format: "rawxml" });
    expect(orders?.policy?.xml).toContain('calls="{{var.calls}}"');
    expect(orders?.operationPolicies.get("get-order")?.file).toBe("policies/get.xml");
    expect(folder.unplaced).toEqual([]);
  });

  it("tells a document that does not stand there as text", () => {
    const policy = `resource "azurerm_api_management_policy" "all" {\n  xml_content = var.policy\n}`;
    const folder = read({ "main.tf": policy });
    expect(folder.policy).toBeUndefined();
    expect(folder.notes[0]).toMatch(
      /^main\.tf:2: the policy of .* does not stand there as text: var\.policy$/,
    );
  });
});

describe("values of Terraform files", () => {
  const policyOf = (api: string) => `resource "azurerm_api_management_api_policy" "orders" {
  api_name    = ${api}
  xml_content = file("\${path.module}/api.xml")
}
`;

  it("puts values of locals, variables and resources into names and documents", () => {
    const folder = read({
      "main.tf": `locals {
  product = "\${var.prefix}-\${var.env}"
  calls   = 7
}
variable "prefix" { default = "shop" }
resource "azurerm_api_management_named_value" "key" {
  name         = "key"
  display_name = "orders-key"
}
resource "azurerm_api_management_api" "orders" {
  name = format("%s-orders-api", local.product)
  path = "shop/v1"
}
resource "azurerm_api_management_api_policy" "orders" {
  api_name    = format("%s-orders-api", local.product)
  xml_content = <<XML
<policies><inbound><rate-limit calls="\${local.calls}" renewal-period="9" /><set-header name="a"><value>{{\${azurerm_api_management_named_value.key.display_name}}}</value></set-header></inbound></policies>
XML
}`,
    });
    expect(folder.apis).toHaveLength(1);
    // Nobody says here what var.env is.
    expect(folder.apis[0]).toMatchObject({ name: "shop-env-orders-api", path: "shop/v1" });
    expect(folder.apis[0]?.policy?.xml).toContain('calls="7"');
    expect(folder.apis[0]?.policy?.xml).toContain("<value>{{orders-key}}</value>");
  });

  it("puts what a call of templatefile gives into the file, and reads what it repeats once", () => {
    const { policy, notes } = read({
      "main.tf": `resource "azurerm_api_management_policy" "all" {
  xml_content = templatefile("\${path.module}/all.tpl", { host = "orders.example.com", key = var.key })
}`,
      "all.tpl": `<policies><inbound>%{ for one in list ~}<a b='\${host}' c='\${key}' />%{ endfor ~}</inbound></policies>`,
    });
    expect(policy?.xml).toBe(
      "<policies><inbound><a b='orders.example.com' c='{{key}}' /></inbound></policies>",
    );
    expect(notes).toEqual([expect.stringContaining("all.tpl: what a template repeats is read once")]);
  });

  it("reads the first file that a condition names, and a template whose call nobody read as one", () => {
    const folder = read({
      "main.tf": `resource "azurerm_api_management_policy" "all" {
  xml_content = templatefile(var.env != "p" ? "./mock.xml" : "./all.xml", { host = "orders.example.com" })
}`,
      "mock.xml": `<policies><inbound><set-backend-service base-url='https://\${host}' /></inbound></policies>`,
      "other.xml": `<policies><inbound><set-backend-service base-url='\${url}' /></inbound></policies>`,
    });
    expect(folder.policy?.xml).toContain("https://orders.example.com");
    expect(folder.notes).toEqual([expect.stringContaining('the first is read, "./mock.xml"')]);
    expect(folder.unplaced.map((one) => one.xml)).toEqual([expect.stringContaining("{{url}}")]);
  });

  it("keeps the same label in two folders apart", () => {
    const api = (name: string) => `resource "azurerm_api_management_api" "this" {\n  name = "${name}"\n}\n`;
    const folder = read({
      ...{ "a/main.tf": api("orders") + policyOf("azurerm_api_management_api.this.name"), "a/api.xml": xml },
      ...{ "b/main.tf": api("stock") + policyOf("azurerm_api_management_api.this.name"), "b/api.xml": xml },
    });
    expect(folder.apis.map(({ name, policy }) => [name, policy?.file])).toEqual([
      ["orders", "a/api.xml"],
      ["stock", "b/api.xml"],
    ]);
  });

  it("reads one of two folders that declare the same, and says so", () => {
    const api = 'resource "azurerm_api_management_api" "this" {\n  name = "orders"\n}\n';
    const folder = read({
      ...{ "dev/main.tf": api + policyOf("azurerm_api_management_api.this.name"), "dev/api.xml": xml },
      ...{ "prod/main.tf": api + policyOf("azurerm_api_management_api.this.name"), "prod/api.xml": xml },
    });
    expect(folder.apis.map(({ policy }) => policy?.file)).toEqual(["dev/api.xml"]);
    expect(folder.notes).toEqual([expect.stringContaining("what comes first is read: dev and not prod")]);
  });

  it("looks for a file beside the module, also behind a dot, and beside where Terraform runs", () => {
    const at = (path: string, file: string) =>
      read({
        "main.tf": 'module "all" {\n  source = "./modules/all"\n}\n',
        "modules/all/main.tf": `resource "azurerm_api_management_policy" "all" {\n  xml_content = file("${path}")\n}`,
        [file]: xml,
      }).policy?.file;
    expect(at(`\${path.module}/all.xml`, "modules/all/all.xml")).toBe("modules/all/all.xml");
    expect(at(`./\${path.module}/all.xml`, "modules/all/all.xml")).toBe("modules/all/all.xml");
    expect(at("./all.xml", "all.xml")).toBe("all.xml");
    expect(at(`\${path.module}/../../../all.xml`, "all.xml")).toBeUndefined();
  });
});

describe("modules of Terraform files", () => {
  it("gives a module in the folder what its call says", () => {
    const folder = read({
      "infra/main.tf": `module "orders" {
  source = "../modules/api"
  name   = "orders"
  policy = file("\${path.module}/orders.xml")
}
module "stock" {
  source = "../modules/api"
  name   = "stock"
  policy = "<policies><inbound /></policies>"
}`,
      "modules/api/main.tf": `variable "name" {}
resource "azurerm_api_management_api" "this" {
  name = var.name
  path = var.name
}
resource "azurerm_api_management_api_policy" "this" {
  api_name    = azurerm_api_management_api.this.name
  xml_content = var.policy
}
output "name" {
  value = azurerm_api_management_api.this.name
}`,
      "infra/orders.xml": xml,
    });
    expect(folder.apis.map(({ name, path, policy }) => [name, path, policy?.file])).toEqual([
      ["orders", "orders", "infra/orders.xml"],
      ["stock", "stock", "infra/main.tf"],
    ]);
    expect(folder.unplaced).toEqual([]);
  });

  it("reads a call of a module elsewhere by its arguments", () => {
    const folder = read({
      "main.tf": `module "gold" {
  source                = "github.com/contoso/modules//product"
  product_id            = "gold"
  subscription_required = false
  policy_xml            = file("./gold.xml")
}
module "orders" {
  source                = "github.com/contoso/modules//api"
  name                  = "orders"
  path                  = "shop"
  product_ids           = [module.gold.product_id]
  subscription_required = true
  content_value         = file("./orders.json")
  xml_content           = file("./orders.xml")
  api_operation_policies = [
    { operation_id = "getOrder", xml_content = file("./get.xml") },
  ]
}`,
      ...{ "gold.xml": xml, "orders.xml": xml, "get.xml": xml, "orders.json": "{}" },
    });
    const [orders] = folder.apis;
    expect(orders).toMatchObject({
      ...{ name: "orders", path: "shop", subscriptionRequired: true, policy: { file: "orders.xml" } },
      specification: { file: "orders.json" },
    });
    expect([...(orders?.operationPolicies ?? [])].map(([id, { file }]) => [id, file])).toEqual([
      ["getOrder", "get.xml"],
    ]);
    expect(folder.products).toEqual([
      expect.objectContaining({ name: "gold", apis: ["orders"], subscriptionRequired: false }),
    ]);
    expect(folder.unplaced).toEqual([]);
  });
});

describe("Bicep files", () => {
  const api = `resource api 'Microsoft.ApiManagement/service/apis@2024-05-01' = {
  parent: service
  name: 'orders'
  properties: { path: 'shop', subscriptionRequired: false }
}
`;

  it("reads texts of several lines, and files by a variable", () => {
    const folder = read({
      "main.bicep": `var limits = loadTextContent('./policies/global.xml')
${api}resource policy 'Microsoft.ApiManagement/service/apis/policies@2024-05-01' = {
  parent: api
  name: 'policy'
  properties: {
    format: 'rawxml'
    value: '''
<policies><inbound>{ 'a' }</inbound></policies>
'''
  }
}
resource all 'Microsoft.ApiManagement/service/policies@2024-05-01' = {
  name: 'contoso/policy'
  properties: { value: limits }
}`,
      "policies/global.xml": xml,
    });
    expect(folder.policy).toMatchObject({ file: "policies/global.xml", format: "xml" });
    expect(folder.apis[0]).toMatchObject({
      ...{ name: "orders", path: "shop", subscriptionRequired: false },
      policy: { file: "main.bicep", line: 13, format: "rawxml" },
    });
  });

  it("tells a document of a file that is not in the folder", () => {
    const policy = `resource all 'Microsoft.ApiManagement/service/policies@2024-05-01' = {
  name: 'contoso/policy'
  properties: { value: loadTextContent('gone.xml') }
}`;
    const folder = read({ "main.bicep": policy });
    expect(folder.policy).toBeUndefined();
    expect(folder.notes).toEqual([
      'main.bicep:3: "gone.xml", which holds the policy "all", is not in the folder.',
    ]);
  });
});
