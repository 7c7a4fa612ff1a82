import { pipeline, Readable, Transform } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { type Exchange, headerOf, type PendingResponse } from "../exchange.ts";
import { bufferBodies } from "../message-body.ts";

/** How many tokens a call of a language model took. */
export interface TokenUsage {
  readonly prompt: number;
  readonly completion: number;
  readonly total: number;
}

/** What a request says to a language model. */
export interface ModelRequest {
  /** About how many tokens its prompt takes. */
  readonly promptTokens: number;
  /** Whether it asks for the answer piece by piece. */
  readonly isStreamed: boolean;
}

/** "The policy currently over-counts each image as a maximum count of 1200 tokens", on the page of `llm-token-limit`. */
const tokensOfImage = 1200;

/**
 * About how many tokens a text takes.
 *
 * Differs from Azure: tokens are estimated as one for every four letters, as OpenAI's rule of thumb has it. Azure counts them as the model does.
 *
 * @see https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them
 */
function estimateTokens(letters: number): number {
  return Math.ceil(letters / 4);
}

/** Reads the request of a chat completion, a completion, a response or an embedding; no JSON object is an empty one. */
export function readModelRequest(body: string | Buffer | undefined): ModelRequest {
  const request = readObject(body?.toString() ?? "");
  if (request === undefined) return { promptTokens: 0, isStreamed: false };
  const { messages, prompt, input, instructions, system, stream } = request;
  const { letters, images } = contentOf([messages, prompt, input, instructions, system]);
  return {
    promptTokens: estimateTokens(letters) + images * tokensOfImage,
    isStreamed: stream === true,
  };
}

interface Content {
  readonly letters: number;
  readonly images: number;
}

/** The texts and images of a prompt, however deep its messages and their parts hold them. */
function contentOf(value: unknown): Content {
  if (typeof value === "string") return { letters: value.length, images: 0 };
  if (Array.isArray(value)) return sum(value.map(contentOf));
  if (typeof value !== "object" || value === null) return { letters: 0, images: 0 };
  const { type, content, text } = value as Record<string, unknown>;
  if (typeof type === "string" && type.includes("image")) return { letters: 0, images: 1 };
  return sum([contentOf(content), contentOf(text)]);
}

function sum(contents: readonly Content[]): Content {
  return {
    letters: contents.reduce((total, { letters }) => total + letters, 0),
    images: contents.reduce((total, { images }) => total + images, 0),
  };
}

/**
 * Tells what a call took, once: before `outbound` where the answer is one piece, else when its last piece has gone to the client. What
 * comes piece by piece is estimated.
 *
 * @param told Gets `undefined` for an answer that says nothing of tokens.
 */
export async function observeUsage(
  exchange: Exchange,
  answer: PendingResponse,
  { promptTokens, told }: { promptTokens: number; told: (usage: TokenUsage | undefined) => void },
): Promise<void> {
  const estimate = (letters: number) => {
    const completion = estimateTokens(letters);
    told({ prompt: promptTokens, completion, total: promptTokens + completion });
  };
  if (isEventStream(answer) && answer.body instanceof Readable) {
    answer.body = countPieces(answer.body, estimate);
    return;
  }
  await bufferBodies({ requestBody: false, responseBody: true }, exchange);
  const text = answer.body === undefined || answer.body instanceof Readable ? "" : answer.body.toString();
  if (isEventStream(answer)) estimate(text.split("\n").reduce((sum, line) => sum + lettersOfPiece(line), 0));
  else told(usageOf(readObject(text)));
}

/** Whether an answer comes piece by piece. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function isEventStream({ headers }: Pick<PendingResponse, "headers">): boolean {
  return headerOf(headers, "content-type")?.toLowerCase().startsWith("text/event-stream") ?? false;
}

function countPieces(body: Readable, done: (letters: number) => void): Readable {
  const decoder = new StringDecoder("utf8");
  let letters = 0;
  let rest = "";
  const finish = () => done(letters + lettersOfPiece(rest));
  const counted = new Transform({
    transform(chunk: Buffer, _, passOn) {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      letters += lines.reduce((sum, line) => sum + lettersOfPiece(line), 0);
      passOn(null, chunk);
    },
    flush(end) {
      finish();
      end();
    },
  });
  // Whoever sends it on sees how it broke off: it is destroyed with the backend's answer.
  counted.on("error", () => {});
  pipeline(body, counted, (error) => error && finish());
  return counted;
}

/** Letters of the completion that one line of an event stream holds. */
function lettersOfPiece(line: string): number {
  const piece = line.startsWith("data:") ? readObject(line.slice("data:".length)) : undefined;
  if (piece === undefined) return 0;
  const { choices, delta } = piece;
  const ofChoices = Array.isArray(choices) ? choices.map((choice: unknown) => contentOfChoice(choice)) : [];
  return sum([...ofChoices, contentOf(delta)]).letters;
}

function contentOfChoice(choice: unknown): Content {
  const { delta, text } = (choice ?? {}) as { delta?: unknown; text?: unknown };
  return sum([contentOf(delta), contentOf(text)]);
}

/** `usage` of an answer, under the names of chat completions or those of responses. */
function usageOf(answer: Record<string, unknown> | undefined): TokenUsage | undefined {
  const { usage } = answer ?? {};
  if (typeof usage !== "object" || usage === null) return undefined;
  const { prompt_tokens, completion_tokens, input_tokens, output_tokens, total_tokens } = usage as Record<
    string,
    unknown
  >;
  const prompt = numberOf(prompt_tokens) ?? numberOf(input_tokens);
  const completion = numberOf(completion_tokens) ?? numberOf(output_tokens);
  const total = numberOf(total_tokens) ?? (prompt ?? 0) + (completion ?? 0);
  return { prompt: prompt ?? 0, completion: completion ?? 0, total };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // An answer that is no JSON tells of no tokens.
    return undefined;
  }
}
