import { textAt } from "../openapi/json.ts";
/** A token taken apart; nothing is verified. */
export interface ReadToken {
  readonly text: string;
  readonly algorithm: string;
  readonly kid: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a text is no token that a gateway could judge, and what to do. */
export interface UnreadableToken {
  readonly problem: string;
  readonly next: string;
}

const accessTokenNext = "Send an access token of the stack's authorization server: `npm run token` gets one.";

/** Takes a JSON Web Token in its compact form apart, or says what the text is instead. It never quotes the text. */
export function readToken(text: string): ReadToken | UnreadableToken {
  if (text === "") return { problem: "The token is empty.", next: accessTokenNext };
  if (/\s/.test(text))
    return {
      problem: "The text holds spaces or line breaks, which no token has.",
      next: "Copy the token alone, as one line, without its header's name and scheme.",
    };
  const parts = text.split(".");
  if (parts.length === 5)
    return {
      problem: "The token is encrypted (a JWE, in five parts), and API Management has no key to decrypt it.",
      next: "Ask for a signed token: an access token of a custom authorization server is one.",
    };
  if (parts.length !== 3)
    return {
      problem: `The text is no JSON Web Token: it has ${parts.length === 1 ? "one part" : `${parts.length} parts`} in place of three. It may be an opaque token, such as a refresh token or an API token.`,
      next: accessTokenNext,
    };
  const [header, claims] = parts.slice(0, 2).map(readPart);
  const isEncoded = parts.every((part) => /^[A-Za-z0-9_-]*$/.test(part));
  if (!isEncoded || header === undefined || claims === undefined || typeof header.alg !== "string")
    return {
      problem: "The text is no JSON Web Token: it has three parts, but they hold no header and claims.",
      next: "Copy the whole token again: a part of it may be missing or changed.",
    };
  return { text, algorithm: header.alg, kid: textAt(header.kid), claims };
}

/** Whether a text could be taken apart. */
export function isReadable(token: ReadToken | UnreadableToken): token is ReadToken {
  return "claims" in token;
}

/** A claim as the texts that it stands for: a text, a number or a list of them. */
export function claimValues(claim: unknown): readonly string[] {
  return (Array.isArray(claim) ? claim : [claim]).flatMap((item: unknown) =>
    typeof item === "string" || typeof item === "number" || typeof item === "boolean" ? String(item) : [],
  );
}

function readPart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const bytes = Buffer.from(part, "base64url");
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Neither UTF-8 nor JSON: no part of a token. The parser's words would quote it.
    return undefined;
  }
}
