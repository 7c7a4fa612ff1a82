/** Files that are never there by half. What a power failure leaves behind is not proved here. */
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWhole } from "../../../simulator/kernel/whole-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-whole-"));
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe("a file that is written whole", () => {
  it("is its owner's alone unless another mode is named", async () => {
    await writeWhole(at("secret"), "a");
    await writeWhole(at("settings"), "b", 0o644);
    expect([await modeOf(at("secret")), await modeOf(at("settings"))]).toEqual(["600", "644"]);
    expect((await readdir(folder)).sort()).toEqual(["secret", "settings"]);
  });

  it("is its owner's alone also where something readable was left beside it", async () => {
    await writeFile(at("secret.tmp"), "x", { mode: 0o644 });
    await writeWhole(at("secret"), "a");
    expect([await modeOf(at("secret")), await readFile(at("secret"), "utf8")]).toEqual(["600", "a"]);
  });

  it.runIf(process.platform === "linux")(
    "stays as it was when the disk is full, and the failure names it",
    async () => {
      await writeFile(at("x"), "before");
      await symlink("/dev/full", at("x.tmp"));
      await expect(writeWhole(at("x"), "after")).rejects.toMatchObject({ code: "ENOSPC", path: at("x") });
      expect(await readFile(at("x"), "utf8")).toBe("before");
      expect(await readdir(folder)).toEqual(["x"]);
      await writeWhole(at("x"), "after");
      expect(await readFile(at("x"), "utf8")).toBe("after");
    },
  );

  it("leaves a link to it one", async () => {
    await writeFile(at("target"), "before");
    await symlink(at("target"), at("link"));
    await writeWhole(at("link"), "after");
    expect((await lstat(at("link"))).isSymbolicLink()).toBe(true);
    expect(await readFile(at("target"), "utf8")).toBe("after");
  });
});
