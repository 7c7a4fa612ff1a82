/** What an update makes of what the last one left. What the engine does with it is proved in test-engine. */
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it, vi } from "vitest";
import { changedMeanings } from "../../components/changed-meanings.ts";
import { formerApi } from "../../stack/last-update.ts";
import { record } from "../support/registrations.ts";

describe("what an API was", () => {
  const last = {
    talks: { path: "v1", operations: { a: "GET /a" } },
    kept: { path: "v2", operations: { b: "GET /b" } },
  };
  const wasOf = (name: string, apis: Record<string, string>) =>
    formerApi(last, name, new Map(Object.entries(apis).map(([api, path]) => [api, { path }])));

  it("goes by its name, at whatever path", () => {
    expect(wasOf("kept", { kept: "v3" })).toEqual({ aliases: [], operations: { b: "GET /b" } });
  });

  it("goes by its path, in any letter case, where the API that stood there is gone", () => {
    const renamed = wasOf("conference", { conference: "V1", kept: "v2" });
    expect(renamed).toEqual({ aliases: [{ name: "talks" }], operations: { a: "GET /a" } });
  });

  it.each([
    ["at a new path", { conference: "v3" }],
    ["at the path of an API that moves", { conference: "v2", kept: "v4" }],
  ])("is nothing for a new one %s", (_, apis) => {
    expect(wasOf("conference", apis)).toEqual({ aliases: [], operations: {} });
  });
});

describe("names of operations", () => {
  it("are told when they stand for another method or path, not when they are new or gone", () => {
    const before = { a: "GET /a", b: "GET /b", gone: "GET /gone" };
    expect(changedMeanings(before, { a: "GET /a", b: "POST /b", fresh: "GET /c" })).toEqual([
      '"b" was GET /b and becomes POST /b',
    ]);
  });
});

describe("the program", () => {
  const lastApis = (operations: Record<string, string>) => ({
    apis: { conference: { path: "", operations } },
  });
  const apiOf = async (operations: Record<string, string>) => {
    const { registrations } = await record("dev", {}, { lastOutputs: lastApis(operations) });
    return registrations.find(({ type }) => type.endsWith(":Api"));
  };

  it("imports an API anew when a name stands for another operation, and says so", async () => {
    const warn = vi.spyOn(pulumi.log, "warn");
    const api = await apiOf({ gettopics: "GET /speakers" });
    expect([api?.replaceOnChanges, api?.deleteBeforeReplace]).toEqual([["value"], true]);
    expect(warn.mock.calls.map(([message]) => message)).toContainEqual(
      expect.stringContaining('"gettopics" was GET /speakers and becomes GET /topics'),
    );
    warn.mockRestore();
  });

  it("updates it in place otherwise", async () => {
    const api = await apiOf({ gettopics: "GET /topics", gone: "GET /gone" });
    expect([api?.replaceOnChanges, api?.deleteBeforeReplace]).toEqual([[], false]);
  });

  it("lets a renamed API take the former one's place", async () => {
    const apis = JSON.stringify({
      talks: { document: "apis/conference.openapi.yaml", path: "", mock: true },
    });
    const { registrations } = await record("dev", { apis }, { lastOutputs: lastApis({}) });
    const component = registrations.find(({ type }) => type.endsWith(":ProtectedApi"));
    expect([component?.name, component?.aliases]).toEqual(["talks", ["conference"]]);
  });
});
