// The environment in which the Node processes that Pulumi starts (language host, program, provider) keep what they compile:
// each of them loads the SDK, which takes 0.3 to 0.5 s without.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import path from "node:path";
import { ownTemporaryFolder } from "../../provider/run/temporaryFolder";
import { checkout } from "../../toolchain/checkout";
import { withPreload } from "../nodeOptions";

/** Of so many installations of the SDK it is kept, some 15 MB of each. */
const mostKept = 4;

export interface KeepingOptions {
  /** Where it is kept. @default this user's own temporary folder */
  readonly temporary?: () => string;
  /** The compiled preload.ts. @default this package's */
  readonly preload?: string;
}

/**
 * @param env what the user has set stands: with a compile cache of their own, or with none wanted, nothing is added
 * @param folder of the project
 */
export function compileCacheOfPulumi(
  env: NodeJS.ProcessEnv,
  folder: string,
  {
    temporary = ownTemporaryFolder,
    preload = path.join(checkout, "dist/cli/compileCache/preload.js"),
  }: KeepingOptions = {},
): NodeJS.ProcessEnv {
  if (env.NODE_COMPILE_CACHE || env.NODE_DISABLE_COMPILE_CACHE) return {};
  const sdk = sdkAbove(folder);
  if (sdk === undefined || !existsSync(preload)) return {};
  const { NODE_OPTIONS: before = "" } = env;
  try {
    return {
      PULUMI_SKAHA_COMPILE_CACHE: folderFor(sdk, path.join(temporary(), "pulumi-compile-cache")),
      NODE_OPTIONS: withPreload(before, preload),
      ...(before && { PULUMI_SKAHA_NODE_OPTIONS: before }),
    };
  } catch {
    return {}; // without a folder of the user's own nothing is kept
  }
}

/** The SDK's own folder, without links: that is where Node says that a module is from. */
function sdkAbove(folder: string): string | undefined {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const sdk = path.join(place, "node_modules/@pulumi/pulumi");
    if (existsSync(sdk)) return realpathSync(sdk);
    if (place === path.dirname(place)) return undefined;
  }
}

/** Makes it; those that were not used for the longest time go then. */
function folderFor(sdk: string, all: string): string {
  const name = createHash("sha256").update(sdk).digest("hex").slice(0, 16);
  const own = path.join(all, name);
  if (mkdirSync(own, { recursive: true, mode: 0o700 }) === undefined) {
    const now = new Date();
    utimesSync(own, now, now);
    return own;
  }
  const others = readdirSync(all).filter((other) => other !== name);
  const usedAt = (other: string) =>
    statSync(path.join(all, other), { throwIfNoEntry: false })?.mtimeMs ?? 0; // another run may remove it
  const latestFirst = others.toSorted((one, other) => usedAt(other) - usedAt(one));
  for (const old of latestFirst.slice(mostKept - 1)) {
    rmSync(path.join(all, old), { recursive: true, force: true });
  }
  return own;
}
