/** Taking in somebody's document: what is written, what is asked, and that nothing is written when it fails. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type AddRequest, addDocument } from "../../commands/add-document.ts";
import { readSource } from "../../commands/document-source.ts";
import { proposedRule } from "../../commands/security-question.ts";
import { readDocument } from "../../openapi/document.ts";
import { DocumentError } from "../../openapi/document-error.ts";

const settingsText = `# Ours.
config:
  apim-okta:publisherName: Contoso # the name
  apim-okta:apis:
    first:
      document: apis/first.yaml
      path: first
      mock: true
`;

const responses = { "200": { description: "OK." } };
const orders = (
  paths: object = { "/orders": { get: { responses }, post: { responses } } },
  more: object = {},
) => ({
  openapi: "3.0.3",
  info: { title: "Orders", version: "1" },
  paths,
  ...more,
});

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-add-"));
  root = path.join(folder, "project");
  await mkdir(path.join(root, "apis"), { recursive: true });
  await writeFile(path.join(root, "Pulumi.local.yaml"), settingsText);
  await writeFile(
    path.join(root, "apis/first.yaml"),
    stringify(orders({ "/x": { get: { responses, security: [] } } })),
  );
});
afterEach(() => rm(folder, { recursive: true }));

async function request(document: object, more: Partial<AddRequest> = {}): Promise<AddRequest> {
  const file = path.join(folder, "vendor-orders.json");
  await writeFile(file, JSON.stringify(document));
  const { config } = parse(await readFile(path.join(root, "Pulumi.local.yaml"), "utf8"));
  return {
    root,
    project: "apim-okta",
    stack: "local",
    sku: "Developer",
    stackFile: "Pulumi.local.yaml",
    apis: config["apim-okta:apis"],
    source: await readSource(file, root),
    askForRule: async (question) => proposedRule(question),
    ...more,
  };
}

const settings = async () =>
  parse(await readFile(path.join(root, "Pulumi.local.yaml"), "utf8")).config["apim-okta:apis"];

describe("adding a document", () => {
  it("copies it letter by letter, and writes settings, an overlay and the lock", async () => {
    const addition = await addDocument(await request(orders()));
    expect(addition?.written).toEqual([
      "apis/vendor-orders.openapi.json",
      "apis/vendor-orders.overlay.yaml",
      "apis/documents.lock.json",
      "Pulumi.local.yaml",
    ]);
    expect(await readFile(path.join(root, "apis/vendor-orders.openapi.json"), "utf8")).toBe(
      JSON.stringify(orders()),
    );
    expect(await settings()).toMatchObject({
      first: { document: "apis/first.yaml" },
      "vendor-orders": {
        document: "apis/vendor-orders.openapi.json",
        overlay: "apis/vendor-orders.overlay.yaml",
        path: "vendor-orders",
        mock: true,
        security: { scopes: { "vendor-orders.read": ["GET"], "vendor-orders.write": "others" } },
      },
    });
    expect(await readFile(path.join(root, "Pulumi.local.yaml"), "utf8")).toContain(
      "publisherName: Contoso # the name",
    );
  });

  it("asks for the operations of which the document says nothing, and for no others", async () => {
    const scheme = {
      type: "oauth2",
      flows: { clientCredentials: { tokenUrl: "https://x.example/t", scopes: { a: "A." } } },
    };
    const paths = {
      "/said": { get: { responses, security: [{ okta: ["a"] }] } },
      "/open": { get: { responses, security: [] } },
      "/unsaid": { get: { operationId: "Unsaid", responses } },
    };
    const asked: (string | undefined)[] = [];
    await addDocument(
      await request(orders(paths, { components: { securitySchemes: { okta: scheme } } }), {
        askForRule: async ({ operations }) => {
          asked.push(...operations.map(({ operationId }) => operationId));
          return { scopes: { a: "others" } };
        },
      }),
    );
    expect(asked).toEqual(["Unsaid"]);
  });

  it("writes no rule where the document says who may call", async () => {
    const scheme = {
      type: "oauth2",
      flows: { clientCredentials: { tokenUrl: "https://x.example/t", scopes: { a: "A." } } },
    };
    const document = orders(undefined, {
      security: [{ okta: ["a"] }],
      components: { securitySchemes: { okta: scheme } },
    });
    await addDocument(
      await request(document, { askForRule: () => Promise.reject(new Error("Nothing is to be asked.")) }),
    );
    expect((await settings())["vendor-orders"]).not.toHaveProperty("security");
  });

  it.each<[string, object, Partial<AddRequest>]>([
    ["a document without operations", orders({}), {}],
    ["a rule that nobody wants", orders(), { askForRule: async () => undefined }],
    ["a path that another API has", orders(), { path: "First" }],
    ["the name of another API", orders(), { name: "first" }],
    ["a name that is none", orders(), { name: "First" }],
  ])("writes nothing for %s", async (_, document, more) => {
    const result = await addDocument(await request(document, more)).catch((error: unknown) => error);
    expect(result === undefined || result instanceof Error).toBe(true);
    expect(await readdir(path.join(root, "apis"))).toEqual(["first.yaml"]);
    expect(await readFile(path.join(root, "Pulumi.local.yaml"), "utf8")).toBe(settingsText);
  });

  it("refuses what is no document with its place", async () => {
    const refused = await addDocument(await request([])).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DocumentError);
  });

  it("reads a file of the project where it is", async () => {
    await writeFile(path.join(root, "apis/own.yaml"), stringify(orders()));
    const source = await readSource(path.join(root, "apis/own.yaml"), root);
    const addition = await addDocument(await request(orders(), { source }));
    expect(addition?.settings.document).toBe("apis/own.yaml");
    expect(await readdir(path.join(root, "apis"))).not.toContain("own.openapi.yaml");
  });
});

describe("a document that is not taken in", () => {
  const files = async () => [...(await readdir(root, { recursive: true }))].sort();

  async function refused(change: Partial<AddRequest>, document: object = orders()): Promise<string> {
    const [before, text] = [await files(), await readFile(path.join(root, "Pulumi.local.yaml"), "utf8")];
    const outcome = await addDocument(await request(document, change)).then(
      () => new Error("It was taken in."),
      (error: Error) => error,
    );
    expect(await files()).toEqual(before);
    expect(await readFile(path.join(root, "Pulumi.local.yaml"), "utf8")).toBe(text);
    return outcome.message;
  }

  it.each<[string, Partial<AddRequest>, RegExp]>([
    [
      "a path with a slash at its end",
      { path: "v1/" },
      /^--path cannot be "v1\/": it must be URL path segments.*\. Give another value/,
    ],
    ["a path that clients shorten", { path: ".." }, /^--path cannot be "\.\.": it must be URL path segments/],
    [
      "a backend by ftp",
      { serviceUrl: "ftp://x.example" },
      /^--service-url cannot be "ftp:.*": it must be an http or https URL/,
    ],
    ["another API's path", { path: "First" }, /API "first" has the path "first" already/],
    ["another API's name", { name: "first" }, /API "first" has the document "apis\/first.yaml"/],
    ["a name that is none", { name: "__proto__" }, /is no API's name/],
    [
      "another encoding",
      { source: { name: "x.yaml", bytes: Buffer.from("openapi: 3.0.3\ninfo: {title: T\xE4}", "latin1") } },
      /file: The file is not UTF-8/,
    ],
  ])("has %s", async (_, change, message) => {
    expect(await refused(change)).toMatch(message);
  });

  it("would take the place of a file that is there", async () => {
    await writeFile(path.join(root, "apis/vendor-orders.openapi.json"), "ours");
    expect(await refused({})).toMatch(/"apis\/vendor-orders\.openapi\.json" is there already/);
    expect(await readFile(path.join(root, "apis/vendor-orders.openapi.json"), "utf8")).toBe("ours");
  });

  it("is told what else is wrong, not what would be asked", async () => {
    const message = await refused(
      {},
      orders({ "/a": { get: { responses, tags: "a" }, post: { responses } } }),
    );
    expect(message).toMatch(/^1 problem .*\n.*paths\./);
  });

  it("has more alternatives than the token can be checked for", async () => {
    const security = ["a", "b", "c", "d", "e"].map((one) => ({ sso: [`${one}1`, `${one}2`] }));
    const components = {
      securitySchemes: { sso: { type: "openIdConnect", openIdConnectUrl: "https://okta.example.com/" } },
    };
    const of = (alternatives: readonly object[]) =>
      orders({ "/a": { get: { responses, security: alternatives } } }, { components });
    expect(await refused({}, of(security))).toMatch(/^GET \/a takes more than 16 checks/);
    expect(await addDocument(await request(of(security.slice(0, 4))))).toBeDefined();
  });

  it("refers to files outside the project, before anything is asked", async () => {
    await writeFile(path.join(folder, "answer.json"), JSON.stringify({ "200": { description: "OK." } }));
    const askForRule = async () => {
      throw new Error("It asked.");
    };
    const document = orders({ "/a": { get: { responses: { "200": { $ref: "answer.json#/200" } } } } });
    expect(await refused({ askForRule }, document)).toMatch(
      /refers to other files. Copy it with them into apis/,
    );
  });

  it("leaves no part behind when a file cannot be written", async () => {
    // Nothing can be renamed over a folder that is not empty.
    const stackFile = "Pulumi.locked.yaml";
    await writeFile(path.join(root, stackFile), settingsText);
    await mkdir(path.join(root, `${stackFile}.tmp`, "in-the-way"), { recursive: true });
    expect(await refused({ stackFile })).toMatch(/EISDIR/);
  });
});

describe("adding a document again", () => {
  it("says which operations come, go, and need something else, and keeps the settings", async () => {
    await addDocument(await request(orders()));
    const written = await readFile(path.join(root, "Pulumi.local.yaml"), "utf8");
    const next = orders({
      "/orders": { get: { responses } },
      "/refunds": { post: { responses, security: [] } },
    });
    const addition = await addDocument(await request(next));
    expect(addition?.isNew).toBe(false);
    expect(addition?.changes).toEqual([
      "+ POST /refunds  needs public",
      "- POST /orders  needed vendor-orders.write",
    ]);
    expect(await readFile(path.join(root, "Pulumi.local.yaml"), "utf8")).toBe(written);
    expect(JSON.parse(await readFile(path.join(root, "apis/vendor-orders.openapi.json"), "utf8"))).toEqual(
      next,
    );
  });

  it("says which claims the next version requires, besides those that the settings have added", async () => {
    await addDocument(await request(orders()));
    const apis = await settings();
    const requiredClaims = { "POST /orders": [{ name: "tier", values: ["gold"] }] };
    const changed = { ...apis, "vendor-orders": { ...apis["vendor-orders"], requiredClaims } };
    const staff = [{ name: "groups", match: "any", values: ["Staff", "Clerks"] }];
    const next = orders({
      "/orders": { get: { responses, "x-required-claims": staff }, post: { responses } },
    });
    const addition = await addDocument(await request(next, { apis: changed }));
    expect(addition?.changes).toEqual([
      "~ GET /orders  needed vendor-orders.read, now needs vendor-orders.read, groups: Staff or Clerks",
      "~ POST /orders  needed vendor-orders.write, now needs vendor-orders.write, tier: gold",
    ]);
  });

  it("says nothing of a version in which nothing changes for callers", async () => {
    await addDocument(await request(orders()));
    expect((await addDocument(await request(orders(undefined, { tags: [] }))))?.changes).toEqual([]);
  });

  it("takes the place of the copy that the settings name, though JSON becomes YAML", async () => {
    await addDocument(await request(orders()));
    const yaml = await request(orders());
    const source = {
      ...yaml.source,
      bytes: Buffer.from(stringify(orders({ "/new": { get: { responses } } }))),
    };
    const addition = await addDocument({ ...yaml, source });
    expect(addition?.written[0]).toBe("apis/vendor-orders.openapi.json");
    const apis = await settings();
    const { operations } = await readDocument(apis["vendor-orders"], root);
    expect(operations.map(({ path: at }) => at)).toEqual(["/new"]);
  });

  it("is pinned letter by letter when it begins with a byte order mark", async () => {
    const { source, ...rest } = await request(orders());
    const url = "https://vendor.example.com/orders.json";
    const bytes = Buffer.from(`\uFEFF${JSON.stringify(orders())}`);
    await addDocument({ ...rest, source: { name: url, bytes } });
    const { operations } = await readDocument((await settings()).orders, root);
    expect(operations).toHaveLength(2);
  });
});

describe("a document that came from outside", () => {
  const inStack = async (stack: string, document: object, more: Partial<AddRequest> = {}) => {
    const stackFile = `Pulumi.${stack}.yaml`;
    await writeFile(path.join(root, stackFile), "config: {}\n", { flag: "a" });
    return addDocument(await request(document, { stack, stackFile, apis: {}, ...more }));
  };
  const copies = async () =>
    (await readdir(path.join(root, "apis"))).filter((name) => name.includes(".openapi."));

  it("is one copy for all stacks, and who got in is compared for each", async () => {
    await addDocument(await request(orders()));
    const other = await inStack("other", orders(), {
      askForRule: async () => ({ scopes: { all: "others" } }),
    });
    expect(await copies()).toEqual(["vendor-orders.openapi.json"]);
    expect(other?.changes).toBeUndefined();
    expect((await addDocument(await request(orders())))?.changes).toEqual([]);
  });

  it("is derived with the overlay that is there already", async () => {
    await addDocument(await request(orders()));
    const overlay = {
      overlay: "1.0.0",
      info: { title: "o", version: "1" },
      actions: [{ target: "$.paths['/orders'].post", remove: true }],
    };
    await writeFile(path.join(root, "apis/vendor-orders.overlay.yaml"), stringify(overlay));
    expect((await inStack("other", orders()))?.document.operations).toHaveLength(1);
  });

  it("may be a URL for two stacks", async () => {
    const source = {
      name: "https://vendor.example/orders.json",
      bytes: Buffer.from(JSON.stringify(orders())),
    };
    await addDocument(await request(orders(), { source }));
    const other = await inStack("other", orders(), { source });
    expect(other?.settings.document).toBe(source.name);
    expect(await copies()).toEqual(["orders.openapi.json"]);
  });

  it("takes the place of another file where its API is named", async () => {
    await addDocument(await request(orders()));
    const file = path.join(folder, "vendor-orders-2.json");
    await writeFile(file, JSON.stringify(orders({ "/orders": { get: { responses } } })));
    const source = await readSource(file, root);
    const addition = await addDocument(await request(orders(), { source, name: "vendor-orders" }));
    expect(addition?.replaced).toMatch(/\/vendor-orders\.json$/);
    expect(addition?.changes).toEqual(["- POST /orders  needed vendor-orders.write"]);
    expect(await copies()).toEqual(["vendor-orders.openapi.json"]);
  });

  it("is not taken for another one of the same file name", async () => {
    await addDocument(await request(orders()));
    await addDocument(await request(orders(), { name: "second" }));
    expect(await copies()).toEqual(["second.openapi.json", "vendor-orders.openapi.json"]);
  });

  it("is imported as the API's settings have it, and takes no other ones", async () => {
    const parameters = [
      {
        name: "f",
        in: "query",
        required: true,
        style: "deepObject",
        explode: true,
        schema: { type: "object" },
      },
    ];
    const document = orders({ "/orders": { get: { responses, parameters } } });
    await expect(addDocument(await request(document))).rejects.toThrow(DocumentError);
    const added = await addDocument(
      await request(document, { translateRequiredQueryParametersConduct: "query" }),
    );
    expect(added?.settings.translateRequiredQueryParametersConduct).toBe("query");
    expect((await addDocument(await request(document)))?.changes).toEqual([]);
    await expect(addDocument(await request(document, { path: "elsewhere" }))).rejects.toThrow(
      "Change them in Pulumi.local.yaml.",
    );
  });

  it("counts with the stack's other operations against the tier", async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 3000 }, (_, index) => [`/o${index}`, { get: { responses } }]),
    );
    const refused = await addDocument(await request(orders(paths))).catch((error: unknown) => error);
    expect(refused).toMatchObject({ findings: [{ rule: { code: "operation-count" } }] });
  });
});
