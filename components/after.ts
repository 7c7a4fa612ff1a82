import * as pulumi from "@pulumi/pulumi";

/** A value that is handed on only after the resources exist; a preview that knows the value keeps knowing it. */
export function after<T>(resources: readonly pulumi.Resource[], value: pulumi.Input<T>): pulumi.Output<T> {
  // A preview knows each resource's URN, though not its id.
  const urns = pulumi.all(resources.map(({ urn }) => urn));
  return pulumi.all([value, urns]).apply(([known]) => known) as pulumi.Output<T>;
}
