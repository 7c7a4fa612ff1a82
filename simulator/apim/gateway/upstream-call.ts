import { Readable } from "node:stream";
import type { Dispatcher } from "undici";

/** The head of a backend's answer, and what has come of its body. */
export interface UpstreamAnswer {
  readonly statusCode: number;
  /** Empty where there is none that a status line can carry. */
  readonly statusMessage: string;
  readonly rawHeaders: string[];
  /** Most bodies are short, and come with the head: bytes, where all of them are there. Else a stream. */
  readonly body: Buffer | Readable;
}

/** Who waits for a call; `answered` or `failed` comes once, and `over` at the end whatever came. */
export interface UpstreamListener {
  /** A connection is there, and the request goes out. */
  readonly sent: () => void;
  /** The head is there. */
  readonly answered: (answer: UpstreamAnswer) => void;
  /** There will be no answer. @param isReached The request went out. */
  readonly failed: (error: NodeJS.ErrnoException, isReached: boolean) => void;
  /** Nothing comes any more. */
  readonly over?: () => void;
}

/**
 * One request to a backend.
 *
 * Differs from Azure: an answer that begins with 100 (Continue), which nobody asked for, is no answer. undici takes none.
 */
export class UpstreamCall implements Dispatcher.DispatchHandler {
  readonly #listener: UpstreamListener;
  #controller: Dispatcher.DispatchController | undefined;
  /** What has come of the body while nobody has been told of the head yet. */
  #chunks: Buffer[] | undefined;
  #body: UpstreamBody | undefined;
  #brokenBy: Error | undefined;
  #isOver = false;

  constructor(listener: UpstreamListener) {
    this.#listener = listener;
  }

  /** Ends the call, also one that still waits for a connection; the body breaks off. Nobody else is told. */
  end(): void {
    if (this.#isOver) return;
    this.#conclude();
    this.#chunks = undefined;
    this.#controller?.abort(ended);
    this.#body?.destroy(ended);
  }

  /** The request goes out. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isOver) controller.abort(ended);
    else this.#listener.sent();
  }

  /** The answer to a CONNECT leads on: no API has that. */
  onRequestUpgrade(_controller: unknown, _statusCode: number, _headers: unknown, socket: Readable): void {
    socket.destroy();
    this.onResponseError(undefined, new Error("a tunnel, which an API does not have"));
  }

  /** A head has come, also one of information alone. */
  onResponseStart(
    controller: Dispatcher.DispatchController,
    statusCode: number,
    _headers: unknown,
    statusMessage = "",
  ): void {
    if (statusCode === 101) throw new Error(switched);
    if (statusCode >= 100 && statusCode < 200) return;
    this.#chunks = [];
    const head = {
      statusCode,
      statusMessage: beyondLatin1.test(statusMessage) ? "" : statusMessage,
      rawHeaders: (controller.rawHeaders as readonly Buffer[]).map((text) => text.toString("latin1")),
    };
    // Once what came in the same packets is taken in.
    queueMicrotask(() => this.#tell(head, controller));
  }

  #tell(head: Omit<UpstreamAnswer, "body">, controller: Dispatcher.DispatchController): void {
    const chunks = this.#chunks;
    if (chunks === undefined) return;
    this.#chunks = undefined;
    const isWhole = this.#isOver && this.#brokenBy === undefined;
    const body = isWhole ? Buffer.concat(chunks) : this.#stream(chunks, controller);
    this.#listener.answered({ ...head, body });
  }

  #stream(chunks: readonly Buffer[], controller: Dispatcher.DispatchController): UpstreamBody {
    const body = new UpstreamBody(controller);
    this.#body = body;
    for (const chunk of chunks) body.push(chunk);
    if (this.#brokenBy !== undefined) body.destroy(this.#brokenBy);
    return body;
  }

  /** More of the body has come. */
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#chunks !== undefined) this.#chunks.push(chunk);
    else if (this.#body?.push(chunk) === false) controller.pause();
  }

  /** The body is whole. */
  onResponseEnd(): void {
    this.#conclude();
    this.#body?.push(null);
  }

  /** There is no answer, or its body breaks off. */
  onResponseError(_controller: unknown, error: Error): void {
    if (this.#isOver) return;
    this.#conclude();
    if (this.#body !== undefined) this.#body.destroy(error);
    else if (this.#chunks !== undefined) this.#brokenBy = error;
    else this.#listener.failed(error, this.#controller !== undefined);
  }

  #conclude(): void {
    this.#isOver = true;
    this.#listener.over?.();
  }
}

const ended = new Error("Nobody waits for the backend any more.");
const switched = "101 without being asked to switch";

// undici reads the phrase as UTF-8, and what is none becomes U+FFFD.
const beyondLatin1 = /[^\0-\xff]/;

/** Whether HTTP cannot carry the request. */
export function isUnsendable({ code }: NodeJS.ErrnoException): boolean {
  return code === "UND_ERR_INVALID_ARG" || code === "UND_ERR_NOT_SUPPORTED";
}

/** Why there was no answer, in a few words: `ECONNREFUSED`, `other side closed`. It may name a header, never its value. */
export function whyUnanswered({ code, message }: NodeJS.ErrnoException): string {
  // undici's words for 101 with the header Upgrade, and for 100.
  if (message === "bad upgrade") return switched;
  if (message === "bad response") return "100 without being asked to continue";
  return code === undefined || code.startsWith("UND_ERR") ? message : code;
}

/** The body as it comes. One that nobody reads waits on its connection. */
class UpstreamBody extends Readable {
  readonly #controller: Dispatcher.DispatchController;

  constructor(controller: Dispatcher.DispatchController) {
    super();
    this.#controller = controller;
    // A policy may have put another body in its place before it broke off.
    this.on("error", () => {});
  }

  override _read(): void {
    this.#controller.resume();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#controller.abort(error ?? ended);
    callback(error);
  }
}
