/** Bodies that policies take in, also where two of them run side by side. */
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Exchange } from "../../../../simulator/apim/policy/exchange.ts";
import { bufferBodies } from "../../../../simulator/apim/policy/message-body.ts";

const both = { requestBody: true, responseBody: true };

function exchangeWith(request: Readable, response: Readable): Exchange {
  return {
    request: { headers: [] },
    arriving: request,
    response: { statusCode: 200, headers: [], body: response, contentLength: "9" },
  } as unknown as Exchange;
}

describe("the bodies of an exchange", () => {
  it("are there for each of two policies that ask for them at the same time", async () => {
    const exchange = exchangeWith(
      Readable.from([Buffer.from("a"), Buffer.from("b")]),
      Readable.from([Buffer.from("c")]),
    );
    const first = bufferBodies(both, exchange);
    const second = bufferBodies(both, exchange);
    await second;
    expect([String(exchange.request.body), String(exchange.response?.body)]).toEqual(["ab", "c"]);
    await first;
    expect(bufferBodies(both, exchange)).toBeUndefined();
  });

  it("break off for both of them", async () => {
    const broken = new Readable({ read: () => {} });
    const exchange = exchangeWith(broken, Readable.from([]));
    const asked = [bufferBodies(both, exchange), bufferBodies(both, exchange)];
    broken.destroy(new Error("gone"));
    const reasons = await Promise.all(asked.map((one) => one?.catch((error: Error) => error.message)));
    expect(reasons).toEqual(Array(2).fill("the body broke off: gone."));
  });

  it("are not waited for once they went on as they came", async () => {
    const sent = Readable.from([Buffer.from("a")]);
    for await (const _ of sent) break;
    expect(
      bufferBodies({ requestBody: true, responseBody: false }, exchangeWith(sent, sent)),
    ).toBeUndefined();
  });
});
