import { isIP } from "node:net";
import type { Expression, Text } from "./expression.ts";
import { checkLiteral, invalid } from "./values.ts";
import { element, type XmlElement } from "./xml.ts";

/** Addresses from one to another, both included. */
export interface AddressRange {
  readonly from: Text;
  readonly to: Text;
}

/** Settings of {@link ipFilter}. At least one address or range. */
export interface IpFilterArgs {
  /** Whether the addresses alone may call, or may not. */
  readonly action: "allow" | "forbid" | Expression;
  readonly addresses?: readonly Text[];
  readonly ranges?: readonly AddressRange[];
}

/** An `ip-filter` statement. */
export interface IpFilter {
  readonly kind: "ip-filter";
  readonly args: IpFilterArgs;
}

/**
 * `ipFilter({ action: "allow", addresses: ["192.0.2.1"] })` → `<ip-filter action="allow"><address>192.0.2.1</address></ip-filter>`.
 *
 * @see https://learn.microsoft.com/azure/api-management/ip-filter-policy
 */
export function ipFilter(args: IpFilterArgs): IpFilter {
  return { kind: "ip-filter", args };
}

/** The element of {@link ipFilter}. @throws {PolicyError} `INVALID_VALUE` for what is no address, or when there is none. */
export function ipFilterElement(
  { args: { action, addresses = [], ranges = [] } }: IpFilter,
  path: string,
): XmlElement {
  if (addresses.length + ranges.length === 0) throw invalid(path, "has no address. Name one, or a range");
  const address = (text: Text, place: string) =>
    checkLiteral(text, place, (literal) => {
      if (isIP(literal) === 0)
        throw invalid(place, `must be an IP address; got ${JSON.stringify(literal)}. Write 192.0.2.1`);
    });
  return element("ip-filter", { action }, [
    ...addresses.map((text) => element("address", {}, address(text, `${path}/address`))),
    ...ranges.map(({ from, to }) =>
      element("address-range", {
        from: address(from, `${path}/address-range/@from`),
        to: address(to, `${path}/address-range/@to`),
      }),
    ),
  ]);
}
