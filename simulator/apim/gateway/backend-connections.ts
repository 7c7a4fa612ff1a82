import * as dns from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import {
  BeyondThisMachine,
  type IsOnThisMachine,
  isLoopbackAddress,
  lookUpOnThisMachine,
} from "../../kernel/loopback.ts";
import { type ClientCertificate, PolicyFailure, type SentRequest } from "../policy/exchange.ts";
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
  readonly anywhere: Agent;
  readonly here: Agent;
}

interface Tally {
  onThisMachine: boolean;
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
  readonly #showingNothing: Agents;
  /** By the certificate that their connections show. */
  readonly #showing = new Map<string, Agents>();
  readonly #tallies = new Map<string, Tally>();

  constructor({
    writes = false,
    reach = [],
    isOnThisMachine = isLoopbackAddress,
  }: BackendConnectionsOptions = {}) {
    this.writes = writes;
    this.#reach = new Set(reach.map((host) => host.toLowerCase()));
    this.#isOnThisMachine = isOnThisMachine;
    this.#showingNothing = this.#agents();
  }

  #agentsShowing(certificate: ClientCertificate | undefined): Agents {
    if (certificate === undefined) return this.#showingNothing;
    const { cert, key } = certificate;
    const agents = this.#showing.get(cert + key) ?? this.#agents(certificate);
    this.#showing.set(cert + key, agents);
    return agents;
  }

  #agents(certificate?: ClientCertificate): Agents {
    return {
      anywhere: this.#agent(lookUpAnywhere, certificate),
      here: this.#agent(lookUpOnThisMachine(this.#isOnThisMachine), certificate),
    };
  }

  #agent(lookup: LookupFunction, certificate?: ClientCertificate): Agent {
    const connect = buildConnector({ ...certificate, lookup, allowH2: false, timeout: 0 });
    return new Agent({
      allowH2: false,
      // The policies say how long a call may take.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) =>
        connect(options, (...result) => {
          const [error, socket] = result;
          const origin = `${options.protocol}//${options.host}`;
          if (error === null)
            this.#tallyOf({ origin }).onThisMachine &&= this.#isOnThisMachine(socket.remoteAddress ?? "");
          callback(...result);
        }),
    });
  }

  /**
   * The connections for a call.
   *
   * @throws {PolicyFailure} `NotSent` for a call that would change data, where the backend's address is not of this machine.
   */
  agentFor(backend: BackendAddress, method: string, certificate?: ClientCertificate): Agent {
    const isFree = this.writes || safeMethods.has(method);
    // An address is connected to without being looked up.
    if (!isFree && isIP(backend.hostname) !== 0 && !this.#isOnThisMachine(backend.hostname))
      throw this.#holdBack(backend, method);
    const { anywhere, here } = this.#agentsShowing(certificate);
    return isFree ? anywhere : here;
  }

  /**
   * The connections for a request that a policy sends of its own, whatever its method: it goes to this machine, or to a host that
   * was named.
   *
   * Differs from Azure: `send-request` and `send-one-way-request` reach only this machine, and hosts that `--reach` names.
   *
   * @throws {PolicyFailure} `NotSent` where the address is not of this machine.
   */
  agentForOwn(
    backend: BackendAddress,
    { method, clientCertificate }: Pick<SentRequest, "method" | "clientCertificate">,
    element: string,
  ): Agent {
    const isNamed = this.#reach.has(backend.host) || this.#reach.has(backend.hostname);
    if (!isNamed && isIP(backend.hostname) !== 0 && !this.#isOnThisMachine(backend.hostname))
      throw this.#holdBackOwn(backend, method, element);
    const { anywhere, here } = this.#agentsShowing(clientCertificate);
    return isNamed ? anywhere : here;
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

  /** Counts a request that goes out. */
  countSent(backend: BackendAddress, method: string): void {
    const { sent } = this.#tallyOf(backend);
    sent.set(method, (sent.get(method) ?? 0) + 1);
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

  #tallyOf({ origin }: Pick<BackendAddress, "origin">): Tally {
    const known = this.#tallies.get(origin);
    if (known !== undefined) return known;
    const tally = { onThisMachine: true, sent: new Map(), heldBack: 0 };
    this.#tallies.set(origin, tally);
    return tally;
  }
}

// No resolver is asked for these names, which cannot exist. https://www.rfc-editor.org/rfc/rfc6761#section-6.4
const invalidName = /(?:^|\.)invalid\.?$/i;

const lookUpAnywhere: LookupFunction = (hostname, options, callback) => {
  if (!invalidName.test(hostname)) return dns.lookup(hostname, options, callback);
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" });
  process.nextTick(callback, error, "", 4);
};
