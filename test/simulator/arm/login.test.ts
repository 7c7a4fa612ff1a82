/** How long the tokens of the local login last. */
import { describe, expect, it } from "vitest";
import { makeLocalCredentials } from "../../../simulator/arm/login/local-credentials.ts";
import { Login } from "../../../simulator/arm/login/login.ts";
import { CloudClock } from "../../../simulator/kernel/clock.ts";
import { serve } from "../../support/serve.ts";

describe("an access token", () => {
  it("lets its client in for an hour, and is refused as expired afterwards", async () => {
    const clock = new CloudClock({ now: () => Date.parse("2026-01-01T00:00:00Z") });
    const credentials = await makeLocalCredentials();
    const login = new Login(credentials, "https://127.0.0.1:1", clock);
    const server = await serve(async (request, response) => {
      const answer = await login.answer(request, "/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token");
      response.end(JSON.stringify(answer?.body));
    });
    const { clientId, clientSecret } = credentials;
    const body = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
      scope: "https://127.0.0.1:1/.default",
    });
    const { access_token: token } = (await (await fetch(server.origin, { method: "POST", body })).json()) as {
      access_token: string;
    };
    await server.close();
    clock.advance(3599_000);
    expect(await login.checkToken(token)).toBeUndefined();
    clock.advance(1_000);
    expect(await login.checkToken(token)).toEqual({
      code: "ExpiredAuthenticationToken",
      message:
        "The access token expiry UTC time '2026-01-01T01:00:00.000Z' is earlier than current UTC time '2026-01-01T01:00:00.000Z'.",
    });
  });

  it("of another cloud lets nobody in", async () => {
    const [one, other] = await Promise.all([makeLocalCredentials(), makeLocalCredentials()]);
    const assertion = await new Login(other, "https://127.0.0.1:1").federatedAssertion();
    expect(await new Login(one, "https://127.0.0.1:1").checkToken(assertion)).toMatchObject({
      code: "InvalidAuthenticationToken",
    });
  });
});
