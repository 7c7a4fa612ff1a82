import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { z } from "zod";
import type { LocalCloud } from "../simulator/cloud.ts";
import { SimulatorError } from "../simulator/kernel/error.ts";
import { openListeners } from "../simulator/kernel/listeners.ts";
import { readBody } from "../simulator/kernel/request-body.ts";
import type { ControlAccess } from "./control-file.ts";

/** What a person can do to a running local cloud. */
export const controlActions = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("show-clock") }),
  z.strictObject({ action: z.literal("advance-clock"), milliseconds: z.number() }),
  z.strictObject({ action: z.literal("rotate-keys") }),
  z.strictObject({ action: z.literal("okta-outage"), isOn: z.boolean() }),
]);

/** One of {@link controlActions}. */
export type ControlAction = z.infer<typeof controlActions>;

/** How a running local cloud is after an action. */
export interface CloudCondition {
  /** Its time in milliseconds since 1970. */
  readonly now: number;
  readonly aheadMilliseconds: number;
  readonly isOktaOff: boolean;
  /** Keys that Okta publishes for the stack's tokens; of a rotation alone. */
  readonly keys?: readonly { readonly kid: string; readonly status: string }[] | undefined;
}

/** The control of a running local cloud. */
export interface CloudControl extends ControlAccess {
  /** Stops listening. */
  close(): Promise<void>;
}

/**
 * Lets whoever knows the secret control a local cloud. A web page cannot: it does not know the secret, and no request that a browser
 * sends for a page of another origin is looked at. The keys that it rotates are those of the authorization server with the issuer, the
 * stack's; `onAction` receives a line for each change.
 */
export async function openCloudControl(
  cloud: LocalCloud,
  { issuer, onAction }: { issuer: string; onAction: (line: string) => void },
): Promise<CloudControl> {
  const secret = randomBytes(32).toString("base64url");
  const { origins, serve, close } = await openListeners({ control: { name: "control" } });
  const access = { origin: origins.control, secret };
  const act = async (action: ControlAction): Promise<CloudCondition> => {
    const keys = await perform(cloud, issuer, action);
    const line = eventLine(action);
    if (line !== undefined) onAction(line);
    return { ...conditionOf(cloud), keys };
  };
  serve({ control: controlListener(access, act) });
  return { ...access, close };
}

/** For whoever watches the local cloud; `undefined` where nothing changed. */
function eventLine(action: ControlAction): string | undefined {
  switch (action.action) {
    case "show-clock":
      return undefined;
    case "advance-clock":
      return "The local cloud's clock was moved forward.";
    case "rotate-keys":
      return "Okta has rotated the keys of the stack's authorization server.";
    case "okta-outage":
      return action.isOn ? "An outage of Okta has begun." : "The outage of Okta is over.";
  }
}

function conditionOf({ clock, oktaOutage }: LocalCloud): CloudCondition {
  return {
    now: clock.now(),
    aheadMilliseconds: clock.aheadMilliseconds,
    isOktaOff: oktaOutage.isOn,
  };
}

async function perform(
  cloud: LocalCloud,
  issuer: string,
  action: ControlAction,
): Promise<CloudCondition["keys"]> {
  switch (action.action) {
    case "show-clock":
      return undefined;
    case "advance-clock":
      cloud.clock.advance(action.milliseconds);
      return undefined;
    case "okta-outage":
      cloud.oktaOutage.isOn = action.isOn;
      return undefined;
    case "rotate-keys":
      return rotateKeys(cloud, issuer);
  }
}

/** By Okta's management API, as an administrator does. */
async function rotateKeys({ org, origins, oktaOutage }: LocalCloud, issuer: string) {
  if (oktaOutage.isOn)
    throw new SimulatorError(
      "OktaOff",
      "Okta does not answer, so it cannot rotate keys. Turn it on first with `npm run local -- okta on`.",
    );
  const id = issuer.slice(issuer.lastIndexOf("/") + 1);
  const response = await fetch(
    `${origins.okta}/api/v1/authorizationServers/${id}/credentials/lifecycle/keyRotate`,
    {
      method: "POST",
      headers: { authorization: `SSWS ${org.identity.apiToken}`, "content-type": "application/json" },
      body: JSON.stringify({ use: "sig" }),
    },
  );
  const answer: unknown = await response.json();
  const keys = z.array(z.object({ kid: z.string(), status: z.string() })).safeParse(answer);
  if (response.ok && keys.success) return keys.data;
  throw new SimulatorError(
    "NotRotated",
    `Okta did not rotate the keys of "${issuer}" (${response.status}). Look for its reason in the terminal of \`npm start\`.`,
  );
}

const maxBytes = 1024;

function controlListener(
  access: ControlAccess,
  act: (action: ControlAction) => Promise<CloudCondition>,
): RequestListener {
  const answer = async (request: IncomingMessage): Promise<readonly [status: number, body: object]> => {
    const refused = refusedStatus(request, access);
    if (refused !== undefined) return [refused, { message: "This is for npm run local alone." }];
    const text = await readBody(request, maxBytes);
    const action = controlActions.safeParse(parsedJson(text ?? ""));
    if (!action.success) return [400, { message: "The local cloud does not know this action." }];
    try {
      return [200, await act(action.data)];
    } catch (error) {
      if (!(error instanceof SimulatorError)) throw error;
      return [409, { message: error.message }];
    }
  };
  return (request, response) => {
    answer(request)
      .catch(() => [500, { message: "The local cloud failed. See the terminal of `npm start`." }] as const)
      .then(([status, body]) => send(response, status, body))
      // A client that has gone needs no answer.
      .catch(() => response.destroy());
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(body));
}

/** Why a request is not looked at, as a status. */
function refusedStatus(
  { method, headers }: IncomingMessage,
  { origin, secret }: ControlAccess,
): number | undefined {
  // A name that another site lets point here.
  if (headers.host !== new URL(origin).host) return 421;
  // Browsers send one of the two with what a page asks for.
  if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined) return 403;
  const [sent, expected] = [headers.authorization ?? "", `Bearer ${secret}`].map((text) => Buffer.from(text));
  if (sent === undefined || expected === undefined) return 401;
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) return 401;
  return method === "POST" ? undefined : 405;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no action.
    return undefined;
  }
}
