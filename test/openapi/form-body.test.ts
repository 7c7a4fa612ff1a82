/** Bodies of forms, as OpenAPI 3.0.3 describes them; undici reads them as a foreign reader. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formBody, multipartBody } from "../../openapi/call/form-body.ts";

const formData = (body: { contentType: string; text: string }) =>
  new Response(body.text, { headers: { "content-type": body.contentType } }).formData();
const multipart = (value: unknown, more: object = {}) =>
  multipartBody(value, { mediaType: "multipart/form-data", properties: {}, encoding: undefined, ...more });

describe("a form's body", () => {
  it.each<[unknown, unknown, string]>([
    [{ a: "x y", b: [1, 2] }, undefined, "a=x%20y&b=1&b=2"],
    [{ a: { b: 1 } }, undefined, "a=%7B%22b%22%3A1%7D"],
    [{ a: { b: 1 } }, { a: { style: "deepObject" } }, "a%5Bb%5D=1"],
    [{ a: [1, 2] }, { a: { explode: false } }, "a=1,2"],
    [{}, undefined, ""],
  ])("of %j with the encoding %j is %s", (value, encoding, text) => {
    expect(formBody(value, encoding)).toBe(text);
  });
});

describe("a multipart body", () => {
  it("has a part for each property, a file for bytes, and the encoding's content type", async () => {
    const properties = { file: { type: "string", format: "binary" }, note: { type: "string" } };
    const body = multipart(
      { file: "x", note: "n", list: ["1", "2"], object: { a: 1 } },
      { properties, encoding: { file: { contentType: "image/png, image/jpeg" } } },
    );
    const form = await formData(body);
    const file = form.get("file") as File;
    expect([file.name, file.type, await file.text()]).toEqual(["example.bin", "image/png", "x"]);
    expect([form.get("note"), form.getAll("list"), form.get("object")]).toEqual(["n", ["1", "2"], '{"a":1}']);
    expect(body.text).toContain('name="object"\r\nContent-Type: application/json\r\n');
  });

  it("names no parts when it is not a form", () => {
    expect(multipart({ a: 1 }, { mediaType: "multipart/mixed" })).toEqual({
      contentType: "multipart/mixed; boundary=example-boundary",
      text: "--example-boundary\r\nContent-Type: text/plain\r\n\r\n1\r\n--example-boundary--\r\n",
    });
  });

  it("is read back as it was written, for any texts", async () => {
    const value = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(fc.string(), fc.constant("--example-boundary")),
      {
        minKeys: 1,
        maxKeys: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(value, async (texts) => {
        const form = await formData(multipart(texts));
        // Line ends of names are normalized by whoever reads them.
        for (const [name, text] of Object.entries(texts))
          if (!/[\r\n"%]/.test(name)) expect(form.get(name)).toBe(text);
      }),
      { seed: 4 },
    );
  });
});
