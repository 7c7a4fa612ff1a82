/** Which answer of an operation counts as its success. */
import { describe, expect, it } from "vitest";
import { type ExpectedStatus, isExpected, successOf } from "../../openapi/call/success.ts";
import type { JsonObject } from "../../openapi/json.ts";

const json = { "application/json": { schema: { type: "object" } } };
const of = (responses: JsonObject, method = "get") => successOf({}, method, { responses });

describe("an operation's success", () => {
  it.each<[string, readonly string[], ExpectedStatus, number]>([
    ["the lowest 2xx", ["default", "204", "201", "200", "2XX"], { from: 200, to: 200 }, 200],
    ["2XX before default and redirects", ["302", "default", "2XX"], { from: 200, to: 299 }, 200],
    ["any 2xx for default alone", ["default", "404"], { from: 200, to: 299 }, 200],
    ["a redirect too for default beside one", ["default", "302"], { from: 200, to: 399 }, 200],
    ["the lowest redirect", ["404", "307", "302", "3XX"], { from: 302, to: 302 }, 302],
    ["any redirect", ["3xx"], { from: 300, to: 399 }, 300],
  ])("is %s", (_, statuses, expected, mockStatus) => {
    const success = of(Object.fromEntries(statuses.map((status) => [status, { description: "x" }])));
    expect(success).toMatchObject({ expected, mockStatus });
  });

  it.each<[string, JsonObject]>([
    ["no responses", {}],
    ["errors only", { "404": {}, "5XX": {} }],
    ["an informational answer only", { "101": {} }],
    ["an extension only", { "x-200": {} }],
  ])("is not described by %s", (_, responses) => {
    expect(of(responses)).toBeUndefined();
  });

  it("is expected from the first to the last status", () => {
    const range = { from: 200, to: 299 };
    expect([199, 200, 299, 300].map((status) => isExpected(range, status))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("has the body of its first media type", () => {
    const content = { "text/plain": { example: "x" }, ...json };
    expect(of({ "200": { content } })).toMatchObject({ hasBody: true, mediaType: "text/plain" });
  });

  it.each<[string, string, JsonObject]>([
    ["204", "get", { "204": { content: json } }],
    ["205", "get", { "205": { content: json } }],
    ["HEAD", "head", { "200": { content: json } }],
  ])("has no body for %s, whatever the document says", (_, method, responses) => {
    const success = of(responses, method);
    expect([success?.hasBody, success?.mediaType]).toEqual([false, undefined]);
  });

  it.each<[string, JsonObject]>([
    ["a range", { "2XX": { content: json } }],
    ["a media type without schema and example", { "200": { content: { "application/json": {} } } }],
    ["an example that is empty", { "200": { content: { "text/plain": { example: "" } } } }],
  ])("may have an empty body for %s", (_, responses) => {
    expect(of(responses)?.hasBody).toBe(false);
  });
});
