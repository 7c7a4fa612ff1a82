/** What is written about settings and outputs against what the program reads and gives. `npm run docs` writes it. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { outputsPage, settingsPage, withConfigBlock } from "../../stack/docs.ts";
import { outputsTable } from "../../stack/outputs-table.ts";
import { type Setting, settingsTable } from "../../stack/settings-table.ts";
import { record } from "../support/registrations.ts";

const root = path.join(import.meta.dirname, "../..");
const fileText = (name: string) => readFile(path.join(root, name), "utf8");

describe("the settings", () => {
  it("stand in Pulumi.yaml as the table has them", async () => {
    const text = await fileText("Pulumi.yaml");
    expect(withConfigBlock(text)).toBe(text);
    const { config } = parse(text) as { config: Record<string, object> };
    expect(Object.keys(config)).toEqual(Object.keys(settingsTable));
    expect(config.portalGrantTypes).toMatchObject({
      type: "array",
      items: { type: "string" },
      default: ["authorizationCode"],
      description: settingsTable.portalGrantTypes.text,
    });
  });

  it("stand beside what node loads before the program, so that compiled code is kept", async () => {
    const { runtime } = parse(await fileText("Pulumi.yaml")) as {
      runtime: { options: { nodeargs: string } };
    };
    const args = [...runtime.options.nodeargs.split(" "), "--print", "process.env.NODE_COMPILE_CACHE"];
    const env = { ...process.env, NODE_COMPILE_CACHE: undefined };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    expect(stdout.trim()).toBe(path.join(root, "node_modules/.cache/apim-okta"));
  });

  it("leave the other blocks of Pulumi.yaml as they are", () => {
    const text = withConfigBlock("# Head\nname: x\nconfig:\n  old: 1\n\n  # gone\ntemplate:\n  config: {}\n");
    expect(text.startsWith("# Head\nname: x\nconfig:\n  location:\n")).toBe(true);
    expect(text.endsWith("\ntemplate:\n  config: {}\n")).toBe(true);
    expect(text).not.toMatch(/old|gone/);
  });

  it("are refused a Pulumi.yaml without a config block", () => {
    expect(() => withConfigBlock("name: x\n")).toThrow('Pulumi.yaml has no block "config".');
  });

  it("stand in docs/settings.md", async () => {
    expect(await fileText("docs/settings.md")).toBe(settingsPage());
  });

  it.each(Object.entries<Setting>(settingsTable).filter(([, setting]) => setting.default !== undefined))(
    "have a default that passes the check: %s",
    (_, { default: preset, check }) => {
      const asText = typeof preset === "string" ? preset : JSON.stringify(preset);
      expect(check.safeParse(asText).error).toBeUndefined();
    },
  );
});

describe("the outputs", () => {
  it("are those of the table, secrets as well", async () => {
    const { outputs, secretOutputs } = await record("dev");
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(outputsTable).sort());
    const secret = Object.entries(outputsTable).filter(([, { isSecret }]) => isSecret);
    expect(secretOutputs).toEqual(secret.map(([name]) => name));
  });

  it("stand in docs/outputs.md", async () => {
    expect(await fileText("docs/outputs.md")).toBe(outputsPage());
  });
});
