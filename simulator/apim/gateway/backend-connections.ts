import * as http from "node:http";
import * as https from "node:https";
import { isIP } from "node:net";
import {
  BeyondThisMachine,
  type IsOnThisMachine,
  isLoopbackAddress,
  lookUpOnThisMachine,
} from "../../kernel/loopback.ts";
import { PolicyFailure } from "../policy/exchange.ts";
import type { BackendAddress } from "./backend-address.ts";

/** What one backend got, as the gateway's connections saw it. */
export interface BackendCalls {
  /** `https://conference.example.com`. */
  readonly origin: string;
  /** Every connection was to this machine. */
  readonly onThisMachine: boolean;
  /** Requests that went out, by method. */
  readonly sent: Readonly<Record<string, number>>;
  /** Requests that would change data, and were kept back. */
  readonly heldBack: number;
}

/** How calls go to the backends. */
export interface BackendConnectionsOptions {
  /** Also send calls that would change data to backends that are not on this machine. @defaultValue false */
  readonly writes?: boolean;
  /** Hosts beyond this machine that a policy's own requests may go to, as their URLs write them. @defaultValue none */
  readonly reach?: readonly string[];
  /** @defaultValue isLoopbackAddress */
  readonly isOnThisMachine?: IsOnThisMachine;
}

interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

interface Tally {
  onThisMachine: boolean;
  lastAddress: string | undefined;
  readonly sent: Map<string, number>;
  heldBack: number;
}

// https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1
const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Kept-alive connections to the backends of one gateway, and the count of what went out. Calls that would change data have
 * connections of their own, which lead to this machine only.
 *
 * Differs from Azure: a call that would change data is not sent to a backend that is not on this machine, unless `--writes` is given.
 */
export class BackendConnections {
  /** Calls that would change data go to any backend. */
  readonly writes: boolean;
  readonly #reach: ReadonlySet<string>;
  readonly #isOnThisMachine: IsOnThisMachine;
  readonly #anywhere: Agents;
  readonly #here: Agents;
  readonly #tallies = new Map<string, Tally>();

  constructor({
    writes = false,
    reach = [],
    isOnThisMachine = isLoopbackAddress,
  }: BackendConnectionsOptions = {}) {
    this.writes = writes;
    this.#reach = new Set(reach.map((host) => host.toLowerCase()));
    this.#isOnThisMachine = isOnThisMachine;
    const agents = (options: http.AgentOptions) => ({
      http: new http.Agent({ keepAlive: true, ...options }),
      https: new https.Agent({ keepAlive: true, ...options }),
    });
    this.#anywhere = agents({});
    this.#here = agents({ lookup: lookUpOnThisMachine(isOnThisMachine) });
  }

  /**
   * The connections for a call.
   *
   * @throws {PolicyFailure} `NotSent` for a call that would change data, where the backend's address is not of this machine.
   */
  agentFor(backend: BackendAddress, method: string): http.Agent {
    const isFree = this.writes || safeMethods.has(method);
    // An address is connected to without being looked up.
    if (!isFree && isIP(backend.hostname) !== 0 && !this.#isOnThisMachine(backend.hostname))
      throw this.#holdBack(backend, method);
    const agents = isFree ? this.#anywhere : this.#here;
    return backend.protocol === "https:" ? agents.https : agents.http;
  }

  /**
   * The connections for a request that a policy sends of its own, whatever its method: it goes to this machine, or to a host that
   * was named.
   *
   * Differs from Azure: `send-request` and `send-one-way-request` reach only this machine, and hosts that `--reach` names.
   *
   * @throws {PolicyFailure} `NotSent` where the address is not of this machine.
   */
  agentForOwn(backend: BackendAddress, method: string, element: string): http.Agent {
    const isNamed = this.#reach.has(backend.host) || this.#reach.has(backend.hostname);
    if (!isNamed && isIP(backend.hostname) !== 0 && !this.#isOnThisMachine(backend.hostname))
      throw this.#holdBackOwn(backend, method, element);
    const agents = isNamed ? this.#anywhere : this.#here;
    return backend.protocol === "https:" ? agents.https : agents.http;
  }

  /** The failure of a policy's own request whose host led beyond this machine; `undefined` for any other error. */
  ownFailureOf(
    error: Error,
    backend: BackendAddress,
    method: string,
    element: string,
  ): PolicyFailure | undefined {
    return error instanceof BeyondThisMachine ? this.#holdBackOwn(backend, method, element) : undefined;
  }

  /** Counts a request at the moment when it goes out: one without a connection is none. */
  count(request: http.ClientRequest, backend: BackendAddress, method: string): void {
    request.once("socket", (socket) => {
      const connected = backend.protocol === "https:" ? "secureConnect" : "connect";
      const add = () => {
        const tally = this.#tallyOf(backend);
        tally.sent.set(method, (tally.sent.get(method) ?? 0) + 1);
        const address = socket.remoteAddress ?? "";
        // Most calls go to the address that the one before them went to.
        if (address !== tally.lastAddress) tally.onThisMachine &&= this.#isOnThisMachine(address);
        tally.lastAddress = address;
      };
      if (socket.connecting) socket.once(connected, add);
      else add();
    });
  }

  /** The failure of a call whose backend's name led beyond this machine; `undefined` for any other error. */
  failureOf(error: Error, backend: BackendAddress, method: string): PolicyFailure | undefined {
    return error instanceof BeyondThisMachine ? this.#holdBack(backend, method) : undefined;
  }

  /** What each backend got so far. */
  calls(): readonly BackendCalls[] {
    return [...this.#tallies].map(([origin, { sent, onThisMachine, heldBack }]) => ({
      origin,
      onThisMachine,
      heldBack,
      sent: Object.fromEntries([...sent].sort()),
    }));
  }

  #holdBackOwn(backend: BackendAddress, method: string, source: string): PolicyFailure {
    this.#countHeldBack(backend);
    const { host } = backend;
    return new PolicyFailure(
      {
        source,
        reason: "NotSent",
        message: `${method} is not sent to ${host}, which is not on this machine; --reach ${host} sends it.`,
      },
      {
        statusCode: 500,
        message: `The local gateway does not send requests of ${source} to ${host}, which is not on this machine. Start it with --reach ${host}.`,
      },
    );
  }

  #countHeldBack(backend: BackendAddress): void {
    const tally = this.#tallyOf(backend);
    tally.heldBack += 1;
    tally.onThisMachine = false;
  }

  #holdBack(backend: BackendAddress, method: string): PolicyFailure {
    this.#countHeldBack(backend);
    return new PolicyFailure(
      {
        source: "forward-request",
        reason: "NotSent",
        message: `${method} is not sent to ${backend.host}, which is not on this machine; --writes sends it.`,
      },
      {
        statusCode: 500,
        message: `The local gateway does not send ${method} to a backend that is not on this machine. Start it with --writes.`,
      },
    );
  }

  #tallyOf({ origin }: BackendAddress): Tally {
    const known = this.#tallies.get(origin);
    if (known !== undefined) return known;
    const tally = { onThisMachine: true, lastAddress: undefined, sent: new Map(), heldBack: 0 };
    this.#tallies.set(origin, tally);
    return tally;
  }
}
