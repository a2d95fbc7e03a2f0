// Where npm gets the package from that this command belongs to. A registry is asked only where npm itself got
// it there; else it is packed as it is, into the project, so that what runs there is what ran `init`.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { messageOf } from "../../provider/errors";
import { checkout } from "../../toolchain/checkout";
import { CommandError } from "../commandError";

const lock = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ resolved: z.string().optional() })),
});

export interface OwnPackage {
  /** What a manifest says of it. */
  readonly source: string;
  /** Puts it into a project's folder, where it has to be packed. @returns the file's name */
  readonly place: ((folder: string) => Promise<string>) | undefined;
}

/** @param root of this package */
export async function ownPackage(root = checkout): Promise<OwnPackage> {
  const { name, version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  if (await isFromRegistry(root, name)) return { source: version, place: undefined };
  return {
    source: `file:${name}-${version}.tgz`,
    async place(folder) {
      try {
        await promisify(execFile)("npm", ["pack", "--silent", "--pack-destination", folder, root], {
          cwd: folder,
        });
      } catch (error) {
        throw new CommandError(
          `npm could not pack ${root} (${gistOf(error)}): build it again there with npm ci && npm run build, then run init again`,
          1,
          { cause: error },
        );
      }
      return `${name}-${version}.tgz`;
    },
  };
}

/** What it comes to, of a process that may have printed a stack trace. */
function gistOf(error: unknown): string {
  const lines = messageOf(error).split("\n");
  const found =
    lines.find((line) => /^(?:npm error )?\w*Error: (?!Command failed)/.test(line)) ??
    lines[0] ??
    "";
  return found.replace(/^npm error /, "").trim();
}

/** As npm's own note beside the installed packages says. */
async function isFromRegistry(root: string, name: string): Promise<boolean> {
  const installed = path.dirname(root);
  if (path.basename(installed) !== "node_modules") return false;
  try {
    const text = await readFile(path.join(installed, ".package-lock.json"), "utf8");
    const { resolved } = lock.parse(JSON.parse(text)).packages[`node_modules/${name}`] ?? {};
    return resolved?.startsWith("http") === true && resolved.includes(`/${name}/-/`);
  } catch {
    return false; // another package manager's, or none
  }
}
