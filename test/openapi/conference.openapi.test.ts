/** The document of the Conference API. That the backend answers like this is proved with the backend. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { described, document, type Media, schemas } from "../support/conference.ts";

describe("conference.openapi.yaml", () => {
  it("has the twelve operations of the walkthrough", () => {
    expect(
      document.operations.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`),
    ).toEqual([
      "GET /sessions GetSessions",
      "GET /session/{id} GetSession",
      "GET /session/{id}/topics GetSessionTopics",
      "POST /session/{id}/feedback SubmitSession",
      "GET /speakers GetSpeakers",
      "GET /speaker/{id} GetSpeaker",
      "GET /speaker/{id}/sessions GetSpeakerSessions",
      "GET /speaker/{id}/topics GetSpeakerTopics",
      "GET /topics GetTopics",
      "GET /topic/{id} GetTopic",
      "GET /topic/{id}/speakers GetTopicSpeakers",
      "GET /topic/{id}/sessions GetTopicSessions",
    ]);
  });

  it("needs conference.write for feedback and conference.read for the rest", () => {
    const needed = document.operations.map(({ security, operationId }) => [operationId, security]);
    const reading = { kind: "token", anyOf: [["conference.read"]] };
    const writing = { kind: "token", anyOf: [["conference.write"]] };
    expect(needed).toEqual(
      document.operations.map(({ operationId }) => [
        operationId,
        operationId === "SubmitSession" ? writing : reading,
      ]),
    );
    expect([...document.scopes.keys()]).toEqual(["conference.read", "conference.write"]);
  });

  it("names no backend, since the public one is gone", () => {
    expect(document.serverUrl).toBeUndefined();
  });

  it("has an example and a named schema for every media type of every response", () => {
    const responses = document.operations.flatMap(({ method, path }) =>
      [...described(method, path)].map(([status, content]) => ({
        place: `${method} ${path} ${status}`,
        content,
      })),
    );
    expect(responses).toHaveLength(3 * 3 + 9 * 4);
    for (const { place, content } of responses) {
      expect([place, Object.keys(content).length]).not.toEqual([place, 0]);
      for (const { example, schema } of Object.values(content)) {
        expect([place, example]).not.toEqual([place, undefined]);
        // API Management drops schemas that are written in place.
        expect([place, Object.keys(schema ?? {})]).toEqual([place, ["$ref"]]);
      }
    }
  });

  it("has examples that fit their schemas, each property named", () => {
    const strict = JSON.parse(
      JSON.stringify(schemas).replaceAll("#/components/schemas/", "#/$defs/"),
      (_, value) => (value?.type === "object" ? { additionalProperties: false, ...value } : value),
    );
    const fits = ({ schema, example }: Media) =>
      z
        .fromJSONSchema({
          $ref: String(schema?.$ref).replace("#/components/schemas/", "#/$defs/"),
          $defs: strict,
        })
        .safeParse(example).success;
    const all = document.operations.flatMap(({ method, path }) =>
      [...described(method, path).values()].flatMap((content) => Object.values(content)),
    );
    expect(all.filter((media) => !fits(media))).toEqual([]);
    const topic = { schema: { $ref: "#/components/schemas/Topic" } };
    const example = { id: 1, name: "x", _links: {} };
    expect(fits({ ...topic, example })).toBe(true);
    expect(fits({ ...topic, example: { ...example, id: "1" } })).toBe(false);
    expect(fits({ ...topic, example: { ...example, more: 1 } })).toBe(false);
  });
});
