// Where this checkout is, seen from the sources as well as from dist/.

import { existsSync } from "node:fs";
import path from "node:path";

export const checkout = above(__dirname);

function above(folder: string): string {
  if (existsSync(path.join(folder, "toolchain/cli-from-go/go.mod"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error(`${__dirname} is not inside a checkout of pulumi-skaha.`);
  return above(parent);
}
