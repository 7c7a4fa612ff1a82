/** README.md and docs/ against what they list. That a page on the web is still there is not proved. */
import { glob, readFile, stat } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { loadElements } from "../simulator/apim/policy/element-registry.ts";
import { samplePolicies } from "./support/random-policies.ts";

const root = path.join(import.meta.dirname, "..");
const read = (file: string) => readFile(path.join(root, file), "utf8");

async function filesOf(pattern: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(pattern, { cwd: root })) files.push(file);
  return files.sort();
}

/** The pages that people read. */
const pages = [...(await filesOf("*.md")), ...(await filesOf("docs/*.md"))];

/** `Differs from Azure: ….`, up to the end of its sentence, from every comment. */
async function declaredDifferences(): Promise<readonly string[]> {
  const files = await filesOf(
    "{expressions,openapi,policies,components,simulator,proof,stack,commands}/**/*.ts",
  );
  const found = files.map(async (file) => {
    const text = (await read(file)).replace(/\n\s*(?:\*|\/\/) ?/g, " ").replace(/\s+/g, " ");
    return [...text.matchAll(/(?:Differs from|Assumed of) (?:Azure|Okta): .*?\.(?= |$)/g)].map(
      ([sentence]) => sentence,
    );
  });
  return [...new Set((await Promise.all(found)).flat())].sort();
}

/** Element of policies/, without `base`, which every section has → the sections that take it. */
function writtenElements(): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    samplePolicies()
      .filter(({ name }) => name !== "base")
      .map(({ name, sections }) => [name, Object.keys(sections)]),
  );
}

/** The anchor that GitHub gives a heading: `## Add an API` → `add-an-api`. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

async function anchorsOf(file: string): Promise<readonly string[]> {
  const headings = (await read(file)).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) => anchorOf(heading ?? ""));
}

/** What is wrong with the links of a page to other files and to headings. */
async function brokenLinks(page: string): Promise<readonly string[]> {
  const text = (await read(page)).replace(/```[\s\S]*?```/g, "");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g)].map(
    ([, link, src]) => link ?? src ?? "",
  );
  const broken = links
    .filter((link) => !/^https?:/.test(link))
    .map(async (link) => {
      const [target = "", anchor] = link.split("#");
      const file = target === "" ? page : path.join(path.dirname(page), target);
      const isThere = await stat(path.join(root, file)).then(
        () => true,
        () => false,
      );
      if (!isThere) return [`${page}: ${link}`];
      const isHeading = anchor === undefined || (await anchorsOf(file)).includes(anchor);
      return isHeading ? [] : [`${page}: ${link}`];
    });
  return (await Promise.all(broken)).flat();
}

describe("the README", () => {
  it("has at most 150 lines, and says on its first screen that no real cloud was tested", async () => {
    const lines = (await read("README.md")).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lines.slice(0, 25).join(" ")).toMatch(
      /tests have never run against a real Azure or Okta[\s\S]*npm ci && npm start/,
    );
  });

  it("leads to every page of docs/", async () => {
    const readme = await read("README.md");
    const missing = pages.filter((page) => page.startsWith("docs/") && !readme.includes(`](${page}`));
    expect(missing).toEqual([]);
  });
});

describe("the pages", () => {
  it("list every difference and assumption that the code declares, and no other", async () => {
    const listed = (await read("docs/local-cloud.md"))
      .split("\n")
      .filter((line) => /^- (?:Differs from|Assumed of) /.test(line));
    expect(listed.map((line) => line.slice(2)).sort()).toEqual(await declaredDifferences());
  });

  it("list every policy element that is written and that the gateway runs, with its sections", async () => {
    const table = /^\| `([\w-]+)` \| ([\w, –-]+) \| ([\w, -]+) \|/gm;
    const rows = [...(await read("docs/policies.md")).matchAll(table)];
    const listed = (column: 2 | 3) =>
      Object.fromEntries(
        rows.filter((row) => row[column] !== "–").map((row) => [row[1], row[column]?.split(", ")]),
      );
    expect(listed(2)).toEqual(writtenElements());
    expect(listed(3)).toEqual(
      Object.fromEntries([...(await loadElements())].map(([element, { sections }]) => [element, sections])),
    );
  });

  it("name every workflow, and only variables and secrets that one of them reads", async () => {
    const workflows = await filesOf(".github/workflows/*.yml");
    const text = (await Promise.all(pages.map(read))).join("\n");
    for (const file of workflows) expect(text).toContain(`\`${path.basename(file)}\``);
    const texts = (await Promise.all(workflows.map(read))).join("\n");
    const used = new Set([...texts.matchAll(/\b(?:vars|secrets)\.([A-Z_]+)/g)].map(([, name]) => name));
    const team = await read("docs/team.md");
    const named = new Set([...team.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual([...used].sort());
  });

  it("name every script that is a command, and only scripts that exist", async () => {
    const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
    const text = (await Promise.all(pages.map(read))).join("\n");
    const named = [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, script]) => script ?? "");
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const commands = Object.keys(scripts).filter((script) => scripts[script]?.startsWith("node commands/"));
    expect(commands.filter((script) => script !== "start" && !named.includes(script))).toEqual([]);
  });

  it.each(pages)("link from %s only to files and headings that exist", async (page) => {
    expect(await brokenLinks(page)).toEqual([]);
  });
});
