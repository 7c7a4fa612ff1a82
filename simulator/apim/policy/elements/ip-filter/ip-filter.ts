import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { ElementReader } from "../../element-reader.ts";
import { type Exchange, PolicyFailure } from "../../exchange.ts";
import { oneOf, type PolicyValue, type ValueKind } from "../../policy-value.ts";
import type { ElementDefinition } from "../../statement.ts";
import type { PolicyElement } from "../../xml-reader.ts";

/**
 * `ip-filter`: lets only the listed callers in, or all but these.
 *
 * Assumed of Azure: an expression of `ip-filter` that gives no IP address fails, so that nobody comes in by mistake.
 * Assumed of Azure: an IPv4 address that is written as one of IPv6, `::ffff:10.0.0.1`, is the same address.
 *
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 * @see https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-policies
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: ({ reader }) => {
    const action = reader.requiredValue("action", oneOf(["allow", "forbid"]));
    // The schema lets addresses and ranges stand in any order.
    const entries = reader.anyNumber(["address", "address-range"]).map((child) => readEntry(reader, child));
    if (entries.length === 0) reader.refuse("At least one 'address' or 'address-range' element is expected.");
    reader.done();
    return {
      run: (exchange) => {
        const address = exchange.client.ipAddress;
        const isListed = entries.some((entry) => entry(exchange));
        if (isListed === (action?.(exchange) === "allow")) return "next";
        throw new PolicyFailure(
          isListed
            ? {
                source: "ip-filter",
                reason: "CallerIpBlocked",
                message: "Caller IP address is blocked. Access denied.",
              }
            : {
                source: "ip-filter",
                reason: "CallerIpNotAllowed",
                message: `Caller IP address ${address} is not allowed. Access denied.`,
              },
          { statusCode: 403, message: "Forbidden" },
        );
      },
    };
  },
};

/** Whether the caller is the one of an `address`, or in an `address-range`. */
type Entry = (exchange: Exchange) => boolean;

function readEntry(parent: ElementReader, child: PolicyElement): Entry {
  const reader = parent.of(child);
  const [from, to] =
    child.name === "address"
      ? [reader.ownValue(ipAddress)]
      : [reader.requiredValue("from", ipAddress), reader.requiredValue("to", ipAddress)];
  if (child.name === "address-range") reader.sequence({});
  reader.done();
  if (from === undefined) return () => false;
  return (exchange) => isWithin(exchange, from, to);
}

function isWithin(
  exchange: Exchange,
  from: PolicyValue<string>,
  to: PolicyValue<string> | undefined,
): boolean {
  const caller = exchange.client.ipAddress;
  const first = from(exchange);
  const last = to?.(exchange) ?? first;
  const family = familyOf(caller);
  if (family === undefined || familyOf(first) !== family || familyOf(last) !== family) return false;
  const list = new BlockList();
  try {
    list.addRange(first, last, family);
  } catch (error) {
    // A range whose end is before its begin holds nobody.
    if ((error as NodeJS.ErrnoException).code !== "ERR_INVALID_ARG_VALUE") throw error;
    return false;
  }
  return list.check(caller, family);
}

function familyOf(text: string): "ipv4" | "ipv6" | undefined {
  if (isIPv4(text)) return "ipv4";
  return isIPv6(text) ? "ipv6" : undefined;
}

const ipAddress: ValueKind<string> = {
  must: "an IP address",
  read: (text) => {
    const address = withoutMapping(text.trim());
    return familyOf(address) === undefined ? undefined : address;
  },
};

/** `::ffff:10.0.0.1`, and `::ffff:a00:1` → `10.0.0.1`. */
function withoutMapping(text: string): string {
  if (!isIPv6(text) || !mapped.check(text, "ipv6")) return text;
  const { hostname } = new URL(`http://[${text.replace(/%.*$/, "")}]`);
  const [high = 0, low = 0] = (/([\da-f]+):([\da-f]+)\]$/.exec(hostname) ?? [])
    .slice(1)
    .map((part) => Number.parseInt(part, 16));
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");
}

// https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
const mapped = new BlockList();
mapped.addSubnet("::ffff:0:0", 96, "ipv6");
