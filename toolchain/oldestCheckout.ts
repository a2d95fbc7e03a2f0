// A copy of this checkout with the oldest @pulumi/pulumi that is promised, for tests: which SDK a program gets is
// decided by the folder that it is found from, so another SDK needs another folder.

import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "./checkout";

const leftOut = [".git", "node_modules", "dist", "coverage"].map((name) =>
  path.join(checkout, name),
);
const run = promisify(execFile);

export interface OldestCheckout extends AsyncDisposable {
  readonly folder: string;
}

/** @throws Error with what npm or the compiler said */
export async function oldestCheckout(sdk: string): Promise<OldestCheckout> {
  const parent = await mkdtemp(path.join(tmpdir(), "pulumi-skaha-oldest-"));
  const folder = path.join(parent, "checkout");
  const atExit = () => rmSync(parent, { recursive: true, force: true });
  process.once("exit", atExit); // the run may be interrupted
  const remove = async () => {
    process.removeListener("exit", atExit);
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await cp(checkout, folder, { recursive: true, filter: (file) => !leftOut.includes(file) });
    // Changes the lock file of the copy alone, and in it this package with what it needs.
    const words = ["--no-audit", "--no-fund", "--prefer-offline", "--save-dev", "--save-exact"];
    await inFolder(folder, "npm", ["install", ...words, `@pulumi/pulumi@${sdk}`]);
    const compiler = path.join(folder, "node_modules/typescript/bin/tsc");
    await inFolder(folder, process.execPath, [compiler, "-b"]);
    await commitAll(folder); // jobs say which commit they are of
    return { folder, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function commitAll(folder: string): Promise<void> {
  const whose = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "gc.auto=0"];
  await inFolder(folder, "git", ["init", "--quiet"]);
  await inFolder(folder, "git", ["add", "--all"]);
  await inFolder(folder, "git", [...whose, "commit", "--quiet", "--message=A copy"]);
}

async function inFolder(cwd: string, command: string, words: readonly string[]): Promise<void> {
  try {
    await run(command, words, { cwd, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${path.basename(command)} ${words.join(" ")} failed:\n${stdout}${stderr}`, {
      cause: error,
    });
  }
}
