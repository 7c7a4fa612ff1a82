/** How azure-native speaks to Azure Resource Manager: retries, long-running operations, texts of errors. */
import { describe, expect, it } from "vitest";
import { armError, type ScriptedAnswer, scriptedAzure } from "../../../support/scripted-azure.ts";

const place = { path: "/subscriptions/s/x", apiVersion: "2024-05-01" };
const asked = (method: string) => `${method} /subscriptions/s/x?api-version=2024-05-01`;

describe("a request", () => {
  it("names the API version, the token and JSON", async () => {
    const scripted = scriptedAzure([200, { id: "x" }]);
    await scripted.azure.put({ ...place, query: { notify: true } }, { location: "x" }, false);
    expect(scripted.requests).toEqual([
      {
        method: "PUT",
        url: "https://azure.example/subscriptions/s/x?notify=true&api-version=2024-05-01",
        headers: {
          ...{ accept: "application/json", authorization: "Bearer the-token" },
          "content-type": "application/json; charset=utf-8",
        },
        body: '{"location":"x"}',
      },
    ]);
  });

  it.each<[string, ScriptedAnswer]>([
    ["429", [429, ""]],
    ["503", [503, "<html>"]],
    ["409 AnotherOperationInProgress", [409, armError("AnotherOperationInProgress", "wait")]],
  ])("is sent again after %s", async (_, answer) => {
    const scripted = scriptedAzure(answer, answer, [200, { id: "x" }]);
    expect(await scripted.azure.put(place, {}, false)).toEqual({ id: "x" });
    expect(scripted.waits).toEqual([200, 600]);
  });

  it("waits for as long as Azure says", async () => {
    const scripted = scriptedAzure([429, "", { "retry-after": "7" }], [200, { id: "x" }]);
    await scripted.azure.get(place);
    expect(scripted.waits).toEqual([7000]);
  });

  it("is given up after four tries", async () => {
    const scripted = scriptedAzure(
      ...Array.from({ length: 4 }, (): ScriptedAnswer => [500, armError("Oops", "no")]),
    );
    await expect(scripted.azure.get(place)).rejects.toThrow('Status=500 Code="Oops" Message="no"');
    expect(scripted.asked).toHaveLength(4);
  });

  it.each(["PessimisticConcurrencyConflict", "ServiceLocked"])(
    "is not sent again after 409 %s",
    async (code) => {
      const scripted = scriptedAzure([409, armError(code, "busy")]);
      await expect(scripted.azure.put(place, {}, false)).rejects.toMatchObject({
        code,
        message: `Status=409 Code="${code}" Message="busy"`,
      });
      expect(scripted.asked).toHaveLength(1);
    },
  );
});

describe("an error", () => {
  it("shows code, message and details", async () => {
    const details = [
      { code: "ValidationError", target: "path", message: "Cannot create API 'b' with the same Path" },
    ];
    const scripted = scriptedAzure([
      400,
      armError("ValidationError", "One or more fields contain incorrect values:", details),
    ]);
    await expect(scripted.azure.put(place, {}, false)).rejects.toMatchObject({
      code: "ValidationError",
      message:
        'Status=400 Code="ValidationError" Message="One or more fields contain incorrect values:" Code="ValidationError" Message="Cannot create API \'b\' with the same Path"',
    });
  });

  it("shows a body without a code whole", async () => {
    const scripted = scriptedAzure([403, "no entry"]);
    await expect(scripted.azure.get(place)).rejects.toThrow('Status=403 Message="no entry"');
  });

  it("never shows what was sent", async () => {
    const scripted = scriptedAzure([400, armError("ValidationError", "wrong")]);
    const refused = scripted.azure.put(place, { properties: { clientSecret: "s3cret" } }, false);
    await expect(refused).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("s3cret") }),
    );
  });

  it("says what came instead of JSON", async () => {
    const scripted = scriptedAzure([200, "<html>"]);
    await expect(scripted.azure.get(place)).rejects.toThrow(
      "unexpected response from Azure: '<html>', HTTP status: 200",
    );
  });
});

describe("a long-running PUT", () => {
  const operation = "https://azure.example/operations/1?api-version=2024-05-01";

  it("follows Azure-AsyncOperation and reads the resource at its end", async () => {
    const scripted = scriptedAzure(
      [
        201,
        { id: "x" },
        { "azure-asyncoperation": operation, location: "https://azure.example/other", "retry-after": "3" },
      ],
      [200, { status: "InProgress" }],
      [200, { status: "Succeeded" }],
      [200, { id: "x", properties: { provisioningState: "Succeeded" } }],
    );
    expect(await scripted.azure.put(place, {}, true)).toMatchObject({
      properties: { provisioningState: "Succeeded" },
    });
    const look = "GET /operations/1?api-version=2024-05-01";
    expect(scripted.asked).toEqual([asked("PUT"), look, look, asked("GET")]);
    expect(scripted.waits).toEqual([3000, 10_000]);
  });

  it("follows Location until it answers something else than 202", async () => {
    const scripted = scriptedAzure(
      [202, "", { location: "https://azure.example/results/1", "retry-after": "0" }],
      [202, "", { "retry-after": "0" }],
      [201, { id: "x" }],
    );
    expect(await scripted.azure.put(place, {}, true)).toEqual({ id: "x" });
    expect(scripted.waits).toEqual([0, 0]);
  });

  it("follows the state of the resource where there is neither", async () => {
    const state = (provisioningState: string) => ({ properties: { provisioningState } });
    const scripted = scriptedAzure(
      [201, state("Activating")],
      [200, state("Activating")],
      [200, state("Succeeded")],
    );
    expect(await scripted.azure.put(place, {}, true)).toEqual(state("Succeeded"));
    expect(scripted.asked).toEqual([asked("PUT"), asked("GET"), asked("GET")]);
  });

  it("is done at once where Azure says so", async () => {
    const scripted = scriptedAzure([200, { id: "x" }]);
    expect(await scripted.azure.put(place, {}, true)).toEqual({ id: "x" });
    expect(scripted.waits).toEqual([]);
  });

  it("is followed after 202 also where it is not known as long-running", async () => {
    const scripted = scriptedAzure([202, "", { location: "https://azure.example/r" }], [200, { id: "x" }]);
    expect(await scripted.azure.put(place, {}, false)).toEqual({ id: "x" });
  });

  it.each([
    [
      "with its error",
      { status: "Failed", error: { code: "ValidationError", message: "wrong" } },
      'Code="ValidationError" Message="wrong"',
    ],
    ["with its state alone", { status: "Canceled" }, 'Code="Canceled" Message="Canceled"'],
  ])("fails %s", async (_, status, text) => {
    const scripted = scriptedAzure([202, "", { "azure-asyncoperation": operation }], [200, status]);
    await expect(scripted.azure.put(place, {}, true)).rejects.toThrow(`Status=200 ${text}`);
  });

  it("fails when the result is an error", async () => {
    const scripted = scriptedAzure(
      [202, "", { location: "https://azure.example/r" }],
      [400, armError("ValidationError", "wrong")],
    );
    await expect(scripted.azure.put(place, {}, true)).rejects.toThrow(
      'Status=400 Code="ValidationError" Message="wrong"',
    );
  });
});

describe("a DELETE", () => {
  it.each<[string, ScriptedAnswer]>([
    ["200", [200]],
    ["204", [204]],
    ["404, since it is gone already", [404, armError("ResourceNotFound", "gone")]],
  ])("is done with %s", async (_, answer) => {
    await scriptedAzure(answer).azure.delete(place, false);
    await scriptedAzure(answer).azure.delete(place, true);
  });

  it("waits for the end of a long-running one, and takes 404 for it", async () => {
    const scripted = scriptedAzure(
      [202, "", { location: "https://azure.example/r", "retry-after": "1" }],
      [404, armError("ResourceNotFound", "gone")],
    );
    await scripted.azure.delete(place, true);
    expect(scripted.waits).toEqual([1000]);
  });

  it("fails with what Azure answers", async () => {
    const scripted = scriptedAzure([400, armError("ValidationError", "in use")]);
    await expect(scripted.azure.delete(place, false)).rejects.toThrow(
      'Status=400 Code="ValidationError" Message="in use"',
    );
  });
});
