/** `llm-token-limit` on the local gateway, whose clock the tests move. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policy } from "../../../../support/gateway.ts";
import { type PolicyCase, type PolicyGateway, servePolicies } from "../../../../support/policy-gateway.ts";

let gateways: PolicyGateway;
beforeAll(async () => {
  gateways = await servePolicies();
});
afterAll(() => gateways.close());

const question = { messages: [{ role: "user", content: "How many are there in all?" }] };
const answerOf = (total: number) => ({
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    usage: { prompt_tokens: 3, completion_tokens: total - 3, total_tokens: total },
  }),
});

/** Asks the model, which says how many tokens it took. */
function ask(attributes: string, total: number, parts: PolicyCase = {}) {
  return gateways.call({
    inbound: `<llm-token-limit ${attributes} />`,
    request: { method: "POST", body: JSON.stringify(question) },
    answer: answerOf(total),
    ...parts,
  });
}

describe("llm-token-limit", () => {
  it("refuses a call with 429 once the tokens of the answers before it reach the limit of a minute", async () => {
    const limit = 'counter-key="a" tokens-per-minute="50" estimate-prompt-tokens="false"';
    expect((await ask(limit, 49)).status).toBe(200);
    expect((await ask(limit, 30)).status).toBe(200);
    gateways.gateway.now += 20;
    const refused = await ask(limit, 1);
    expect([refused.status, refused.headers.get("retry-after"), refused.body, refused.backend]).toEqual([
      429,
      "40",
      '{ "statusCode": 429, "message": "Token limit is exceeded. Try again in 40 seconds." }',
      undefined,
    ]);
    gateways.gateway.now += 40;
    expect((await ask(limit, 1)).status).toBe(200);
  });

  it("refuses a call with 403 once a quota is used up, until its period begins anew", async () => {
    const quota =
      'counter-key="b" token-quota="10" token-quota-period="Daily" estimate-prompt-tokens="false"';
    gateways.gateway.now = Date.parse("2030-01-31T22:00:00Z") / 1000;
    expect((await ask(quota, 10)).status).toBe(200);
    const refused = await ask(quota, 1);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([403, "7200"]);
    expect(refused.body).toContain("Token quota is exceeded.");
    gateways.gateway.now += 7199;
    expect((await ask(quota, 1)).status).toBe(403);
    gateways.gateway.now += 1;
    expect((await ask(quota, 1)).status).toBe(200);
  });

  it("counts months and weeks as the calendar has them", async () => {
    const by = (period: string) =>
      `counter-key="c" token-quota="5" token-quota-period="${period}" estimate-prompt-tokens="false"`;
    // A Thursday; the Monday after it is the fourth of February.
    gateways.gateway.now = Date.parse("2030-01-31T23:59:59Z") / 1000;
    await ask(by("Monthly"), 5);
    await ask(by("Weekly"), 5);
    const inJanuary = [(await ask(by("Monthly"), 5)).status, (await ask(by("Weekly"), 5)).status];
    gateways.gateway.now += 1;
    const inFebruary = [(await ask(by("Monthly"), 5)).status, (await ask(by("Weekly"), 5)).status];
    gateways.gateway.now = Date.parse("2030-02-04T00:00:00Z") / 1000;
    expect([...inJanuary, ...inFebruary, (await ask(by("Weekly"), 5)).status]).toEqual([
      403, 403, 200, 403, 200,
    ]);
  });

  it("counts the estimated prompt before the model is asked, where the policy says so", async () => {
    // 26 letters: 7 tokens.
    const limit = (tokens: number, key: string) =>
      `counter-key="${key}" tokens-per-minute="${tokens}" estimate-prompt-tokens="true"`;
    expect((await ask(limit(7, "d"), 1)).status).toBe(200);
    const refused = await ask(limit(6, "e"), 1);
    expect([refused.status, refused.backend]).toEqual([429, undefined]);
  });

  it("tells outbound and the client what the call took and what is left", async () => {
    const names =
      'remaining-tokens-header-name="X-Left" remaining-tokens-variable-name="left" tokens-consumed-header-name="X-Took" tokens-consumed-variable-name="took" remaining-quota-tokens-header-name="X-Quota"';
    const { headers } = await ask(
      `counter-key="f" tokens-per-minute="100" token-quota="1000" token-quota-period="Hourly" estimate-prompt-tokens="false" ${names}`,
      30,
      {
        outbound: `<set-header name="X-Seen" exists-action="override"><value>@($"{context.Variables["took"]} of {context.Variables["left"]}")</value></set-header>`,
      },
    );
    expect(["x-left", "x-took", "x-quota", "x-seen"].map((name) => headers.get(name))).toEqual([
      "70",
      "30",
      "970",
      "30 of 70",
    ]);
  });

  it("counts nothing for an answer that says nothing of tokens", async () => {
    const limit =
      'counter-key="g" tokens-per-minute="5" estimate-prompt-tokens="false" remaining-tokens-header-name="X-Left"';
    const { headers, body } = await ask(limit, 0, { answer: { status: 500, body: "broken" } });
    expect([headers.get("x-left"), body]).toEqual(["5", "broken"]);
  });

  it("estimates an answer that comes piece by piece, and passes it on", async () => {
    const limit =
      'counter-key="h" tokens-per-minute="20" estimate-prompt-tokens="false" remaining-tokens-header-name="X-Left"';
    const pieces = ["Seven", " of them."].map(
      (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`,
    );
    const stream = `${pieces.join("")}data: [DONE]\n\n`;
    const parts = {
      request: { method: "POST", body: JSON.stringify({ ...question, stream: true }) },
      answer: { headers: { "content-type": "text/event-stream" }, body: stream },
    };
    const first = await ask(limit, 0, parts);
    // The prompt is estimated as 7 tokens, the 14 letters of the answer as 4.
    const second = await ask(limit, 0, parts);
    expect([first.body, first.headers.get("x-left"), second.headers.get("x-left")]).toEqual([
      stream,
      "20",
      "9",
    ]);
  });

  it.each([
    ['counter-key="a" estimate-prompt-tokens="false"', "'tokens-per-minute' and 'token-quota'"],
    ['tokens-per-minute="1" estimate-prompt-tokens="false"', "'counter-key' is missing"],
    ['counter-key="a" tokens-per-minute="1"', "'estimate-prompt-tokens' is missing"],
    [
      'counter-key="a" token-quota="1" token-quota-period="Never" estimate-prompt-tokens="false"',
      '"Hourly", "Daily"',
    ],
  ])("refuses the attributes %s when it is saved", async (attributes, problem) => {
    await expect(policy(`<llm-token-limit ${attributes} />`)).rejects.toThrow(problem);
  });
});
