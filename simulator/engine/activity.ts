import { AsyncLocalStorage, createHook, type HookCallbacks } from "node:async_hooks";
import { setTimeout } from "node:timers/promises";

// A check costs less than a millisecond; what it finds does not depend on how often it is made.
const checkEveryMilliseconds = 50;

// No callback comes of these by themselves: they belong to a socket, a stream or a server, or are done before the next check.
const passive: ReadonlySet<string> = new Set([
  ...["PROMISE", "TickObject", "Microtask", "FINALIZATIONREGISTRY", "DNSCHANNEL", "FILEHANDLE", "WRITEWRAP"],
  ...["HTTP2SESSION", "HTTP2STREAM", "HTTP2SETTINGS", "HTTP2PING", "HTTPINCOMINGMESSAGE", "SHUTDOWNWRAP"],
  ...["HTTPCLIENTREQUEST", "STREAM_END_OF_STREAM", "PendingRequest", "TLSWRAP"],
]);

interface Watched {
  readonly type: string;
  /** Made by the program, and not by the local cloud in the same process. */
  readonly isProgram: boolean;
  readonly resource: { readonly hasRef?: () => boolean; readonly ondone?: unknown };
  hasCalledBack: boolean;
  isClient: boolean;
}

/**
 * Finds out that a program waits for what can never come: the moment when Node would end the process of `pulumi up`, because no timer,
 * file, connection or process is left that could call back. In a process that also serves the local cloud, Node does not end.
 */
export class Activity {
  readonly #program = new AsyncLocalStorage<true>();
  readonly #watched = new Map<number, Watched>();
  // Promises are neither needed nor cheap to follow. Node's types do not know the option yet.
  readonly #hook = createHook({ ...this.#callbacks(), trackPromises: false } as HookCallbacks);
  #isEnded = false;

  /** Runs the program, and follows all that begins in this process until {@link end}. */
  run<T>(program: () => Promise<T>): Promise<T> {
    this.#hook.enable();
    return this.#program.run(true, program);
  }

  /** Resolves when nothing is left that could call back; never after {@link end}. */
  async idle(): Promise<void> {
    let found = 0;
    while (!this.#isEnded && found < 2) {
      await setTimeout(checkEveryMilliseconds, undefined, { ref: false });
      found = this.#isIdle() ? found + 1 : 0;
    }
    if (this.#isEnded) await new Promise(() => {});
  }

  /** Follows no more. */
  end(): void {
    this.#hook.disable();
    this.#isEnded = true;
  }

  #isIdle(): boolean {
    return ![...this.#watched.values()].some(isActive);
  }

  #callbacks(): HookCallbacks {
    return {
      init: (id, type, trigger, resource) => {
        // The request to connect tells a client's socket from one that a server took.
        const socket = type.endsWith("CONNECTWRAP") ? this.#watched.get(trigger) : undefined;
        if (socket !== undefined) socket.isClient = true;
        if (passive.has(type)) return;
        const isProgram = this.#program.getStore() === true;
        this.#watched.set(id, { type, isProgram, resource, hasCalledBack: false, isClient: false });
      },
      after: (id) => {
        const watched = this.#watched.get(id);
        if (watched !== undefined) watched.hasCalledBack = true;
      },
      destroy: (id) => {
        this.#watched.delete(id);
      },
    };
  }
}

function isActive({ type, isProgram, resource, hasCalledBack, isClient }: Watched): boolean {
  if (type === "TCPWRAP" || type === "PIPEWRAP")
    return (isClient || isProgram) && resource.hasRef?.() !== false;
  if (type.endsWith("SERVERWRAP")) return isProgram;
  if (resource.hasRef !== undefined) return resource.hasRef();
  // A request ends with its callback; one that is answered at once, as by randomBytes() without a callback, has none.
  if (type.endsWith("REQUEST")) return resource.ondone !== undefined && !hasCalledBack;
  if (/REQ|CONNECTWRAP$|QUERYWRAP$/.test(type)) return !hasCalledBack;
  return true;
}
