import { isIP } from "node:net";
import type { Expression, Text } from "../expression.ts";
import { makePolicy, type Policy, type PolicyArgs } from "../policy.ts";
import { checked, invalid } from "../values.ts";
import { element } from "../xml.ts";

/** Addresses from one to another, both included. */
export interface AddressRange {
  readonly from: Text;
  readonly to: Text;
}

/** Settings of {@link ipFilter}. At least one address or range. */
export interface IpFilterArgs extends PolicyArgs {
  /** Whether the addresses alone may call, or may not. */
  readonly action: "allow" | "forbid" | Expression;
  readonly addresses?: readonly Text[];
  readonly ranges?: readonly AddressRange[];
}

/**
 * `ipFilter({ action: "allow", addresses: ["192.0.2.1"] })` → `<ip-filter action="allow"><address>192.0.2.1</address></ip-filter>`.
 *
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 */
export function ipFilter({
  action,
  addresses = [],
  ranges = [],
  id,
}: IpFilterArgs): Policy<"inbound", "ip-filter"> {
  return makePolicy({
    name: "ip-filter",
    sections: ["inbound"],
    attributes: { action, id },
    content: [
      ...addresses.map((address) => element("address", {}, checked(address, assertAddress))),
      ...ranges.map(({ from, to }) =>
        element("address-range", { from: checked(from, assertAddress), to: checked(to, assertAddress) }),
      ),
    ],
    check: (path) => {
      if (addresses.length + ranges.length === 0) throw invalid(path, "has no address. Name one, or a range");
    },
  });
}

function assertAddress(literal: string, path: string): void {
  if (isIP(literal) === 0)
    throw invalid(path, `must be an IP address; got ${JSON.stringify(literal)}. Write 192.0.2.1`);
}
