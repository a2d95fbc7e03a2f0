// The two programs that a CLI built from its Go module lacks: what runs Node programs (our own), and
// what hosts dynamic providers (from the SDK). They are copies, so that they outlive this checkout.

import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

const starter = `#!/bin/sh
exec node "$(dirname "$0")/pulumi-language-nodejs.js" "$@"
`;

export async function placeNodeHelpers(
  bin: string,
  { languageHost }: { languageHost: string },
): Promise<void> {
  const sdk = path.dirname(require.resolve("@pulumi/pulumi/package.json"));
  const dynamicProviders = await readFile(path.join(sdk, "pulumi-resource-pulumi-nodejs"), "utf8");
  await place(path.join(bin, "pulumi-language-nodejs.js"), await readFile(languageHost, "utf8"));
  await place(path.join(bin, "pulumi-language-nodejs"), starter);
  await place(path.join(bin, "pulumi-resource-pulumi-nodejs"), dynamicProviders);
}

/** By renaming, because a program that is running right now may be about to read the old one. */
async function place(file: string, text: string): Promise<void> {
  const present = await readFile(file, "utf8").catch(() => undefined);
  if (present === text) return;
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, text, { mode: 0o755 });
  await rename(fresh, file);
}
