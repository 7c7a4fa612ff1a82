/** Which operations API Management can import and the proof can call. */
import { describe, expect, it } from "vitest";
import { minimal, operation, problems, read, withPaths } from "./minimal-document.ts";

const id = (name: string) => ({ name, in: "path", required: true, schema: {}, example: 1 });
const names = async (text: string) => (await read(text)).operations.map(({ name }) => name);

describe("an operation", () => {
  it.each<[string, string, RegExp]>([
    [
      "with a body on GET",
      minimal({ requestBody: { content: { "text/plain": {} } } }),
      /^paths\.\/orders\.get\.requestBody: must not be there: API Management drops the body of GET/,
    ],
    [
      "with a body on HEAD",
      withPaths({ "/a": { head: operation("A", { requestBody: { content: { "a/b": {} } } }) } }),
      /^paths\.\/a\.head\.requestBody: must not be there/,
    ],
    [
      "with a body on OPTIONS",
      withPaths({ "/a": { options: operation("A", { requestBody: { content: { "a/b": {} } } }) } }),
      /^paths\.\/a\.options\.requestBody: must not be there/,
    ],
    [
      "without an operationId",
      minimal({ operationId: undefined }),
      /^paths\.\/orders\.get\.operationId: must hold a letter or a digit.*got none/,
    ],
    [
      "with an operationId of signs only",
      minimal({ operationId: "!!" }),
      /operationId: must hold a letter or a digit.*got "!!"/,
    ],
    [
      "whose name another one becomes",
      withPaths({ "/a": { get: operation("Get-Order") }, "/b": { get: operation("get.order") } }),
      /^paths\.\/b\.get\.operationId: must give another name than "Get-Order": API Management names both "get-order"/,
    ],
    [
      "whose name is another's after 76 characters",
      withPaths({
        "/a": { get: operation(`${"a".repeat(76)}x`) },
        "/b": { get: operation(`${"a".repeat(76)}y`) },
      }),
      /^paths\.\/b\.get\.operationId: must give another name/,
    ],
    [
      "of a path that differs in parameter names only",
      withPaths({
        "/a/{x}": { get: operation("A", { parameters: [id("x")] }) },
        "/A/{y}": { post: operation("B", { parameters: [id("y")] }) },
      }),
      /^paths\.\/A\/\{y\}: must differ from "\/a\/\{x\}"/,
    ],
    [
      "with a path parameter that is not declared",
      withPaths({ "/a/{id}": { get: operation("A") } }),
      /^paths\.\/a\/\{id\}\.get\.parameters: must declare the path's parameter "id"/,
    ],
    [
      "with a path parameter that the path does not hold",
      minimal({ parameters: [id("id")] }),
      /^paths\.\/orders\.get\.parameters: must not declare the path parameter "id"/,
    ],
    [
      "with a parameter that is listed twice",
      minimal({
        parameters: [
          { name: "X-A", in: "header", schema: {} },
          { name: "x-a", in: "header", schema: {} },
        ],
      }),
      /^paths\.\/orders\.get\.parameters\.1: must be listed once; got the header parameter "x-a" again/,
    ],
    [
      "without a success",
      minimal({ responses: { "404": { description: "No." }, "2XX": { description: "Some." } } }),
      /^paths\.\/orders\.get\.responses: must describe a success/,
    ],
    [
      "that the proof's client cannot send",
      withPaths({ "/a": { trace: operation("A") } }),
      /^paths\.\/a\.trace: must be a method that the proof's HTTP client can send; got TRACE/,
    ],
    ["in a document without any", withPaths({}), /^paths: must hold an operation/],
  ])("is refused %s", async (_, text, problem) => {
    expect(await problems(text)).toEqual([expect.stringMatching(problem)]);
  });

  it("may have the nearest things that it must not have", async () => {
    const body = { requestBody: { content: { "text/plain": {} } } };
    const text = withPaths({
      "/a": { delete: operation("A", body), get: operation("Get-Order") },
      "/b": { get: operation("get.order.2") },
      "/a/{x}": { get: operation("a".repeat(76), { parameters: [id("x")] }) },
      "/a/{x}/b": { get: operation(`b${"a".repeat(76)}`, { parameters: [id("x")] }) },
    });
    expect(await names(text)).toEqual([
      "a",
      "get-order",
      "get-order-2",
      "a".repeat(76),
      `b${"a".repeat(75)}`,
    ]);
  });

  it("answers with the first success that is listed, and its first media type", async () => {
    const content = { "text/plain": {}, "application/json": {} };
    const responses = { default: { description: "Any." }, "201": { description: "Made.", content } };
    expect((await read(minimal({ responses }))).operations[0]).toMatchObject({
      successStatus: 201,
      successHasBody: true,
      example: { headers: { accept: "text/plain" } },
    });
  });
});
