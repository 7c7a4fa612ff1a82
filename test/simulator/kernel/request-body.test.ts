/** How much of a request's body is read. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { readBody } from "../../../simulator/kernel/request-body.ts";

const read = (chunks: readonly string[], maxBytes: number) =>
  readBody(Readable.from(chunks.map((chunk) => Buffer.from(chunk))) as never, maxBytes);

describe("a request's body", () => {
  it("is its text when it has as many bytes as there may be", async () => {
    expect(await read(["é", "a"], 3)).toBe("éa");
    expect(await read([], 3)).toBe("");
  });

  it("is refused with one byte more", async () => {
    expect(await read(["é", "ab"], 3)).toBeUndefined();
  });
});
