// Whether an output has a value in this run: a preview does not know what only an update brings about.
import type * as pulumi from "@pulumi/pulumi";

/** The SDK's own, which its types leave out: an unknown output runs no `apply`, and makes all unknown. */
export async function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  const { isKnown } = output as unknown as { readonly isKnown?: Promise<boolean> };
  return (await isKnown?.catch(() => false)) ?? true;
}
