// The official release of the Pulumi CLI. The Automation API's installer knows no deadline and cannot be
// called off, so it runs in a process of its own: installRelease.ts.

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { checkout } from "./checkout";

const deadlineMs = 600_000;

/** Puts the release into `folder`/bin. */
export async function installRelease(folder: string, version: string): Promise<void> {
  const script = path.join(checkout, "dist/toolchain/installRelease.js");
  try {
    await promisify(execFile)(process.execPath, [script, folder, version], {
      timeout: deadlineMs,
      env: { ...process.env, NODE_USE_ENV_PROXY: "1" }, // a proxy is used by the installer's curl anyway
    });
  } catch (error) {
    throw new Error(reason(error), { cause: error });
  }
}

function reason(error: unknown): string {
  if (error instanceof Error && "killed" in error && error.killed) {
    return `it did not arrive within ${deadlineMs / 60_000} minutes.`;
  }
  if (error instanceof Error && "stderr" in error && error.stderr) return `${error.stderr}`.trim();
  return `${error}`;
}
