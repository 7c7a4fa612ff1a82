/** The calls that are made of a document's examples. That a backend takes them is proved with each backend. */
import { describe, expect, it } from "vitest";
import { type Json, operation, problems, read, withPaths } from "./minimal-document.ts";

const exampleOf = async (text: string) => (await read(text)).operations[0]?.example;
const posting = (more: Json) => withPaths({ "/a": { post: operation("A", more) } });
const parameter = (more: Json) => ({ name: "q", in: "query", required: true, schema: {}, ...more });
const body = (content: Json) => posting({ requestBody: { required: true, content } });

describe("an example call", () => {
  it("fills required parameters of path, query, header and cookie, and the body", async () => {
    const text = withPaths({
      "/orders/{id}": {
        parameters: [parameter({ name: "id", in: "path", example: "a/b" })],
        put: operation("Put", {
          parameters: [
            parameter({ examples: { one: { value: ["x", "y z"] } } }),
            parameter({ name: "optional", required: false, example: "no" }),
            parameter({ name: "X-Trace", in: "header", schema: { default: 7 } }),
            parameter({ name: "session", in: "cookie", schema: { example: "s;1" } }),
          ],
          requestBody: { required: true, content: { "application/json": { example: { amount: 1 } } } },
          responses: { "201": { description: "Made.", content: { "application/json": {} } } },
        }),
      },
    });
    expect(await exampleOf(text)).toEqual({
      path: "/orders/a%2Fb?q=x&q=y%20z",
      headers: {
        accept: "application/json",
        "x-trace": "7",
        cookie: "session=s%3B1",
        "content-type": "application/json",
      },
      body: '{"amount":1}',
    });
  });

  it("lets an operation's parameter stand for the path's of the same name", async () => {
    const id = (example: number) => parameter({ name: "id", in: "path", example });
    const text = withPaths({
      "/a/{id}": { parameters: [id(1)], get: operation("A", { parameters: [id(2)] }) },
    });
    expect((await exampleOf(text))?.path).toBe("/a/2");
  });

  it.each<[string, Json, string]>([
    ["example", { example: 1, schema: { example: 3, default: 4 } }, "1"],
    [
      "the first of examples that has a value",
      { examples: { a: { externalValue: "x:" }, b: { value: 2 } } },
      "2",
    ],
    ["the schema's example", { schema: { example: 3, default: 4 } }, "3"],
    ["the schema's default", { schema: { default: 4 } }, "4"],
    ["an example of null", { example: null }, "null"],
  ])("takes %s", async (_, more, value) => {
    expect((await exampleOf(posting({ parameters: [parameter(more)] })))?.path).toBe(`/a?q=${value}`);
  });

  it("leaves Accept, Authorization and Content-Type to the client, as OpenAPI has it", async () => {
    const parameters = ["Accept", "authorization", "Content-Type"].map((name) =>
      parameter({ name, in: "header" }),
    );
    expect((await exampleOf(posting({ parameters })))?.headers).toEqual({});
  });

  it.each<[string, unknown, string, string]>([
    ["application/merge-patch+json", "text", "application/merge-patch+json", '"text"'],
    ["text/csv", "a,b", "text/csv", "a,b"],
    [
      "application/x-www-form-urlencoded",
      { a: "x y", b: [1] },
      "application/x-www-form-urlencoded",
      "a=x+y&b=%5B1%5D",
    ],
    ["application/xml; charset=utf-8", "<a/>", "application/xml; charset=utf-8", "<a/>"],
  ])("sends a body of %s as such", async (mediaType, example, contentType, text) => {
    expect(await exampleOf(body({ [mediaType]: { example } }))).toEqual({
      path: "/a",
      headers: { "content-type": contentType },
      body: text,
    });
  });

  it.each<[string, string, RegExp]>([
    [
      "a required parameter without an example",
      posting({ parameters: [parameter({})] }),
      /^paths\.\/a\.post\.parameters\.0: must have an example, since the parameter "q" is required/,
    ],
    [
      "a path's required parameter without an example",
      withPaths({
        "/a/{id}": { parameters: [parameter({ name: "id", in: "path" })], get: operation("A") },
      }),
      /^paths\.\/a\/\{id\}\.parameters\.0: must have an example/,
    ],
    [
      "a path parameter that no segment can hold",
      withPaths({
        "/a/{id}": {
          get: operation("A", { parameters: [parameter({ name: "id", in: "path", example: ".." })] }),
        },
      }),
      /parameters\.0: must have an example that stays a segment of the path; got "\.\."/,
    ],
    [
      "a header that no request can carry",
      posting({ parameters: [parameter({ name: "x", in: "header", example: "a\r\nb: c" })] }),
      /parameters\.0: must have an example of printable ASCII/,
    ],
    [
      "a required body without an example",
      body({ "application/json": {} }),
      /^paths\.\/a\.post\.requestBody: must have an example for its first media type/,
    ],
    [
      "a required body that is not text",
      body({ "multipart/form-data": { example: { a: 1 } } }),
      /^paths\.\/a\.post\.requestBody: must have a media type whose example can be sent.*got "multipart/,
    ],
    [
      "a required body of any type",
      body({ "text/*": { example: "x" } }),
      /requestBody: must have a media type whose example can be sent.*got "text\/\*"/,
    ],
  ])("cannot be made of %s", async (_, text, problem) => {
    expect(await problems(text)).toEqual([expect.stringMatching(problem)]);
  });

  it("needs no example for what is not required", async () => {
    const text = posting({
      parameters: [parameter({ required: false })],
      requestBody: { content: { "application/json": {} } },
    });
    expect(await exampleOf(text)).toEqual({ path: "/a", headers: {} });
  });
});
