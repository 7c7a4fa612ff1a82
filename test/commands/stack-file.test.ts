/** One more API in a stack's settings file: what stays, and what cannot take one. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { withApi } from "../../commands/stack-file.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apim-okta-stack-"));
});
afterEach(() => rm(root, { recursive: true }));

const settings = { document: "apis/orders.yaml", path: "orders", mock: true };
async function added(text: string): Promise<string> {
  await writeFile(path.join(root, "Pulumi.dev.yaml"), text);
  return withApi({ root, file: "Pulumi.dev.yaml", project: "apim-okta" }, "orders", settings);
}
const entry = (indent: string) =>
  ["orders:", "  document: apis/orders.yaml", "  path: orders", "  mock: true", ""]
    .map((line) => (line === "" ? "" : indent + line))
    .join("\n");

describe("a stack's settings with one more API", () => {
  it.each([
    [
      "comments and quotes",
      `# ours\nconfig: # c\n  apim-okta:apis: # all\n    first: # f\n      document: 'a.yaml' # q\n`,
      `    # tail\n  "other": "x"\n`,
      "    ",
    ],
    ["the short name", "config:\n    apis:\n        first: {document: a.yaml}\n", "", "        "],
    [
      "the older name",
      "config:\n  apim-okta:config:apis:\n    a:\n      document: a\n",
      "  z: >-\n    a\n    b\n",
      "    ",
    ],
    ["anchors", "config:\n  apis:\n    a: &a\n      mock: true\n    b:\n      <<: *a\n", "  x: 1\n", "    "],
    ["a block text at the end", "config:\n  apis:\n    a:\n      document: |\n        x\n", "", "    "],
  ])("stay letter by letter with %s", async (_, before, after, indent) => {
    expect(await added(before + after)).toBe(before + entry(indent) + after);
  });

  it("keep the line ends of Windows", async () => {
    const before = "config:\r\n  apis:\r\n    a:\r\n      mock: true\r\n";
    expect(await added(before)).toBe(before + entry("    ").replaceAll("\n", "\r\n"));
    expect(await added("config:\r\n  x: 1\r\n")).not.toMatch(/[^\r]\n/);
  });

  it("end with the last line also where no line break ended it", async () => {
    expect(await added("config:\n  apis:\n    a:\n      mock: true")).toBe(
      `config:\n  apis:\n    a:\n      mock: true\n${entry("    ")}`,
    );
  });

  it.each(["", "# nothing yet\n", "config:\n", "encryptionsalt: v1\n", "config:\n  apim-okta:apis:\n"])(
    "get their first API in %j",
    async (text) => {
      expect(parse(await added(text)).config["apim-okta:apis"]).toEqual({ orders: settings });
    },
  );

  it("take it in a map in braces", async () => {
    const { config } = parse(await added("config: {apis: {a: {mock: true}}}\n"));
    expect(config.apis).toEqual({ a: { mock: true }, orders: settings });
  });

  it.each([
    ["a secret", "config:\n  apis:\n    secure: v1:abc\n", /"apis" in Pulumi\.dev\.yaml is encrypted/],
    ["a secret inside", "config:\n  apis:\n    a:\n      path:\n        secure: v1:abc\n", /is encrypted/],
    ["a text", "config:\n  apis: x\n", /"apis" in Pulumi\.dev\.yaml is no map/],
    ["an alias", "x: &x {a: {}}\nconfig:\n  apis: *x\n", /"apis" in Pulumi\.dev\.yaml is no map/],
    ["a list for all settings", "config: []\n", /"config" in Pulumi\.dev\.yaml is no map/],
    ["a list for the file", "- a\n", /"document" in Pulumi\.dev\.yaml is no map/],
    ["a key twice", "config:\n  apis: {}\n  apis: {}\n", /is no YAML: Map keys must be unique at line 3/],
  ])("are refused with %s", async (_, text, problem) => {
    await expect(added(text)).rejects.toThrow(problem);
  });

  it("take an API beside one that is named like a secret", async () => {
    expect(
      parse(await added("config:\n  apis:\n    secure:\n      mock: true\n")).config.apis,
    ).toHaveProperty("orders");
  });

  it("are refused when the file is not there", async () => {
    const file = { root, file: "Pulumi.no.yaml", project: "apim-okta" };
    await expect(withApi(file, "orders", settings)).rejects.toThrow(/Pulumi\.no\.yaml" \(ENOENT\)/);
  });
});
