/** Where a document comes from, and what is said of a file or URL that gives none. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readSource } from "../../commands/document-source.ts";

const url = "https://vendor.example.com/orders.yaml";
type Answer = () => Response | Promise<Response>;

/** Answers by URL; whatever is not there cannot be reached. */
function network(answers: Readonly<Record<string, Answer>>) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (at: string, { signal }: { signal: AbortSignal }) => {
    asked.push(at);
    const answer = answers[at];
    if (answer === undefined)
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code: "ENOTFOUND" }) });
    return Promise.race([
      answer(),
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ]);
  });
  return asked;
}
const redirect = (location: string) => () => new Response(null, { status: 302, headers: { location } });

afterEach(() => vi.unstubAllGlobals());

describe("a document from a URL", () => {
  const moved = "https://cdn.example.com/orders.yaml";

  it("is read letter by letter, after redirects", async () => {
    network({ [url]: redirect(moved), [moved]: () => new Response("\uFEFFopenapi: 3.0.3") });
    const { name, file, bytes } = await readSource(url, "/project");
    expect([name, file]).toEqual([url, undefined]);
    expect(Buffer.from(bytes)).toEqual(Buffer.from("\uFEFFopenapi: 3.0.3"));
  });

  it.each<[string, Record<string, Answer>, RegExp]>([
    ["nobody answers", {}, /does not answer \(ENOTFOUND\)/],
    ["the answer is 404", { [url]: () => new Response("", { status: 404 }) }, /answers 404, not 200/],
    [
      "the answer is a web page",
      { [url]: () => new Response("<html>", { headers: { "content-type": "Text/HTML; charset=utf-8" } }) },
      /answers a web page/,
    ],
    [
      "it leads to http",
      { [url]: redirect("http://vendor.example.com/orders.yaml") },
      /leads to "http:.*without https/,
    ],
    ["it leads to itself", { [url]: redirect(url) }, /redirects more than 5 times/],
    [
      "there is too much of it",
      { [url]: () => new Response(new Uint8Array(12 * 1024 * 1024 + 1)) },
      /more than 12 MB/,
    ],
    [
      "it breaks off",
      { [url]: () => new Response(new ReadableStream({ pull: (body) => body.error(new Error("reset")) })) },
      /does not answer \(reset\)/,
    ],
  ])("is refused when %s", async (_, answers, problem) => {
    network(answers);
    await expect(readSource(url, "/project")).rejects.toThrow(problem);
  });

  it("is refused when it hangs", async () => {
    network({ [url]: () => new Promise<Response>(() => {}) });
    await expect(readSource(url, "/project", 1)).rejects.toThrow(/does not answer within 0.001 s/);
  });

  it.each(["http://vendor.example.com/orders.yaml", "file:///orders.yaml"])(
    "is never asked for when its URL is %s",
    async (at) => {
      const asked = network({ [at]: () => new Response("openapi: 3.0.3") });
      await expect(readSource(at, "/project")).rejects.toThrow(/is no https URL/);
      expect(asked).toEqual([]);
    },
  );
});

describe("a document from a file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "apim-okta-source-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is named by its path in the project", async () => {
    const file = path.join(folder, "my orders – ü.yaml");
    await writeFile(file, "openapi: 3.0.3");
    expect(await readSource(file, folder)).toMatchObject({ name: "my orders – ü.yaml", file });
  });

  it("is refused when it is a folder, or is not there", async () => {
    await expect(readSource(folder, folder)).rejects.toThrow(/is a folder/);
    await expect(readSource(path.join(folder, "no"), folder)).rejects.toThrow(/Cannot read ".*" \(ENOENT\)/);
  });

  it("is refused when it is too large, and read up to then", async () => {
    const file = path.join(folder, "large.json");
    await writeFile(file, Buffer.alloc(12 * 1024 * 1024));
    expect((await readSource(file, folder)).bytes).toHaveLength(12 * 1024 * 1024);
    await writeFile(file, Buffer.alloc(12 * 1024 * 1024 + 1));
    await expect(readSource(file, folder)).rejects.toThrow(/more than 12 MB/);
  });
});
