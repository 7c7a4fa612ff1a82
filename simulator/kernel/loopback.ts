import * as dns from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * Whether an IP address leads back to this machine: `127.0.0.2`, `::1`, `::ffff:127.0.0.1`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6890#section-2.2
 */
export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** A name, or one of its addresses, is not of this machine. */
export class BeyondThisMachine extends Error {
  override readonly name = "BeyondThisMachine";
}

/** Says whether an IP address is of this machine: {@link isLoopbackAddress}, but for tests. */
export type IsOnThisMachine = (address: string) => boolean;

/**
 * Looks names up for a connection, and lets it be made to this machine only. The connection then goes to what was checked: a name
 * cannot lead elsewhere a moment later.
 */
export function lookUpOnThisMachine(isOnThisMachine: IsOnThisMachine): LookupFunction {
  return (hostname, options, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      if (!addresses.every(({ address }) => isOnThisMachine(address)))
        return callback(new BeyondThisMachine(), []);
      const [first] = addresses;
      if (options.all || first === undefined) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** Whether a URL leads to this machine, whatever its host is written like; one whose name is unknown does not. */
export async function leadsToThisMachine(url: string): Promise<boolean> {
  const hostname = hostOf(new URL(url));
  if (isIP(hostname) !== 0) return isLoopbackAddress(hostname);
  const addresses = await dns.promises.lookup(hostname, { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => isLoopbackAddress(address));
}

/** The host of a URL as `node:net` takes it: `[::1]` → `::1`. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}
