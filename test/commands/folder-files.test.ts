import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readFolderFiles } from "../../commands/folder-files.ts";
import { readPolicyFolder } from "../../policy-folders/read-policy-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

const xml = "<policies>\r\n  <inbound>\r\n    <base />\r\n  </inbound>\r\n</policies>\r\n";
const bigEndian = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16();

it.each([
  ["UTF-8", Buffer.from(xml)],
  ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${xml}`)],
  ["UTF-16 as Windows writes it", Buffer.from(`\uFEFF${xml}`, "utf16le")],
  ["UTF-16 with the high byte first", bigEndian(xml)],
])("reads a document in %s, with the line ends of Windows", async (_, bytes) => {
  await writeFile(path.join(folder, "global.xml"), bytes);
  const { files } = await readFolderFiles(folder);
  expect(readPolicyFolder(files, []).policy?.xml).toBe(xml);
});

it("reads a folder whose name ends with a slash, or is relative", async () => {
  await writeFile(path.join(folder, "global.xml"), xml);
  const names = [`${folder}/`, path.relative(process.cwd(), folder)];
  const read = await Promise.all(names.map((name) => readFolderFiles(name)));
  expect(read.map(({ files }) => [...files.keys()])).toEqual([["global.xml"], ["global.xml"]]);
});

it("follows no link, also none that leads around, and says so", async () => {
  await mkdir(path.join(folder, "apis"));
  await symlink("..", path.join(folder, "apis/again"));
  await writeFile(path.join(folder, "global.xml"), xml);
  await symlink(path.join(folder, "global.xml"), path.join(folder, "other.xml"));
  const { files, notes } = await readFolderFiles(folder);
  expect([...files.keys()]).toEqual(["global.xml"]);
  expect(notes).toEqual([
    "apis/again is a symbolic link and is not read.",
    "other.xml is a symbolic link and is not read.",
  ]);
});

it("leaves out a file that is too large for a policy, and says so", async () => {
  await writeFile(path.join(folder, "large.xml"), xml);
  await truncate(path.join(folder, "large.xml"), 8 * 1024 * 1024 + 1);
  await writeFile(path.join(folder, "global.xml"), xml);
  const { files, notes } = await readFolderFiles(folder);
  expect([...files.keys()]).toEqual(["global.xml"]);
  expect(notes).toEqual(["large.xml holds more than 8 MB and is not read."]);
});

it("refuses a folder that is not there, or is a file", async () => {
  await writeFile(path.join(folder, "global.xml"), xml);
  await expect(readFolderFiles(path.join(folder, "gone"))).rejects.toThrow(/Cannot read ".*gone" \(ENOENT\)/);
  await expect(readFolderFiles(path.join(folder, "global.xml"))).rejects.toThrow(/\(ENOTDIR\)/);
});
