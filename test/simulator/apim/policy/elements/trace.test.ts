/** `trace` on the local gateway. The document is the example of Microsoft's page, without its expressions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeService, policy, serveGateway, type TestGateway } from "../../../../support/gateway.ts";
import { type NotingBackend, serveNotingBackend } from "../../../../support/noting-backend.ts";

let gateway: TestGateway;
let backend: NotingBackend;
beforeAll(async () => {
  [gateway, backend] = await Promise.all([serveGateway(), serveNotingBackend()]);
});
afterAll(() => Promise.all([gateway.close(), backend.close()]));

const example = `<trace source="PetStore API" severity="verbose">
  <message>blue</message>
  <metadata name="Operation Name" value="New-Order"/>
</trace>`;

describe("trace", () => {
  it("changes nothing that a client or a backend could see", async () => {
    backend.seen.length = 0;
    gateway.service = makeService({ policy: await policy(example), api: { serviceUrl: backend.origin } });
    const response = await fetch(`${gateway.origin}/things`);
    expect([response.status, await response.text(), backend.seen]).toEqual([
      200,
      "blue sky, blue sea",
      ["GET /things "],
    ]);
  });

  it("takes a text in the place of its message, and no blank one", async () => {
    const document = await policy('<trace source="a">blue</trace>');
    expect(document.sections.inbound).toHaveLength(1);
    await expect(policy('<trace source="a"> </trace>')).rejects.toThrow("A 'message' element is expected");
  });

  it.each([
    ["<trace><message>a</message></trace>", "'source' is missing"],
    ['<trace source="a" />', "A 'message' element is expected"],
    ['<trace source="a" severity="loud"><message>a</message></trace>', "must be one of"],
    ['<trace source="a"><message>a</message><metadata name="b" /></trace>', "'value' is missing"],
  ])("refuses %s when it is saved", async (xml, problem) => {
    await expect(policy(xml)).rejects.toThrow(problem);
  });
});
