/** Numbers where OpenAPI has texts: YAML without quotes. */
import { describe, expect, it } from "vitest";
import { writeTexts } from "../../openapi/convert/write-texts.ts";
import { read } from "./minimal-document.ts";

const info = { title: "Orders", version: "1" };
const document = (more: object = {}) => ({ openapi: "3.0.3", info, paths: {}, ...more });
const told = (content: Readonly<Record<string, unknown>>) =>
  writeTexts(content).findings.map(({ rule, place, detail }) =>
    `${rule.code} ${place} ${detail ?? ""}`.trim(),
  );

describe("a number in the place of a text", () => {
  it("becomes one, with a finding", () => {
    const operation = { summary: 1, operationId: 77, responses: { "200": { description: true } } };
    const written = document({ info: { title: 12, version: 2.5 }, paths: { "/a": { get: operation } } });
    expect(writeTexts(written).content).toEqual(
      document({
        info: { title: "12", version: "2.5" },
        paths: {
          "/a": { get: { summary: "1", operationId: "77", responses: { "200": { description: "true" } } } },
        },
      }),
    );
    expect(told(written).toSorted()).toEqual([
      "number-as-text info.title 12",
      "number-as-text info.version 2.5",
      "number-as-text paths./a.get.operationId 77",
      "number-as-text paths./a.get.responses.200.description true",
      "number-as-text paths./a.get.summary 1",
    ]);
  });

  it("stays one in data and in a schema's bounds", () => {
    const schema = { type: "integer", minimum: 1, example: 2, default: 3 };
    const written = document({ components: { schemas: { A: schema } } });
    expect(writeTexts(written)).toEqual({ content: written, findings: [] });
    expect(writeTexts(written).content).toBe(written);
  });
});

describe("a document without a version of its own", () => {
  it("gets one, with a finding", () => {
    const written = document({ info: { title: "Orders" } });
    expect(writeTexts(written).content).toEqual(document({ info: { title: "Orders", version: "0" } }));
    expect(told(written)).toEqual(["info-version-missing info"]);
  });

  it("is left without info at all, which is refused", () => {
    expect(told({ openapi: "3.0.3", paths: {} })).toEqual([]);
  });
});

describe("a document of OpenAPI 3.0 that names no patch", () => {
  it.each(["openapi: 3.0", 'openapi: "3.0"'])("is imported as 3.0.3: %s", async (line) => {
    const text = `${line}\ninfo: { title: x, version: "1" }\npaths: { /a: { get: { security: [], responses: { "200": { description: x } } } } }`;
    const { content, findings } = await read(text);
    expect(content.openapi).toBe("3.0.3");
    expect(findings.map(({ rule }) => rule.code)).toEqual(["version-without-patch"]);
  });
});
