import * as pulumi from "@pulumi/pulumi";

/**
 * Refuses what a look-up came back with when it is not what was asked for: providers search, and some take what is merely alike.
 *
 * @param what What is looked up, for the message: `Okta group`.
 * @throws {pulumi.RunError} naming both.
 */
export function assertIsAsked(what: string, { asked, found }: { asked: string; found: string }): void {
  if (found === asked) return;
  throw new pulumi.RunError(
    `There is no ${what} "${asked}": the look-up found "${found}" instead. Give the whole name of the one you mean.`,
  );
}
