/** The local backend against the document that describes it. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { readDocument } from "../../../apis/document.ts";
import { conferenceBackend } from "../../../simulator/backend/conference.ts";

const server = http.createServer(conferenceBackend());
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const link = z.strictObject({ rel: z.string(), href: z.string().startsWith("/") });
const datum = z.strictObject({ name: z.string(), value: z.string() });
const collection = z.strictObject({
  collection: z.strictObject({
    version: z.literal("1.0"),
    href: z.string(),
    links: z.array(link),
    items: z.array(
      z.strictObject({
        href: z.string().startsWith("/"),
        data: z.array(datum).min(1),
        links: z.array(link).min(1),
      }),
    ),
    queries: z.array(link),
    template: z.strictObject({ data: z.array(datum) }),
  }),
});

const get = (target: string, accept = "*/*") => fetch(origin + target, { headers: { accept } });
const items = async (target: string) => collection.parse(await (await get(target)).json()).collection.items;

describe("the Conference API's backend", () => {
  it("answers every operation of the document with its success and media type", async () => {
    const { operations } = await readDocument(
      path.join(import.meta.dirname, "../../../apis/conference.openapi.yaml"),
    );
    for (const { method, example, successStatus } of operations) {
      const { body, headers } = example;
      const response = await fetch(origin + example.path, {
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      expect([example.path, response.status]).toEqual([example.path, successStatus]);
      expect(response.headers.get("content-type")).toContain(headers.accept);
      if (headers.accept === "application/vnd.collection+json") collection.parse(await response.json());
      else expect((await response.text()).length).toBeGreaterThan(0);
    }
  });

  it("links to resources that are there", async () => {
    const [first] = await items("/sessions");
    for (const { href } of first?.links ?? []) expect((await get(href)).status).toBe(200);
  });

  it("filters by day, speaker and keyword", async () => {
    expect(await items("/sessions")).toHaveLength(24);
    expect(await items("/sessions?dayno=1")).toHaveLength(8);
    expect(await items("/sessions?speakername=amara")).toHaveLength(2);
    expect(await items("/sessions?keyword=TOKENS")).toHaveLength(1);
    expect(await items("/sessions?keyword=no+such+title")).toHaveLength(0);
    expect(await items("/speakers?dayno=3")).toHaveLength(8);
  });

  it("answers plain text unless HAL is asked for", async () => {
    expect(await (await get("/session/100")).text()).toBe("Proving who gets in (day 1, 09:00 - 10:00)");
    const hal = await (await get("/session/100", "application/hal+json")).json();
    expect(hal).toMatchObject({ id: 100, _links: { self: { href: "/session/100" } } });
  });

  it.each(["/session/99", "/session/99/topics", "/speaker/0", "/topic/7/sessions"])(
    "answers 404 for %s",
    async (target) => {
      const response = await get(target);
      expect([response.status, await response.text()]).toEqual([
        404,
        expect.stringMatching(/^(Session|Speaker|Topic) not found$/),
      ]);
    },
  );

  it("answers 404 for a path that it does not have, 405 with Allow for a method", async () => {
    expect((await get("/nothing")).status).toBe(404);
    const response = await fetch(`${origin}/session/100/feedback`);
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  it("echoes feedback, and refuses another media type and too much of it", async () => {
    const post = (body: string, contentType: string) =>
      fetch(`${origin}/session/100/feedback`, {
        method: "POST",
        body,
        headers: { "content-type": contentType },
      });
    expect(await (await post("fine", "text/plain")).text()).toBe("fine");
    expect((await post("{}", "application/json")).status).toBe(415);
    expect((await post("x".repeat(4097), "text/plain")).status).toBe(413);
    expect((await post("x".repeat(4096), "text/plain")).status).toBe(200);
  });

  it("answers HEAD without a body", async () => {
    const response = await fetch(`${origin}/sessions`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});
