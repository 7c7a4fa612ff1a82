/** What an overlay makes of a document, by the OpenAPI Overlay Specification. */
import { describe, expect, it } from "vitest";
import { applyOverlay } from "../../openapi/overlay/overlay.ts";

type Json = Readonly<Record<string, unknown>>;

const document = {
  info: { title: "Orders", version: "1" },
  tags: [{ name: "a" }, { name: "b" }, { name: "c" }],
  paths: {
    "/a": { get: { summary: "A", tags: ["a", "x"] }, put: { summary: "P" } },
    "/b": { get: { tags: ["b", "x"] } },
  },
};

function apply(actions: readonly Json[], more: Json = {}) {
  const overlay = { overlay: "1.1.0", info: { title: "O", version: "1" }, actions, ...more };
  const { content, findings } = applyOverlay(document, overlay, "o.yaml");
  return { content, told: findings.map(({ rule, place, detail }) => `${rule.code} ${place} ${detail}`) };
}

describe("an action of an overlay", () => {
  it("merges objects, adds to lists and replaces single values", () => {
    const update = { info: { version: "2", contact: { name: "C" } }, tags: [{ name: "d" }] };
    const { content, told } = apply([{ target: "$", update }]);
    expect(content).toEqual({
      ...document,
      info: { title: "Orders", version: "2", contact: { name: "C" } },
      tags: [...document.tags, { name: "d" }],
    });
    expect(told).toEqual(['overlay-applied actions.0 o.yaml: update of "$", 1 place']);
  });

  it("is not told where it says nothing", () => {
    expect(apply([{ target: "$.info", update: {} }])).toEqual({ content: document, told: [] });
    expect(apply([{ target: "$.tags", update: {} }]).told).toHaveLength(1);
  });

  it("leaves the document it is given as it is", () => {
    const before = structuredClone(document);
    apply([
      { target: "$.tags", remove: true },
      { target: "$.info", update: { version: "2" } },
    ]);
    expect(document).toEqual(before);
  });

  it("changes every place that its JSONPath selects", () => {
    const { content, told } = apply([{ target: "$.paths.*.get", update: { security: [] } }]);
    expect(content.paths).toMatchObject({ "/a": { get: { security: [] } }, "/b": { get: { security: [] } } });
    expect(content.paths).not.toHaveProperty(["/a", "put", "security"]);
    expect(told).toEqual(['overlay-applied actions.0 o.yaml: update of "$.paths.*.get", 2 places']);
  });

  it.each<[string, Json, string, unknown]>([
    [
      "appends an object to a list",
      { target: "$.tags", update: { name: "d" } },
      "tags",
      [...document.tags, { name: "d" }],
    ],
    ["appends a list to a list", { target: "$.tags", update: [1, 2] }, "tags", [...document.tags, 1, 2]],
    [
      "replaces a single value",
      { target: "$.info.title", update: "T" },
      "info",
      { title: "T", version: "1" },
    ],
    [
      "removes several items of one list",
      { target: "$.tags[?@.name != 'b']", remove: true },
      "tags",
      [{ name: "b" }],
    ],
    [
      "removes single values of lists",
      { target: "$.paths.*.get.tags[?@ == 'x']", remove: true },
      "paths",
      {
        "/a": { get: { summary: "A", tags: ["a"] }, put: { summary: "P" } },
        "/b": { get: { tags: ["b"] } },
      },
    ],
    ["removes, whatever it updates", { target: "$.tags", remove: true, update: [] }, "tags", undefined],
    [
      "copies a value",
      { target: "$.paths['/b']", copy: "$.paths['/a']" },
      "paths",
      {
        ...document.paths,
        "/b": { get: { summary: "A", tags: ["b", "x", "a", "x"] }, put: { summary: "P" } },
      },
    ],
  ])("%s", (_, action, field, expected) => {
    expect(apply([action]).content[field]).toEqual(expected);
  });

  it("sees what the actions before it made", () => {
    const { content } = apply([
      { target: "$", update: { paths: { "/c": {} } } },
      { target: "$.paths['/c']", copy: "$.paths['/b']" },
      { target: "$.paths['/b']", remove: true },
    ]);
    expect(content.paths).toEqual({ "/a": document.paths["/a"], "/c": document.paths["/b"] });
  });

  it("sets a property that every object inherits", () => {
    const update = JSON.parse('{"__proto__": {"polluted": true}}');
    const { content } = apply([{ target: "$.info", update }]);
    expect(Object.keys(content.info as Json)).toContain("__proto__");
    expect(({} as Json).polluted).toBeUndefined();
  });

  it.each<[string, Json]>([
    [
      "overlay-target-missing actions.1.target o.yaml: \"$.paths['/no']\"",
      { target: "$.paths['/no']", remove: true },
    ],
    ['overlay-path-broken actions.1.target o.yaml: "paths". Expected', { target: "paths", remove: true }],
    ['overlay-path-broken actions.1.target o.yaml: "$.paths./a".', { target: "$.paths./a", remove: true }],
    ["overlay-path-broken actions.1.copy", { target: "$.tags", copy: "tags" }],
    ['overlay-removes-document actions.1 o.yaml: "$"', { target: "$", remove: true }],
    [
      "overlay-merge-impossible actions.1 o.yaml: The selected value is an object",
      { target: "$.info", update: "x" },
    ],
    [
      'overlay-merge-impossible actions.1 o.yaml: "info.title" is a single',
      { target: "$", update: { info: { title: {} } } },
    ],
    ["overlay-merge-impossible actions.1 o.yaml: The JSONPath selects", { target: "$.*", update: {} }],
    [
      'overlay-copy-ambiguous actions.1.copy o.yaml: "$.tags.*" selects 3',
      { target: "$.info", copy: "$.tags.*" },
    ],
    ['overlay-copy-ambiguous actions.1.copy o.yaml: "$.no" selects 0', { target: "$.info", copy: "$.no" }],
  ])("is refused as %s", (told, action) => {
    const refused = apply([{ target: "$.info", update: { version: "2" } }, action]);
    expect(refused.told[1]?.slice(0, told.length)).toBe(told);
    expect(refused.content).toBe(document);
  });
});

describe("an overlay", () => {
  const action = { target: "$.info", update: { version: "2" } };

  it.each([
    ["1.0", { overlay: "1.0.0" }],
    [
      "1.1 with extensions",
      { "x-a": 1, extends: "./orders.yaml", info: { title: "O", version: "1", "x-b": 1 } },
    ],
  ])("of version %s is applied", (_, more) => {
    expect(apply([{ ...action, "x-c": 1, description: "D" }], more).content.info).toHaveProperty(
      "version",
      "2",
    );
  });

  it.each<[string, Json]>([
    ["overlay", { overlay: "1.2.0" }],
    ["overlay", { overlay: undefined }],
    ["info.title", { info: { version: "1" } }],
    ["action", { action: [] }],
    ["info.name", { info: { title: "O", version: "1", name: "N" } }],
    ["actions", { actions: [] }],
    ["actions", { actions: undefined }],
    ["actions.0.target", { actions: [{ update: {} }] }],
    ["actions.0", { actions: [{ target: "$.info" }] }],
    ["actions.0", { actions: [{ target: "$.info", remove: false }] }],
    ["actions.0", { actions: [{ target: "$.info", remove: "yes" }] }],
    ["actions.0", { actions: [{ target: "$.info", copy: 1 }] }],
    ["actions.0", { actions: [{ target: "$.info", update: {}, copy: "$.info" }] }],
    ["actions.0.updates", { actions: [{ target: "$.info", update: {}, updates: {} }] }],
    ["actions.0.copy", { overlay: "1.0.0", actions: [{ target: "$.info", update: {}, copy: "$.tags" }] }],
  ])("is refused at %s, %j", (place, more) => {
    const { content, told } = apply([action], more);
    expect(told[0]).toContain(`overlay-invalid ${place} o.yaml: `);
    expect(content).toBe(document);
  });
});
