import { z } from "zod";
import type { CloudCondition, ControlAction } from "./cloud-control.ts";
import { CommandError } from "./command-error.ts";
import { readControlFile } from "./control-file.ts";

/**
 * What words after `npm run local --` do to the running local cloud: `clock +1h`, `rotate-keys`, `okta off`. `undefined` for a
 * command that is to be run in one.
 *
 * @throws {CommandError} when the clock cannot be moved so.
 */
export function readControlWords(words: readonly string[]): ControlAction | undefined {
  const [word, argument, ...more] = words;
  if (more.length > 0) return undefined;
  if (word === "clock")
    return argument === undefined
      ? { action: "show-clock" }
      : { action: "advance-clock", milliseconds: readAdvance(argument) };
  if (word === "rotate-keys" && argument === undefined) return { action: "rotate-keys" };
  // Okta has a command line of the same name.
  if (word === "okta" && (argument === "on" || argument === "off"))
    return { action: "okta-outage", isOn: argument === "off" };
  return undefined;
}

const unitMilliseconds = [86_400_000, 3_600_000, 60_000, 1000] as const;
const unitNames = ["d", "h", "min", "s"] as const;

/** Reads `+1h30m`. */
function readAdvance(text: string): number {
  const [, ...amounts] = /^\+(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const milliseconds = unitMilliseconds.reduce((sum, unit, at) => sum + unit * Number(amounts[at] ?? 0), 0);
  if (milliseconds > 0) return milliseconds;
  throw new CommandError(
    `The clock cannot be moved by "${text}". Write how far it goes forward: "+30m", "+1h", "+2d" or "+1h30m". To go back to this machine's time, start the local cloud again.`,
  );
}

const condition = z.object({
  now: z.number(),
  aheadMilliseconds: z.number(),
  isOktaOff: z.boolean(),
  keys: z.array(z.object({ kid: z.string(), status: z.string() })).optional(),
});

/**
 * Does something to the local cloud that runs at a port.
 *
 * @returns What there is to say of it.
 * @throws {CommandError} when none is running there, or it refuses.
 */
export async function controlRunningCloud(port: number, action: ControlAction): Promise<readonly string[]> {
  const { origin, secret } = await readControlFile(port);
  const response = await fetch(origin, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(action),
  }).catch((cause: unknown) => {
    throw new CommandError(
      `The local cloud at port ${port} does not answer: it was ended without removing its files. Start it again with \`npm start\`.`,
      { cause },
    );
  });
  const answer: unknown = await response.json();
  if (response.ok) return linesFor(action, condition.parse(answer));
  const { message } = z.object({ message: z.string() }).parse(answer);
  throw new CommandError(message);
}

/** What a person wants to know after an action. */
export function linesFor(action: ControlAction, after: CloudCondition): readonly string[] {
  switch (action.action) {
    case "show-clock":
      return [clockLine(after), ...(after.isOktaOff ? ["Okta does not answer."] : [])];
    case "advance-clock":
      return [
        clockLine(after),
        "Tokens, codes and sessions may have expired. Get a new token with `npm run token`.",
      ];
    case "rotate-keys":
      return rotationLines(after);
    case "okta-outage":
      return action.isOn
        ? [
            "Okta does not answer any more.",
            "The gateway goes on with the keys that it has. End the outage with `npm run local -- okta on`.",
          ]
        : [
            "Okta answers again.",
            "Where the gateway lacked its keys, it asks again after five minutes at most.",
          ];
  }
}

function clockLine({ now, aheadMilliseconds }: CloudCondition): string {
  const time = new Date(now).toISOString().replace(/\.\d{3}Z$/, "Z");
  const ahead = aheadMilliseconds === 0 ? "which is" : `${duration(aheadMilliseconds)} ahead of`;
  return `The local cloud's clock shows ${time}, ${ahead} this machine's time.`;
}

/** `1 d 2 h 30 min`. */
function duration(milliseconds: number): string {
  let rest = milliseconds;
  const parts = unitMilliseconds.flatMap((unit, at) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count === 0 ? [] : [`${count} ${unitNames[at]}`];
  });
  return parts.join(" ");
}

function rotationLines({ keys = [] }: CloudCondition): readonly string[] {
  const kid = (status: string) => keys.find((key) => key.status === status)?.kid ?? "none";
  return [
    `Okta signs with the key ${kid("ACTIVE")} now, and with ${kid("NEXT")} after the next rotation. The key before, ${kid("EXPIRED")}, stays published.`,
    "The gateway refuses tokens of a key that it does not know yet: it fetches the keys every hour, and for an unknown key at most every five minutes.",
  ];
}
