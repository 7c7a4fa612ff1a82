import * as pulumi from "@pulumi/pulumi";

/**
 * Refuses what a look-up came back with when it is not what was asked for: providers search, and some take what is merely alike.
 *
 * @throws {pulumi.RunError} naming both.
 */
export function assertIsAsked(setting: string, { asked, found }: { asked: string; found: string }): void {
  if (found === asked) return;
  throw new pulumi.RunError(
    `${setting} must be the whole name of what is there; got "${asked}", and "${found}" was found. Set it to the one that is meant.`,
  );
}
