import { hostOf } from "../../kernel/loopback.ts";

/** A backend's address, taken apart once. */
export interface BackendAddress {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  /** Host and port for the `Host` header. */
  readonly host: string;
  /** `https://conference.example.com`. */
  readonly origin: string;
  /** Path in front of the operation's, without a slash at its end. */
  readonly path: string;
}

/** Takes a backend's URL apart. */
export function parseBackend(text: string): BackendAddress {
  const url = new URL(text);
  const { protocol, port, host, pathname } = url;
  return {
    protocol,
    hostname: hostOf(url),
    port,
    host,
    origin: `${protocol}//${host}`,
    path: pathname.replace(/\/+$/, ""),
  };
}
