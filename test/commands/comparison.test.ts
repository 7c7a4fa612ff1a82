/** The pull request's comment. How GitHub shows it is not proved here. */
import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { commentMarker, type Run, renderComparison, renderFailedStart } from "../../commands/comparison.ts";

const cell = (
  operation: string,
  token: string,
  actual: number,
  { passed = true, scopes = null as string[] | null } = {},
) => ({
  api: "conference",
  operation,
  kind: token,
  token,
  scopes,
  actual,
  passed,
});
const policy = (scope: string) =>
  `<policies>\n  <inbound>\n    <base />\n    <value>${scope}</value>\n  </inbound>\n</policies>\n`;
const run = (
  change: Partial<Run["report"]> = {},
  policies: Record<string, string> = {},
  documents: Record<string, string> = {},
): Run => ({
  documents: new Map(Object.entries(documents)),
  report: {
    resources: [{ type: "azure-native:apimanagement:Api", name: "conference" }],
    matrix: [cell("GET /speakers", "other", 403), cell("GET /topics", "other", 403)],
    passed: true,
    ...change,
  },
  policies: new Map(
    Object.entries({
      "conference/getspeakers.xml": policy("read"),
      "global.xml": "<policies />\n",
      ...policies,
    }),
  ),
});

describe("the comment", () => {
  it("says that nothing changes", () => {
    expect(renderComparison(run(), run())).toBe(
      "<!-- who gets in -->\n**Who gets in** (no answer changes)\n\n**Policies** (0 of 2 documents change)\n\n**Resources** 0 new, 0 removed, 1 kept\n",
    );
  });

  it("shows each answer that changes, each document's difference, and the real stack's summary", () => {
    const after = run(
      { matrix: [cell("GET /speakers", "other", 200), cell("GET /topics", "other", 403)] },
      { "conference/getspeakers.xml": policy("write") },
    );
    const comment = renderComparison(run(), after, {
      previews: [
        ["dev", "1 to update, 29 unchanged"],
        ["prod", "30 unchanged"],
      ],
    });
    expect(comment).toContain("(of 2 answers, these change)");
    expect(comment).toContain("| conference | <code>GET /speakers</code> | other | 403 | 200 |");
    expect(comment).toContain(
      "```diff\n@@ -2,5 +2,5 @@\n   <inbound>\n     <base />\n-    <value>read</value>\n+    <value>write</value>\n   </inbound>\n </policies>\n```",
    );
    expect(comment).toContain("**Stack dev** 1 to update, 29 unchanged\n\n**Stack prod** 30 unchanged");
  });

  it("tells a token by its scopes, so that a scope that an operation needs now is seen", () => {
    const asked = (needed: string, other: string) => [
      cell("GET /speakers", "needed scopes", 200, { scopes: [needed] }),
      cell("GET /speakers", "all scopes but a needed one", 403, { scopes: [other] }),
    ];
    const comment = renderComparison(
      run({ matrix: asked("read", "write") }),
      run({ matrix: asked("write", "read") }),
    );
    expect(comment).toContain("| only read | 200 | 403 |");
    expect(comment).toContain("| only write | 403 | 200 |");
  });

  it("tells a kind by its id, whatever its name becomes", () => {
    const named = (token: string) => ({ matrix: [{ ...cell("GET /topics", "expired", 401), token }] });
    expect(renderComparison(run(named("expired")), run(named("expired token")))).toContain(
      "no answer changes",
    );
  });

  it("shows that another app gets a token now", () => {
    const asked = (actual: number | string) => ({
      matrix: [{ ...cell("GET /topics", "other-app", 0), actual }],
    });
    const comment = renderComparison(run(asked("no token")), run(asked(200)));
    expect(comment).toContain("| other&#45;app | no token | 200 |");
  });

  it("says of a new operation in one line how it answers", () => {
    const added = [
      cell("GET /new", "needed scopes", 200, { scopes: ["a"] }),
      cell("GET /new", "no token", 401),
      cell("GET /new", "expired", 401),
    ];
    const comment = renderComparison(run(), run({ matrix: [...run().report.matrix, ...added] }));
    expect(comment).toContain("| conference | <code>GET /new</code> | 3 kinds | – | new: 200 ×1, 401 ×2 |");
  });

  it("names what is new and what is gone", () => {
    const after = run(
      { resources: [{ type: "azure-native:apimanagement:Api", name: "second" }], matrix: [] },
      { "second/api.xml": "x" },
    );
    const comment = renderComparison(run(), after);
    expect(comment).toContain("new: <code>Api second</code>");
    expect(comment).toContain("removed: <code>Api conference</code>");
    expect(comment).toContain("<code>second/api.xml</code>\nnew");
    expect(comment).toContain("| <code>GET /speakers</code> | 1 kinds | 403 ×1 | gone |");
  });

  it("warns of answers that are not as the documents demand", () => {
    expect(
      renderComparison(run(), run({ matrix: [cell("GET /topics", "other", 200, { passed: false })] })),
    ).toContain("⚠ 1 answers are not as the documents demand.");
  });

  it("shows what a document says as text, whatever it says", () => {
    const rude = "GET /a|b`<img src=x>@everyone [x](http://evil.example)";
    const comment = renderComparison(
      run({ matrix: [] }),
      run({ matrix: [cell(rude, "other", 200)] }, { "global.xml": "````\n@@x\n" }),
    );
    expect(comment.replace(/````[`]*diff[\s\S]*/, "")).not.toMatch(/@everyone|<img|\]\(http/);
    expect(comment).toContain("`````diff");
  });

  it.each([
    ["", "```"],
    ["````", "`````"],
    ["\n```\n", "````"],
  ])(
    "stays within what a comment can hold, and closes what it cuts by its own fence, with %j",
    (ticks, fence) => {
      const long = `${ticks}read\n`.repeat(20_000);
      const comment = renderComparison(run({}, { "global.xml": "x\n" }), run({}, { "global.xml": long }));
      expect(comment.length).toBeLessThan(65_536);
      expect(comment).toContain(`\n${fence}diff\n`);
      expect(comment).toMatch(
        new RegExp(
          `\\n\\+.*\\n${fence}\\n\\nThe rest does not fit into a comment; the workflow's run has the whole\\.\\n$`,
        ),
      );
    },
  );

  it("closes nothing that is closed where it is cut", () => {
    const names = Array.from({ length: 3000 }, (_, index) => `conference/p${index}.xml`);
    const comment = renderComparison(run(), run({}, Object.fromEntries(names.map((name) => [name, "x\n"]))));
    expect(comment).toContain("\nnew\n");
    expect(comment).not.toContain("```");
    expect(comment).toContain("\n\nThe rest does not fit");
  });

  const needing = (needs: Readonly<Record<string, string>>) => ({
    operations: Object.entries(needs).map(([operation, one]) => ({ api: "orders", operation, needs: one })),
  });

  it("says which operations come, go, and need other scopes", () => {
    const before = run(needing({ "GET /a": "read", "GET /b": "read + write", "GET /c": "read" }));
    const after = run(needing({ "GET /a": "read", "GET /b": "read", "POST /d": "public" }));
    expect(renderComparison(before, after)).toContain(
      [
        "**Operations** (of 3, these come, go or need other scopes)",
        "",
        "- orders: <code>GET /b</code> now needs <code>read</code> instead of <code>read &#43; write</code>",
        "- orders: <code>POST /d</code> is new, and needs <code>public</code>",
        "- orders: <code>GET /c</code> is gone; it needed <code>read</code>",
        "",
      ].join("\n"),
    );
    expect(renderComparison(before, before)).not.toContain("**Operations**");
  });

  it("says how many more operations and answers change than forty", () => {
    const names = Array.from({ length: 45 }, (_, index) => `GET /${index}`);
    const runOf = (needs: string, actual: number) =>
      run({
        ...needing(Object.fromEntries(names.map((name) => [name, needs]))),
        matrix: names.map((name) => cell(name, "expired", actual)),
      });
    const comment = renderComparison(runOf("read", 401), runOf("write", 200));
    expect(comment).toContain("\n- … and 5 more\n");
    expect(comment).toContain("\n… and 5 more that change.\n");
    expect(comment.match(/now needs/g)).toHaveLength(40);
  });

  it("tells no set of scopes that was sent once where needed scopes are told", () => {
    const asked = (scopes: string[]) => ({
      matrix: [cell("GET /a", "all-scopes", 200, { scopes }), cell("GET /a", "no-token", 401)],
    });
    const told = needing({ "GET /a": "read" });
    const [before, after] = [asked(["read"]), asked(["new", "read"])];
    expect(renderComparison(run({ ...told, ...before }), run({ ...told, ...after }))).toContain(
      "no answer changes",
    );
    // A report of an older version does not tell them.
    expect(renderComparison(run(before), run({ ...told, ...after }))).toContain(
      "| only new, read | – | 200 |",
    );
  });

  const documents = (lines: readonly string[]) =>
    run({}, {}, { "orders/openapi.json": `${lines.join("\n")}\n` });
  const numbers = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => `"line ${index + from}"`);

  it("shows what changes of an imported document", () => {
    const comment = renderComparison(documents(["{", "1", "}"]), documents(["{", "2", "}"]));
    expect(comment).toContain(
      "**Imported documents** (1 of 1 documents change)\n\n<code>orders/openapi.json</code>\n```diff\n@@ -1,3 +1,3 @@\n {\n-1\n+2\n }\n```\n",
    );
    expect(renderComparison(documents(["1"]), documents(["1"]))).toContain("(0 of 1 documents change)");
  });

  it("tells a long difference of an imported document in numbers", () => {
    expect(renderComparison(documents(numbers(10)), documents(numbers(130)))).toContain("\n+120 −0 lines\n");
    expect(renderComparison(documents(numbers(10)), documents(numbers(120)))).toContain("```diff\n");
    expect(renderComparison(documents(numbers(3000)), documents(numbers(3000, 5000)))).toContain(
      "\nmore than 2000 lines change\n",
    );
  });

  it("names twenty resources that are new, and how many more", () => {
    const resources = numbers(25).map((name) => ({ type: "azure-native:apimanagement:Api", name }));
    expect(renderComparison(run(), run({ resources }))).toMatch(
      /\nnew: (?:<code>Api [^,]*, ){19}\S+ \S+ \S+ and 5 more/,
    );
  });

  it("says that the stack does not start, and why, as text alone", () => {
    expect(renderFailedStart("the head", "```\n@somebody: no\n")).toBe(
      `${commentMarker}\n**The stack does not start** at the head, so that there is nothing to compare.\n\n\`\`\`\`text\n\`\`\`\n@somebody: no\n\`\`\`\`\n`,
    );
    expect(renderFailedStart("the merge base", "")).toContain("It said nothing.");
  });

  it("says first that the pull request changes the proof itself, also where the stack does not start", () => {
    const proofFiles = ["proof/a.ts", "proof/b_<x>.ts", "c", "d", "e", "f", "g"];
    const warning =
      "⚠ **This pull request changes the proof itself**: <code>proof/a.ts</code>, <code>proof/b&#95;&#60;x&#62;.ts</code>, <code>c</code>, <code>d</code>, <code>e</code> and 2 more. Review that first: what stands below of the head comes from the changed proof.";
    const head = `${commentMarker}\n${warning}\n\n`;
    expect(renderComparison(run(), run(), { proofFiles })).toContain(`${head}**Who gets in**`);
    expect(renderFailedStart("the head", "no", proofFiles)).toContain(`${head}**The stack does not start**`);
    expect(renderComparison(run(), run())).not.toContain("⚠");
  });

  it("is found again by the workflow that keeps it up to date", async () => {
    const workflow = await readFile(
      path.join(import.meta.dirname, "../../.github/workflows/comment.yml"),
      "utf8",
    );
    expect(workflow).toContain(`MARKER: ${commentMarker}\n`);
    expect(renderComparison(run(), run()).startsWith(commentMarker)).toBe(true);
  });
});
