/** Documents that a URL names: read from a pinned copy, never fetched. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DocumentError } from "../../openapi/document-error.ts";
import { documentFile, documentHash, lockFile } from "../../openapi/document-lock.ts";

const url = "https://vendor.example/openapi.json";
const copy = "apis/orders.openapi.json";
let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "apim-okta-lock-"));
  await mkdir(path.join(root, "apis"));
  await writeFile(path.join(root, copy), "{}");
});
afterEach(() => rm(root, { recursive: true }));

const lock = (text: string) => writeFile(path.join(root, lockFile), text);
const entry = (sha256: string) =>
  JSON.stringify({ documents: { [copy]: { source: url, sha256 } }, operations: {} });
const codeOf = async (named: string) => {
  const error: unknown = await documentFile(named, root).catch((refused: unknown) => refused);
  return error instanceof DocumentError ? error.findings[0]?.rule.code : error;
};

describe("a document that a URL names", () => {
  it("is its pinned copy", async () => {
    await lock(entry(documentHash(Buffer.from("{}"))));
    expect(await documentFile(url, root)).toBe(copy);
  });

  it("is refused without a lock, and when the lock has another URL", async () => {
    expect(await codeOf(url)).toBe("document-not-pinned");
    await lock(entry(documentHash(Buffer.from("{}"))));
    expect(await codeOf(`${url}?v=2`)).toBe("document-not-pinned");
  });

  it("is refused when the copy has another hash, or is not there", async () => {
    await lock(entry(documentHash(Buffer.from("[]"))));
    expect(await codeOf(url)).toBe("pinned-document-changed");
    await rm(path.join(root, copy));
    expect(await codeOf(url)).toBe("pinned-document-changed");
  });

  it("is compared as well where the settings name its file, and any other file is as it is", async () => {
    await lock(entry(documentHash(Buffer.from("[]"))));
    expect(await codeOf(copy)).toBe("pinned-document-changed");
    expect(await codeOf("apis/own.yaml")).toBe("apis/own.yaml");
  });

  it.each(["{", "{}", '{"documents":{"a":{}},"operations":{}}', '{"documents":{},"operations":{"local":1}}'])(
    "is refused by a lock that reads %s",
    async (text) => {
      await lock(text);
      expect(await codeOf(url)).toBe("lock-unreadable");
    },
  );
});
