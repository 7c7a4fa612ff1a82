import type { CachingType } from "../caching-type.ts";
import type { Text } from "../expression.ts";
import {
  everySection,
  makePolicy,
  type PlainText,
  type Policy,
  type PolicyArgs,
  type PolicySection,
} from "../policy.ts";
import { nonEmpty } from "../values.ts";

/** Settings of {@link cacheLookupValue}. */
export interface CacheLookupValueArgs extends PolicyArgs {
  readonly key: Text;
  /** Variable that receives the value. */
  readonly variableName: PlainText;
  /** What the variable gets where the cache has no value. @defaultValue the variable stays as it is */
  readonly defaultValue?: Text;
  /** @defaultValue Azure's: prefer-external */
  readonly cachingType?: CachingType;
}

/**
 * `cacheLookupValue({ key: "rates", variableName: "rates" })` → `<cache-lookup-value key="rates" variable-name="rates" />`: puts a value
 * of the cache into a variable.
 *
 * @see https://learn.microsoft.com/azure/api-management/cache-lookup-value-policy
 */
export function cacheLookupValue(args: CacheLookupValueArgs): Policy<PolicySection, "cache-lookup-value"> {
  return makePolicy({
    name: "cache-lookup-value",
    sections: everySection,
    attributes: {
      key: nonEmpty(args.key, "Write the key of the value"),
      "variable-name": nonEmpty(args.variableName, "Name the variable"),
      "default-value": args.defaultValue,
      "caching-type": args.cachingType,
      id: args.id,
    },
  });
}
